//! Conversations at random: which call comes next, as which account, and with what.
//!
//! A step holds nothing but chance: what it says is worked out when it is its turn, from what the
//! conversation has made so far. So steps can be left out, and what remains is still a
//! conversation, which is how a failing one gets short.

mod access;
mod balance;
mod by_schema;
mod compute;
mod dice;
mod groups;
mod images;
mod links;
mod network;
mod office;
mod pen;
mod people;
mod ways;
mod world;

pub(crate) use dice::Dice;
pub(crate) use world::World;

use std::fmt;
use std::sync::LazyLock;

use mockscale::{Contract, Served, Value};
use proptest::prelude::*;

use pen::Pen;

/// The account whose calls make up most of a conversation, and another one.
pub(crate) const ACCOUNTS: [&str; 2] = ["123456789012", "210987654321"];

/// What is known by its name, and may be made again once it is deleted.
pub(crate) const NAMED: &[&str] = &["BackendVmHealth", "Keypair", "ListenerRule", "LoadBalancer"];

/// How the arguments of an operation are written.
type Writer = fn(&mut Pen<'_>) -> Value;

/// An operation, how often it is called compared with others, and how its arguments are written.
type Row = (&'static str, u32, Writer);

/// What happens next.
#[derive(Clone)]
pub(crate) enum Step {
    /// One of the calls that most conversations begin with, so that there is something to talk of.
    Opening(usize),
    /// Whatever chance says.
    Chance(u64),
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opening(at) => write!(f, "opening {at}"),
            Self::Chance(seed) => write!(f, "{seed:x}"),
        }
    }
}

/// What a step turns out to be.
pub(crate) enum Turn {
    /// A call as an account, and whether to look closely at what it does.
    Call {
        account: &'static str,
        operation: String,
        input: Value,
        watched: bool,
    },
    /// Everything under way completes.
    Settle,
    /// The clock moves on.
    Advance,
    /// The conversation goes on in a copy.
    Fork,
}

impl Step {
    /// What it is in a world.
    pub(crate) fn turn(&self, world: &World) -> Turn {
        let seed = match self {
            Self::Opening(at) => return opening(*at, world),
            Self::Chance(seed) => *seed,
        };
        let mut dice = Dice::new(seed);
        match dice.below(200) {
            0..5 => return Turn::Settle,
            5..7 => return Turn::Advance,
            7..8 => return Turn::Fork,
            _ => {}
        }
        let account = ACCOUNTS[usize::from(dice.percent(8))];
        let (operation, writer) = choose(&mut dice);
        let watched = dice.percent(10);
        let mut pen = Pen::new(&mut dice, world, account);
        let mut input = match writer {
            Some(writer) if !pen.dice.percent(6) => writer(&mut pen),
            _ => by_schema::request(&mut pen, &operation),
        };
        if pen.dice.percent(4) {
            by_schema::spoil(&mut pen, &mut input);
        }
        if pen.dice.percent(6) {
            input["DryRun"] = Value::from(pen.dice.percent(90));
        }
        Turn::Call {
            account,
            operation,
            input,
            watched,
        }
    }
}

/// Steps of all sorts, up to so many, mostly after an opening.
pub(crate) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let opening = proptest::collection::vec(proptest::bool::weighted(0.9), OPENING.len());
    let chance = any::<u64>().no_shrink().prop_map(Step::Chance);
    let steps = proptest::collection::vec(chance, 0..=most);
    (opening, steps).prop_map(|(opening, steps)| {
        let wanted = (0..).zip(opening).filter(|(_, wanted)| *wanted);
        wanted
            .map(|(at, _)| Step::Opening(at))
            .chain(steps)
            .collect()
    })
}

