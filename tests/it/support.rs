//! What the conversations share.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use mockscale::{Cloud, CloudBuilder, Contract, Exchange, Guard, Pace, Value, json};

/// A builder whose clock stands at a fixed instant, so that seeded dates and its own never mix, and
/// whose cloud is looked at after every call.
pub(crate) fn builder() -> CloudBuilder {
    let start = "2024-05-06T07:08:09Z".parse().expect("an instant");
    Cloud::builder().start_at(start).guard(Guard::Invariants)
}

/// The usual cloud of a conversation.
pub(crate) fn cloud() -> Cloud {
    builder().build()
}

/// A cloud in which nothing completes by itself: what is transient stays until it is settled.
pub(crate) fn manual() -> Cloud {
    builder().pace(Pace::Manual).build()
}

/// An operation that only the contract of [`with_unserved`] has.
pub(crate) const UNSERVED: &str = "PredictWeather";

/// The bundled contract with one more operation, which needs no input and which nothing here serves.
pub(crate) fn with_unserved() -> Contract {
    let facts = Contract::bundled();
    let mut facts: Value = serde_json::from_str(facts.facts()).expect("facts are JSON");
    let mut path = facts["paths"]["/ReadNets"].clone();
    path["post"]["operationId"] = UNSERVED.into();
    // Another version, so that its coverage is not added to that of the bundled one.
    facts["info"]["version"] = "1.99.0".into();
    facts["paths"][format!("/{UNSERVED}")] = path;
    Contract::parse(&facts.to_string()).expect("a contract")
}

/// A call that must be refused: its status and code, and that it changed nothing.
#[track_caller]
pub(crate) fn refused(cloud: &Cloud, operation: &str, input: Value) -> (u16, String, String) {
    let response = cloud.call(operation, input);
    let error = response
        .error()
        .unwrap_or_else(|| panic!("{operation} was not refused: {}", response.body()));
    assert!(
        last(cloud).effects.is_empty(),
        "a refused call changed something"
    );
    (response.status(), error.code, error.details)
}

/// [`refused`], and the same of its rehearsal before.
#[track_caller]
pub(crate) fn refused_twice(cloud: &Cloud, operation: &str, input: Value) -> (u16, String, String) {
    let mut dry = input.clone();
    dry["DryRun"] = true.into();
    let rehearsed = refused(cloud, operation, dry);
    let meant = refused(cloud, operation, input);
    assert_eq!(rehearsed, meant, "a rehearsal of {operation} differs");
    meant
}

/// The rehearsal of a call that would succeed: it answers nothing, and changes nothing.
#[track_caller]
pub(crate) fn rehearsed(cloud: &Cloud, operation: &str, mut input: Value) {
    input["DryRun"] = true.into();
    let reply = cloud.call(operation, input).ok();
    let keys = reply.body().as_object().into_iter().flatten();
    let keys: Vec<&str> = keys.map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["ResponseContext"], "{operation}");
    let effects = &last(cloud).effects;
    assert!(
        effects.is_empty(),
        "{operation} changed something: {effects:?}"
    );
}

/// Reads a list by pages of one, which must make the whole; answers how many there are.
#[track_caller]
pub(crate) fn pages_of_one(cloud: &Cloud, operation: &str, key: &str) -> usize {
    let whole = cloud.call(operation, json!({})).ok();
    let mut pages = Vec::new();
    let mut input = json!({ "ResultsPerPage": 1 });
    loop {
        let page = cloud.call(operation, input).ok();
        pages.extend(page[key].as_array().into_iter().flatten().cloned());
        match page.body().get("NextPageToken") {
            Some(token) => input = json!({ "NextPageToken": token }),
            None => break,
        }
    }
    assert_eq!(json!(pages), whole[key], "{operation}");
    pages.len()
}

/// Makes something, and answers the text at a JSON pointer of the reply: mostly its identifier.
#[track_caller]
pub(crate) fn made(cloud: &Cloud, operation: &str, input: Value, pointer: &str) -> String {
    cloud.call(operation, input).ok().text(pointer).to_owned()
}

