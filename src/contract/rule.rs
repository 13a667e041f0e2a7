//! The rules that a breach can name: one table. Left out: what keeps them (see
//! [`super::validator`]).

use super::suggest::nearest;

/// Every rule that a [`Breach`](super::Breach) can name, and what it asks for; sorted by name.
///
/// The keywords of JSON Schema that `OpenAPI` 3.0 has, and the words of this crate's own for what
/// no schema is asked about.
///
/// ```
/// use mockscale::contract::RULES;
///
/// assert!(RULES.iter().any(|(rule, _)| *rule == "additionalProperties"));
/// ```
pub const RULES: &[(&str, &str)] = &[
    ("additionalProperties", "no properties but the known ones"),
    ("anyOf", "a value that fits one of several schemas"),
    ("enum", "one of the listed values"),
    ("exclusiveMaximum", "a number below the limit"),
    ("exclusiveMinimum", "a number above the limit"),
    ("format", "text or a number in a format, such as a date"),
    ("json", "a body that is JSON"),
    ("maxItems", "a list that is not too long"),
    ("maxLength", "text that is not too long"),
    ("maxProperties", "an object with not too many properties"),
    ("maximum", "a number up to the limit"),
    ("method", "the method POST"),
    ("minItems", "a list that is long enough"),
    ("minLength", "text that is long enough"),
    ("minProperties", "an object with enough properties"),
    ("minimum", "a number from the limit on"),
    ("multipleOf", "a multiple of a number"),
    ("not", "a value that does not fit a schema"),
    ("oneOf", "a value that fits exactly one of several schemas"),
    ("operation", "an operation that exists"),
    ("panic", "an answer without a panic of whatever made it"),
    ("pattern", "text that matches a regular expression"),
    ("required", "the properties that must be there"),
    ("schema", "a document whose schemas can be used"),
    ("size", "a body that is not too large"),
    ("type", "a value of the right type"),
    ("uniqueItems", "a list without equal elements"),
    ("utf-8", "a body that is UTF-8"),
];

/// The rule of that name, as the table has it.
pub(crate) fn rule(name: &str) -> Option<&'static str> {
    let at = RULES.binary_search_by(|(rule, _)| (*rule).cmp(name)).ok()?;
    Some(RULES[at].0)
}

/// The rule whose name is nearest, if any is near: for "did you mean".
pub(crate) fn nearest_rule(name: &str) -> Option<&'static str> {
    nearest(name, RULES.iter().map(|(rule, _)| *rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_found_by_exact_name() {
        assert!(RULES.is_sorted());
        assert!(RULES.iter().all(|(name, _)| rule(name) == Some(name)));
        assert_eq!(rule("Required"), None);
        assert_eq!(
            nearest_rule("additonalProperties"),
            Some("additionalProperties")
        );
        assert_eq!(nearest_rule("colour"), None);
    }
}
