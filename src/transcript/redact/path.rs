//! Paths of properties: `Vms.PrivateIp`, `Vms.*.State`, `**.UserData`.
//!
//! A path is property names joined by dots; lists on the way are implied. `*` stands for any one
//! property, `**` for any number of them, also none. Left out: places in a list, since a rule that
//! hides one element of a list is forgotten when the list grows.

use std::fmt;

/// A path, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// The property of that name.
    Name(String),
    /// Any one property.
    Any,
    /// Any number of properties.
    Deep,
}

/// Where a walk through a body stands: which parts of the path may come next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place(Vec<usize>);

impl Path {
    /// Takes a path apart.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn parse(text: &str) -> Result<Self, Malformed> {
        let wrong = |problem: &str| Malformed {
            path: text.to_owned(),
            problem: problem.to_owned(),
        };
        let part = |part: &str| match part {
            "" => Err(wrong("a property's name is missing")),
            "*" => Ok(Part::Any),
            "**" => Ok(Part::Deep),
            name if name.contains('*') => Err(wrong("`*` stands for a whole name")),
            name if name.contains(['[', ']', '/']) => Err(wrong("lists on the way are implied")),
            name if name.contains(|c: char| !c.is_ascii_alphanumeric() && !"_-".contains(c)) => {
                Err(wrong(&format!("`{name}` is no property's name")))
            }
            name => Ok(Part::Name(name.to_owned())),
        };
        let mut parts: Vec<Part> = text.split('.').map(part).collect::<Result<_, _>>()?;
        // Any number of any number is any number, and takes no longer to follow.
        parts.dedup_by(|next, part| *next == Part::Deep && *part == Part::Deep);
        if parts.last() == Some(&Part::Deep) {
            return Err(wrong("it ends in `**`, which names no property"));
        }
        Ok(Self(parts))
    }

    /// The beginning of a body.
    pub(crate) fn start(&self) -> Place {
        let mut place = Place::default();
        self.reach(0, &mut place);
        place
    }

    /// The beginning of a resource that was changed: its fields stand below its kind (`Vms.State`
    /// is a `Vm`'s `State`), or at the beginning of the path.
    pub(super) fn start_in(&self, kind: &str) -> Place {
        let mut place = self.start();
        for (at, part) in self.0.iter().enumerate() {
            if matches!(part, Part::Name(name) if names(name, kind)) || *part == Part::Any {
                self.reach(at + 1, &mut place);
            }
        }
        place
    }

    /// One property further.
    pub(crate) fn step(&self, from: &Place, property: &str) -> Place {
        let mut place = Place::default();
        for &at in &from.0 {
            match self.0.get(at) {
                Some(Part::Name(name)) if name == property => self.reach(at + 1, &mut place),
                Some(Part::Any) => self.reach(at + 1, &mut place),
                Some(Part::Deep) => self.reach(at, &mut place),
                _ => {}
            }
        }
        place
    }

    /// Whether the path ends here.
    pub(crate) fn is_end(&self, place: &Place) -> bool {
        place.0.contains(&self.0.len())
    }

    fn reach(&self, at: usize, place: &mut Place) {
        if place.0.contains(&at) {
            return;
        }
        place.0.push(at);
        if self.0.get(at) == Some(&Part::Deep) {
            self.reach(at + 1, place);
        }
    }
}

impl Place {
    /// Whether no path goes on from here.
    pub(super) fn is_nowhere(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether a property holds resources of a kind, going by its name: the kind's, or its plural.
fn names(property: &str, kind: &str) -> bool {
    let singular = |ending| property.strip_suffix(ending);
    property == kind
        || singular("s") == Some(kind)
        || singular("ies").is_some_and(|stem| kind.strip_suffix('y') == Some(stem))
}

/// A path that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    path: String,
    problem: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the path `{}` cannot be read: {}; a path is property names joined by dots, \
             such as Vms.PrivateIp or **.UserData",
            self.path, self.problem
        )
    }
}