/// A Net of 10.0.0.0/16.
#[track_caller]
pub(crate) fn net(cloud: &Cloud) -> String {
    let wanted = json!({ "IpRange": "10.0.0.0/16" });
    made(cloud, "CreateNet", wanted, "/Net/NetId")
}

/// A Subnet of a Net.
#[track_caller]
pub(crate) fn subnet(cloud: &Cloud, net: &str, range: &str) -> String {
    let wanted = json!({ "NetId": net, "IpRange": range });
    made(cloud, "CreateSubnet", wanted, "/Subnet/SubnetId")
}

/// An Internet service that is linked to a Net.
#[track_caller]
pub(crate) fn linked_service(cloud: &Cloud, net: &str) -> String {
    let id = "/InternetService/InternetServiceId";
    let service = made(cloud, "CreateInternetService", json!({}), id);
    let both = json!({ "InternetServiceId": service, "NetId": net });
    cloud.call("LinkInternetService", both).ok();
    service
}

/// How many resources a read selects by one filter.
#[track_caller]
pub(crate) fn selected(cloud: &Cloud, operation: &str, filter: &str, wanted: &Value) -> usize {
    let filters = mockscale::json!({ "Filters": { filter: wanted } });
    let read = cloud.call(operation, filters).ok();
    let lists = read.body().as_object().into_iter().flatten();
    lists
        .filter_map(|(_, value)| value.as_array())
        .map(Vec::len)
        .sum()
}

/// The last exchange of a conversation.
#[track_caller]
pub(crate) fn last(cloud: &Cloud) -> Arc<Exchange> {
    let transcript = cloud.transcript();
    Arc::clone(transcript.exchanges().last().expect("something was said"))
}

/// Which resource a table of filters is about: the key of the list that a read answers, the
/// identifying property, and its value.
pub(crate) type Target<'a> = (&'a str, &'a str, &'a str);

/// Holds every filter of a read against a table of rows: the filter, a value that selects the
/// target (`null` where nothing can match), and one that does not.
#[track_caller]
pub(crate) fn every_filter(
    cloud: &Cloud,
    operation: &str,
    input: &Value,
    (list, property, target): Target<'_>,
    table: &[(&str, Value, Value)],
) {
    let contract = cloud.contract();
    let read = contract.operation(operation).expect("an operation");
    let schema = read.outline().filters.as_deref().expect("it has filters");
    let known = contract.schema(schema).expect("filters have a schema");
    let known = known["properties"].as_object().into_iter().flatten();
    let mut known: Vec<&str> = known.map(|(filter, _)| filter.as_str()).collect();
    let mut named: Vec<&str> = table.iter().map(|(filter, ..)| *filter).collect();
    named.sort_unstable();
    known.sort_unstable();
    assert_eq!(named, known, "the table and {schema} differ");
    for (filter, hit, miss) in table {
        let selects = |value: &Value| {
            let mut input = input.clone();
            input["Filters"] = json!({ *filter: value });
            let reply = cloud.call(operation, input).ok();
            let found = reply[list].as_array().expect("a list");
            found.iter().any(|item| item[property] == target)
        };
        assert!(hit.is_null() || selects(hit), "{filter} misses with {hit}");
        assert!(!selects(miss), "{filter} matches with {miss}");
    }
}

/// What a program says about an input; `None`, with a word about it, where it is not installed.
#[track_caller]
pub(crate) fn tool(program: &str, arguments: &[&str], input: &str) -> Option<String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .inspect_err(|_| eprintln!("skipped: {program} is not installed"))
        .ok()?;
    let mut stdin = child.stdin.take().expect("it was piped");
    stdin
        .write_all(input.as_bytes())
        .expect("the program reads what it is told");
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    assert!(output.status.success(), "{program} refuses: {output:?}");
    Some(String::from_utf8(output.stdout).expect("it says text"))
}
