//! Filters: which resources a read selects.
//!
//! What a filter looks at follows from the schemas; a family overrides only what they cannot
//! say. The values of one filter are alternatives, different filters must all hold.

use std::sync::Arc;

use serde_json::Value;

use super::call::Call;
use super::clock;
use super::families;
use super::family::{By, Kind};
use super::fault::{self, Fault};
use super::object::{Fields, Object};
use super::state::State;
use super::store::Resource;

/// The filters of one request, ready to be applied.
#[derive(Debug)]
pub struct Selection<'a> {
    tests: Vec<Test<'a>>,
}

#[derive(Debug)]
struct Test<'a> {
    name: &'a str,
    target: Target,
    wanted: &'a [Value],
    /// Whether `*` means itself.
    exact: bool,
}

#[derive(Clone, Debug)]
enum Target {
    Derived(Arc<str>),
    Override(By),
    /// `KEY=VALUE` on one tag.
    TagPair,
}

impl<'a> Selection<'a> {
    /// Reads the filters of a request on a kind of resources.
    ///
    /// # Faults
    /// `INVALID_FILTER` for a filter that nothing is known about.
    pub fn of(call: &Call<'a>, kind: &Kind, schema: &str) -> Result<Self, Fault> {
        Self::over(call, kind.name, schema)
    }

    /// [`Selection::of`] over objects of a schema that need not be a kind of resource.
    pub fn over(call: &Call<'a>, shown: &str, schema: &str) -> Result<Self, Fault> {
        let Some(filters) = call.input.get("Filters").and_then(Value::as_object) else {
            return Ok(Self { tests: Vec::new() });
        };
        let mut tests = Vec::new();
        for (name, wanted) in filters {
            let wanted = alternatives(wanted);
            // assumed: an empty list is no filter; the real answer is not known.
            if !wanted.is_empty() {
                let target = target(call, shown, schema, name)?;
                tests.push(Test {
                    name,
                    target,
                    wanted,
                    exact: is_exact(schema, name),
                });
            }
        }
        Ok(Self { tests })
    }

    /// Whether everything is selected.
    pub fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// Whether every filter holds for an object that is no stored resource.
    pub fn accepts(&self, object: &Object) -> bool {
        self.tests.iter().all(|test| test.holds_for(object))
    }

    /// Whether every filter holds for a resource and the way it is shown.
    pub fn matches(&self, state: &State, resource: &Resource, shown: &Object) -> bool {
        self.tests
            .iter()
            .all(|test| test.holds(state, resource, shown))
    }

    /// Whether every filter holds but those on states: such a read has looked at the resource,
    /// also while it waits for another state.
    pub fn looks_at(&self, state: &State, resource: &Resource, shown: &Object) -> bool {
        self.tests
            .iter()
            .filter(|test| !test.name.contains("State"))
            .all(|test| test.holds(state, resource, shown))
    }

    /// The filters of these names, each apart, and the others.
    pub fn split(self, names: &[&str]) -> (Vec<Self>, Self) {
        let (apart, tests) = self
            .tests
            .into_iter()
            .partition::<Vec<_>, _>(|test| names.contains(&test.name));
        let alone = |test| Self { tests: vec![test] };
        (apart.into_iter().map(alone).collect(), Self { tests })
    }

    /// The identifiers asked for, when there is a filter on exactly that property.
    pub fn ids(&self, kind: &Kind) -> Option<impl Iterator<Item = &'a str> + use<'a>> {
        self.tests
            .iter()
            .find(|test| matches!(&test.target, Target::Derived(path) if **path == *kind.id))
            .map(|test| test.wanted.iter().filter_map(Value::as_str))
    }
}

