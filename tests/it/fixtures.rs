//! The fixtures for rstest, one by one and composed.

use mockscale::fixtures::{
    InternetService, Keypair, Net, PublicIp, SecurityGroup, Subnet, Vm, Volume, cloud,
    internet_service, keypair, net, public_ip, running_vm, security_group, served, subnet, vm,
    volume,
};
use mockscale::{Cloud, CloudBuilder, Pace, Value, json};
use rstest::{fixture, rstest};

/// The only resource that a read lists.
#[track_caller]
fn only(cloud: &Cloud, operation: &str, list: &str) -> Value {
    let read = cloud.call(operation, json!({})).ok();
    let found = read[list].as_array().expect("a list");
    assert_eq!(found.len(), 1, "{found:#?}");
    found[0].clone()
}

#[rstest]
fn a_cloud(cloud: Cloud) {
    assert!(cloud.transcript().is_empty());
}

#[rstest]
fn a_cloud_that_listens(served: Cloud) {
    assert!(served.endpoint().ends_with("/api/v1"));
}

#[rstest]
#[tokio::test]
async fn a_cloud_that_listens_within_a_runtime(served: Cloud) {
    let url = format!("{}/ReadRegions", served.endpoint());
    let answer = reqwest::Client::new().post(url).body("{}").send().await;
    assert_eq!(answer.expect("an answer").status(), 200);
}

#[rstest]
fn a_net(net: Net) {
    let found = only(&net.cloud, "ReadNets", "Nets");
    assert_eq!(found["NetId"], net.net_id);
    assert_eq!(found["IpRange"], "10.0.0.0/16");
}

#[rstest]
fn a_subnet(subnet: Subnet) {
    let found = only(&subnet.cloud, "ReadSubnets", "Subnets");
    assert_eq!(found["SubnetId"], subnet.subnet_id);
    assert_eq!(found["NetId"], subnet.net_id);
    assert_eq!(found["IpRange"], "10.0.0.0/24");
}

#[rstest]
fn a_security_group(
    #[with(net(Cloud::new(), "10.3.0.0/16"), "web")] security_group: SecurityGroup,
) {
    let filters = json!({ "Filters": { "SecurityGroupNames": ["web"] } });
    let found = security_group.cloud.call("ReadSecurityGroups", filters);
    let found = &found.ok()["SecurityGroups"][0];
    assert_eq!(found["SecurityGroupId"], security_group.security_group_id);
    assert_eq!(found["NetId"], security_group.net_id);
}

#[rstest]
fn an_internet_service(internet_service: InternetService) {
    let cloud = &internet_service.cloud;
    let found = only(cloud, "ReadInternetServices", "InternetServices");
    assert_eq!(
        found["InternetServiceId"],
        internet_service.internet_service_id
    );
    assert_eq!(found["NetId"], internet_service.net_id);
}

#[rstest]
fn a_keypair(keypair: Keypair) {
    let found = only(&keypair.cloud, "ReadKeypairs", "Keypairs");
    assert_eq!(found["KeypairName"], keypair.keypair_name);
    assert!(keypair.private_key.contains("PRIVATE KEY"));
    assert!(!format!("{keypair:?}").contains("PRIVATE KEY"));
}

#[rstest]
#[case(Pace::OnRead)]
#[case(Pace::Manual)]
fn a_volume(
    #[case] pace: Pace,
    #[with(Cloud::builder().region("us-east-2").pace(pace).build(), 20)] volume: Volume,
) {
    let found = only(&volume.cloud, "ReadVolumes", "Volumes");
    assert_eq!(found["VolumeId"], volume.volume_id);
    assert_eq!(found["State"], "available", "{pace:?}");
    assert_eq!(found["Size"], 20);
}

#[rstest]
fn a_public_ip(public_ip: PublicIp) {
    let found = only(&public_ip.cloud, "ReadPublicIps", "PublicIps");
    assert_eq!(found["PublicIpId"], public_ip.public_ip_id);
    assert_eq!(found["PublicIp"], public_ip.public_ip);
}

#[rstest]
fn a_vm(vm: Vm) {
    let found = only(&vm.cloud, "ReadVms", "Vms");
    assert_eq!(found["VmId"], vm.vm_id);
    assert_eq!(found["SubnetId"], vm.subnet_id);
    assert_eq!(found["NetId"], vm.net_id);
    assert_eq!(found["State"], "pending");
}

#[rstest]
fn a_vm_that_runs(running_vm: Vm) {
    let found = only(&running_vm.cloud, "ReadVms", "Vms");
    assert_eq!(found["VmId"], running_vm.vm_id);
    assert_eq!(found["State"], "running");
}

