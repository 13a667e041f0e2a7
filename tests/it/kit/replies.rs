//! Replies on demand: every shape, held against the contract, and against clients.

use std::collections::BTreeSet;

use mockscale::{Cloud, Contract, Guard, Pace, Shape, Value, assert_transcript, json};

use crate::support::{builder, cloud, last, made};

const VM: &str = "ami-5aebd4d5";

/// A property of an object of a schema of replies that a value does not have, or leaves empty.
fn missing(contract: &Contract, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let name = schema["$ref"].as_str().map(|it| it.rsplit('/').next());
    let schema = match name.flatten() {
        Some(name) => contract.schema(name).expect("a schema"),
        None => schema,
    };
    match value {
        Value::Object(body) => {
            for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
                let at = format!("{at}.{property}");
                match body.get(property) {
                    Some(value) => missing(contract, schema, value, &at, found),
                    None => found.push(at),
                }
            }
        }
        Value::Array(items) => {
            if items.is_empty() {
                found.push(at.to_owned());
            }
            for item in items {
                missing(contract, &schema["items"], item, at, found);
            }
        }
        Value::Null => found.push(at.to_owned()),
        _ => {}
    }
}

#[test]
fn every_operation_has_a_full_reply_and_it_is_legal() {
    let cloud = cloud();
    let contract = cloud.contract();
    let mut faults = Vec::new();
    for operation in contract.operations() {
        let reply = cloud.sample_reply(operation.name(), Shape::Maximal);
        for breach in operation.check_reply(200, &reply) {
            faults.push(format!("{}: {breach:?}", operation.name()));
        }
        let schema = format!("{}Response", operation.name());
        let schema = contract.schema(&schema).expect("a schema");
        let mut found = Vec::new();
        missing(contract, schema, &reply, "", &mut found);
        found.retain(|at| at != ".NextPageToken");
        faults.extend(found.iter().map(|at| format!("{}{at}", operation.name())));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_operation_has_a_legal_reply_with_little_in_it() {
    let cloud = cloud();
    for operation in cloud.contract().operations() {
        for shape in [Shape::Minimal, Shape::Bare, Shape::Sparse] {
            let reply = cloud.sample_reply(operation.name(), shape);
            let breaches = operation.check_reply(200, &reply);
            assert!(
                breaches.is_empty(),
                "{} {shape}: {breaches:?}",
                operation.name()
            );
        }
    }
}

#[test]
fn little_is_less_and_less() {
    let cloud = cloud();
    let groups = |shape| cloud.sample_reply("ReadSecurityGroups", shape);
    assert_eq!(groups(Shape::Minimal), json!({}));
    let bare = json!({ "ResponseContext": {}, "SecurityGroups": [{}] });
    assert_eq!(groups(Shape::Bare), bare);
    let rules = json!([{ "SecurityGroupsMembers": [{}] }]);
    let tags = json!([{ "Key": "made-up-Key", "Value": "made-up-Value" }]);
    let group = json!({ "InboundRules": rules, "OutboundRules": rules, "Tags": tags });
    let sparse = json!({ "ResponseContext": {}, "SecurityGroups": [group] });
    assert_eq!(groups(Shape::Sparse), sparse);
    // A list of plain values is a leaf, be it empty.
    let contract = Contract::bundled();
    let read = contract
        .operation("ReadSecurityGroups")
        .expect("an operation");
    let live = json!({ "SecurityGroups": [{ "InboundRules": [{ "IpRanges": [] }] }] });
    let sparse = json!({ "SecurityGroups": [{ "InboundRules": [{}] }] });
    assert_eq!(read.shaped_reply(&live, Shape::Sparse, &|_| None), sparse);
}

#[tokio::test]
async fn what_a_mock_answers_stays() {
    use mockscale::wiremock::{Mock, ResponseTemplate, matchers::path};

    let cloud = builder().replies(Shape::Maximal).start();
    let answer = ResponseTemplate::new(200).set_body_json(json!({ "Nets": [{}] }));
    let mock = Mock::given(path("/api/v1/ReadNets")).respond_with(answer);
    cloud.mount(mock).await;
    let url = format!("{}/ReadNets", cloud.endpoint());
    let answer = reqwest::Client::new().post(url).body("{}").send().await;
    let body = answer.expect("an answer").bytes().await.expect("a body");
    assert_eq!(&body[..], br#"{"Nets":[{}]}"#);
    assert_eq!(last(&cloud).shape, Shape::Live);
}

#[test]
fn every_reply_of_the_future_is_unknown_to_the_contract_and_only_that() {
    let cloud = cloud();
    for operation in cloud.contract().operations() {
        let reply = cloud.sample_reply(operation.name(), Shape::Future);
        let breaches = operation.check_reply(200, &reply);
        let rules: BTreeSet<&str> = breaches.iter().map(|it| it.rule.as_str()).collect();
        assert!(
            rules.contains("additionalProperties"),
            "{}",
            operation.name()
        );
        let known = ["additionalProperties", "enum"];
        assert!(rules.iter().all(|it| known.contains(it)), "{rules:?}");
    }
}

#[test]
fn what_is_made_up_is_likely() {
    let cloud = builder().region("us-east-2").build();
    let vm = &cloud.sample_reply("ReadVms", Shape::Maximal)["Vms"][0];
    for (pointer, value) in [
        ("/VmId", "i-ffffffff"),
        ("/NetId", "vpc-ffffffff"),
        ("/Nics/0/LinkNic/LinkNicId", "eni-attach-ffffffff"),
        ("/BlockDeviceMappings/0/Bsu/VolumeId", "vol-ffffffff"),
        ("/Nics/0/MacAddress", "aa:00:00:00:00:10"),
        ("/Nics/0/AccountId", "123456789012"),
        ("/CreationDate", "2024-05-06T07:08:09.000Z"),
        ("/Placement/SubregionName", "us-east-2a"),
        ("/PublicIp", "203.0.113.10"),
        ("/KeypairName", "made-up-KeypairName"),
    ] {
        assert_eq!(
            vm.pointer(pointer),
            Some(&json!(value)),
            "{pointer}: {vm:#}"
        );
    }
    let catalog = cloud.sample_reply("ReadConsumptionAccount", Shape::Maximal);
    assert!(
        catalog["ConsumptionEntries"][0]["Price"].is_f64(),
        "{catalog:#}"
    );
    assert_eq!(
        catalog,
        cloud.sample_reply("ReadConsumptionAccount", Shape::Maximal)
    );
}

#[test]
fn one_conversation_in_every_shape() {
    let cloud = cloud();
    let net = made(
        &cloud,
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16" }),
        "/Net/NetId",
    );
    let tag = json!({ "ResourceIds": [net], "Tags": [{ "Key": "Name", "Value": "a" }] });
    cloud.call("CreateTags", tag).ok();
    for shape in [
        Shape::Maximal,
        Shape::Minimal,
        Shape::Bare,
        Shape::Sparse,
        Shape::Future,
        Shape::Live,
    ] {
        cloud.replies(shape).call("ReadNets", json!({})).ok();
        assert_eq!(last(&cloud).shape, shape);
    }
    cloud.replies(Shape::Maximal);
    cloud.call("ReadSubnets", json!({})).ok();
    cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    cloud.call("DeleteNet", json!({ "NetId": net })).ok();
    assert_transcript!(cloud);
}

#[test]
fn what_is_there_stays_and_the_state_with_it() {
    let cloud = cloud();
    let group = json!({ "SecurityGroupName": "web", "Description": "web servers" });
    let live = cloud.call("CreateSecurityGroup", group).ok().body().clone();
    let id = live["SecurityGroup"]["SecurityGroupId"].clone();
    let read = || {
        let filters = json!({ "Filters": { "SecurityGroupIds": [id] } });
        cloud.call("ReadSecurityGroups", filters).ok()["SecurityGroups"][0].clone()
    };
    let before = read();
    cloud.replies(Shape::Maximal);
    let full = read();
    for (property, value) in before.as_object().expect("an object") {
        if *value != json!([]) {
            assert_eq!(full[property], *value, "{property}");
        }
    }
    assert_eq!(full["InboundRules"][0]["SecurityGroupRuleId"], json!(null));
    assert!(full["InboundRules"][0]["ToPortRange"].is_i64());
    assert!(last(&cloud).effects.is_empty());
    cloud.replies(Shape::Live);
    assert_eq!(read(), before);
}

#[test]
fn every_served_read_is_legal_when_it_is_full() {
    let cloud = builder().pace(Pace::Immediate).build();
    cloud.without(Guard::Unserved);
    cloud.call("CreateVms", json!({ "ImageId": VM })).ok();
    let net = made(
        &cloud,
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16" }),
        "/Net/NetId",
    );
    let subnet = json!({ "NetId": net, "IpRange": "10.0.1.0/24" });
    let subnet = made(&cloud, "CreateSubnet", subnet, "/Subnet/SubnetId");
    cloud
        .call("CreateVms", json!({ "ImageId": VM, "SubnetId": subnet }))
        .ok();
    cloud.call("CreatePublicIp", json!({})).ok();
    for shape in [Shape::Maximal, Shape::Minimal, Shape::Bare, Shape::Sparse] {
        cloud.replies(shape);
        let mut read = 0;
        for it in mockscale::operations() {
            let operation = cloud
                .contract()
                .operation(&it.operation)
                .expect("it is one");
            if it.operation.starts_with("Read") && operation.check_request(&json!({})).is_empty() {
                read += u32::from(cloud.call(&it.operation, json!({})).is_success());
            }
        }
        assert!(read > 30, "only {read} reads");
    }
    // What was not legal would fail the test here.
}

#[test]
fn a_waiter_ends_though_the_replies_are_full() {
    let cloud = cloud();
    cloud.replies(Shape::Maximal);
    let vm = made(&cloud, "CreateVms", json!({ "ImageId": VM }), "/Vms/0/VmId");
    let filters = json!({ "Filters": { "VmIds": [vm] } });
    let states: Vec<Value> = (0..2)
        .map(|_| cloud.call("ReadVms", filters.clone()).ok()["Vms"][0]["State"].clone())
        .collect();
    assert_eq!(states, ["pending", "running"]);
}

#[test]
fn no_page_follows_that_is_not_there() {
    let cloud = cloud();
    cloud.replies(Shape::Maximal);
    let first = cloud
        .call("ReadVmTypes", json!({ "ResultsPerPage": 1 }))
        .ok();
    assert!(first["NextPageToken"].is_string(), "a live token stays");
    assert_eq!(first["VmTypes"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        cloud.call("ReadNets", json!({})).ok()["NextPageToken"],
        json!(null)
    );
    let entries = cloud.sample_reply("ReadCatalogs", Shape::Maximal);
    assert_eq!(entries["NextPageToken"], json!(null));
}

#[test]
fn the_last_word_counts() {
    let cloud = builder().replies(Shape::Minimal).build();
    let read = |operation| cloud.call(operation, json!({})).ok().body().clone();
    cloud.replies_of("ReadVms", Shape::Live);
    assert_eq!(
        (&read("ReadVms")["Vms"], read("ReadNets")),
        (&json!([]), json!({}))
    );
    cloud.replies(Shape::Sparse);
    assert_eq!(read("ReadVms"), json!({ "ResponseContext": {}, "Vms": [] }));

    let fork = cloud.fork();
    cloud.replies(Shape::Live);
    assert_eq!(
        fork.call("ReadNets", json!({})).ok()["ResponseContext"],
        json!({})
    );
    assert!(read("ReadNets")["ResponseContext"]["RequestId"].is_string());
}

#[test]
#[should_panic(expected = "did you mean ReadVms?")]
fn an_unknown_operation_is_refused_when_written() {
    Cloud::new().replies_of("ReadVm", Shape::Maximal);
}

#[test]
fn secrets_that_are_made_up_are_secrets_too() {
    let cloud = cloud();
    let reply = cloud
        .replies(Shape::Maximal)
        .call("ReadAccessKeys", json!({}));
    assert!(reply.is_success());
    let created = cloud
        .call("CreateKeypair", json!({ "KeypairName": "k" }))
        .ok();
    assert!(
        created
            .text("/Keypair/PrivateKey")
            .starts_with("-----BEGIN")
    );
    assert!(!cloud.transcript().to_string().contains("BEGIN"));
}

#[test]
fn what_is_made_up_is_checked_like_any_reply() {
    let mut facts: Value = serde_json::from_str(Contract::bundled().facts()).expect("JSON");
    let odd = json!({ "type": "integer", "multipleOf": 1000 });
    facts["components"]["schemas"]["Net"]["properties"]["Odd"] = odd;
    let contract = Contract::parse(&facts.to_string()).expect("a document");
    let cloud = builder().contract(contract).report().build();
    let read = |shape| {
        cloud.replies(shape);
        cloud.call("ReadNets", json!({}));
        let exchange = last(&cloud);
        let rules = exchange.violations.iter().map(|it| it.breach.rule.clone());
        rules.collect::<Vec<_>>()
    };
    let net = json!({ "IpRange": "10.0.0.0/16" });
    cloud.call("CreateNet", net).ok();
    assert_eq!(read(Shape::Maximal), ["multipleOf"]);
    assert!(read(Shape::Future).is_empty());
    assert!(read(Shape::Live).is_empty());
}

/// A document of one read, whose resource has the given properties.
fn contract(properties: &Value) -> Contract {
    let body = |schema: &str| {
        let schema = format!("#/components/schemas/{schema}");
        json!({ "application/json": { "schema": { "$ref": schema } } })
    };
    let document = json!({
        "openapi": "3.0.0",
        "info": { "title": "API", "version": "9" },
        "paths": { "/ReadThings": { "post": {
            "operationId": "ReadThings",
            "tags": ["Thing"],
            "requestBody": { "content": body("ReadThingsRequest") },
            "responses": { "200": { "description": "ok", "content": body("ReadThingsResponse") } },
        } } },
        "components": { "schemas": {
            "ReadThingsRequest": { "type": "object", "additionalProperties": false },
            "ReadThingsResponse": { "type": "object", "additionalProperties": false, "properties": {
                "Things": { "type": "array", "items": { "$ref": "#/components/schemas/Thing" } },
            } },
            "Thing": { "type": "object", "additionalProperties": false, "properties": properties },
        } },
    });
    Contract::parse(&document.to_string()).expect("a document")
}

#[test]
fn what_later_documents_may_say_is_kept_to() {
    let contract = contract(&json!({
        "Amount": { "type": "integer", "minimum": 40, "maximum": 41, "exclusiveMinimum": true },
        "Share": { "type": "number", "maximum": 0.5 },
        "Code": { "type": "string", "minLength": 30, "maxLength": 30 },
        "Word": { "type": "string", "maxLength": 3 },
        "Plate": { "type": "string", "pattern": "^[A-Z]{2}-\\d+$" },
        "Level": { "type": "integer", "enum": [7, 8] },
        "Since": { "oneOf": [{ "type": "string", "format": "date" }, { "type": "integer" }] },
        "Inner": { "$ref": "#/components/schemas/Thing" },
        "Inners": { "type": "array", "items": { "$ref": "#/components/schemas/Thing" } },
    }));
    let read = contract.operation("ReadThings").expect("an operation");
    let reply = read.shaped_reply(&json!({}), Shape::Maximal, &|_| None);
    assert_eq!(read.check_reply(200, &reply), []);
    let thing = &reply["Things"][0];
    assert_eq!(thing["Amount"], 41);
    assert_eq!(thing["Level"], 7);
    assert_eq!(thing["Word"], "mad");
    assert_eq!(thing["Since"], "2000-01-01");
    // A thing within a thing would never end.
    assert_eq!(
        (&thing["Inner"], &thing["Inners"]),
        (&json!(null), &json!([]))
    );
    // What is suggested and not legal is not used.
    let reply = read.shaped_reply(&json!({}), Shape::Maximal, &|_| Some(json!("a text")));
    assert_eq!(read.check_reply(200, &reply), []);
    // Live recursion ends by itself, and is filled.
    let live = json!({ "Things": [{ "Inner": { "Word": "abc" } }] });
    let reply = read.shaped_reply(&live, Shape::Maximal, &|_| None);
    assert_eq!(reply["Things"][0]["Inner"]["Word"], "abc");
    assert_eq!(reply["Things"][0]["Inner"]["Level"], 7);
}
