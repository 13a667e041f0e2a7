//! What writes arguments: small pools of values that collide on purpose, and identifiers that
//! mostly lead somewhere.

use mockscale::{Value, json};

use super::ACCOUNTS;
use super::dice::Dice;
use super::world::{World, own};

/// Ranges of Nets, of Subnets in them, and some that are neither.
const RANGES: &[&str] = &[
    "10.0.0.0/16",
    "10.0.0.0/24",
    "10.0.1.0/24",
    "10.0.2.0/28",
    "10.0.2.0/29",
    "10.0.0.0/17",
    "10.0.128.0/20",
    "10.0.2.8/29",
    "172.16.0.0/16",
    "172.16.1.0/24",
    "192.168.0.0/28",
];
/// What can go wrong with a range.
const ODD_RANGES: &[&str] = &[
    "",
    "10.0.0.0",
    "10.0.0.1/24",
    "0.0.0.0/0",
    "10.0.0.0/33",
    "8.8.8.0/24",
    "10.0.0.0/8",
    "::/0",
    "10.0.0.0/32",
    "10.00.0.0/16",
];
const ADDRESSES: &[&str] = &[
    "10.0.0.4",
    "10.0.0.5",
    "10.0.0.3",
    "10.0.1.4",
    "10.0.1.255",
    "10.0.2.4",
    "10.0.2.6",
    "172.16.1.10",
    "10.0.128.77",
    "",
];
const WORDS: &[&str] = &["one", "two", "default", "", "A b-c_d", "é☃", "one"];

/// Writes the arguments of one call.
pub(super) struct Pen<'a> {
    pub(super) dice: &'a mut Dice,
    world: &'a World,
    account: &'a str,
}

impl<'a> Pen<'a> {
    pub(super) fn new(dice: &'a mut Dice, world: &'a World, account: &'a str) -> Self {
        Self {
            dice,
            world,
            account,
        }
    }

