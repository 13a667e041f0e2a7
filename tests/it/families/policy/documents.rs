//! Documents that are refused, wherever they are sent, and what is kept of those that are not.

use mockscale::{Value, json};
use rstest::rstest;

use super::policy;
use crate::support::{cloud, made, refused};
use crate::user_group::group;

#[rstest]
#[case::nothing("", "it is no JSON")]
#[case::no_json("Allow everything", "it is no JSON")]
#[case::cut_off(r#"{"Statement": ["#, "it is no JSON")]
#[case::no_object("[]", "it must be an object")]
#[case::null("null", "it must be an object")]
#[case::no_statement("{}", "it has no Statement")]
#[case::empty(r#"{"Statement": []}"#, "at /Statement: it is empty")]
#[case::unknown_effect(
    r#"{"Statement": [{"Effect": "Permit", "Action": "*", "Resource": "*"}]}"#,
    r#"at /Statement/0/Effect: it is "Permit"; it must be "Allow" or "Deny""#
)]
#[case::no_effect(
    r#"{"Statement": [{"Action": "*", "Resource": "*"}]}"#,
    "it has no Effect"
)]
#[case::no_action(
    r#"{"Statement": [{"Effect": "Allow", "Resource": "*"}]}"#,
    "neither Action nor"
)]
#[case::no_resource(
    r#"{"Statement": [{"Effect": "Deny", "Action": "*"}]}"#,
    "it has no Resource"
)]
#[case::no_service(
    r#"{"Statement": [{"Effect": "Allow", "Action": ["api:*", "ReadVms"], "Resource": "*"}]}"#,
    r#"at /Statement/0/Action/1: it is "ReadVms"; it must be a service and a method"#
)]
#[case::condition(
    r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {}}]}"#,
    "at /Statement/0/Condition: there is no such element"
)]
#[case::second_statement(
    r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, "Deny"]}"#,
    "at /Statement/1: it is \"Deny\"; it must be an object"
)]
#[case::too_deep(&"[".repeat(5000), "it is no JSON")]
#[case::too_long(&"x".repeat(70_000), "65536 is the most")]
fn a_bad_document_is_refused(#[case] document: &str, #[case] problem: &str) {
    let cloud = cloud();
    let orn = policy(&cloud, "all");
    group(&cloud, "devs", "/");
    for (operation, input) in [
        (
            "CreatePolicy",
            json!({ "PolicyName": "new", "Document": document }),
        ),
        (
            "CreatePolicyVersion",
            json!({ "PolicyOrn": orn, "Document": document }),
        ),
        (
            "PutUserGroupPolicy",
            json!({ "UserGroupName": "devs", "PolicyName": "new", "PolicyDocument": document }),
        ),
    ] {
        let (status, code, details) = refused(&cloud, operation, input);
        assert_eq!((status, code.as_str()), (400, "4095"), "{operation}");
        assert!(
            details.starts_with("The policy document is refused"),
            "{details}"
        );
        assert!(details.contains(problem), "{operation}: {details}");
    }
}

#[rstest]
#[case("\n{ \"Statement\" :\t[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}] }\r\n ")]
#[case(r#"{"Version":"2012-10-17","Statement":[{"Sid":"\u00e9","Effect":"Deny","NotAction":["api:Read*"],"Resource":["*"]}]}"#)]
fn a_document_is_kept_byte_for_byte(#[case] document: &str) {
    let cloud = cloud();
    let wanted = json!({ "PolicyName": "kept", "Document": document });
    let orn = made(&cloud, "CreatePolicy", wanted, "/Policy/Orn");
    let second = json!({ "PolicyOrn": orn, "Document": document });
    let second = cloud.call("CreatePolicyVersion", second).ok();
    let first = json!({ "PolicyOrn": orn, "VersionId": "v1" });
    let first = cloud.call("ReadPolicyVersion", first).ok();
    group(&cloud, "devs", "/");
    let inline = json!({ "UserGroupName": "devs", "PolicyName": "in", "PolicyDocument": document });
    cloud.call("PutUserGroupPolicy", inline).ok();
    let inline = json!({ "UserGroupName": "devs", "PolicyName": "in" });
    let inline = cloud.call("ReadUserGroupPolicy", inline).ok();
    let bodies: [&Value; 3] = [
        &first["PolicyVersion"]["Body"],
        &second["PolicyVersion"]["Body"],
        &inline["Policy"]["Body"],
    ];
    assert_eq!(bodies, [document; 3]);
}
