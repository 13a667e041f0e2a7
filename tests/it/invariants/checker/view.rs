//! Everything that an account can read, at one instant. Left out: what belongs to nobody, such as
//! catalogues, and reads that need to be told what to read.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use mockscale::contract::Verb;
use mockscale::{Cloud, Contract, Served, Value, json};

/// A JSON object.
pub(crate) type Object = serde_json::Map<String, Value>;

/// The plain reads that are served, and the schema of what each lists.
static READS: LazyLock<Vec<(String, String, String)>> = LazyLock::new(|| {
    let contract = Contract::bundled();
    let mut reads = Vec::new();
    for served in mockscale::operations() {
        let Some(operation) = contract.operation(&served.operation) else {
            continue;
        };
        let request = contract.schema(&format!("{}Request", served.operation));
        let plain = request.is_none_or(|request| request["required"].is_null());
        let envelope = operation.outline().envelope.as_ref().filter(|it| it.many);
        if operation.verb() == Verb::Read
            && served.served != Served::Gap
            && !served.security.is_empty()
            && plain
            // Each read adds to the log.
            && operation.tag() != "ApiLog"
            && let Some(envelope) = envelope
        {
            let (key, kind) = (envelope.key.clone(), envelope.kind.clone());
            reads.push((served.operation, key, kind));
        }
    }
    reads
});

/// What an account can read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct View {
    lists: BTreeMap<String, Vec<Object>>,
    violations: Vec<String>,
}

impl View {
    /// Reads everything.
    pub(crate) fn of(cloud: &Cloud) -> Self {
        let mut lists: BTreeMap<String, Vec<Object>> = BTreeMap::new();
        let mut violations = Vec::new();
        for (operation, key, kind) in READS.iter() {
            let fork = cloud.fork();
            fork.report();
            let reply = fork.call(operation, json!({}));
            if !reply.is_success() {
                violations.push(format!("{operation} was refused: {}", reply.body()));
            }
            violations.extend(fork.violations().iter().map(ToString::to_string));
            let items = reply[key.as_str()].as_array().into_iter().flatten();
            let items = items.filter_map(Value::as_object).cloned();
            lists.entry(kind.clone()).or_default().extend(items);
        }
        Self { lists, violations }
    }

    /// What was wrong with the reads themselves.
    pub(super) fn violations(&self) -> &[String] {
        &self.violations
    }

    /// The resources of a kind, by the name of its schema.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Object> {
        self.lists.get(kind).into_iter().flatten()
    }

    /// Every resource with the name of its schema.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Object)> {
        self.lists
            .iter()
            .flat_map(|(kind, items)| items.iter().map(move |item| (kind.as_str(), item)))
    }

    /// Every resource that has an identifier: kind, identifier, and the resource.
    pub(crate) fn identified(&self) -> impl Iterator<Item = (&str, &str, &Object)> {
        self.all()
            .filter_map(|(kind, item)| Some((kind, own_id(kind, item)?, item)))
    }

    /// The resource of a kind with that identifier.
    pub(super) fn find(&self, kind: &str, id: &str) -> Option<&Object> {
        self.of_kind(kind)
            .find(|item| own_id(kind, item) == Some(id))
    }

    /// The first difference to a later view, in words.
    pub(crate) fn difference(&self, later: &Self) -> Option<String> {
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
        // The one schema in the plural.
        "DirectLinkInterfaces" => "DirectLinkInterfaceId".to_owned(),
        kind => format!("{kind}Id"),
    };
    item.get(&property).and_then(Value::as_str)
}

/// The text of a property, `""` when there is none.
pub(super) fn text<'o>(item: &'o Object, property: &str) -> &'o str {
    item.get(property).and_then(Value::as_str).unwrap_or("")
}

/// The objects of a list.
pub(super) fn objects<'o>(item: &'o Object, property: &str) -> impl Iterator<Item = &'o Object> {
    let list = item.get(property).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_object)
}

/// The object in a property.
pub(super) fn object<'o>(item: &'o Object, property: &str) -> Option<&'o Object> {
    item.get(property).and_then(Value::as_object)
}
