//! What is legal and what is not, the quirks of the document included, and how a breach reads.

use mockscale::contract::{Breach, Contract, Side, Violation};
use rstest::rstest;
use serde_json::{Value, json};

use super::operation;

fn request(name: &str, body: &Value) -> Vec<Breach> {
    operation(&Contract::bundled(), name).check_request(body)
}

fn reply(name: &str, body: &Value) -> Vec<Breach> {
    operation(&Contract::bundled(), name).check_reply(200, body)
}

/// The only breach.
fn only(mut breaches: Vec<Breach>) -> Breach {
    assert_eq!(breaches.len(), 1, "{breaches:?}");
    breaches.remove(0)
}

#[rstest]
#[case::date("2024-02-29")]
#[case::date_time("2024-02-29T12:00:00Z")]
#[case::offset_without_colon("2010-10-01T12:34:56.789+0000")]
fn one_of_date_and_date_time_takes_either(#[case] date: &str) {
    let body = json!({"ExpirationDate": date});
    assert_eq!(request("CreateAccessKey", &body), []);
}

#[test]
fn one_of_date_and_date_time_refuses_what_is_neither() {
    let breach = only(request(
        "CreateAccessKey",
        &json!({"ExpirationDate": "soon"}),
    ));
    assert_eq!(breach.rule, "oneOf");
    assert_eq!(breach.pointer, "/ExpirationDate");
    assert_eq!(
        breach.message,
        "expected a date and time such as 2024-12-31T12:00:00.000Z, or a date such as 2024-12-31"
    );
    assert_eq!(breach.said, json!("soon"));
}

#[rstest]
#[case::rfc_3339("2010-10-01T12:34:56.789Z", true)]
#[case::as_documented("2010-10-01T12:34:56.789+0000", true)]
#[case::no_date("2010-13-01T12:34:56.789Z", false)]
#[case::only_a_date("2010-10-01", false)]
fn dates_of_replies_are_asserted(#[case] date: &str, #[case] legal: bool) {
    let breaches = reply("CreateVms", &json!({"Vms": [{"CreationDate": date}]}));
    assert_eq!(breaches.is_empty(), legal, "{breaches:?}");
    if let Some(breach) = breaches.first() {
        assert_eq!(breach.pointer, "/Vms/0/CreationDate");
        assert_eq!(breach.rule, "format");
    }
}

#[rstest]
#[case("UpdateListenerRule", json!({"ListenerRuleName": "a", "HostPattern": null}))]
#[case("UpdateListenerRule", json!({"ListenerRuleName": "a", "PathPattern": null}))]
fn null_is_legal_where_the_document_says_so(#[case] name: &str, #[case] body: Value) {
    assert_eq!(request(name, &body), []);
}

#[test]
fn null_is_legal_in_two_replies_and_nowhere_else() {
    let peering = json!({"NetPeering": {"ExpirationDate": null}});
    assert_eq!(reply("CreateNetPeering", &peering), []);
    assert_eq!(
        reply("ReadConsumptionAccount", &json!({"Currency": null})),
        []
    );
    let breach = only(reply("CreateNet", &json!({"Net": {"NetId": null}})));
    assert_eq!(breach.rule, "type");
    assert_eq!(breach.message, "expected string, not null");
}

#[rstest]
#[case::base64("aGVsbG8=", true)]
#[case::alphabet("!!!!", false)]
#[case::padding("aGVsbG8", false)]
fn byte_is_base64(#[case] token: &str, #[case] legal: bool) {
    let breaches = request("ReadNets", &json!({"NextPageToken": token}));
    assert_eq!(breaches.is_empty(), legal, "{breaches:?}");
}

#[rstest]
#[case::integer(json!(5), true)]
#[case::float_of_whole_value(json!(1.0), false)]
#[case::text(json!("5"), false)]
fn integers_are_integers(#[case] size: Value, #[case] legal: bool) {
    let body = json!({"VolumeId": "vol-12345678", "Size": size});
    let breaches = request("UpdateVolume", &body);
    assert_eq!(breaches.is_empty(), legal, "{breaches:?}");
}

