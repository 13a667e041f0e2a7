//! A transcript as YAML for snapshots: a list of exchanges, one fact a line.
//!
//! Left out: what is empty.

use serde_json::{Number, Value};
use serde_norway::{Mapping, Value as Yaml};

use super::Transcript;
use super::bodies::Body;
use super::canonical::{Canonical, CanonicalChange, CanonicalEffect};
use super::text::forgotten;

/// Everything that is shown.
pub(super) fn whole(transcript: &Transcript) -> String {
    let mut out = match forgotten(transcript) {
        Some(forgotten) => format!("# {forgotten}\n"),
        None => String::new(),
    };
    for exchange in Canonical::all(transcript) {
        // A text may end in an empty line of its own, and another one would lengthen it.
        if !out.is_empty() && !out.ends_with("\n\n") {
            out.push('\n');
        }
        let item = Yaml::Sequence(vec![item(exchange)]);
        let yaml = serde_norway::to_string(&item);
        out.push_str(&yaml.expect("texts, numbers, lists and mappings of texts are YAML"));
    }
    if transcript.is_empty() {
        out.push_str("[]\n");
    }
    out
}

fn item(exchange: Canonical) -> Yaml {
    let mut item = Mapping::new();
    let mut put = |key: &str, value: Yaml| {
        item.insert(key.into(), value);
    };
    put("number", exchange.number.into());
    put("operation", exchange.operation.into());
    if let Some(caller) = exchange.caller {
        put("caller", caller.into());
    }
    if let Some(user) = exchange.user {
        put("user", user.into());
    }
    if let Some(from) = exchange.from {
        put("from", from.to_string().into());
    }
    if let Some(certificate) = exchange.certificate {
        put("certificate", certificate.into());
    }
    if let Some(http) = exchange.http {
        put("http", http.line.into());
        let headers = http.headers.into_iter();
        let headers: Mapping = headers.map(|(of, is)| (of.into(), is.into())).collect();
        put("headers", headers.into());
    }
    if let Some(request) = exchange.request {
        put("request", body(request));
    }
    put("status", exchange.status.into());
    if let Some(check) = exchange.check {
        put("refused_by", check.name().into());
    }
    if exchange.by_mock {
        put("source", "mock".into());
    }
    if let Some(shape) = exchange.shaped {
        put("shape", shape.to_string().into());
    }
    if let Some(reply) = exchange.reply {
        put("reply", body(reply));
    }
    if !exchange.effects.is_empty() {
        let effects: Vec<_> = exchange.effects.into_iter().map(effect).collect();
        put("effects", effects.into());
    }
    if !exchange.violations.is_empty() {
        let violations: Vec<Yaml> = exchange.violations.into_iter().map(Yaml::from).collect();
        put("violations", violations.into());
    }
    item.into()
}

fn body(body: Body) -> Yaml {
    match body {
        Body::Json(value) => yaml(value),
        Body::Unreadable(why) => format!("({why})").into(),
    }
}

fn effect(effect: CanonicalEffect) -> Yaml {
    let CanonicalEffect { subject, change } = effect;
    let (what, subject, fields) = match change {
        CanonicalChange::Created => ("created", subject, vec![]),
        CanonicalChange::Deleted => ("deleted", subject, vec![]),
        CanonicalChange::Changed(fields) => ("changed", subject, fields),
        CanonicalChange::Scheduled(course) => ("scheduled", format!("{subject}, {course}"), vec![]),
    };
    let mut lines = Mapping::new();
    lines.insert(what.into(), subject.into());
    lines.extend(fields.into_iter().map(|(of, is)| (of.into(), is.into())));
    lines.into()
}

/// JSON as YAML, without serde in between: how it passes numbers on depends on features of
/// `serde_json` that anybody's dependency may switch on.
fn yaml(value: Value) -> Yaml {
    match value {
        Value::Null => Yaml::Null,
        Value::Bool(flag) => flag.into(),
        Value::Number(number) => number_of(&number),
        Value::String(text) => text.into(),
        Value::Array(values) => values.into_iter().map(yaml).collect::<Vec<_>>().into(),
        Value::Object(object) => {
            let members = object.into_iter();
            let members: Mapping = members.map(|(of, is)| (of.into(), yaml(is))).collect();
            members.into()
        }
    }
}

fn number_of(number: &Number) -> Yaml {
    if let Some(number) = number.as_i64() {
        number.into()
    } else if let Some(number) = number.as_u64() {
        number.into()
    } else {
        number.as_f64().unwrap_or(f64::NAN).into()
    }
}
