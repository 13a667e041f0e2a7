//! The extension point: families, the kinds of resources they hold, and their rules.
//!
//! A tag of the contract is a family is a file in `families/`. An operation with a row in its
//! family's table does what the rule says; one without does what its verb implies.

use serde_json::Value;

use super::call::{Call, Reply};
use super::fault::{Entry, Fault};
use super::lifecycle::Transition;
use super::object::Object;
use super::state::State;
use super::store::Resource;

/// What an operation does. The whole behaviour: it may call the defaults as plain functions.
pub type Rule = fn(&mut Call<'_>) -> Result<Reply, Fault>;

/// A tag of the contract and everything this crate knows about it beyond the schemas.
#[derive(Debug)]
pub struct Family {
    /// The tag, as in the contract.
    pub tag: &'static str,
    /// The kinds of resources it owns.
    pub kinds: &'static [&'static Kind],
    /// Filters that the schema cannot derive: schema, filter, what it looks at. Sorted.
    pub filters: &'static [(&'static str, &'static str, By)],
    /// What it lets change by itself; a test finds those that are left out.
    pub transitions: &'static [&'static Transition],
    /// Operations with a rule of their own. Sorted by name.
    pub rules: &'static [(&'static str, Rule)],
}

/// What a filter compares with.
#[derive(Clone, Copy, Debug)]
pub enum By {
    /// The values at a dotted path of the resource as it is shown; lists are looked into.
    Path(&'static str),
    /// The text in a field of the resource, shown or not, which must begin with the one given.
    Prefix(&'static str),
    /// Values that are worked out, because the answer does not show them.
    Values(fn(&State, &Resource) -> Vec<Value>),
    /// The instant at a path, which must not lie before the one given.
    NotBefore(&'static str),
    /// The instant at a path, which must not lie after the one given.
    NotAfter(&'static str),
}

/// A kind of resource: what the schemas cannot say about it.
#[derive(Debug)]
pub struct Kind {
    /// The name of its schema.
    pub name: &'static str,
    /// The property that identifies it.
    pub id: &'static str,
    /// What its identifiers begin with.
    pub prefix: &'static str,
    /// How many hex digits follow the prefix; without one, how many letters and digits there are.
    pub digits: usize,
    /// Whether the identifier is a name that the account chose, unique in that account only.
    pub named: bool,
    /// The catalogue's entry for one that does not exist.
    pub missing: &'static Entry,
    /// How an error calls its identifier; `None` where the cloud sends empty `Details`.
    pub label: Option<&'static str>,
    /// Its `ResourceType` in `ReadTags`; `None` where it cannot be tagged.
    pub tag_type: Option<&'static str>,
    /// How it is shown, where that is more than its body.
    pub view: Option<fn(&State, &Resource) -> Object>,
    /// Who else may see it, besides its owner.
    pub shared: Option<fn(&Resource, account: &str) -> bool>,
    /// Whether no call deletes one, so that nobody can be blamed for one that is left.
    pub lasting: bool,
    /// The notes whose changes are told as effects, because a call is about them.
    pub told: &'static [&'static str],
}

impl Kind {
    /// A kind whose identifiers are the prefix and eight hex digits.
    pub const fn new(
        name: &'static str,
        id: &'static str,
        prefix: &'static str,
        missing: &'static Entry,
    ) -> Self {
        Self {
            name,
            id,
            prefix,
            digits: 8,
            named: false,
            missing,
            label: Some(id),
            tag_type: None,
            view: None,
            shared: None,
            lasting: false,
            told: &[],
        }
    }

    /// A kind whose identifiers are so many upper-case letters and digits, without a prefix.
    pub const fn opaque(
        name: &'static str,
        id: &'static str,
        length: usize,
        missing: &'static Entry,
    ) -> Self {
        Self::new(name, id, "", missing).digits(length)
    }

    /// A kind that is identified by the name its owner gives it.
    pub const fn named(name: &'static str, id: &'static str, missing: &'static Entry) -> Self {
        let mut kind = Self::new(name, id, "", missing);
        kind.named = true;
        kind
    }

    /// With identifiers of so many hex digits.
    pub const fn digits(mut self, digits: usize) -> Self {
        self.digits = digits;
        self
    }

    /// Called by another word in errors.
    pub const fn called(mut self, label: &'static str) -> Self {
        self.label = Some(label);
        self
    }

    /// Errors about one that does not exist have empty `Details`.
    pub const fn silent(mut self) -> Self {
        self.label = None;
        self
    }

    /// Can be tagged, and reads as this in `ReadTags`.
    pub const fn tagged(mut self, resource_type: &'static str) -> Self {
        self.tag_type = Some(resource_type);
        self
    }

    /// Shown by a function of the state.
    pub const fn shown_by(mut self, view: fn(&State, &Resource) -> Object) -> Self {
        self.view = Some(view);
        self
    }

    /// Visible to others than its owner.
    pub const fn shared_with(mut self, shared: fn(&Resource, account: &str) -> bool) -> Self {
        self.shared = Some(shared);
        self
    }

    /// Cannot be deleted.
    pub const fn lasting(mut self) -> Self {
        self.lasting = true;
        self
    }

    /// Tells changes of these notes as effects.
    pub const fn telling(mut self, notes: &'static [&'static str]) -> Self {
        self.told = notes;
        self
    }

    /// Whether its identifiers are the cloud's and have no prefix.
    pub const fn is_opaque(&self) -> bool {
        !self.named && self.prefix.is_empty()
    }

    /// The fault for one that does not exist.
    ///
    /// assumed: that it is called as the kind is where the request calls it otherwise
    /// (`SourceImageId`), and that every call says it alike: of snapshots only lengths are known.
    pub fn no_such(&self, id: &str) -> Fault {
        match self.label {
            Some(label) => self
                .missing
                .says(format!("The {label} '{id}' doesn't exist.")),
            None => self.missing.silent(),
        }
    }

    /// Whether a text has the form of this kind's identifiers; a name has none.
    pub fn fits(&self, id: &str) -> bool {
        if self.is_opaque() {
            let is_digit = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
            return id.len() == self.digits && id.bytes().all(is_digit);
        }
        !self.named
            && id.strip_prefix(self.prefix).is_some_and(|tail| {
                let is_digit = |b| matches!(b, b'0'..=b'9' | b'a'..=b'f');
                tail.len() == self.digits && tail.bytes().all(is_digit)
            })
    }

    /// Whether a resource of this kind may be seen by an account.
    pub fn visible(&self, resource: &Resource, account: &str) -> bool {
        *resource.account == *account || self.shared.is_some_and(|with| with(resource, account))
    }

    /// A resource as the API shows it to an account.
    ///
    /// assumed: tags are for their owner, as they are in the list of all tags.
    pub fn view_for(&self, state: &State, resource: &Resource, account: &str) -> Object {
        let mut shown = self.view(state, resource);
        if *resource.account != *account && shown.contains_key("Tags") {
            shown.insert("Tags".to_owned(), Value::Array(vec![]));
        }
        shown
    }

    /// A resource as the API shows it to its owner.
    pub fn view(&self, state: &State, resource: &Resource) -> Object {
        match self.view {
            Some(view) => view(state, resource),
            None => resource.body.clone(),
        }
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