#[test]
fn numeric_formats_bound_their_numbers() {
    let float = |n: Value| reply("ReadVmTypes", &json!({"VmTypes": [{"MemorySize": n}]}));
    assert_eq!(float(json!(1.5)), []);
    assert_eq!(float(json!(2)), []);
    assert_eq!(only(float(json!(1e39))).rule, "maximum");
    assert_eq!(only(float(json!(-1e39))).rule, "minimum");
    let double = json!({"ConsumptionEntries": [{"Price": 1e300}]});
    assert_eq!(reply("ReadConsumptionAccount", &double), []);
    let int64 = |n: Value| {
        let body = json!({"MaxAccessKeyExpirationSeconds": n, "RequireTrustedEnv": true});
        request("UpdateApiAccessPolicy", &body)
    };
    assert_eq!(int64(json!(i64::MAX)), []);
    let breach = only(int64(json!(u64::MAX)));
    assert_eq!(breach.message, "expected 9223372036854775807 or less");
    assert_eq!(only(int64(json!(0.5))).rule, "type");
    let plain = |n: Value| {
        reply(
            "CreateListenerRule",
            &json!({"ListenerRule": {"ListenerId": n}}),
        )
    };
    assert_eq!(plain(json!(i64::MAX)), []);
    assert_eq!(only(plain(json!(u64::MAX))).rule, "maximum");
}

#[rstest]
#[case::declared(400)]
#[case::conflict(409)]
#[case::undeclared(424)]
#[case::unavailable(503)]
fn statuses_other_than_success_are_checked_as_refusals(#[case] status: u16) {
    let contract = Contract::bundled();
    let operation = operation(&contract, "ReadNets");
    let refusal = json!({
        "Errors": [{"Code": "1", "Type": "t", "Details": ""}],
        "ResponseContext": {"RequestId": "r"},
    });
    assert_eq!(operation.check_reply(status, &refusal), []);
    let breach = only(operation.check_reply(status, &json!({"Nets": []})));
    assert_eq!(breach.rule, "additionalProperties");
    assert_eq!(breach.side, Side::Reply);
    assert_eq!(
        only(operation.check_reply(200, &refusal)).pointer,
        "/Errors"
    );
}

