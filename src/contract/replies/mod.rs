//! A legal reply in another shape: with all that the schemas allow, with no more than they
//! require, or with what no schema knows yet.
//!
//! Everything follows from the schemas; what they do not tell (how an identifier looks, what time
//! it is) the caller may suggest. Left out: when replies are shaped (see `kit`), and requests.

mod future;
mod lean;
mod maximal;
mod pattern;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::operation::Operation;
use maximal::Maximal;

/// What replies of success look like, for testing how a client reads them.
///
/// | shape | a VM's reply | what it finds |
/// |---|---|---|
/// | `Live` | what the cloud knows | |
/// | `Maximal` | all that the schema allows, the live values staying | models that are wrong about a type, or lose a field |
/// | `Minimal` | `{}` | a client that takes the reply's own members for granted |
/// | `Bare` | `{"Vms":[{}]}` | a model of a resource that requires what is optional |
/// | `Sparse` | `{"Vms":[{"Nics":[{}],"Placement":{}}]}` | the same in the objects within a resource |
/// | `Future` | more fields, other values than the schema knows | a client that breaks when the API grows |
///
/// See [`Cloud::replies`](crate::Cloud::replies).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Shape {
    /// As the state has it.
    #[default]
    Live,
    /// With every optional field. What is there stays; what is absent or `null` is made up, legally
    /// and always alike. A list of the reply itself that is empty stays so (nothing was found); a
    /// list within a resource gets one item. The token of a next page, which a client would follow,
    /// is never made up.
    Maximal,
    /// With what the schemas require only: of this API's replies mostly `{}`.
    Minimal,
    /// With the reply's objects and lists of objects, and in these what is required only.
    Bare,
    /// With every object and list of objects, however deep, and no other optional field. A list of
    /// plain values is such a field.
    Sparse,
    /// With unknown fields in every object, an unknown value for each enumeration, and for each
    /// `State`, whose values the schemas mostly do not enumerate. Breaks the contract on purpose. A
    /// waiter never sees the state that it waits for.
    Future,
}

impl Shape {
    /// Whether a reply of this shape is as the cloud gives it.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature that serde calls"
    )]
    pub(crate) fn is_live(&self) -> bool {
        *self == Self::Live
    }

    /// Whether a reply of this shape must be legal.
    pub(crate) fn is_legal(self) -> bool {
        self != Self::Future
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Live => "live",
            Self::Maximal => "maximal",
            Self::Minimal => "minimal",
            Self::Bare => "bare",
            Self::Sparse => "sparse",
            Self::Future => "future",
        })
    }
}

/// Where a value is to be made up.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The property, also for the items of a list that it holds.
    pub property: &'a str,
    /// The schema of the value.
    pub facts: &'a Value,
}

/// Suggests a value that the schemas do not tell. What is not legal there is not used.
pub type Likely<'a> = &'a dyn Fn(&Place<'_>) -> Option<Value>;

impl Operation {
    /// A reply of success in another shape; `likely` suggests what is made up.
    ///
    /// ```
    /// use mockscale::{Contract, Shape, json};
    ///
    /// let contract = Contract::bundled();
    /// let read = contract.operation("ReadTags").expect("an operation");
    /// let reply = read.shaped_reply(&json!({}), Shape::Maximal, &|place| match place.property {
    ///     "ResourceId" => Some(json!("i-00000001")),
    ///     _ => None,
    /// });
    /// assert_eq!(reply["Tags"][0]["ResourceId"], "i-00000001");
    /// assert_eq!(reply["Tags"][0]["Key"], "made-up-Key");
    /// assert!(read.check_reply(200, &reply).is_empty());
    /// ```
    pub fn shaped_reply(&self, reply: &Value, shape: Shape, likely: Likely<'_>) -> Value {
        let mut shaped = reply.clone();
        let (document, schema) = self.success();
        match shape {
            Shape::Live => {}
            Shape::Maximal => Maximal::new(document, likely).reply(schema, &mut shaped),
            Shape::Minimal => lean::prune(document, schema, &mut shaped, 0),
            Shape::Bare => lean::prune(document, schema, &mut shaped, 1),
            Shape::Sparse => lean::prune(document, schema, &mut shaped, usize::MAX),
            Shape::Future => future::extend(document, schema, &mut shaped),
        }
        shaped
    }
}

/// The names of the properties that a schema requires.
fn required(schema: &Value) -> impl Iterator<Item = &str> {
    let names = schema["required"].as_array().into_iter().flatten();
    names.filter_map(Value::as_str)
}

/// The properties of a schema, if it is one of an object.
fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema["properties"].as_object()
}

/// Whether a schema is one of objects; a document may leave it to the properties to say so.
fn is_object(schema: &Value) -> bool {
    schema["type"] == "object" || properties(schema).is_some()
}