impl Test<'_> {
    fn holds(&self, state: &State, resource: &Resource, shown: &Object) -> bool {
        match &self.target {
            Target::Override(By::Values(values)) => {
                let values = values(state, resource);
                self.any(&values.iter().collect::<Vec<_>>())
            }
            Target::Override(By::Prefix(field)) => {
                let text = resource.body.text(field);
                let mut wanted = self.wanted.iter().filter_map(Value::as_str);
                wanted.any(|prefix| text.starts_with(prefix))
            }
            _ => self.holds_for(shown),
        }
    }

    fn holds_for(&self, shown: &Object) -> bool {
        match &self.target {
            Target::Derived(path) => self.any(&at(shown, path)),
            Target::Override(By::Path(path)) => self.any(&at(shown, path)),
            Target::Override(By::NotBefore(path)) => {
                self.instant(shown, path, |at, limit| at >= limit)
            }
            Target::Override(By::NotAfter(path)) => {
                self.instant(shown, path, |at, limit| at <= limit)
            }
            Target::Override(By::Prefix(_) | By::Values(_)) => false,
            Target::TagPair => {
                // assumed: a key ends at the first equals sign.
                let pairs = self.wanted.iter().filter_map(Value::as_str);
                pairs.filter_map(|pair| pair.split_once('=')).any(|pair| {
                    let mut tags = shown.objects("Tags");
                    tags.any(|tag| like(tag.text("Key"), pair.0) && like(tag.text("Value"), pair.1))
                })
            }
        }
    }

    fn any(&self, found: &[&Value]) -> bool {
        self.wanted
            .iter()
            .any(|wanted| found.iter().any(|value| equal(value, wanted, self.exact)))
    }

    fn instant(
        &self,
        shown: &Object,
        path: &str,
        holds: impl Fn(jiff::Timestamp, jiff::Timestamp) -> bool,
    ) -> bool {
        let limit = self
            .wanted
            .first()
            .and_then(Value::as_str)
            .and_then(clock::read);
        at(shown, path)
            .into_iter()
            .filter_map(|value| clock::read(value.as_str()?))
            .any(|at| limit.is_some_and(|limit| holds(at, limit)))
    }
}

/// A list is its elements, a single value is the one alternative.
fn alternatives(wanted: &Value) -> &[Value] {
    match wanted {
        Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}

fn target(call: &Call<'_>, shown: &str, schema: &str, name: &str) -> Result<Target, Fault> {
    if let Some(by) = families::filter_override(call.operation.tag(), schema, name) {
        return Ok(Target::Override(by));
    }
    match name {
        "Tags" => return Ok(Target::TagPair),
        "TagKeys" => return Ok(Target::Override(By::Path("Tags.Key"))),
        "TagValues" => return Ok(Target::Override(By::Path("Tags.Value"))),
        _ => {}
    }
    let paths = call.contract.filter_paths(schema, shown);
    match paths.get(name) {
        Some(Some(path)) => Ok(Target::Derived(path.as_str().into())),
        _ => Err(fault::INVALID_FILTER.says(format!(
            "The filter '{name}' of {} is not served by this fake.",
            call.operation.name()
        ))),
    }
}

/// What stands for a property that is not there.
static ABSENT: Value = Value::Null;

/// The values at a dotted path, looking into lists on the way: none in an empty list, and a null
/// for a property that is not there.
fn at<'v>(object: &'v Object, path: &str) -> Vec<&'v Value> {
    let mut values = Vec::new();
    collect(object, path, &mut values);
    values
}

fn collect<'v>(object: &'v Object, path: &str, into: &mut Vec<&'v Value>) {
    let (field, rest) = match path.split_once('.') {
        Some((field, rest)) => (field, Some(rest)),
        None => (path, None),
    };
    let Some(value) = object.get(field) else {
        into.push(&ABSENT);
        return;
    };
    let elements = match value {
        Value::Array(elements) => elements.as_slice(),
        value => std::slice::from_ref(value),
    };
    for element in elements {
        match (rest, element) {
            (Some(rest), Value::Object(object)) => collect(object, rest, into),
            (None, value) => into.push(value),
            _ => {}
        }
    }
}