#[test]
fn each_unexpected_property_is_a_breach_with_the_nearest_name() {
    let body = json!({"ipRange": "10.0.0.0/16", "Tenanci": "default", "Colour": 1});
    let breaches = request("CreateNet", &body);
    let found: Vec<(&str, &str, Option<&str>)> = breaches
        .iter()
        .map(|b| {
            (
                b.rule.as_str(),
                b.pointer.as_str(),
                b.did_you_mean.as_deref(),
            )
        })
        .collect();
    for expected in [
        ("additionalProperties", "/ipRange", Some("IpRange")),
        ("additionalProperties", "/Tenanci", Some("Tenancy")),
        ("additionalProperties", "/Colour", None),
        ("required", "/IpRange", None),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    assert_eq!(found.len(), 4);
    let missing = breaches.iter().find(|b| b.rule == "required");
    assert_eq!(
        missing.map(|b| b.message.as_str()),
        Some("`IpRange` is missing")
    );
}

#[test]
fn the_nearest_name_is_one_of_the_object_concerned() {
    let breach = only(request(
        "ReadNets",
        &json!({"Filters": {"NetId": ["vpc-1"]}}),
    ));
    assert_eq!(breach.pointer, "/Filters/NetId");
    assert_eq!(breach.did_you_mean.as_deref(), Some("NetIds"));
    let vm = json!({"Vms": [{"Nics": [{"LinkNic": {"Vm/Id~": 1}}]}]});
    let breach = only(reply("ReadVms", &vm));
    assert_eq!(breach.pointer, "/Vms/0/Nics/0/LinkNic/Vm~1Id~0");
    assert_eq!(breach.said, json!(1));
}

#[test]
fn a_value_outside_an_enumeration_gets_the_nearest() {
    let body = json!({"Performance": "Hihgest", "ImageId": "ami-12345678"});
    let breach = only(request("CreateVms", &body));
    assert_eq!(breach.rule, "enum");
    assert_eq!(breach.did_you_mean.as_deref(), Some("highest"));
    assert_eq!(
        breach.message,
        r#"expected one of ["medium","high","highest"]"#
    );
}

#[test]
fn secrets_are_masked_wherever_they_stand() {
    let by_type = only(request(
        "CheckAuthentication",
        &json!({"Login": "a@b.c", "Password": ["hunter2"]}),
    ));
    let within = only(reply(
        "CreateAccessKey",
        &json!({"AccessKey": [{"SecretKey": "hunter2"}]}),
    ));
    let misspelt = only(request(
        "CheckAuthentication",
        &json!({"Login": "a@b.c", "Password": "x", "Pasword": "hunter2"}),
    ));
    let below = only(reply(
        "CreateAccessKey",
        &json!({"AccessKey": {"SecretKey": {"Deep": "hunter2"}}}),
    ));
    for breach in [by_type, within, misspelt, below] {
        assert!(breach.said.to_string().contains("<secret>"), "{breach:?}");
        assert!(
            !format!("{breach:?} {breach}").contains("hunter2"),
            "{breach:?}"
        );
    }
}

#[test]
fn what_was_said_is_shortened() {
    let long = "é".repeat(5000);
    let breach = only(request("CreateNet", &json!({"IpRange": "r", "Long": long})));
    let said = breach.said.as_str().expect("a text");
    assert!(said.ends_with("… (5000 characters)") && said.chars().count() < 150);
    let many: Vec<u32> = (0..1000).collect();
    let breach = only(request("CreateNet", &json!({"IpRange": many})));
    assert_eq!(breach.said[8], "… (1000 in all)");
    assert_eq!(breach.said.as_array().map(Vec::len), Some(9));
}

#[test]
fn a_violation_reads_as_a_few_lines() {
    let breaches = request(
        "CreateNet",
        &json!({"IpRange": "10.0.0.0/16", "Tenancyy": "x"}),
    );
    let violation = Violation {
        number: 7,
        operation: "CreateNet".to_owned(),
        breach: only(breaches),
    };
    let expected = "\
request 7, CreateNet: the request breaks the contract
  at:   /Tenancyy
  rule: additionalProperties: `Tenancyy` is not a property of this object
  said: \"x\"
  did you mean `Tenancy`?";
    assert_eq!(violation.to_string(), expected);
    let breach = only(request("CreateNet", &json!([])));
    let expected = "  at:   (the whole body)\n  rule: type: expected object, not array\n  said: []";
    assert_eq!(breach.to_string(), expected);
}

#[test]
fn a_pattern_says_what_it_expects() {
    let breach = only(request(
        "DeletePolicy",
        &json!({"PolicyOrn": "orn:nothing"}),
    ));
    assert_eq!(breach.rule, "pattern");
    assert!(
        breach
            .message
            .starts_with("expected text that matches ^orn:")
    );
}

#[test]
fn operations_that_carry_secrets_are_known() {
    let contract = Contract::bundled();
    let carries = |name| operation(&contract, name).carries_secrets();
    for name in [
        "CheckAuthentication",
        "CreateAccessKey",
        "CreateKeypair",
        "CreateServerCertificate",
        "CreateImageExportTask",
        "ReadSecretAccessKey",
        "ReadAdminPassword",
        "ReadDirectLinkInterfaces",
        "UpdateVpnConnection",
    ] {
        assert!(carries(name), "{name}");
    }
    for name in ["CreateNet", "ReadAccessKeys", "ReadVms", "ReadKeypairs"] {
        assert!(!carries(name), "{name}");
    }
}
