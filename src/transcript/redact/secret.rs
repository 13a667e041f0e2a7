//! Secrets, known by the names of their properties; and private keys, whatever they are called.

use serde_json::Value;

use crate::cloud::effect::{Change, Effect};
use crate::contract::{Breach, MASK, holds_a_private_key, is_a_slip_of_a_secret, is_secret};

/// A copy in which every secret property and every private key is replaced, however deep.
pub(crate) fn redacted(value: &Value) -> Value {
    match value {
        Value::Object(object) => object
            .iter()
            .map(|(property, value)| {
                let said = if is_secret(property) && !value.is_null() {
                    Value::from(MASK)
                } else {
                    redacted(value)
                };
                (property.clone(), said)
            })
            .collect(),
        Value::Array(values) => values.iter().map(redacted).collect(),
        Value::String(text) if holds_a_private_key(text) => Value::from(MASK),
        value => value.clone(),
    }
}

/// The values of every secret property, however deep.
pub(crate) fn secrets(value: &Value) -> Vec<&Value> {
    let of = |(property, value): (&String, _)| {
        if is_secret(property) {
            vec![value]
        } else {
            secrets(value)
        }
    };
    match value {
        Value::Object(object) => object.iter().flat_map(of).collect(),
        Value::Array(values) => values.iter().flat_map(secrets).collect(),
        _ => Vec::new(),
    }
}

/// Replaces what stands under a name that is a slip of a secret's: a misspelt secret is still one.
pub(crate) fn mask_misspelt(body: &mut Value, breaches: &[Breach]) {
    for breach in breaches {
        let name = breach.pointer.rsplit('/').next().unwrap_or_default();
        let unknown = breach.rule == "additionalProperties";
        let secret = (unknown && is_a_slip_of_a_secret(name))
            || breach.did_you_mean.as_deref().is_some_and(is_secret);
        if secret && let Some(said) = body.pointer_mut(&breach.pointer) {
            *said = MASK.into();
        }
    }
}

/// Replaces the secrets among the fields that changed.
pub(crate) fn mask_effects(effects: &mut [Effect]) {
    for effect in effects {
        let Change::Changed(fields) = &mut effect.change else {
            continue;
        };
        for field in fields {
            let mut names = field.path.split(['.', '[']);
            let secret = names.any(is_secret);
            for value in [&mut field.before, &mut field.after].into_iter().flatten() {
                *value = if secret && !value.is_null() {
                    MASK.into()
                } else {
                    redacted(value)
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_secret_that_changes_is_hidden_on_both_sides() {
        let effect = json!({ "kind": "VpnConnection", "id": "vpn-1", "change": { "changed": [
            { "path": "VpnOptions.PreSharedKey", "before": "old", "after": "new" },
            { "path": "Tunnels[0]", "after": { "PreSharedKey": "new", "State": "UP" } },
            { "path": "State", "before": null, "after": "available" },
        ] } });
        let effect = serde_json::from_value(effect).expect("an effect");
        let mut effects = [effect];
        mask_effects(&mut effects);
        let masked = serde_json::to_value(&effects).expect("JSON");
        let fields = json!([
            { "path": "VpnOptions.PreSharedKey", "before": MASK, "after": MASK },
            { "path": "Tunnels[0]", "after": { "PreSharedKey": MASK, "State": "UP" } },
            { "path": "State", "before": null, "after": "available" },
        ]);
        assert_eq!(masked[0]["change"]["changed"], fields);
    }
}