/// The calls of an opening: arguments of their own, and properties with an identifier.
const OPENING: &[(&str, &str, &[&str])] = &[
    // Apart from the other, so that they may be peers; first, since what follows is in the last.
    ("CreateNet", r#"{"IpRange":"172.31.0.0/16"}"#, &[]),
    ("CreateNet", r#"{"IpRange":"10.0.0.0/16"}"#, &[]),
    ("CreateSubnet", r#"{"IpRange":"10.0.0.0/24"}"#, &["NetId"]),
    ("CreateSubnet", r#"{"IpRange":"10.0.1.0/24"}"#, &["NetId"]),
    ("CreateInternetService", "{}", &[]),
    ("LinkInternetService", "{}", &["InternetServiceId", "NetId"]),
    ("CreateRouteTable", "{}", &["NetId"]),
    ("CreateVms", r#"{"ImageId":"ami-5aebd4d5"}"#, &["SubnetId"]),
    (
        "CreateVms",
        r#"{"ImageId":"ami-5aebd4d5","VmType":"tinav5.c1r1p1"}"#,
        &[],
    ),
    ("CreateNic", "{}", &["SubnetId"]),
    ("CreateNic", "{}", &["SubnetId"]),
    (
        "CreateVolume",
        r#"{"SubregionName":"eu-west-2a","Size":10}"#,
        &[],
    ),
    ("CreatePublicIp", "{}", &[]),
    (
        "CreateFlexibleGpu",
        r#"{"ModelName":"nvidia-p100","SubregionName":"eu-west-2a"}"#,
        &[],
    ),
    ("CreateDirectLink", links::OFFICE, &[]),
    (
        "CreateVirtualGateway",
        r#"{"ConnectionType":"ipsec.1"}"#,
        &[],
    ),
    ("CreateVmTemplate", groups::SMALL, &[]),
    ("CreateUser", r#"{"UserName":"alice"}"#, &[]),
    ("CreateUserGroup", r#"{"UserGroupName":"devs"}"#, &[]),
    ("CreatePolicy", people::READER, &[]),
    ("LinkPolicy", people::READER_OF_ALICE, &[]),
    ("ReadVms", "{}", &[]),
    ("ReadRouteTables", "{}", &[]),
    ("ReadSecurityGroups", "{}", &[]),
];

fn opening(at: usize, world: &World) -> Turn {
    let (operation, input, properties) = OPENING[at];
    let mut input: Value = serde_json::from_str(input).expect("openings are JSON");
    for property in properties {
        let seen = world.seen(ACCOUNTS[0], property);
        input[*property] = seen.last().map_or("", String::as_str).into();
    }
    Turn::Call {
        account: ACCOUNTS[0],
        operation: operation.to_owned(),
        input,
        watched: false,
    }
}

/// Every operation that is served, with its share and its writer, if it has one of its own.
static SERVED: LazyLock<Vec<(String, u32, Option<Writer>)>> = LazyLock::new(|| {
    let rows = [
        network::ROWS,
        compute::ROWS,
        people::ROWS,
        access::ROWS,
        office::ROWS,
        balance::ROWS,
        links::ROWS,
        groups::ROWS,
        images::ROWS,
        ways::ROWS,
    ];
    let rows: Vec<&Row> = rows.into_iter().flatten().collect();
    let contract = Contract::bundled();
    let known: Vec<&str> = contract.names().collect();
    for (operation, ..) in &rows {
        assert!(
            known.contains(operation),
            "there is no operation {operation}"
        );
    }
    mockscale::operations()
        .into_iter()
        .filter(|it| it.served != Served::Gap)
        .map(|it| {
            let row = rows.iter().find(|(name, ..)| *name == it.operation);
            let (share, writer) = match row {
                Some((_, share, writer)) => (*share, Some(*writer)),
                None if it.security.is_empty() => (1, None),
                None => (2, None),
            };
            (it.operation, share, writer)
        })
        .collect()
});

/// The sum of all shares.
static SHARES: LazyLock<u32> = LazyLock::new(|| SERVED.iter().map(|(_, share, _)| share).sum());

fn choose(dice: &mut Dice) -> (String, Option<Writer>) {
    let mut at = u32::try_from(dice.below(u64::from(*SHARES))).expect("less than a sum of 32 bits");
    for (operation, share, writer) in SERVED.iter() {
        if at < *share {
            return (operation.clone(), *writer);
        }
        at -= share;
    }
    unreachable!("a number below the sum of all shares lies in one of them")
}