/// Whether a filter takes its values as they are: identifiers, and what is said to match exactly.
///
/// assumed: the others take `*`. Documented it is of the names of images and load balancers.
fn is_exact(schema: &str, name: &str) -> bool {
    const WHOLE: [&str; 8] = [
        "FiltersAccessKeys",
        "FiltersApiAccessRule",
        "FiltersApiLog",
        "FiltersCa",
        "FiltersKeypair",
        "FiltersListenerRule",
        "FiltersQuota",
        "FiltersSubregion",
    ];
    name.ends_with("Ids")
        || name.ends_with("Id")
        || name.ends_with("IpRanges")
        || WHOLE.contains(&schema)
}

fn equal(value: &Value, wanted: &Value, exact: bool) -> bool {
    match (value, wanted) {
        (Value::String(value), Value::String(wanted)) => {
            value == wanted
                || (!exact && wanted.contains('*') && like(value, wanted))
                || same_instant(value, wanted)
        }
        (Value::Number(value), Value::Number(wanted)) => value.as_f64() == wanted.as_f64(),
        // assumed: a boolean that is not shown counts as false.
        (Value::Null, Value::Bool(wanted)) => !wanted,
        _ => value == wanted,
    }
}

/// Dates match by the instant; a bare date matches its whole day.
fn same_instant(value: &str, wanted: &str) -> bool {
    let dated =
        |text: &str| text.len() >= 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    if !dated(value) || !dated(wanted) {
        return false;
    }
    if wanted.len() == 10 {
        return clock::read(wanted).is_some() && value.starts_with(wanted);
    }
    match (clock::read(value), clock::read(wanted)) {
        (Some(value), Some(wanted)) => value == wanted,
        _ => false,
    }
}

/// Whether a text fits a pattern in which `*` stands for any run of characters.
///
/// assumed beyond image and load balancer names, where it is documented.
pub(super) fn like(text: &str, pattern: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return text == pattern;
    };
    let Some(mut text) = text.strip_prefix(head) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(found) => text = &text[found + part.len()..],
            None => return false,
        }
    }
    text.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Ubuntu-22.04", "Ubuntu*", true)]
    #[case("Ubuntu-22.04", "*22*", true)]
    #[case("Ubuntu-22.04", "*04", true)]
    #[case("Ubuntu-22.04", "U*u*4", true)]
    #[case("Ubuntu-22.04", "*", true)]
    #[case("aba", "ab*ba", false)]
    #[case("Ubuntu-22.04", "ubuntu*", false)]
    #[case("Ubuntu-22.04", "Ubuntu", false)]
    fn patterns(#[case] text: &str, #[case] pattern: &str, #[case] fits: bool) {
        assert_eq!(like(text, pattern), fits);
    }

    #[rstest]
    #[case("FiltersNet", "NetIds", true)]
    #[case("FiltersNet", "IpRanges", true)]
    #[case("FiltersNet", "States", false)]
    #[case("FiltersApiLog", "QueryUserAgents", true)]
    #[case("FiltersApiAccessRule", "Cns", true)]
    #[case("FiltersImage", "ImageNames", false)]
    fn what_takes_no_pattern(#[case] schema: &str, #[case] name: &str, #[case] exact: bool) {
        assert_eq!(is_exact(schema, name), exact);
        let fits = equal(&"x1".into(), &"x*".into(), is_exact(schema, name));
        assert_eq!(fits, !exact);
    }

    #[rstest]
    #[case("2024-05-06T07:08:09.000Z", "2024-05-06T09:08:09+02:00", true)]
    #[case("2024-05-06T07:08:09.000Z", "2024-05-06", true)]
    #[case("2024-05-06T07:08:09.000Z", "2024-05-07", false)]
    #[case("2024-é", "2024-05-07", false)]
    fn instants(#[case] value: &str, #[case] wanted: &str, #[case] same: bool) {
        assert_eq!(same_instant(value, wanted), same);
    }
}
