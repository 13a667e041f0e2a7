//! The facts of a contract, found by line: nothing is parsed before it is asked for.
//!
//! Relies on the layout that [`super::distil`] writes, and on nothing but that: every text that
//! comes here has been through the distiller (for the bundled one a test says so).

use std::borrow::Cow;
use std::io::BufRead as _;
use std::ops::Range;
use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::Value;

use super::references::SCHEMAS;
use super::validator;

/// How the line with title and version begins.
const INFO: &str = "\"info\":";

/// A distilled document with its schemas and validators, each made on first use.
pub(super) struct Document {
    text: Cow<'static, str>,
    index: OnceLock<Index>,
}

struct Index {
    version: String,
    operations: Vec<Line>,
    schemas: Vec<Slot>,
}

/// One line of facts: `"name":body`.
struct Line {
    name: Range<usize>,
    body: Range<usize>,
}

struct Slot {
    line: Line,
    schema: OnceLock<Value>,
    /// Boxed: few of the hundreds of slots are ever filled.
    validator: OnceLock<Box<Result<Validator, String>>>,
}

/// The number of a schema of one document: found once, used often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SchemaId(usize);

impl Document {
    pub(super) const fn new(facts: Cow<'static, str>) -> Self {
        Self {
            text: facts,
            index: OnceLock::new(),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn version(&self) -> &str {
        &self.index().version
    }

    pub(super) fn operation_count(&self) -> usize {
        self.index().operations.len()
    }

    pub(super) fn operation_name(&self, number: usize) -> &str {
        // A path is `/` and the name.
        &self.text[self.index().operations[number].name.clone()][1..]
    }

    pub(super) fn find_operation(&self, name: &str) -> Option<usize> {
        let operations = &self.index().operations;
        operations
            .binary_search_by(|line| self.text[line.name.clone()][1..].cmp(name))
            .ok()
    }

    pub(super) fn operation_facts(&self, number: usize) -> Value {
        self.parse(&self.index().operations[number].body)
    }

    pub(super) fn find_schema(&self, name: &str) -> Option<SchemaId> {
        let schemas = &self.index().schemas;
        schemas
            .binary_search_by(|slot| self.text[slot.line.name.clone()].cmp(name))
            .ok()
            .map(SchemaId)
    }

    /// The schema that a `$ref` names.
    pub(super) fn resolve(&self, reference: &str) -> Option<SchemaId> {
        self.find_schema(reference.strip_prefix(SCHEMAS)?)
    }

    /// The schema that `schema` refers to, or itself.
    ///
    /// A reference may lead to a reference; after as many as nobody writes, it leads round.
    pub(super) fn referred<'d>(&'d self, schema: &'d Value) -> &'d Value {
        let mut found = schema;
        for _ in 0..8 {
            let reference = found["$ref"].as_str();
            match reference.and_then(|reference| self.resolve(reference)) {
                Some(id) => found = self.schema(id),
                None => break,
            }
        }
        found
    }

    pub(super) fn schema_name(&self, id: SchemaId) -> &str {
        &self.text[self.index().schemas[id.0].line.name.clone()]
    }

    pub(super) fn schema(&self, id: SchemaId) -> &Value {
        let slot = &self.index().schemas[id.0];
        slot.schema.get_or_init(|| self.parse(&slot.line.body))
    }

    /// The validator of a schema and all that it refers to, or why there can be none.
    pub(super) fn validator(&self, id: SchemaId) -> Result<&Validator, &str> {
        let slot = &self.index().schemas[id.0];
        let made = slot
            .validator
            .get_or_init(|| Box::new(validator::compile(self, id)));
        made.as_ref().as_ref().map_err(String::as_str)
    }

    /// The schema and all that it refers to, directly or not, each once.
    pub(super) fn closure(&self, root: SchemaId) -> Vec<SchemaId> {
        let mut found = vec![root];
        let mut next = 0;
        while let Some(&id) = found.get(next) {
            self.collect_references(self.schema(id), &mut found);
            next += 1;
        }
        found
    }

    fn collect_references(&self, part: &Value, found: &mut Vec<SchemaId>) {
        match part {
            Value::Object(members) => {
                let reference = members.get("$ref").and_then(Value::as_str);
                match reference.and_then(|r| self.resolve(r)) {
                    Some(id) if found.contains(&id) => {}
                    Some(id) => found.push(id),
                    None => members
                        .values()
                        .for_each(|value| self.collect_references(value, found)),
                }
            }
            Value::Array(items) => items
                .iter()
                .for_each(|item| self.collect_references(item, found)),
            _ => {}
        }
    }

    fn parse(&self, range: &Range<usize>) -> Value {
        serde_json::from_str(&self.text[range.clone()])
            .expect("a line of facts is JSON: the distiller wrote it")
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(&self.text))
    }
}

impl Index {
    /// One pass over the lines.
    fn of(text: &str) -> Self {
        let mut index = Self {
            version: String::new(),
            operations: Vec::with_capacity(256),
            schemas: Vec::with_capacity(1024),
        };
        let mut section = Section::Head;
        let mut start = 0;
        while let Some(length) = distance(text, start, b'\n') {
            let end = start + length;
            match (section, text.as_bytes()[start]) {
                (_, b'}') => section = Section::after(&text[start..end]),
                (Section::Head, _) => match &text[start..end] {
                    "\"paths\":{" => section = Section::Operations,
                    line if line.starts_with(INFO) => index.version = version(line),
                    _ => {}
                },
                (Section::Operations, _) => index.operations.push(Line::of(text, start, end)),
                (Section::Schemas, _) => {
                    index.schemas.push(Slot::new(Line::of(text, start, end)));
                }
                (Section::Other, _) => {}
            }
            start = end + 1;
        }
        index
    }
}

#[derive(Clone, Copy)]
enum Section {
    Head,
    Operations,
    Schemas,
    Other,
}

impl Section {
    /// The section that begins after a line that closes another.
    fn after(line: &str) -> Self {
        if line.ends_with("\"schemas\":{") {
            Self::Schemas
        } else {
            Self::Other
        }
    }
}

/// How far `byte` is from `start`.
///
/// `BufRead` finds a byte with the C library's search, which is as quick in a debug build; `find`
/// on a text would be compiled into this crate and take ten times as long there.
fn distance(text: &str, start: usize, byte: u8) -> Option<usize> {
    let mut rest = text.as_bytes().get(start..)?;
    let with_byte = rest.skip_until(byte).ok()?;
    // Without that byte, everything is skipped.
    let found = with_byte.checked_sub(1)?;
    (text.as_bytes()[start + found] == byte).then_some(found)
}

/// The version in the line `"info":{…},`.
fn version(line: &str) -> String {
    let info = line.trim_start_matches(INFO).trim_end_matches(',');
    let info: Value = serde_json::from_str(info).unwrap_or_default();
    info["version"].as_str().unwrap_or_default().to_owned()
}

impl Line {
    /// Splits the line from `start` to `end`, `"name":body` with or without a comma; names have no
    /// escapes.
    fn of(text: &str, start: usize, end: usize) -> Self {
        let end = end - usize::from(text.as_bytes()[end - 1] == b',');
        let name = start + 1;
        let name_end = name + distance(text, name, b'"').unwrap_or_default();
        Self {
            name: name..name_end,
            body: (name_end + 2).min(end)..end,
        }
    }
}

impl Slot {
    const fn new(line: Line) -> Self {
        Self {
            line,
            schema: OnceLock::new(),
            validator: OnceLock::new(),
        }
    }
}
