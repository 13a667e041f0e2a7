//! The official Rust SDK for API 1.33.1 does the main job.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use mockscale::pki::Authority;
use mockscale::{Cloud, assert_transcript, json, sdk};
use outscale_api::apis::Error;
use outscale_api::apis::configuration::Configuration;
use outscale_api::apis::net_api::{DeleteNetError, create_net, delete_net, read_nets};
use outscale_api::apis::security_group_api::create_security_group;
use outscale_api::apis::security_group_rule_api::create_security_group_rule;
use outscale_api::apis::subnet_api::{create_subnet, read_subnets};
use outscale_api::apis::vm_api::{create_vms, read_vms};
use outscale_api::apis::volume_api::{create_volume, link_volume, read_volumes};
use outscale_api::models::{
    CreateNetRequest, CreateSecurityGroupRequest, CreateSecurityGroupRuleRequest,
    CreateSubnetRequest, CreateVmsRequest, CreateVolumeRequest, DeleteNetRequest, FiltersNet,
    FiltersSubnet, FiltersVm, FiltersVolume, LinkVolumeRequest, ReadNetsRequest,
    ReadSubnetsRequest, ReadVmsRequest, ReadVolumesRequest,
};
use rstest::rstest;

use crate::support::{last, made};

const DESK: &str = "203.0.113.9";

#[tokio::test]
async fn the_main_job() {
    let cloud = crate::support::builder().start();
    let api = sdk::configuration(&cloud);

    let request = CreateNetRequest::new("10.0.0.0/16".to_owned());
    let net = create_net(&api, Some(request)).unwrap().net.unwrap();
    let net_id = net.net_id.unwrap();
    let request = CreateSubnetRequest::new("10.0.1.0/24".to_owned(), net_id.clone());
    let subnet = create_subnet(&api, Some(request)).unwrap().subnet.unwrap();

    let mut request = CreateSecurityGroupRequest::new("web servers".to_owned(), "web".to_owned());
    request.net_id = Some(net_id.clone());
    let group = create_security_group(&api, Some(request))
        .unwrap()
        .security_group
        .unwrap();
    let group_id = group.security_group_id.unwrap();
    let mut request = CreateSecurityGroupRuleRequest::new("Inbound".to_owned(), group_id.clone());
    request.ip_protocol = Some("tcp".to_owned());
    request.from_port_range = Some(443);
    request.to_port_range = Some(443);
    request.ip_range = Some("0.0.0.0/0".to_owned());
    create_security_group_rule(&api, Some(request)).unwrap();

    let mut request = CreateVmsRequest::new("ami-5aebd4d5".to_owned());
    request.subnet_id = subnet.subnet_id.clone();
    request.security_group_ids = Some(vec![group_id]);
    let vm = create_vms(&api, Some(request))
        .unwrap()
        .vms
        .unwrap()
        .remove(0);
    let vm_id = vm.vm_id.unwrap();
    assert_eq!(state(&api, &vm_id), "pending");
    assert_eq!(state(&api, &vm_id), "running");

    let mut request = CreateVolumeRequest::new("eu-west-2a".to_owned());
    request.size = Some(10);
    let volume = create_volume(&api, Some(request)).unwrap().volume.unwrap();
    let volume_id = volume.volume_id.unwrap();
    assert_eq!(volume_state(&api, &volume_id), "creating");
    let request = LinkVolumeRequest::new("/dev/xvdb".to_owned(), vm_id, volume_id.clone());
    link_volume(&api, Some(request)).unwrap();
    assert_eq!(volume_state(&api, &volume_id), "in-use");

    let mut request = ReadNetsRequest::new();
    request.filters = Some(Box::new(FiltersNet {
        ip_ranges: Some(vec!["10.0.0.0/16".to_owned()]),
        ..FiltersNet::new()
    }));
    assert_eq!(
        read_nets(&api, Some(request)).unwrap().nets.unwrap().len(),
        1
    );
    let mut request = ReadSubnetsRequest::new();
    request.filters = Some(Box::new(FiltersSubnet {
        net_ids: Some(vec!["vpc-00000000".to_owned()]),
        ..FiltersSubnet::new()
    }));
    assert_eq!(
        read_subnets(&api, Some(request)).unwrap().subnets,
        Some(vec![])
    );

    let refused = delete_net(&api, Some(DeleteNetRequest::new(net_id)));
    let Err(Error::ResponseError(refused)) = refused else {
        panic!("a Net in use was deleted");
    };
    assert_eq!(refused.status.as_u16(), 409);
    assert!(matches!(refused.entity, Some(DeleteNetError::Status400(_))));

    assert_transcript!(cloud);
}

