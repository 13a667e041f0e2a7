//! Two answers to the same call: place by place, what is missing, extra or another value.

use serde_json::{Map, Value};

use super::learnt::Learnt;
use super::outcome::{Class, Difference};
use super::pairs::pairs;
use super::words::is_instant;
use crate::contract::MASK;
use crate::transcript::{HIDDEN, PAGE, Path, Place};

/// The property of a request id.
const REQUEST_ID: &str = "RequestId";

/// One comparison under way.
pub(super) struct Comparison<'c> {
    number: u64,
    learnt: &'c mut Learnt,
    /// What the author said may vary.
    varies: &'c [Path],
    pub(super) matches: usize,
    pub(super) places: Vec<Difference>,
}

/// Where in a reply a comparison stands.
#[derive(Clone)]
struct Spot {
    /// `Vms[0].State`.
    path: String,
    /// The property, also of the elements of a list.
    property: String,
    /// Where that is on each path of what may vary.
    places: Vec<Place>,
}

impl<'c> Comparison<'c> {
    /// A comparison of the answers to an exchange.
    pub(super) fn new(number: u64, learnt: &'c mut Learnt, varies: &'c [Path]) -> Self {
        Self {
            number,
            learnt,
            varies,
            matches: 0,
            places: Vec::new(),
        }
    }

    /// Compares the statuses; where they differ, the bodies are about different things.
    pub(super) fn statuses(&mut self, recorded: u16, found: u16, note: Option<String>) -> bool {
        if recorded == found {
            self.matches += 1;
            return true;
        }
        let (recorded, found) = (recorded.into(), found.into());
        self.push(
            Class::Mismatch,
            "status",
            Some(&recorded),
            Some(&found),
            note,
        );
        false
    }

    /// Compares the bodies.
    pub(super) fn bodies(&mut self, recorded: &Value, found: &Value) {
        let spot = Spot {
            path: String::new(),
            property: String::new(),
            places: self.varies.iter().map(Path::start).collect(),
        };
        self.values(&spot, recorded, found);
    }

    fn values(&mut self, spot: &Spot, old: &Value, new: &Value) {
        let mut ways = self.varies.iter().zip(&spot.places);
        if ways.any(|(path, place)| path.is_end(place)) {
            return self.varied(spot, old, new);
        }
        match (old, new) {
            // What is hidden can be anything, and stays hidden.
            (Value::String(hidden), _) if is_hidden(hidden) && !new.is_null() && old != new => {
                self.push(Class::Varies, &spot.path, Some(old), Some(old), None);
            }
            (Value::Object(old), Value::Object(new)) => self.objects(spot, old, new),
            (Value::Array(old), Value::Array(new)) => self.lists(spot, old, new),
            (Value::String(old), Value::String(new)) => self.texts(spot, old, new),
            _ if old == new => self.matches += 1,
            _ => self.push(Class::Mismatch, &spot.path, Some(old), Some(new), None),
        }
    }

    /// What the author said may vary: looked at for what it teaches about names.
    fn varied(&mut self, spot: &Spot, old: &Value, new: &Value) {
        let (matches, places) = (self.matches, self.places.len());
        let inside = Spot {
            places: Vec::new(),
            ..spot.clone()
        };
        self.values(&inside, old, new);
        self.matches = matches;
        self.places.truncate(places);
        if old == new {
            self.matches += 1;
        } else {
            self.push(Class::Varies, &spot.path, Some(old), Some(new), None);
        }
    }

    fn objects(&mut self, spot: &Spot, old: &Map<String, Value>, new: &Map<String, Value>) {
        let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
        names.sort_unstable();
        names.dedup();
        // First what has no parts: identifiers among it tell lists of resources apart.
        let has_parts = |name: &&String| {
            let value = old.get(*name).or_else(|| new.get(*name));
            value.is_some_and(|it| it.is_object() || it.is_array())
        };
        names.sort_by_key(has_parts);
        for name in names {
            let spot = self.member(spot, name);
            match (old.get(name), new.get(name)) {
                (Some(old), Some(new)) => self.values(&spot, old, new),
                (old, new) => self.lone(&spot.path, old, new),
            }
        }
    }

    fn lists(&mut self, spot: &Spot, old: &[Value], new: &[Value]) {
        if old.is_empty() && new.is_empty() {
            self.matches += 1;
        }
        for (one, other) in pairs(self.learnt, &spot.property, old, new) {
            let index = one.or(other).unwrap_or_default();
            let spot = Spot {
                path: format!("{}[{index}]", spot.path),
                ..spot.clone()
            };
            match (one.map(|at| &old[at]), other.map(|at| &new[at])) {
                (Some(old), Some(new)) => self.values(&spot, old, new),
                (old, new) => self.lone(&spot.path, old, new),
            }
        }
    }

    fn texts(&mut self, spot: &Spot, old: &str, new: &str) {
        let varies = match spot.property.as_str() {
            _ if is_hidden(old) => Ok(()),
            REQUEST_ID => Ok(()),
            PAGE => {
                self.learnt.token(old, new);
                Ok(())
            }
            _ if is_instant(old) && is_instant(new) => Ok(()),
            property => {
                let names = property.ends_with("Id") || property.ends_with("Ids");
                self.learnt.agree(old, new, names)
            }
        };
        let class = match &varies {
            Ok(()) if old == new => {
                self.matches += 1;
                return;
            }
            Ok(()) => Class::Varies,
            Err(_) => Class::Mismatch,
        };
        let (old, new) = (old.into(), new.into());
        let note = varies.err().flatten();
        self.push(class, &spot.path, Some(&old), Some(&new), note);
    }

    /// What stands on one side only.
    fn lone(&mut self, path: &str, old: Option<&Value>, new: Option<&Value>) {
        let class = match old {
            Some(_) => Class::Missing,
            None => Class::Extra,
        };
        self.push(class, path, old, new, None);
    }

    fn member(&self, spot: &Spot, name: &str) -> Spot {
        let ways = self.varies.iter().zip(&spot.places);
        Spot {
            path: match spot.path.as_str() {
                "" => name.to_owned(),
                path => format!("{path}.{name}"),
            },
            property: name.to_owned(),
            places: ways.map(|(path, place)| path.step(place, name)).collect(),
        }
    }

    fn push(
        &mut self,
        class: Class,
        place: &str,
        recorded: Option<&Value>,
        found: Option<&Value>,
        note: Option<String>,
    ) {
        let place = if place.is_empty() { "(whole)" } else { place };
        self.places.push(Difference {
            number: self.number,
            class,
            place: place.to_owned(),
            recorded: recorded.cloned(),
            found: found.cloned(),
            note,
        });
    }
}

/// Whether a text stands for one that was not recorded.
pub(super) fn is_hidden(text: &str) -> bool {
    text == MASK || text == HIDDEN
}
