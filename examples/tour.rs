//! The main job in one go: the official SDK drives a cloud, the transcript shows what was said
//! and what changed, and a deliberate mistake shows what a violation looks like.
//!
//! `cargo run --example tour`

use mockscale::{Cloud, json, sdk};
use outscale_api::apis::net_api::create_net;
use outscale_api::apis::security_group_api::create_security_group;
use outscale_api::apis::security_group_rule_api::create_security_group_rule;
use outscale_api::apis::subnet_api::create_subnet;
use outscale_api::apis::vm_api::{create_vms, read_vms};
use outscale_api::apis::volume_api::{create_volume, link_volume, read_volumes};
use outscale_api::models::{
    CreateNetRequest, CreateSecurityGroupRequest, CreateSecurityGroupRuleRequest,
    CreateSubnetRequest, CreateVmsRequest, CreateVolumeRequest, FiltersVm, FiltersVolume,
    LinkVolumeRequest, ReadVmsRequest, ReadVolumesRequest,
};

type Error = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = Cloud::start().await;
    println!("A cloud of its own, on {}\n", cloud.endpoint());

    drive(&cloud)?;
    println!("{}", cloud.transcript());

    println!("---- A deliberate mistake: a misspelt field ----\n");
    let copy = cloud.fork();
    let refused = copy.call(
        "CreateNet",
        json!({ "IpRange": "10.1.0.0/16", "Tenency": "dedicated" }),
    );
    println!(
        "The client is answered {}: {}\n",
        refused.status(),
        refused.body()
    );
    println!("and the test fails when the cloud is dropped:\n");
    std::panic::set_hook(Box::new(|info| {
        if let Some(text) = info.payload().downcast_ref::<String>() {
            println!("{text}");
        }
    }));
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(copy)));
    Ok(())
}

/// What a program under test would do, with nothing in it that knows of a fake.
fn drive(cloud: &Cloud) -> Result<(), Error> {
    let api = sdk::configuration(cloud);

    let request = CreateNetRequest::new("10.0.0.0/16".to_owned());
    let net = create_net(&api, Some(request))?
        .net
        .and_then(|net| net.net_id);
    let net = net.ok_or("the answer names no Net")?;

    let request = CreateSubnetRequest::new("10.0.1.0/24".to_owned(), net.clone());
    let subnet = create_subnet(&api, Some(request))?.subnet;
    let subnet = subnet
        .and_then(|it| it.subnet_id)
        .ok_or("the answer names no Subnet")?;

    let mut request = CreateSecurityGroupRequest::new("web servers".to_owned(), "web".to_owned());
    request.net_id = Some(net);
    let group = create_security_group(&api, Some(request))?.security_group;
    let group = group
        .and_then(|it| it.security_group_id)
        .ok_or("the answer names no group")?;

    let mut request = CreateSecurityGroupRuleRequest::new("Inbound".to_owned(), group.clone());
    request.ip_protocol = Some("tcp".to_owned());
    request.from_port_range = Some(443);
    request.to_port_range = Some(443);
    request.ip_range = Some("0.0.0.0/0".to_owned());
    create_security_group_rule(&api, Some(request))?;

    let mut request = CreateVmsRequest::new("ami-5aebd4d5".to_owned());
    request.subnet_id = Some(subnet);
    request.security_group_ids = Some(vec![group]);
    let vms = create_vms(&api, Some(request))?.vms.unwrap_or_default();
    let vm = vms
        .into_iter()
        .next()
        .and_then(|vm| vm.vm_id)
        .ok_or("the answer names no VM")?;
    wait_until_running(&api, &vm)?;

    let mut request = CreateVolumeRequest::new("eu-west-2a".to_owned());
    request.size = Some(10);
    let volume = create_volume(&api, Some(request))?.volume;
    let volume = volume
        .and_then(|it| it.volume_id)
        .ok_or("the answer names no volume")?;
    let mut request = ReadVolumesRequest::new();
    request.filters = Some(Box::new(FiltersVolume {
        volume_ids: Some(vec![volume.clone()]),
        ..FiltersVolume::new()
    }));
    read_volumes(&api, Some(request))?;
    link_volume(
        &api,
        Some(LinkVolumeRequest::new("/dev/xvdb".to_owned(), vm, volume)),
    )?;
    Ok(())
}

/// A waiter as programs write them; it needs no sleep here, and ends at once.
fn wait_until_running(
    api: &outscale_api::apis::configuration::Configuration,
    vm: &str,
) -> Result<(), Error> {
    for _ in 0..10 {
        let mut request = ReadVmsRequest::new();
        request.filters = Some(Box::new(FiltersVm {
            vm_ids: Some(vec![vm.to_owned()]),
            ..FiltersVm::new()
        }));
        let vms = read_vms(api, Some(request))?.vms.unwrap_or_default();
        if vms.first().and_then(|vm| vm.state.as_deref()) == Some("running") {
            return Ok(());
        }
    }
    Err("the VM never ran".into())
}
