//! Requests that are made of nothing but their schema: legal ones, and nearly legal ones.

use mockscale::{Contract, Value, json};

use super::pen::Pen;

/// How deep objects are filled.
const DEPTH: usize = 4;

/// A request that the contract allows.
pub(super) fn request(pen: &mut Pen<'_>, operation: &str) -> Value {
    let contract = Contract::bundled();
    match contract.schema(&format!("{operation}Request")) {
        Some(schema) => object(pen, &contract, schema, DEPTH),
        None => json!({}),
    }
}

/// Makes a request a little wrong, mostly against the contract.
pub(super) fn spoil(pen: &mut Pen<'_>, input: &mut Value) {
    let odd = [
        json!(null),
        json!(7),
        json!("text"),
        json!([]),
        json!({}),
        json!([[]]),
        json!(true),
    ];
    let odd = pen.dice.pick(&odd).clone();
    let Some(object) = input.as_object_mut() else {
        return;
    };
    let keys: Vec<String> = object.keys().cloned().collect();
    if keys.is_empty() || pen.dice.percent(25) {
        object.insert(pen.one_of(&["Fliters", "Id", "VmId"]).to_owned(), odd);
        return;
    }
    let key = pen.dice.pick(&keys);
    if pen.dice.percent(40) {
        object.remove(key);
    } else {
        object.insert(key.clone(), odd);
    }
}

fn object(pen: &mut Pen<'_>, contract: &Contract, schema: &Value, depth: usize) -> Value {
    let mut made = json!({});
    let required = schema["required"].as_array();
    let properties = schema["properties"].as_object();
    for (property, schema) in properties.into_iter().flatten() {
        let needed = required.is_some_and(|it| it.iter().any(|it| it == property));
        let share = if needed { 98 } else { 22 };
        if property != "DryRun" && pen.dice.percent(share) {
            made[property.as_str()] = value(pen, contract, property, schema, depth);
        }
    }
    made
}

fn value(
    pen: &mut Pen<'_>,
    contract: &Contract,
    property: &str,
    schema: &Value,
    depth: usize,
) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return match contract.schema(name) {
            Some(schema) if depth > 0 => value(pen, contract, property, schema, depth - 1),
            _ => json!({}),
        };
    }
    if let Some(choice) = schema["enum"].as_array().filter(|it| !it.is_empty()) {
        return pen.dice.pick(choice).clone();
    }
    match schema["type"].as_str() {
        Some("object") => object(pen, contract, schema, depth),
        Some("array") => {
            let one = property.strip_suffix('s').unwrap_or(property);
            let count = 1 + pen.dice.below(2) - u64::from(pen.dice.percent(8));
            (0..count)
                .map(|_| value(pen, contract, one, &schema["items"], depth))
                .collect()
        }
        Some("boolean") => pen.dice.percent(50).into(),
        Some("integer" | "number") => pen.number(&[1, 2, 4, 10, 22, 80, 100, 65000]).into(),
        Some("string") if schema["format"] == "date" => "2024-05-06".into(),
        Some("string") if schema["format"] == "date-time" => "2024-05-06T07:08:09Z".into(),
        Some("string") => text(pen, property).into(),
        // Dates in two forms.
        _ => "2024-05-06T07:08:09Z".into(),
    }
}

fn text(pen: &mut Pen<'_>, property: &str) -> String {
    match property {
        "ImageId" => "ami-5aebd4d5".to_owned(),
        _ if property.ends_with("Id") || property.ends_with("KeypairName") => pen.id(property),
        "PublicIp" | "SecurityGroupName" => pen.id(property),
        "PrivateIp" => pen.address(),
        _ if property.ends_with("IpRange") => pen.range().to_owned(),
        "SubregionName" => pen.subregion().to_owned(),
        "State" => pen
            .one_of(&["available", "running", "in-use", "stopped"])
            .to_owned(),
        "NextPageToken" => pen.one_of(&["", "WyJhIiwxLDEsMV0=", "é"]).to_owned(),
        _ => pen.word().to_owned(),
    }
}
