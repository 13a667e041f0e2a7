//! What a conversation has seen so far: identifiers, names and addresses, by the property that
//! showed them.

use std::collections::BTreeMap;

use mockscale::{Change, Exchange, Value};

/// Properties that are worth remembering though they do not end like an identifier.
const NAMES: &[&str] = &["KeypairName", "PrivateIp", "PublicIp", "SecurityGroupName"];
/// The resources that are remembered as they were seen: their identifier, and a list they have.
const PARTS: &[(&str, &str)] = &[
    ("NicId", "PrivateIps"),
    ("RouteTableId", "Routes"),
    ("SecurityGroupId", "InboundRules"),
];
/// The most that is remembered of a property; the oldest goes first.
const MOST: usize = 24;

/// What was seen, by account and property.
#[derive(Debug, Default)]
pub(crate) struct World {
    seen: BTreeMap<(String, String), Vec<String>>,
    gone: BTreeMap<String, Vec<String>>,
    /// How resources with parts that calls are about were last seen.
    shown: BTreeMap<String, Value>,
}

/// Under which name that is remembered which a call made for itself, not as a part of another.
pub(super) fn own(property: &str) -> String {
    format!("own {property}")
}

impl World {
    /// What an account has seen of a property, oldest first.
    pub(super) fn seen(&self, account: &str, property: &str) -> &[String] {
        let key = (account.to_owned(), property.to_owned());
        self.seen.get(&key).map_or(&[], Vec::as_slice)
    }

    /// What anybody has seen of a property and is there no more.
    pub(super) fn gone(&self, property: &str) -> &[String] {
        self.gone.get(property).map_or(&[], Vec::as_slice)
    }

    /// One of the parts of a resource, as it was last seen.
    pub(super) fn parts(&self, id: &str, list: &str) -> &[Value] {
        let shown = self.shown.get(id).and_then(|shown| shown[list].as_array());
        shown.map_or(&[], Vec::as_slice)
    }

    /// The properties that an account has seen.
    pub(super) fn properties(&self, account: &str) -> Vec<&str> {
        let mine = self.seen.keys().filter(|(owner, _)| owner == account);
        mine.map(|(_, property)| property.as_str()).collect()
    }

    /// Takes note of what a reply shows and of what is gone.
    pub(crate) fn learn(&mut self, account: &str, reply: &Value, exchange: &Exchange) {
        self.hear(account, reply);
        // What a call is for stands at the top of its answer, or one below.
        for (key, value) in reply.as_object().into_iter().flatten() {
            let made = exchange
                .operation
                .strip_prefix("Create")
                .unwrap_or_default();
            let property = format!("{made}Id");
            if let (true, Some(id)) = (key.ends_with("Id"), value.as_str()) {
                self.note(account, &own(key), id);
            } else if let (true, Some(id)) = (key == made, value[property.as_str()].as_str()) {
                self.note(account, &own(&property), id);
            }
        }
        for effect in &exchange.effects {
            let ended = match &effect.change {
                Change::Deleted => true,
                Change::Scheduled { to, .. } => to.as_ref().is_none_or(|to| to == "terminated"),
                _ => false,
            };
            if ended {
                self.forget(&effect.id);
            }
        }
    }

    /// Takes note of what a reply shows.
    pub(crate) fn hear(&mut self, account: &str, reply: &Value) {
        self.look(account, reply);
    }

    fn look(&mut self, account: &str, value: &Value) {
        match value {
            Value::Object(object) => {
                for (property, list) in PARTS {
                    if let (Some(Value::String(id)), true) =
                        (object.get(*property), object.contains_key(*list))
                    {
                        self.shown.insert(id.clone(), value.clone());
                    }
                }
                for (property, value) in object {
                    let named = property.ends_with("Id") || NAMES.contains(&property.as_str());
                    match value {
                        Value::String(text) if named => self.note(account, property, text),
                        value => self.look(account, value),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.look(account, value)),
            _ => {}
        }
    }

    fn note(&mut self, account: &str, property: &str, text: &str) {
        let has = |list: &[String]| list.iter().any(|it| it == text);
        if has(self.seen(account, property)) || has(self.gone(property)) {
            return;
        }
        let key = (account.to_owned(), property.to_owned());
        let seen = self.seen.entry(key).or_default();
        seen.push(text.to_owned());
        if seen.len() > MOST {
            seen.remove(0);
        }
    }

    fn forget(&mut self, id: &str) {
        for ((_, property), seen) in &mut self.seen {
            if let Some(at) = seen.iter().position(|it| it == id) {
                let gone = self.gone.entry(property.clone()).or_default();
                gone.push(seen.remove(at));
            }
        }
        self.seen.retain(|_, seen| !seen.is_empty());
    }
}
