//! The same conversation, the same bytes: again and again, and in parallel.

use std::thread;

use mockscale::{Cloud, Pace, json};

fn conversation(cloud: &Cloud) -> String {
    let net = cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    let subnet = json!({ "NetId": net.text("/Net/NetId"), "IpRange": "10.0.1.0/24" });
    let subnet = cloud.call("CreateSubnet", subnet).ok();
    let vms = json!({ "ImageId": "ami-5aebd4d5", "SubnetId": subnet.text("/Subnet/SubnetId"), "MaxVmsCount": 3 });
    cloud.call("CreateVms", vms).ok();
    cloud.call("ReadVms", json!({})).ok();
    cloud.call("ReadVms", json!({})).ok();
    cloud.call("CreatePublicIp", json!({})).ok();
    cloud.transcript().to_string()
}

#[test]
fn twenty_times_in_a_row_and_in_parallel() {
    let first = conversation(&Cloud::new());
    for _ in 0..20 {
        assert_eq!(conversation(&Cloud::new()), first);
    }
    let others: Vec<_> = (0..20)
        .map(|_| thread::spawn(|| conversation(&Cloud::new())))
        .collect();
    for other in others {
        assert_eq!(other.join().expect("a transcript"), first);
    }
}

#[test]
fn the_transcript_does_not_depend_on_the_seed_or_the_start() {
    let moved = Cloud::builder().start_at("2031-01-01T00:00:00Z".parse().expect("an instant"));
    let addresses = |text: String| {
        text.lines()
            .filter(|line| !line.contains("Ip: 198.") && !line.contains("MacAddress"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        addresses(conversation(&moved.clone().build())),
        addresses(conversation(&Cloud::new()))
    );
    assert_eq!(
        addresses(conversation(&moved.seed(9).build())),
        addresses(conversation(&Cloud::new()))
    );
}

#[test]
fn the_same_seed_gives_the_same_identifiers() {
    let net = |seed| {
        let cloud = Cloud::builder().seed(seed).build();
        cloud
            .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
            .text("/Net/NetId")
            .to_owned()
    };
    assert_eq!(net(1), net(1));
    assert_ne!(net(1), net(2));
}

#[test]
fn the_pace_is_the_authors() {
    let state = |cloud: &Cloud| {
        let volumes = cloud.call("ReadVolumes", json!({}));
        volumes
            .body()
            .pointer("/Volumes/0/State")
            .cloned()
            .unwrap_or_default()
    };
    let volume = json!({ "SubregionName": "eu-west-2a", "Size": 10 });

    let cloud = Cloud::new();
    assert_eq!(
        cloud.call("CreateVolume", volume.clone())["Volume"]["State"],
        "creating"
    );
    assert_eq!(
        (state(&cloud), state(&cloud)),
        ("creating".into(), "available".into())
    );

    let cloud = Cloud::builder().pace(Pace::Immediate).build();
    cloud.call("CreateVolume", volume.clone());
    assert_eq!(state(&cloud), "available");

    let cloud = Cloud::builder().pace(Pace::Manual).build();
    cloud.call("CreateVolume", volume.clone());
    assert_eq!(
        (state(&cloud), state(&cloud)),
        ("creating".into(), "creating".into())
    );
    cloud.settle();
    assert_eq!(state(&cloud), "available");

    let minute = jiff::SignedDuration::from_secs(60);
    let cloud = Cloud::builder().pace(Pace::After(minute)).build();
    cloud.call("CreateVolume", volume);
    cloud.advance(jiff::SignedDuration::from_secs(59));
    assert_eq!(state(&cloud), "creating");
    cloud.advance(jiff::SignedDuration::from_secs(1));
    assert_eq!(state(&cloud), "available");
}

#[test]
fn who_waits_by_trying_again_gets_through() {
    let cloud = Cloud::new();
    let net = cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    let net = net.text("/Net/NetId");
    let subnet = json!({ "NetId": net, "IpRange": "10.0.1.0/24" });
    let subnet = cloud.call("CreateSubnet", subnet).ok();
    let subnet = subnet.text("/Subnet/SubnetId");
    let vms = json!({ "ImageId": "ami-5aebd4d5", "SubnetId": subnet });
    let vms = cloud.call("CreateVms", vms).ok();
    let named = json!({ "VmIds": [vms.text("/Vms/0/VmId")] });
    let dry = json!({ "VmIds": [vms.text("/Vms/0/VmId")], "DryRun": true });
    assert_eq!(cloud.call("StopVms", dry.clone()).status(), 409);
    assert_eq!(cloud.call("StopVms", dry).status(), 409);
    assert_eq!(cloud.call("StopVms", named.clone()).status(), 409);
    cloud.call("StopVms", named.clone()).ok();
    cloud.call("DeleteVms", named).ok();
    cloud
        .call("DeleteSubnet", json!({ "SubnetId": subnet }))
        .ok();
    cloud.call("DeleteNet", json!({ "NetId": net })).ok();
}
