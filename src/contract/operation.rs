//! One operation: what the document says of it, and the checks of its two bodies.

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::breach;
use super::document::{Document, SchemaId};
use super::fields::Fields;
use super::outline::Outline;
use super::secret::may_hold_a_secret;
use super::violation::{Breach, Side};

/// The schema of every refusal. The real cloud also sends statuses that no operation declares (409
/// and 424), in the same envelope.
const REFUSAL: &str = "ErrorResponse";

/// What an operation does, by the first word of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Makes a resource.
    Create,
    /// Reads resources.
    Read,
    /// Changes a resource.
    Update,
    /// Removes a resource.
    Delete,
    /// Ties a resource to another.
    Link,
    /// Undoes such a tie.
    Unlink,
    /// Something else: `StartVms`, `AcceptNetPeering` …
    Other,
}

impl Verb {
    const WORDS: [(&'static str, Self); 6] = [
        ("Create", Self::Create),
        ("Read", Self::Read),
        ("Update", Self::Update),
        ("Delete", Self::Delete),
        ("Link", Self::Link),
        ("Unlink", Self::Unlink),
    ];

    /// The verb of an operation and the rest of its name.
    pub(super) fn split(operation: &str) -> (Self, &str) {
        Self::WORDS
            .iter()
            .find_map(|(word, verb)| Some((*verb, operation.strip_prefix(word)?)))
            .unwrap_or((Self::Other, operation))
    }
}

/// One operation of a [`Contract`](super::Contract).
pub struct Operation {
    document: Arc<Document>,
    name: String,
    tag: String,
    security: Vec<String>,
    statuses: Vec<u16>,
    request: SchemaId,
    response: SchemaId,
    replies: Vec<(u16, SchemaId)>,
    refusal: Option<SchemaId>,
    outline: OnceLock<Outline>,
    carries_secrets: OnceLock<bool>,
    /// Of the request and of the reply; boxed, since they are mostly not asked for.
    fields: [OnceLock<Box<Fields>>; 2],
}

impl Operation {
    pub(super) fn of(document: &Arc<Document>, number: usize) -> Self {
        let facts = document.operation_facts(number);
        let facts = &facts["post"];
        let schema_of = |part: &Value| {
            let reference = part["content"]["application/json"]["schema"]["$ref"].as_str();
            reference
                .and_then(|reference| document.resolve(reference))
                .expect("bodies refer to schemas of the document: the distiller checked it")
        };
        let mut replies: Vec<(u16, SchemaId)> = members(&facts["responses"])
            .filter_map(|(status, reply)| Some((status.parse().ok()?, schema_of(reply))))
            .collect();
        replies.sort_unstable();
        let response = replies.iter().find(|(status, _)| *status == 200);
        Self {
            name: document.operation_name(number).to_owned(),
            tag: facts["tags"][0].as_str().unwrap_or_default().to_owned(),
            security: items(&facts["security"])
                .flat_map(|alternative| members(alternative).map(|(name, _)| name.clone()))
                .collect(),
            statuses: replies.iter().map(|(status, _)| *status).collect(),
            request: schema_of(&facts["requestBody"]),
            response: response
                .expect("an operation declares 200: the distiller checked it")
                .1,
            replies,
            refusal: document.find_schema(REFUSAL),
            outline: OnceLock::new(),
            carries_secrets: OnceLock::new(),
            fields: [const { OnceLock::new() }; 2],
            document: Arc::clone(document),
        }
    }

    /// Its name, which is also its path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tag it stands under: its family.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// What it does, by its name.
    pub fn verb(&self) -> Verb {
        Verb::split(&self.name).0
    }

    /// The security schemes that open it, each an alternative; none if it is public.
    pub fn security(&self) -> &[String] {
        &self.security
    }

    /// The HTTP statuses that the document declares, ascending.
    pub fn statuses(&self) -> &[u16] {
        &self.statuses
    }

    /// What its verb and schemas imply.
    pub fn outline(&self) -> &Outline {
        self.outline
            .get_or_init(|| Outline::of(&self.document, &self.name, self.request, self.response))
    }

    /// Every field that its request, or its successful reply, may have.
    pub fn fields(&self, side: Side) -> &Fields {
        let (at, root) = match side {
            Side::Request => (0, self.request),
            Side::Reply => (1, self.response),
        };
        self.fields[at].get_or_init(|| Box::new(Fields::of(&self.document, root)))
    }

    /// What is illegal in the body of a request; empty when it is legal.
    pub fn check_request(&self, body: &Value) -> Vec<Breach> {
        self.check(self.request, Side::Request, body)
    }

    /// What is illegal in the body of a reply with that status; empty when it is legal.
    ///
    /// A status that the operation does not declare is checked as a refusal: the real cloud sends
    /// 409 and 424 undeclared. A document without a schema for refusals leaves those unchecked.
    pub fn check_reply(&self, status: u16, body: &Value) -> Vec<Breach> {
        let declared = self.replies.iter().find(|(known, _)| *known == status);
        match declared.map(|(_, id)| *id).or(self.refusal) {
            Some(id) => self.check(id, Side::Reply, body),
            None => Vec::new(),
        }
    }

    /// Whether its request or its successful reply may hold a secret, by property name.
    pub fn carries_secrets(&self) -> bool {
        *self.carries_secrets.get_or_init(|| {
            [self.request, self.response].into_iter().any(|root| {
                let closure = self.document.closure(root);
                closure
                    .into_iter()
                    .any(|id| names_a_secret(self.document.schema(id)))
            })
        })
    }

    /// The schema of a reply of success, and the document it stands in.
    pub(super) fn success(&self) -> (&Document, SchemaId) {
        (&self.document, self.response)
    }

    fn check(&self, schema: SchemaId, side: Side, body: &Value) -> Vec<Breach> {
        match self.document.validator(schema) {
            Ok(validator) => breach::breaches(&self.document, validator, side, body),
            Err(problem) => vec![breach::unusable(side, problem)],
        }
    }
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Operation")
            .field("name", &self.name)
            .field("tag", &self.tag)
            .finish_non_exhaustive()
    }
}

fn names_a_secret(schema: &Value) -> bool {
    match schema {
        Value::Object(parts) => parts.iter().any(|(key, value)| {
            let named =
                key == "properties" && members(value).any(|(name, _)| may_hold_a_secret(name));
            named || names_a_secret(value)
        }),
        Value::Array(parts) => parts.iter().any(names_a_secret),
        _ => false,
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
