//! Everything that an account can read, at one instant. Left out: what belongs to nobody, such as
//! catalogues, and reads that need to be told what to read.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cloud::dispatch::{self, Served};
use crate::cloud::object::{Fields, Object};
use crate::cloud::state::State;
use crate::contract::{Contract, Operation, Verb};

/// The plain reads that are served: the key of the list that each answers, and the schema of what
/// is in it.
pub fn reads(contract: &Contract) -> impl Iterator<Item = (&Operation, &str, &str)> {
    contract.operations().filter_map(|operation| {
        let envelope = operation.outline().envelope.as_ref()?;
        let request = contract.schema(&format!("{}Request", operation.name()));
        let plain = request.is_none_or(|request| request["required"].is_null());
        let lists = operation.verb() == Verb::Read && envelope.many && plain;
        // Each read adds to the log; prices are nobody's.
        let told =
            !operation.security().is_empty() && !matches!(operation.tag(), "ApiLog" | "Catalog");
        (lists && told && dispatch::served(operation) != Served::Gap).then_some((
            operation,
            &*envelope.key,
            &*envelope.kind,
        ))
    })
}

/// What an account can read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    lists: BTreeMap<String, Vec<Object>>,
    /// The reads that were refused, each in a sentence: their lists say nothing.
    refused: Vec<String>,
}

impl View {
    /// Reads everything, each list as it is at this instant: what a read completes, the next does
    /// not see.
    pub fn of(state: &State, contract: &Contract, account: &str) -> Self {
        let mut view = Self::default();
        for (operation, key, kind) in reads(contract) {
            match dispatch::peek(state, contract, operation, account) {
                Ok(reply) => view.add(kind, reply.get(key)),
                Err(fault) => view.refuse(operation.name(), fault.details()),
            }
        }
        view
    }

    /// Adds what a read answered: resources by the name of their schema.
    pub fn add(&mut self, kind: &str, list: Option<&Value>) {
        let items = list.and_then(Value::as_array).into_iter().flatten();
        let items = items.filter_map(Value::as_object).cloned();
        self.lists.entry(kind.to_owned()).or_default().extend(items);
    }

    /// Takes note of a read that was refused.
    pub fn refuse(&mut self, operation: &str, why: &str) {
        self.refused.push(format!("{operation} was refused: {why}"));
    }

    /// The reads that were refused.
    pub(super) fn refused(&self) -> &[String] {
        &self.refused
    }

    /// The resources of a kind, by the name of its schema.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Object> {
        self.lists.get(kind).into_iter().flatten()
    }

    /// Every resource with the name of its schema.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Object)> {
        self.lists
            .iter()
            .flat_map(|(kind, items)| items.iter().map(move |item| (kind.as_str(), item)))
    }

    /// Every resource that has an identifier: kind, identifier, and the resource.
    pub fn identified(&self) -> impl Iterator<Item = (&str, &str, &Object)> {
        self.all()
            .filter_map(|(kind, item)| Some((kind, own_id(kind, item)?, item)))
    }

    /// The resource of a kind with that identifier.
    pub(super) fn find(&self, kind: &str, id: &str) -> Option<&Object> {
        self.of_kind(kind)
            .find(|item| own_id(kind, item) == Some(id))
    }

    /// The first difference to a later view, in words.
    pub fn difference(&self, later: &Self) -> Option<String> {
        for (kind, before) in &self.lists {
            let after = later.lists.get(kind).map_or(&[][..], Vec::as_slice);
            if before == after {
                continue;
            }
            let pairs = before.iter().zip(after);
            return Some(match pairs.into_iter().find(|(one, other)| one != other) {
                Some((one, other)) => format!(
                    "{kind} was {} and is {}",
                    Value::from(one.clone()),
                    Value::from(other.clone())
                ),
                None => format!("there were {} {kind} and are {}", before.len(), after.len()),
            });
        }
        None
    }
}

/// The identifier of a resource: the property that is called like its kind.
pub(super) fn own_id<'o>(kind: &str, item: &'o Object) -> Option<&'o str> {
    let property = match kind {
        "Keypair" => "KeypairName".to_owned(),
        "ServerCertificate" => "Id".to_owned(),
        "ImageExportTask" | "SnapshotExportTask" => "TaskId".to_owned(),
        // The one schema in the plural.
        "DirectLinkInterfaces" => "DirectLinkInterfaceId".to_owned(),
        kind => format!("{kind}Id"),
    };
    item.get(&property).and_then(Value::as_str)
}

/// The account that reads.
pub(super) fn own_account(view: &View) -> &str {
    let mut accounts = view.of_kind("Account");
    accounts.next().map_or("", |it| it.text("AccountId"))
}