    /// The account that calls, rarely another one.
    pub(super) fn account(&mut self) -> &'a str {
        if self.dice.percent(4) {
            self.other()
        } else {
            self.account
        }
    }

    /// The identifier in a property of that name: mostly of the right kind and there.
    ///
    /// Mostly one of the first, so that things meet in the same Net; of links, of which most are
    /// undone, mostly the last.
    pub(super) fn id(&mut self, property: &str) -> String {
        let own = self.world.seen(self.account, &own(property));
        let seen = match self.world.seen(self.account, property) {
            _ if !own.is_empty() && self.dice.percent(65) => own,
            seen => seen,
        };
        match self.dice.below(100) {
            0 => self.foreign(property),
            1 => self.of_another_kind(),
            2..5 => self.gone(property),
            5 => self.malformed(seen),
            6 => "vpc-00000000".to_owned(),
            _ if seen.is_empty() => self.gone(property),
            7..60 => {
                let near = self.dice.place(seen.len().min(2));
                let last = property.starts_with("Link");
                seen[if last { seen.len() - 1 - near } else { near }].clone()
            }
            _ => self.dice.pick(seen).clone(),
        }
    }

    /// [`Pen::id`] of something to be deleted: mostly the last.
    pub(super) fn last(&mut self, property: &str) -> String {
        match self.world.seen(self.account, property).last() {
            Some(last) if self.dice.percent(60) => last.clone(),
            _ => self.id(property),
        }
    }

    /// Up to so many identifiers, mostly one.
    pub(super) fn ids(&mut self, property: &str, most: u64) -> Vec<String> {
        let count = if self.dice.percent(60) {
            1
        } else {
            self.dice.below(most + 1)
        };
        (0..count).map(|_| self.id(property)).collect()
    }

    /// Another account than the one that calls.
    pub(super) fn other(&self) -> &'static str {
        let other = ACCOUNTS.iter().find(|it| **it != self.account);
        other.copied().unwrap_or_default()
    }

    /// What another account has seen of a property.
    pub(super) fn foreign(&mut self, property: &str) -> String {
        let seen = self.world.seen(self.other(), property);
        if seen.is_empty() {
            "i-00000000".to_owned()
        } else {
            self.dice.pick(seen).clone()
        }
    }

    fn of_another_kind(&mut self) -> String {
        let properties = self.world.properties(self.account);
        if properties.is_empty() {
            return "vol-00000000".to_owned();
        }
        let property = *self.dice.pick(&properties);
        self.dice
            .pick(self.world.seen(self.account, property))
            .clone()
    }

    fn gone(&mut self, property: &str) -> String {
        let gone = self.world.gone(property);
        if gone.is_empty() {
            "subnet-00000000".to_owned()
        } else {
            self.dice.pick(gone).clone()
        }
    }

    fn malformed(&mut self, seen: &[String]) -> String {
        let id = seen.last().cloned().unwrap_or_default();
        match self.dice.below(5) {
            0 => String::new(),
            1 => id.chars().skip(1).collect(),
            2 => id + "0",
            3 => id.to_uppercase(),
            _ => format!("{id}é"),
        }
    }

    /// A range, mostly one that can be a Net's or a Subnet's.
    pub(super) fn range(&mut self) -> &'static str {
        let odd = self.dice.percent(12);
        self.dice
            .pick::<&str>(if odd { ODD_RANGES } else { RANGES })
    }

    /// A private address.
    pub(super) fn address(&mut self) -> String {
        if self.dice.percent(30) {
            return self.id("PrivateIp");
        }
        (*self.dice.pick(ADDRESSES)).to_owned()
    }

    /// A private address that a network card has, if it was seen.
    pub(super) fn address_of(&mut self, nic: &str) -> String {
        match self.part(nic, "PrivateIps") {
            Some(part) if self.dice.percent(85) => {
                part["PrivateIp"].as_str().unwrap_or_default().to_owned()
            }
            _ => self.address(),
        }
    }

    /// One of the parts that a resource was last seen with, mostly a later one.
    pub(super) fn part(&mut self, id: &str, list: &str) -> Option<&'a Value> {
        let parts = self.world.parts(id, list);
        match parts.last() {
            Some(newest) if self.dice.percent(60) => Some(newest),
            Some(_) => Some(self.dice.pick(parts)),
            None => None,
        }
    }

    /// A name or another short text.
    pub(super) fn word(&mut self) -> &'static str {
        self.dice.pick::<&str>(WORDS)
    }

    /// One of some texts.
    pub(super) fn one_of(&mut self, texts: &[&'static str]) -> &'static str {
        self.dice.pick::<&str>(texts)
    }

    /// A Subregion, mostly the first.
    pub(super) fn subregion(&mut self) -> &'static str {
        self.one_of(&[
            "eu-west-2a",
            "eu-west-2a",
            "eu-west-2a",
            "eu-west-2b",
            "eu-west-9z",
        ])
    }

    /// A tenancy, half of the time that of a dedicated group.
    pub(super) fn tenancy(&mut self) -> String {
        if self.dice.percent(50) {
            return self.id("DedicatedGroupId");
        }
        self.one_of(&["default", "dedicated", "shared", ""])
            .to_owned()
    }

    /// A small number, rarely an odd one.
    pub(super) fn number(&mut self, usual: &[i64]) -> i64 {
        let odd = self.dice.percent(6);
        *self.dice.pick(if odd {
            &[-1, 0, 1001, 65536, i64::MAX, i64::MIN]
        } else {
            usual
        })
    }

    /// Adds a property in so many of a hundred cases.
    pub(super) fn maybe(
        &mut self,
        input: &mut Value,
        share: u64,
        property: &str,
        write: impl FnOnce(&mut Self) -> Value,
    ) {
        if self.dice.percent(share) {
            input[property] = write(self);
        }
    }

    /// Tags, of which some collide.
    pub(super) fn tags(&mut self) -> Value {
        let count = 1 + self.dice.below(3);
        let tags = (0..count).map(|_| {
            let key = self.one_of(&["Name", "env", "Name", "osc.fcu.eip.auto-attach", "k"]);
            let value = match key {
                "osc.fcu.eip.auto-attach" => self.id("PublicIp"),
                _ => self.word().to_owned(),
            };
            json!({ "Key": key, "Value": value })
        });
        tags.collect()
    }
}
