//! Every field that a body may have, by dotted path, with the values that the document lists.
//!
//! Lists are implied, as in filter paths: `Vms.Tags.Key` is that of any tag of any VM. Left out:
//! the context that every reply carries, and what a schema within itself would go on to repeat.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{Document, SchemaId};
use super::suggest::nearest;

/// The property of every reply that says nothing of its operation.
const CONTEXT: &str = "ResponseContext";

/// The fields of one body of an operation.
///
/// ```
/// use mockscale::{Contract, Side, json};
///
/// let contract = Contract::bundled();
/// let fields = contract.operation("ReadNets").expect("an operation").fields(Side::Request);
/// let present = fields.present(&json!({ "Filters": { "NetIds": [], "States": null } }));
/// let paths = fields.iter().zip(present).filter(|(_, there)| *there);
/// let paths: Vec<_> = paths.map(|(field, _)| field.path()).collect();
/// assert_eq!(paths, ["Filters", "Filters.NetIds"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// Parents before what is in them.
    all: Vec<Field>,
    top: Vec<usize>,
    values: usize,
}

/// One field.
#[derive(Clone, Debug)]
pub struct Field {
    path: String,
    name_at: usize,
    /// The fields within, by name.
    inner: Vec<usize>,
    values: Vec<Value>,
    first_value: usize,
}

impl Field {
    /// Its dotted path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The last part of its path.
    pub fn name(&self) -> &str {
        &self.path[self.name_at..]
    }

    /// The values that it may have, where the document lists them; none for booleans.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The numbers of the fields within, by name.
    pub(crate) fn inner(&self) -> &[usize] {
        &self.inner
    }
}

impl Fields {
    /// The fields of a body whose schema is `root`.
    pub(super) fn of(document: &Document, root: SchemaId) -> Self {
        let mut fields = Self::default();
        let mut found = Found::default();
        found.take(document, document.schema(root), &[root]);
        found.properties.remove(CONTEXT);
        fields.top = fields.add(document, &found, "");
        fields
    }

    /// Every field, parents before what is in them.
    pub fn iter(&self) -> impl Iterator<Item = &Field> {
        self.all.iter()
    }

    /// What there is to be present: each field, in the order of [`Fields::iter`], then each listed
    /// value of each field.
    pub fn slots(&self) -> usize {
        self.all.len() + self.values
    }

    /// Which of the [slots](Fields::slots) a body fills: a field that is there at least once and is
    /// not null, a listed value that it has at least once.
    pub fn present(&self, body: &Value) -> Vec<bool> {
        let mut present = vec![false; self.slots()];
        self.mark(&self.top, body, &mut present);
        present
    }

    /// The numbers of the fields at the top, by name.
    pub(crate) fn top(&self) -> &[usize] {
        &self.top
    }

    /// The field of a number.
    pub(crate) fn field(&self, number: usize) -> &Field {
        &self.all[number]
    }

    /// The field of that name among some.
    pub(crate) fn named(&self, among: &[usize], name: &str) -> Option<usize> {
        among
            .binary_search_by(|&number| self.all[number].name().cmp(name))
            .ok()
            .map(|at| among[at])
    }

    /// The first property of a body that is no field, by its dotted path, and the nearest that is.
    pub(crate) fn misspelt(&self, body: &Value) -> Option<(String, Option<&str>)> {
        self.misspelt_among(&self.top, "", body)
    }

    fn misspelt_among(
        &self,
        among: &[usize],
        prefix: &str,
        body: &Value,
    ) -> Option<(String, Option<&str>)> {
        match body {
            Value::Array(items) => items
                .iter()
                .find_map(|item| self.misspelt_among(among, prefix, item)),
            Value::Object(members) => members.iter().find_map(|(name, value)| {
                let path = format!("{prefix}{name}");
                let Some(number) = self.named(among, name) else {
                    let known = among.iter().map(|&number| self.all[number].name());
                    return Some((path, nearest(name, known)));
                };
                // Without fields of its own it is a value, or a schema that repeats itself.
                let inner = &self.all[number].inner;
                let within = || self.misspelt_among(inner, &format!("{path}."), value);
                (!inner.is_empty()).then(within).flatten()
            }),
            _ => None,
        }
    }

    /// The slot of a listed value of a field.
    pub(crate) fn value_slot(&self, field: usize, value: usize) -> usize {
        self.all.len() + self.all[field].first_value + value
    }

    fn mark(&self, among: &[usize], body: &Value, present: &mut [bool]) {
        match body {
            Value::Array(items) => items
                .iter()
                .for_each(|item| self.mark(among, item, present)),
            Value::Object(members) => {
                for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
                    if let Some(number) = self.named(among, name) {
                        present[number] = true;
                        self.mark_within(number, value, present);
                    }
                }
            }
            _ => {}
        }
    }

    fn mark_within(&self, number: usize, value: &Value, present: &mut [bool]) {
        let field = &self.all[number];
        if !field.inner.is_empty() {
            self.mark(&field.inner, value, present);
        }
        if !field.values.is_empty() {
            let said = match value {
                Value::Array(items) => items.as_slice(),
                one => std::slice::from_ref(one),
            };
            for value in said {
                if let Some(at) = field.values.iter().position(|it| it == value) {
                    present[self.value_slot(number, at)] = true;
                }
            }
        }
    }

    /// Adds the properties of an object, and answers their numbers.
    fn add(&mut self, document: &Document, object: &Found<'_>, prefix: &str) -> Vec<usize> {
        let mut numbers = Vec::new();
        for (name, schemas) in &object.properties {
            let mut found = Found::default();
            for (schema, through) in schemas {
                found.take(document, schema, through);
            }
            let path = format!("{prefix}{name}");
            let number = self.all.len();
            let below = format!("{path}.");
            self.all.push(Field {
                name_at: prefix.len(),
                path,
                inner: Vec::new(),
                first_value: self.values,
                values: std::mem::take(&mut found.values),
            });
            self.values += self.all[number].values.len();
            self.all[number].inner = self.add(document, &found, &below);
            numbers.push(number);
        }
        numbers
    }
}

/// What schemas say of one value: the properties of the object that it may be, or of which it may
/// be a list, and the values listed for it.
#[derive(Default)]
struct Found<'a> {
    /// By name: the schemas of the property, each with the named ones that led there.
    properties: BTreeMap<&'a str, Vec<(&'a Value, Vec<SchemaId>)>>,
    values: Vec<Value>,
}

impl<'a> Found<'a> {
    fn take(&mut self, document: &'a Document, schema: &'a Value, through: &[SchemaId]) {
        if let Some(id) = schema["$ref"].as_str().and_then(|it| document.resolve(it)) {
            if !through.contains(&id) {
                let through = [through, &[id]].concat();
                self.take(document, document.schema(id), &through);
            }
            return;
        }
        if let Some(items) = schema.get("items") {
            self.take(document, items, through);
        }
        for of in ["allOf", "anyOf", "oneOf"] {
            for branch in schema[of].as_array().into_iter().flatten() {
                self.take(document, branch, through);
            }
        }
        for value in schema["enum"].as_array().into_iter().flatten() {
            let plain = value.is_string() || value.is_number();
            if plain && !self.values.contains(value) {
                self.values.push(value.clone());
            }
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let schemas = self.properties.entry(name).or_default();
            schemas.push((property, through.to_vec()));
        }
    }
}