#[rstest]
fn one_cloud_for_all(
    #[from(served)] cloud: Cloud,
    #[with(cloud.clone(), "10.8.0.0/16")] net: Net,
    #[with(net.clone(), "10.8.1.0/24")] subnet: Subnet,
    #[with(net.clone())] internet_service: InternetService,
    #[from(running_vm)]
    #[with(subnet.clone(), "tinav5.c2r4p1")]
    web: Vm,
    #[with(cloud.clone())] public_ip: PublicIp,
    #[with(cloud.clone())] volume: Volume,
) {
    let link = json!({ "PublicIp": public_ip.public_ip, "VmId": web.vm_id });
    cloud.call("LinkPublicIp", link).ok();
    let device = "/dev/xvdb";
    let link = json!({ "DeviceName": device, "VmId": web.vm_id, "VolumeId": volume.volume_id });
    cloud.call("LinkVolume", link).ok();
    let found = only(&cloud, "ReadVms", "Vms");
    assert_eq!(found["PublicIp"], public_ip.public_ip);
    assert_eq!(found["VmType"], "tinav5.c2r4p1");
    assert_eq!(found["SubnetId"], subnet.subnet_id);
    assert_eq!(internet_service.net_id, net.net_id);
}

#[rstest]
fn two_of_a_kind(
    cloud: Cloud,
    #[with(cloud.clone())] net: Net,
    #[from(net)]
    #[with(cloud.clone())]
    other: Net,
    #[with(cloud.clone())] keypair: Keypair,
    #[from(keypair)]
    #[with(cloud.clone(), "second")]
    second: Keypair,
) {
    assert_ne!(other.net_id, net.net_id);
    assert_eq!(
        (&*keypair.keypair_name, &*second.keypair_name),
        ("fixture", "second")
    );
    let keypairs = cloud.call("ReadKeypairs", json!({})).ok();
    assert_eq!(keypairs["Keypairs"].as_array().map(Vec::len), Some(2));
}

#[rstest]
fn without_being_told_each_has_a_cloud_of_its_own(net: Net, vm: Vm) {
    assert_eq!(net.cloud.transcript().len(), 1);
    assert_eq!(vm.cloud.transcript().len(), 3);
}

/// The examples of the documentation, which are compiled there and run here.
mod examples {
    use super::*;

    #[rstest]
    fn a_subnet_keeps_its_net(subnet: Subnet) {
        let net = json!({ "NetId": subnet.net_id });
        assert_eq!(subnet.cloud.call("DeleteNet", net).status(), 409);
    }

    #[rstest]
    fn a_vm_that_cannot_be_reached(
        cloud: Cloud,
        #[with(cloud.clone(), "10.8.0.0/16")] net: Net,
        #[with(net.clone(), "10.8.1.0/24")] subnet: Subnet,
        #[from(running_vm)]
        #[with(subnet.clone())]
        web: Vm,
        #[with(cloud.clone())] public_ip: PublicIp,
    ) {
        assert_eq!(
            (&web.net_id, &web.subnet_id),
            (&net.net_id, &subnet.subnet_id)
        );
        let link = json!({ "PublicIp": public_ip.public_ip, "VmId": web.vm_id });
        // The Net has no Internet service.
        assert!(!cloud.call("LinkPublicIp", link).is_success());
    }
}

/// A fixture of the test's own, upon one of these.
#[fixture]
fn two_subnets(
    net: Net,
    #[with(net.clone())] subnet: Subnet,
    #[from(subnet)]
    #[with(net.clone(), "10.0.1.0/24")]
    second: Subnet,
) -> (Subnet, Subnet) {
    drop(net);
    (subnet, second)
}

#[rstest]
fn fixtures_build_on_fixtures(two_subnets: (Subnet, Subnet)) {
    let (first, second) = two_subnets;
    assert_eq!(first.net_id, second.net_id);
    assert_ne!(first.subnet_id, second.subnet_id);
}

#[rstest]
fn a_fixture_of_a_builder(
    #[values(1, 2)] seed: u64,
    #[with(builder(seed).build())] net: Net,
    #[from(net)]
    #[with(builder(seed).build())]
    same: Net,
) {
    assert_eq!(net.net_id, same.net_id, "{seed}");
}

fn builder(seed: u64) -> CloudBuilder {
    Cloud::builder().seed(seed)
}

#[rstest]
#[should_panic(expected = "a fixture cannot be made: CreateNet was refused with status 400")]
fn a_refusal_is_told(#[with(Cloud::new(), "10.0.0.0/8")] net: Net) {
    drop(net);
}
