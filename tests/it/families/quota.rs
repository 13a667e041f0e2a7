//! Conversations about the family `quota`, and about what quotas do to the other families.

use mockscale::{Cloud, Pace, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, every_filter, made, refused, refused_twice, rehearsed};

#[path = "quota/calls.rs"]
mod calls;

use calls::*;

/// One quota of the account, or of one of its resources: what may be used, and what is.
fn quota(cloud: &Cloud, quota_type: &str, name: &str) -> Option<(i64, i64)> {
    let filters = json!({ "QuotaNames": [name], "QuotaTypes": [quota_type] });
    let read = cloud.call("ReadQuotas", json!({ "Filters": filters })).ok();
    let quota = read["QuotaTypes"].get(0)?["Quotas"].get(0)?;
    let number = |field: &str| quota[field].as_i64().expect("a number");
    Some((number("MaxValue"), number("UsedValue")))
}

fn used(cloud: &Cloud, name: &str) -> i64 {
    quota(cloud, "global", name).map_or(0, |(_, used)| used)
}

#[test]
fn quotas_follow_what_is_made_and_refuse_what_is_too_much() {
    let cloud = builder().quota("subnet_limit", 1).build();
    let of_nets = json!({ "Filters": { "Collections": ["VPC"] } });
    cloud.call("ReadQuotas", of_nets.clone()).ok();
    let net = json!({ "IpRange": "10.0.0.0/16" });
    let net = made(&cloud, "CreateNet", net, "/Net/NetId");
    for (range, status) in [("10.0.0.0/24", 200), ("10.0.1.0/24", 400)] {
        let subnet = json!({ "IpRange": range, "NetId": net });
        assert_eq!(cloud.call("CreateSubnet", subnet).status(), status);
    }
    cloud.call("ReadQuotas", of_nets).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn a_fresh_account_uses_nothing_but_its_default_group() {
    let read = cloud().call("ReadQuotas", json!({})).ok();
    let types = read["QuotaTypes"].as_array().expect("a list");
    let names: Vec<_> = types.iter().map(|it| &it["QuotaType"]).collect();
    assert_eq!(names[0], "global");
    let global = types[0]["Quotas"].as_array().expect("a list");
    assert_eq!(global.len(), 48);
    for quota in global {
        let used = i64::from(quota["Name"] == "sg_limit");
        assert_eq!(quota["UsedValue"], used, "{quota}");
        assert_eq!(quota["AccountId"], "123456789012");
    }
    // The group has rules of its own.
    assert_eq!(names.len(), 2);
    assert_eq!(types[1]["Quotas"][0]["Name"], "sg_rule_limit");
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let net = json!({ "IpRange": "10.0.0.0/16" });
    let net = made(&cloud, "CreateNet", net, "/Net/NetId");
    let target = ("QuotaTypes", "QuotaType", net.as_str());
    every_filter(
        &cloud,
        "ReadQuotas",
        &json!({}),
        target,
        &[
            ("Collections", json!(["VPC"]), json!(["LBU"])),
            ("QuotaNames", json!(["subnet_limit"]), json!(["vpc_limit"])),
            (
                "QuotaTypes",
                json!([net]),
                json!(["global", "vpc-00000000"]),
            ),
            (
                "ShortDescriptions",
                json!(["Subnet Limit"]),
                json!(["Net Limit"]),
            ),
        ],
    );
    // Within a type, too.
    let filters = json!({ "Filters": { "QuotaNames": ["subnet_limit", "rtb_limit"] } });
    let read = cloud.call("ReadQuotas", filters).ok();
    for quota_type in read["QuotaTypes"].as_array().expect("a list") {
        assert_eq!(quota_type["Quotas"].as_array().map(Vec::len), Some(2));
    }
    let nothing = json!({ "Filters": { "QuotaNames": ["no_limit"] } });
    let read = cloud.call("ReadQuotas", nothing).ok();
    assert_eq!(read["QuotaTypes"], json!([]));
    rehearsed(&cloud, "ReadQuotas", json!({}));
}

#[test]
fn pages_count_quotas_and_make_the_whole() {
    let cloud = cloud();
    cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    let flat = |read: &Value| -> Vec<(Value, Value)> {
        let types = read["QuotaTypes"].as_array().into_iter().flatten();
        let quotas = types.flat_map(|it| {
            let quotas = it["Quotas"].as_array().into_iter().flatten();
            quotas.map(|quota| (it["QuotaType"].clone(), quota.clone()))
        });
        quotas.collect()
    };
    let whole = cloud.call("ReadQuotas", json!({})).ok();
    let mut pages = Vec::new();
    let mut input = json!({ "ResultsPerPage": 7 });
    loop {
        let page = cloud.call("ReadQuotas", input).ok();
        let quotas = flat(page.body());
        let next = page.body().get("NextPageToken");
        assert!(quotas.len() == 7 || next.is_none());
        pages.extend(quotas);
        let Some(next) = next else { break };
        input = json!({ "NextPageToken": next });
    }
    assert_eq!(pages, flat(whole.body()));
    assert!(pages.len() > 48);
    let none = json!({ "ResultsPerPage": 0 });
    let (status, code, _) = refused(&cloud, "ReadQuotas", none);
    assert_eq!((status, code.as_str()), (400, "4047"));
}

/// What a call in the table below needs: the last identifiers of all sorts that were answered.
#[derive(Default)]
struct Seen(std::collections::BTreeMap<String, Value>);

impl Seen {
    /// The input with each `"$NetId"` replaced by the identifier of that name.
    fn fill(&self, input: &mut Value) {
        match input {
            Value::String(text) => {
                if let Some(name) = text.strip_prefix('$') {
                    *input = self.0[name].clone();
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|it| self.fill(it)),
            Value::Object(object) => object.values_mut().for_each(|it| self.fill(it)),
            _ => {}
        }
    }

    fn note(&mut self, reply: &Value) {
        match reply {
            Value::Array(values) => values.iter().for_each(|it| self.note(it)),
            Value::Object(object) => {
                for (name, value) in object {
                    if name.ends_with("Id") && value.is_string() {
                        self.0.insert(name.clone(), value.clone());
                    }
                    self.note(value);
                }
            }
            _ => {}
        }
    }
}

/// The calls that lead to a refusal: the last one is too much by the quota.
#[rstest]
#[case::vms("vm_limit", 1, vec![vm(), vm()], "10010")]
#[case::cores("core_limit", 5, vec![large(4), large(2)], "10029")]
#[case::memory("memory_limit", 8, vec![large(6), large(3)], "10042")]
#[case::cores_of_a_change("core_limit", 2, vec![stopped(1), grown(3)], "10029")]
#[case::public_ips("ip_limit", 1, vec![public_ip(), public_ip()], "10011")]
#[case::gpus("gpu_limit", 1, vec![gpu(), gpu()], "10030")]
#[case::volumes("volume_limit", 1, vec![volume(1), volume(1)], "10018")]
#[case::volumes_of_vms("volume_limit", 1, vec![vm(), vm()], "10018")]
#[case::volume_size("volume_size_limit", 30, vec![volume(20), volume(11)], "10024")]
#[case::a_larger_volume("volume_size_limit", 30, vec![volume(20), larger(31)], "10024")]
#[case::standard("standard_volume_size_limit", 30, vec![volume(20), volume(11)], "10024")]
#[case::io1("io1_volume_size_limit", 30, vec![fast(100), fast(100)], "10024")]
#[case::gp2("gp2_volume_size_limit", 30, vec![volume(100), retyped("gp2")], "10024")]
#[case::iops("iops_limit", 300, vec![fast(200), fast(101)], "10025")]
#[case::snapshots("snapshot_limit", 1, vec![volume(1), snapshot(), snapshot()], "10026")]
#[case::groups("sg_limit", 2, vec![group("a"), group("b")], "10038")]
#[case::groups_of_a_net("vpc_sg_limit", 2, vec![net(), net_group("a"), net_group("b")], "10038")]
#[case::rules("sg_rule_limit", 2, vec![group("a"), rule(&[1, 2]), rule(&[3])], "10017")]
#[case::rules_of_a_net("vpc_sg_rule_limit", 2, vec![net(), net_group("a"), rule(&[1]), rule(&[2])], "10017")]
#[case::groups_of_a_vm("vm_sg_limit", 1, vec![group("a"), vm(), grouped_vm()], "10036")]
#[case::nets("vpc_limit", 1, vec![net(), net()], "10022")]
#[case::subnets("subnet_limit", 1, vec![net(), subnet(0), subnet(1)], "10999")]
#[case::internet_services("igw_limit", 1, vec![internet_service(), internet_service()], "10023")]
#[case::route_tables("rtb_limit", 2, vec![net(), route_table(), route_table()], "10037")]
#[case::routes("rtb_rule_limit", 1, vec![net(), internet_service(), linked(), route_table(), route()], "10999")]
#[case::virtual_gateways("vpg_limit", 1, vec![virtual_gateway(), virtual_gateway()], "10999")]
#[case::client_gateways("cgw_limit", 1, vec![client_gateway(1), client_gateway(2)], "10027")]
#[case::balancers("lb_limit", 1, vec![balancer("a", &[1]), balancer("b", &[1])], "10014")]
#[case::listeners("lb_listeners_limit", 2, vec![balancer("a", &[1, 2]), more(3)], "10013")]
#[case::listeners_at_once("lb_listeners_limit", 2, vec![balancer("a", &[1, 2, 3])], "10013")]
#[case::listener_rules("lb_rules_limit", 1, vec![vm(), balancer("a", &[80]), listener_rule(1), listener_rule(2)], "10012")]
#[case::direct_links("dl_connection_limit", 1, vec![direct_link(), direct_link()], "10028")]
#[case::dedicated_groups("bypass_group_limit", 1, vec![dedicated_group("a"), dedicated_group("b")], "10044")]
#[case::a_dedicated_group("bypass_group_size_limit", 1, vec![dedicated_group("a"), dedicated_vm(), dedicated_vm()], "10045")]
#[case::product_types("pty_limit", 1, vec![product_type(), product_type()], "10999")]
#[case::accounts("account_limit", 2, vec![account(1), account(2)], "10006")]
fn too_much_is_refused(
    #[case] name: &str,
    #[case] most: u32,
    #[case] calls: Vec<(&str, Value)>,
    #[case] code: &str,
) {
    for most in [most, 0] {
        let cloud = builder().quota(name, most).build();
        let mut seen = Seen::default();
        let mut calls = calls.clone();
        let (last, mut too_much) = calls.pop().expect("a call");
        for (operation, mut input) in calls {
            seen.fill(&mut input);
            let reply = cloud.call(operation, input).ok();
            cloud.settle();
            seen.note(reply.body());
        }
        seen.fill(&mut too_much);
        if most == 0 {
            cloud.call(last, too_much).ok();
            continue;
        }
        let (status, said, details) = refused_twice(&cloud, last, too_much);
        assert_eq!((status, said.as_str()), (400, code), "{details}");
        assert!(details.contains(&format!("('{most}')")), "{details}");
    }
}

/// What takes its time counts while it does.
#[rstest]
#[case::snapshots("concurrent_snapshot_limit", "10008")]
#[case::snapshot_exports("snapshot_export_limit", "10999")]
#[case::image_exports("image_export_limit", "10999")]
fn what_is_under_way_is_limited(#[case] name: &str, #[case] code: &str) {
    let cloud = builder().pace(Pace::Manual).quota(name, 1).build();
    let export = json!({ "DiskImageFormat": "raw", "OsuBucket": "exports" });
    let (operation, input) = match name {
        "concurrent_snapshot_limit" => {
            let volume = crate::volume::volume(&cloud, json!({ "Size": 1 }));
            ("CreateSnapshot", json!({ "VolumeId": volume }))
        }
        "snapshot_export_limit" => {
            let of = crate::snapshot::snapshot(&cloud);
            let input = json!({ "OsuExport": export, "SnapshotId": of });
            ("CreateSnapshotExportTask", input)
        }
        _ => {
            let of = crate::image::image(&cloud, "mine");
            let input = json!({ "ImageId": of, "OsuExport": export });
            ("CreateImageExportTask", input)
        }
    };
    cloud.call(operation, input.clone()).ok();
    let (status, said, _) = refused_twice(&cloud, operation, input.clone());
    assert_eq!((status, said.as_str()), (400, code));
    cloud.settle();
    cloud.call(operation, input).ok();
}

#[test]
fn the_limits_that_nobody_set() {
    let cloud = cloud();
    for _ in 0..5 {
        cloud
            .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
            .ok();
    }
    let (status, code, details) = refused(&cloud, "CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    assert_eq!((status, code.as_str()), (400, "10022"));
    assert_eq!(details, "The maximum number of Nets ('5') is exceeded.");
}

#[test]
fn what_is_gone_counts_no_more() {
    let cloud = builder().quota("vm_limit", 1).build();
    let vm = json!({ "ImageId": IMAGE, "VmType": "tinav5.c4r6p1" });
    let id = made(&cloud, "CreateVms", vm.clone(), "/Vms/0/VmId");
    let counted = ["vm_limit", "core_limit", "memory_limit", "volume_limit"];
    let all = |cloud: &Cloud| counted.map(|name| used(cloud, name));
    assert_eq!(all(&cloud), [1, 4, 6, 1]);
    cloud.settle();
    // What is stopped is still there.
    cloud.call("StopVms", json!({ "VmIds": [id] })).ok();
    cloud.settle();
    assert_eq!(all(&cloud), [1, 4, 6, 1]);
    cloud.call("DeleteVms", json!({ "VmIds": [id] })).ok();
    cloud.settle();
    assert_eq!(all(&cloud), [0, 0, 0, 0]);
    cloud.call("CreateVms", vm).ok();
}

#[test]
fn a_change_that_adds_nothing_is_made_at_the_limit() {
    let cloud = builder().quota("volume_size_limit", 100).build();
    let volume = json!({ "SubregionName": "eu-west-2a", "Size": 100 });
    let volume = made(&cloud, "CreateVolume", volume, "/Volume/VolumeId");
    assert_eq!(
        quota(&cloud, "global", "volume_size_limit"),
        Some((100, 100))
    );
    cloud.settle();
    let change = json!({ "VolumeId": volume, "VolumeType": "gp2" });
    cloud.call("UpdateVolume", change).ok();
    assert_eq!(used(&cloud, "gp2_volume_size_limit"), 100);
    assert_eq!(used(&cloud, "standard_volume_size_limit"), 0);
    cloud
        .call("DeleteVolume", json!({ "VolumeId": volume }))
        .ok();
    assert_eq!(used(&cloud, "volume_size_limit"), 0);
}

/// As many VMs as there is room for, but no fewer than asked.
#[rstest]
#[case::vms("vm_limit", 3, 3)]
#[case::cores("core_limit", 11, 2)]
#[case::memory("memory_limit", 30, 5)]
#[case::volumes("volume_limit", 2, 2)]
#[case::size("volume_size_limit", 45, 4)]
#[case::no_limit("vm_limit", 0, 10)]
fn vms_fill_the_room_there_is(#[case] name: &str, #[case] most: u32, #[case] fit: usize) {
    let cloud = builder().quota(name, most).build();
    let wanted = |least: usize, most: usize| {
        json!({
            "ImageId": IMAGE,
            "VmType": "tinav5.c4r6p1",
            "MinVmsCount": least,
            "MaxVmsCount": most,
        })
    };
    rehearsed(&cloud, "CreateVms", wanted(1, 10));
    if most > 0 {
        refused_twice(&cloud, "CreateVms", wanted(fit + 1, 10));
    }
    let vms = cloud.call("CreateVms", wanted(fit, 10)).ok();
    assert_eq!(vms["Vms"].as_array().map(Vec::len), Some(fit));
    if most > 0 {
        refused_twice(&cloud, "CreateVms", wanted(1, 10));
    }
}

#[test]
fn accounts_have_quotas_of_their_own() {
    let cloud = builder().quota("vpc_limit", 1).build();
    let other = cloud.account().open();
    let net = json!({ "IpRange": "10.0.0.0/16" });
    cloud.call("CreateNet", net.clone()).ok();
    other.call("CreateNet", net.clone()).ok();
    for cloud in [&cloud, &other] {
        refused_twice(cloud, "CreateNet", net.clone());
        assert_eq!(quota(cloud, "global", "vpc_limit"), Some((1, 1)));
    }
    let read = json!({ "Filters": { "QuotaTypes": ["global"] } });
    let read = other.call("ReadQuotas", read).ok();
    let account = &read["QuotaTypes"][0]["Quotas"][0]["AccountId"];
    assert_eq!(account, &*other.credentials().account);
}

#[test]
fn a_resource_has_quotas_of_its_own_while_it_is_there() {
    let cloud = cloud();
    let net = json!({ "IpRange": "10.0.0.0/16" });
    let net = made(&cloud, "CreateNet", net, "/Net/NetId");
    let of_net = |name: &str| quota(&cloud, &net, name);
    assert_eq!(of_net("subnet_limit"), Some((200, 0)));
    assert_eq!(of_net("rtb_limit"), Some((200, 1)));
    assert_eq!(of_net("vpc_sg_limit"), Some((500, 1)));
    let subnet = json!({ "IpRange": "10.0.0.0/24", "NetId": net });
    let subnet = made(&cloud, "CreateSubnet", subnet, "/Subnet/SubnetId");
    assert_eq!(of_net("subnet_limit"), Some((200, 1)));
    let balancer = json!({
        "Listeners": [listener(80), listener(81)],
        "LoadBalancerName": "lb",
        "LoadBalancerType": "internal",
        "Subnets": [subnet],
    });
    let plain = cloud.fork();
    plain.call("CreateLoadBalancer", balancer).ok();
    assert_eq!(quota(&plain, "lb", "lb_listeners_limit"), Some((100, 2)));
    cloud
        .call("DeleteSubnet", json!({ "SubnetId": subnet }))
        .ok();
    cloud.call("DeleteNet", json!({ "NetId": net })).ok();
    cloud.settle();
    assert_eq!(of_net("subnet_limit"), None);
}

#[test]
#[should_panic(expected = "there is no quota vpc_limits; did you mean vpc_limit?")]
fn a_quota_that_there_is_not() {
    let _ = builder().quota("vpc_limits", 3);
}
