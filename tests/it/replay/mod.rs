//! Recorded conversations, said again: to the same cloud, to others, to whoever listens.

mod differences;
mod endpoints;
mod random;
mod sending;
mod speakers;

use mockscale::replay::Class;
use mockscale::{Cloud, Contract, Replay, Transcript, json};

use crate::support::{builder, cloud, made};

/// A conversation with most sorts of resources in it, and what was refused.
pub(crate) fn conversation() -> Transcript {
    let cloud = cloud();
    say(&cloud);
    cloud.transcript()
}

/// Says that conversation.
fn say(cloud: &Cloud) {
    let net = made(
        cloud,
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16" }),
        "/Net/NetId",
    );
    let subnet = json!({ "NetId": net, "IpRange": "10.0.1.0/24" });
    let subnet = made(cloud, "CreateSubnet", subnet, "/Subnet/SubnetId");
    let group = json!({ "NetId": net, "SecurityGroupName": "web", "Description": "d" });
    let group = made(
        cloud,
        "CreateSecurityGroup",
        group,
        "/SecurityGroup/SecurityGroupId",
    );
    let vms = json!({
        "ImageId": "ami-5aebd4d5", "SubnetId": subnet, "SecurityGroupIds": [group],
        "MinVmsCount": 2, "MaxVmsCount": 2,
    });
    let vm = made(cloud, "CreateVms", vms, "/Vms/0/VmId");
    cloud
        .call("ReadVms", json!({ "Filters": { "VmIds": [vm] } }))
        .ok();
    let gateway = "/InternetService/InternetServiceId";
    let gateway = made(cloud, "CreateInternetService", json!({}), gateway);
    let link = json!({ "InternetServiceId": gateway, "NetId": net });
    cloud.call("LinkInternetService", link).ok();
    let address = made(cloud, "CreatePublicIp", json!({}), "/PublicIp/PublicIp");
    cloud
        .call("LinkPublicIp", json!({ "PublicIp": address, "VmId": vm }))
        .ok();
    cloud.call("ReadPublicIps", json!({})).ok();
    let tags = json!({ "ResourceIds": [net, vm], "Tags": [{ "Key": "name", "Value": vm }] });
    cloud.call("CreateTags", tags).ok();
    cloud.call("ReadTags", json!({})).ok();
    let page = cloud.call("ReadVms", json!({ "ResultsPerPage": 1 })).ok();
    let rest = json!({ "NextPageToken": page["NextPageToken"] });
    cloud.call("ReadVms", rest).ok();
    cloud.call("DeleteNet", json!({ "NetId": net }));
    cloud.call("ReadSecurityGroups", json!({})).ok();
    cloud.call("ReadNics", json!({})).ok();
    cloud.call("DeleteVms", json!({ "VmIds": [vm] })).ok();
}

#[test]
fn the_same_cloud_answers_the_same() {
    let replay = conversation().replay(&cloud());
    replay.assert_match();
    let counts = replay.counts();
    assert_eq!(
        (counts.varies, counts.unsent, counts.failed),
        (0, 0, 0),
        "{replay}"
    );
    assert!(counts.matches > 300, "{replay}");
    assert!(
        replay
            .to_string()
            .starts_with("the replay of 18 exchanges matches: "),
        "{replay}"
    );
}

#[test]
fn another_seed_varies_what_it_names() {
    let transcript = conversation();
    let other = builder().seed(7).build();
    let replayer = Replay::of(&transcript)
        .varies("**.PublicIp")
        .varies("**.PublicDnsName");
    let replay = replayer.against(&other);
    replay.assert_match();
    assert!(replay.counts().varies > 100, "{replay}");
    // The same conversation, word for word in canonical form.
    let theirs = other.transcript();
    assert_eq!(theirs.len(), transcript.len());
    let operations = |of: &Transcript| -> Vec<_> {
        let exchanges = of.exchanges().iter();
        exchanges
            .map(|it| (it.operation.clone(), it.status, it.effects.len()))
            .collect()
    };
    assert_eq!(operations(&theirs), operations(&transcript));
}

