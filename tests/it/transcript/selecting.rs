//! Parts of a conversation: what they show, and that references mean the same in them.

use mockscale::{Cloud, Transcript, json};
use rstest::rstest;

use super::two_nets;
use crate::support::{self, builder, made};

fn numbers(transcript: &Transcript) -> Vec<u64> {
    transcript.exchanges().iter().map(|it| it.number).collect()
}

#[test]
fn selections_narrow_one_another() {
    let cloud = builder().account("210987654321").build();
    cloud.call("ReadVms", json!({}));
    let mark = cloud.mark();
    cloud.call("ReadNets", json!({}));
    let other = cloud.as_account("210987654321");
    other.call("ReadNets", json!({}));
    other.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    let all = cloud.transcript();
    assert_eq!(numbers(&all.only("Net")), [2, 3, 4]);
    assert_eq!(numbers(&all.only("ReadNets")), [2, 3]);
    assert_eq!(numbers(&all.since(mark)), [2, 3, 4]);
    assert_eq!(numbers(&all.by("210987654321")), [3, 4]);
    assert_eq!(numbers(&all.by("nobody")), [0; 0]);
    assert_eq!(numbers(&all.refusals()), [4]);
    assert_eq!(
        numbers(&all.only("Net").by("210987654321").refusals().since(mark)),
        [4]
    );
    assert!(all.since(cloud.mark()).is_empty());
    assert_eq!(numbers(&all), [1, 2, 3, 4], "the whole stays what it was");
}

#[test]
fn a_family_that_was_not_called_is_empty_and_no_slip() {
    let cloud = two_nets();
    assert!(cloud.transcript().only("Vm").is_empty());
    assert!(cloud.transcript().only("ReadVms").is_empty());
    assert_eq!(cloud.transcript().only("Vm").to_yaml(), "[]\n");
}

#[rstest]
#[case("Vmm", "Vmm; did you mean Vm?")]
#[case("vm", "vm; did you mean Vm?")]
#[case("CreatNet", "CreatNet; did you mean CreateNet?")]
#[case("", "neither a family nor an operation ")]
fn a_slip_is_told(#[case] name: &str, #[case] told: &str) {
    let transcript = two_nets().transcript();
    let failure = std::panic::catch_unwind(|| transcript.only(name)).expect_err("a panic");
    let text = failure.downcast::<String>().expect("a text");
    assert!(text.contains(told), "{text}");
}

#[test]
fn references_keep_their_identity_in_every_part() {
    let cloud = two_nets();
    let mark = cloud.mark();
    let second = json!({ "IpRange": "10.1.0.0/24", "NetId": last_net(&cloud) });
    made(&cloud, "CreateSubnet", second, "/Subnet/SubnetId");
    let transcript = cloud.transcript();
    for part in [transcript.only("Subnet"), transcript.since(mark)] {
        assert!(part.to_yaml().contains("NetId: <net:2>"), "{part}");
        assert!(part.to_string().contains("NetId: <net:2>"), "{part}");
    }
    assert!(transcript.tail(1).contains("NetId: <net:2>"));
    // What is hidden has its number all the same.
    let hidden = transcript.redact("**.NetId", "<hidden>").only("Net");
    assert!(
        hidden.to_yaml().contains("created: Net <net:2>"),
        "{hidden}"
    );
}

fn last_net(cloud: &Cloud) -> String {
    let nets = cloud.call("ReadNets", json!({})).ok();
    nets.text("/Nets/1/NetId").to_owned()
}

#[test]
fn what_a_long_lived_cloud_forgets_is_counted() {
    let cloud = support::builder().keep_exchanges(2).build();
    assert_eq!(cloud.transcript().forgotten(), 0);
    let mark = cloud.mark();
    for range in ["10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"] {
        made(
            &cloud,
            "CreateNet",
            json!({ "IpRange": range }),
            "/Net/NetId",
        );
    }
    let transcript = cloud.transcript();
    assert_eq!(numbers(&transcript), [2, 3]);
    assert_eq!(numbers(&transcript.since(mark)), [2, 3]);
    assert_eq!(transcript.forgotten(), 1);
    assert_eq!(transcript.since(cloud.mark()).len(), 0);

    let told = "1 earlier exchange is no longer remembered";
    let text = transcript.to_string();
    assert!(
        text.starts_with(&format!("({told})\n\n#2 CreateNet")),
        "{text}"
    );
    assert!(
        transcript
            .to_yaml()
            .starts_with(&format!("# {told}\n\n- number: 2"))
    );
    assert!(transcript.tail(2).contains(told));
    assert!(
        transcript.tail(1).starts_with("#3 "),
        "the tail says what it is"
    );
    // References are those of what is remembered.
    assert!(transcript.tail(1).contains("<net:2>"), "{transcript}");

    cloud.call("ReadNets", json!({}));
    let text = cloud.transcript().to_string();
    assert!(text.starts_with("(2 earlier exchanges are"), "{text}");
}

#[test]
fn a_cloud_that_keeps_nothing_still_counts() {
    let cloud = support::builder().keep_exchanges(0).build();
    cloud.call("ReadNets", json!({}));
    let transcript = cloud.transcript();
    assert_eq!((transcript.len(), transcript.forgotten()), (0, 1));
    let told = "1 earlier exchange is no longer remembered";
    assert_eq!(transcript.to_string(), format!("({told})\n"));
    assert_eq!(transcript.to_yaml(), format!("# {told}\n[]\n"));
}
