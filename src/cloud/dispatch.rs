//! The whole path of a call through the core, on one screen: a draft, a rule or a default, the
//! quotas, and the draft is kept if all went well.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::account::Caller;
use super::call::{Call, Reply};
use super::default;
use super::effect::{self, Effect};
use super::families;
use super::family::Rule;
use super::fault::{self, Fault};
use super::object::Object;
use super::quota;
use super::state::State;
use crate::contract::{Contract, Operation};

/// How an operation is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Served {
    /// By a rule of its family.
    Rule,
    /// By what its verb implies.
    Default,
    /// Not at all: neither a rule nor a default fits it.
    Gap,
}

impl fmt::Display for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rule => "rule",
            Self::Default => "default",
            Self::Gap => "gap",
        })
    }
}

/// What came of a call.
#[derive(Debug)]
pub struct Outcome {
    /// The answer without its context, or why there is none.
    pub result: Result<Object, Fault>,
    /// What it did; nothing when it was refused.
    pub effects: Vec<Effect>,
    /// How it was served.
    pub served: Served,
}

/// Makes a call whose request is legal by the contract.
///
/// A refused call changes nothing (but what was transient about the resources that it or its
/// refusal named is over when that was the reason); a `DryRun` does everything on a draft that is
/// thrown away, so that it refuses exactly what the call itself would.
pub fn dispatch(
    state: &mut State,
    contract: &Contract,
    operation: &Operation,
    input: &Object,
    caller: &Caller,
) -> Outcome {
    let (served, rule) = find(operation);
    let mut draft = state.draft();
    draft.settle_unseen();
    draft.settle_due();
    quota::catch_up(&mut draft);
    let mut call = Call {
        state: &mut draft,
        contract,
        operation,
        input,
        caller,
        account: Arc::clone(&caller.account),
        seen: Vec::new(),
    };
    let mut result = rule(&mut call).map(Reply::into_object);
    let seen = call.seen;
    result = result.and_then(|reply| quota::check(&mut draft).map(|()| reply));
    // Who has tried a password has done so, whatever comes of the call.
    state.lockout.clone_from(&draft.lockout);
    let dry_run = input.get("DryRun") == Some(&Value::Bool(true));
    let mut effects = Vec::new();
    match &mut result {
        Ok(reply) if dry_run => reply.clear(),
        Ok(_) => {
            draft.settle_seen(&seen);
            draft.settle_immediate();
            effects = effect::effects(state, &draft);
            *state = draft;
        }
        Err(fault) if fault.status() == CONFLICT && !dry_run => {
            let mut later = state.draft();
            later.settle_due();
            later.settle_seen(&told(input, fault));
            effects = effect::effects(state, &later);
            *state = later;
        }
        Err(_) => {}
    }
    Outcome {
        result,
        effects,
        served,
    }
}

/// What a call would answer an account, on a draft that is thrown away: unlike a rehearsal, a read
/// answers what it reads.
///
/// # Faults
/// Those of the operation.
pub fn peek(
    state: &State,
    contract: &Contract,
    operation: &Operation,
    account: &str,
) -> Result<Object, Fault> {
    let (_, rule) = find(operation);
    let mut draft = state.draft();
    quota::catch_up(&mut draft);
    let mut call = Call {
        state: &mut draft,
        contract,
        operation,
        input: &Object::new(),
        caller: &Caller::root(account),
        account: account.into(),
        seen: Vec::new(),
    };
    rule(&mut call).map(Reply::into_object)
}

/// The status of refusals that the state of a resource is the reason for.
const CONFLICT: u16 = 409;

/// The texts of a request and the quoted ones of its refusal, among them the identifiers of what
/// these name: a root volume is held by a VM that the request need not know. Each stands once, or
/// a refusal would be more than one look.
fn told(input: &Object, refusal: &Fault) -> Vec<Arc<str>> {
    let quoted = refusal.details().split('\'').skip(1).step_by(2);
    let mut found: Vec<Arc<str>> = quoted.map(Arc::from).collect();
    let mut values: Vec<&Value> = input.values().collect();
    while let Some(value) = values.pop() {
        match value {
            Value::String(text) => found.push(text.as_str().into()),
            Value::Array(list) => values.extend(list),
            Value::Object(object) => values.extend(object.values()),
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    found
}

/// How an operation is served.
pub fn served(operation: &Operation) -> Served {
    find(operation).0
}

fn find(operation: &Operation) -> (Served, Rule) {
    if let Some(rule) = families::rule(operation) {
        (Served::Rule, rule)
    } else if families::gap(operation.name()).is_some() {
        (Served::Gap, refuse)
    } else if let Some(rule) = default::fitting(operation) {
        (Served::Default, rule)
    } else {
        (Served::Gap, refuse)
    }
}

/// Why an operation is not served.
pub fn reason(contract: &Contract, operation: &str) -> &'static str {
    match (families::gap(operation), contract.operation(operation)) {
        (Some(reason), _) => reason,
        (None, Some(_)) => "neither a rule nor a default fits it",
        (None, None) => "there is no such operation",
    }
}

fn refuse(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let name = call.operation.name();
    let reason = reason(call.contract, name);
    Err(fault::NOT_SERVED.says(format!("{name} is not served by this fake: {reason}.")))
}