#[test]
fn an_address_differs_where_it_is_first_met_unless_the_author_says_so() {
    let other = builder().seed(7).build();
    let replay = conversation().only("PublicIp").replay(&other);
    let first = replay.differences().next().expect("a difference");
    assert_eq!(first.place, "PublicIp.PublicIp", "{replay}");
}

#[test]
fn instants_vary() {
    let later = builder().start_at("2030-01-01T00:00:00Z".parse().expect("an instant"));
    let replay = conversation().replay(&later.build());
    replay.assert_match();
    assert!(
        replay.varied().any(|it| it.place.ends_with("CreationDate")),
        "{replay}"
    );
}

#[test]
fn time_passes_as_it_did() {
    let slow = || {
        let pace = mockscale::Pace::After(mockscale::jiff::SignedDuration::from_secs(30));
        builder().pace(pace).build()
    };
    let cloud = slow();
    let image = json!({ "ImageId": "ami-5aebd4d5" });
    cloud.call("CreateVms", image).ok();
    cloud.advance(mockscale::jiff::SignedDuration::from_secs(31));
    cloud.call("ReadVms", json!({})).ok();
    let transcript = cloud.transcript();
    assert!(transcript.to_string().contains("State: running"));
    transcript.replay(&slow()).assert_match();
}

#[test]
fn an_image_or_anything_else_is_substituted() {
    let there = cloud();
    let images = there.call("ReadImages", json!({})).ok();
    let images = images["Images"].as_array().expect("images");
    let mut ids = images.iter().filter_map(|it| it["ImageId"].as_str());
    let other = ids.find(|id| *id != "ami-5aebd4d5").expect("another image");
    let replay = Replay::of(&conversation().only("CreateNet"))
        .substitute("10.0.0.0/16", "10.7.0.0/16")
        .against(&there);
    replay.assert_match();

    let cloud = cloud();
    cloud
        .call("CreateVms", json!({ "ImageId": "ami-5aebd4d5" }))
        .ok();
    let replay = Replay::of(&cloud.transcript())
        .substitute("ami-5aebd4d5", other)
        .against(&there);
    assert!(
        replay.varied().any(|it| it.place == "Vms[0].ImageId"),
        "{replay}"
    );
    let sent = there.transcript();
    let sent = sent.exchanges().last().expect("a call");
    assert_eq!(
        sent.request,
        mockscale::Said::Json(json!({ "ImageId": other }).into())
    );
}

/// The bundled contract with other facts.
pub(crate) fn doctored(old: &str, new: &str) -> Contract {
    let facts = Contract::bundled().facts().to_owned();
    assert!(facts.contains(old), "{old} is no fact");
    Contract::parse(&facts.replace(old, new)).expect("facts")
}

#[test]
fn another_version_of_the_contract() {
    let later = match std::env::var("OUTSCALE_OPENAPI_LATER") {
        Ok(file) => Contract::parse(&std::fs::read_to_string(file).expect("a file")),
        Err(_) => Ok(doctored("\"1.33.1\"", "\"1.99.0\"")),
    };
    let later = builder()
        .contract(later.expect("a contract"))
        .report()
        .build();
    let replay = conversation().replay(&later);
    assert_eq!(
        replay.counts().failed + replay.counts().unsent,
        0,
        "{replay}"
    );
    // It may know more of a reply, and nothing less.
    assert!(
        replay.differences().all(|it| it.class == Class::Extra),
        "{replay}"
    );
}

#[test]
fn a_contract_that_knows_less() {
    // Without the property, the call is refused, and what it would have made is missing later.
    let less = doctored("\"SecurityGroupName\"", "\"SecurityGroupTitle\"");
    let less = builder().contract(less).report().build();
    let replay = conversation().replay(&less);
    let text = replay.to_string();
    assert!(
        text.contains("#3 CreateSecurityGroup\n  mismatch  status: 200 → 400 ("),
        "{text}"
    );
    assert!(
        text.contains("#4 CreateVms\n  not sent: it names sg-"),
        "{text}"
    );
    assert!(
        text.contains("which #3 made when it was recorded and did not make now"),
        "{text}"
    );
}