fn state(api: &Configuration, vm_id: &str) -> String {
    let mut request = ReadVmsRequest::new();
    request.filters = Some(Box::new(FiltersVm {
        vm_ids: Some(vec![vm_id.to_owned()]),
        ..FiltersVm::new()
    }));
    let mut vms = read_vms(api, Some(request)).unwrap().vms.unwrap();
    vms.remove(0).state.unwrap()
}

fn volume_state(api: &Configuration, volume_id: &str) -> String {
    let mut request = ReadVolumesRequest::new();
    request.filters = Some(Box::new(FiltersVolume {
        volume_ids: Some(vec![volume_id.to_owned()]),
        ..FiltersVolume::new()
    }));
    let mut volumes = read_volumes(api, Some(request)).unwrap().volumes.unwrap();
    volumes.remove(0).state.unwrap()
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let cloud = Cloud::start().await;
    let mut api = sdk::configuration(&cloud);
    if let Some(key) = &mut api.aws_v4_key {
        key.secret_key = secrecy::SecretString::new("0".repeat(40));
    }
    let refused = read_nets(&api, Some(ReadNetsRequest::new()));
    let Err(Error::ResponseError(refused)) = refused else {
        panic!("a wrong secret was accepted");
    };
    assert_eq!(refused.status.as_u16(), 401);
}

/// A rule that admits one address, one authority, or both: what a handle has of them, the SDK has.
#[rstest]
#[case::an_address(true, false)]
#[case::a_certificate(false, true)]
#[case::both(true, true)]
#[tokio::test]
async fn it_calls_from_where_its_handle_does(#[case] address: bool, #[case] certificate: bool) {
    let cloud = crate::support::builder().start();
    let authority = Authority::new("our devices");
    let pem = json!({ "CaPem": authority.pem() });
    let ca = made(&cloud, "CreateCa", pem, "/Ca/CaId");
    let first = cloud.call("ReadApiAccessRules", json!({})).ok();
    let first = first.text("/ApiAccessRules/0/ApiAccessRuleId").to_owned();
    let mut rule = json!({});
    let mut handle = cloud.clone();
    if address {
        rule["IpRanges"] = json!(["203.0.113.9/32"]);
        handle = handle.from(DESK);
    }
    if certificate {
        rule["CaIds"] = json!([ca]);
        handle = handle.with_certificate(&authority.issue("laptop-7").pem());
    }
    cloud.call("CreateApiAccessRule", rule).ok();
    let rule = json!({ "ApiAccessRuleId": first });
    cloud.call("DeleteApiAccessRule", rule).ok();

    let nets = |handle: &Cloud| {
        let answer = read_nets(&sdk::configuration(handle), Some(ReadNetsRequest::new()));
        let refused = answer.map(|_| 200).or_else(|error| match error {
            Error::ResponseError(refused) => Ok(refused.status.as_u16()),
            other => Err(other),
        });
        refused.unwrap()
    };
    assert_eq!(nets(&cloud), 401);
    assert_eq!(nets(&handle), 200);
    let said = last(&cloud);
    let from = said.from.map(|it| it.to_string());
    assert_eq!(from.as_deref(), address.then_some(DESK));
    let shown = said.certificate.as_deref();
    assert_eq!(shown, certificate.then_some("laptop-7"));
    // Each half of a rule counts.
    if address && certificate {
        assert_eq!(nets(&cloud.from(DESK)), 401);
    }
}
