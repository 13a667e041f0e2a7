//! A call as a rule sees it, and the reply it makes: typed reading of inputs, look-ups that
//! refuse in the cloud's own words.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::account::Caller;
use super::dependents;
use super::family::Kind;
use super::fault::{self, Fault};
use super::object::{Fields, Object};
use super::state::State;
use super::store::Resource;
use crate::contract::{Contract, Operation};

/// What an operation answers, without the context that every answer carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply(Object);

impl Reply {
    /// Nothing but the context.
    pub fn empty() -> Self {
        Self::default()
    }

    /// One property.
    pub fn of(key: &str, value: impl Into<Value>) -> Self {
        Self::empty().with(key, value)
    }

    /// One more property.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.put(key, value);
        self
    }

    /// The properties.
    pub fn into_object(self) -> Object {
        self.0
    }
}

/// One call, under way on a draft of the state.
#[derive(Debug)]
pub struct Call<'a> {
    /// The draft: kept if the call succeeds, thrown away otherwise.
    pub state: &'a mut State,
    /// The contract in force.
    pub contract: &'a Contract,
    /// What is called.
    pub operation: &'a Operation,
    /// The request body, legal by the contract.
    pub input: &'a Object,
    /// Who calls.
    pub caller: &'a Caller,
    /// The account that calls.
    pub account: Arc<str>,
    pub(super) seen: Vec<Arc<str>>,
}

impl Call<'_> {
    /// The request body as a structure of the rule's own.
    ///
    /// # Faults
    /// `INVALID_PARAMETER` when a value does not fit, which the contract has ruled out unless the
    /// structure is stricter than the schema.
    pub fn read<'de, T: Deserialize<'de>>(&'de self) -> Result<T, Fault> {
        T::deserialize(self.input).map_err(|error| fault::INVALID_PARAMETER.says(error.to_string()))
    }

    /// The resource that an identifier names, if the caller may see it.
    ///
    /// # Faults
    /// - `INVALID_ID_PREFIX` or `MALFORMED_ID` when it cannot be one of that kind.
    /// - The kind's own fault when there is none, or it belongs to somebody else.
    pub fn find(&self, kind: &'static Kind, id: &str) -> Result<Arc<Resource>, Fault> {
        match self.state.store.get(kind, &self.account, id) {
            Some(resource) if kind.visible(resource, &self.account) => Ok(Arc::clone(resource)),
            _ => Err(unknown(kind, id)),
        }
    }

    /// [`Call::find`], but only what the caller owns.
    pub fn find_own(&self, kind: &'static Kind, id: &str) -> Result<Arc<Resource>, Fault> {
        self.find(kind, id).and_then(|resource| {
            if resource.account == self.account {
                Ok(resource)
            } else {
                Err(unknown(kind, id))
            }
        })
    }

    /// [`Call::find_own`], but what is deleted, or on its way to be, counts as gone.
    pub fn find_live(&self, kind: &'static Kind, id: &str) -> Result<Arc<Resource>, Fault> {
        let resource = self.find_own(kind, id)?;
        if dependents::is_gone(&resource.body) {
            return Err(kind.no_such(id));
        }
        Ok(resource)
    }

    /// The caller's resources of a kind, in the order of creation.
    pub fn owned(&self, kind: &'static Kind) -> impl Iterator<Item = &Arc<Resource>> {
        self.state.owned(kind, &self.account)
    }

    /// Adds a resource of the caller's, and answers its identifier.
    pub fn insert(&mut self, kind: &'static Kind, body: Object) -> String {
        let account = Arc::clone(&self.account);
        self.state.insert(kind, &account, body)
    }

    /// Changes a resource that [`Call::find`] has found.
    pub fn edit(&mut self, kind: &'static Kind, id: &str, change: impl FnOnce(&mut Resource)) {
        let account = Arc::clone(&self.account);
        self.state.edit_of(kind, &account, id, change);
    }

    /// Takes a resource out that [`Call::find`] has found.
    pub fn remove(&mut self, kind: &'static Kind, id: &str) {
        let account = Arc::clone(&self.account);
        self.state.remove_of(kind, &account, id);
    }

    /// A resource as the API shows it to the caller; an empty object when it does not exist.
    pub fn shown(&self, kind: &'static Kind, id: &str) -> Object {
        self.state
            .store
            .get(kind, &self.account, id)
            .map(|resource| kind.view_for(self.state, resource, &self.account))
            .unwrap_or_default()
    }

    /// Notes that a read has shown a resource: what was transient about it is over after the call.
    pub fn saw(&mut self, resource: &Resource) {
        self.seen.push(Arc::clone(&resource.id));
    }
}

/// A parameter that the schema leaves out and the call needs.
///
/// # Faults
/// `MISSING_PARAMETER`.
pub fn given<T>(property: &str, value: Option<T>) -> Result<T, Fault> {
    value.ok_or_else(|| fault::MISSING_PARAMETER.says(format!("The {property} must be given.")))
}

/// The fault for a `ClientToken` that stood for another request.
///
/// assumed: the code, by its name.
pub(in crate::cloud) fn token_mismatch(token: &str) -> Fault {
    fault::TOKEN_MISMATCH.says(format!(
        "The ClientToken '{token}' was used with other parameters."
    ))
}

/// The fault for an identifier that names nothing of a kind.
pub(in crate::cloud) fn unknown(kind: &'static Kind, id: &str) -> Fault {
    if kind.named || kind.is_opaque() || id.is_empty() {
        return kind.no_such(id);
    }
    match id.strip_prefix(kind.prefix) {
        None => fault::INVALID_ID_PREFIX.says(format!(
            "The value '{id}' given as {} lacks the ID prefix '{}'.",
            kind.id, kind.prefix
        )),
        Some(_) if !kind.fits(id) => {
            fault::MALFORMED_ID.says(format!("The provided value '{id}' is malformed."))
        }
        Some(_) => kind.no_such(id),
    }
}
