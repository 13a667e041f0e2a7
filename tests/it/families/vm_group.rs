//! Conversations about the family `vm_group`, and about the templates that groups use.

use mockscale::{Cloud, Pace, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, every_filter, made, manual, refused_twice, rehearsed};

const IMAGE: &str = "ami-5aebd4d5";
const UNKNOWN: &str = "vmgroup-00000000000000000000000000000000";
const NO_TEMPLATE: &str = "vmtemplate-00000000000000000000000000000000";

fn template(cloud: &Cloud, cores: i64) -> String {
    let template = json!({
        "CpuCores": cores,
        "CpuGeneration": "v5",
        "CpuPerformance": "highest",
        "ImageId": IMAGE,
        "Ram": 2,
        "VmTemplateName": "small",
    });
    made(
        cloud,
        "CreateVmTemplate",
        template,
        "/VmTemplate/VmTemplateId",
    )
}

/// A Net with a Subnet and a security group, and a template: a request for a group of two VMs.
pub(crate) fn wanted(cloud: &Cloud) -> Value {
    let net = json!({ "IpRange": "10.0.0.0/16" });
    let net = made(cloud, "CreateNet", net, "/Net/NetId");
    let subnet = json!({ "IpRange": "10.0.0.0/28", "NetId": net });
    let group = json!({ "Description": "web", "NetId": net, "SecurityGroupName": "web" });
    json!({
        "Description": "shops",
        "SecurityGroupIds": [
            made(cloud, "CreateSecurityGroup", group, "/SecurityGroup/SecurityGroupId"),
        ],
        "SubnetId": made(cloud, "CreateSubnet", subnet, "/Subnet/SubnetId"),
        "Tags": [{ "Key": "Name", "Value": "shop" }],
        "VmCount": 2,
        "VmGroupName": "shops",
        "VmTemplateId": template(cloud, 1),
    })
}

/// Makes that group, and lets it be available.
fn group(cloud: &Cloud) -> (String, Value) {
    let wanted = wanted(cloud);
    let id = made(cloud, "CreateVmGroup", wanted.clone(), "/VmGroup/VmGroupId");
    cloud.settle();
    (id, wanted)
}

fn read(cloud: &Cloud, id: &str) -> Value {
    let read = json!({ "Filters": { "VmGroupIds": [id] } });
    cloud.call("ReadVmGroups", read).ok()["VmGroups"][0].clone()
}

fn ids(group: &Value) -> Vec<&str> {
    let ids = group["VmIds"].as_array().into_iter().flatten();
    ids.filter_map(Value::as_str).collect()
}

fn states(cloud: &Cloud) -> Vec<String> {
    let read = cloud.call("ReadVms", json!({})).ok();
    let vms = read["Vms"].as_array().into_iter().flatten();
    vms.map(|vm| vm["State"].as_str().expect("a state").to_owned())
        .collect()
}

#[test]
fn a_group_is_made_scaled_and_deleted() {
    let cloud = cloud();
    let mut wanted = wanted(&cloud);
    wanted["VmCount"] = 1.into();
    let fork = cloud.fork();
    let group = fork.call("CreateVmGroup", wanted).ok();
    let id = json!({ "VmGroupId": group["VmGroup"]["VmGroupId"] });
    let with = |field: &str, value: Value| {
        let mut input = id.clone();
        input[field] = value;
        input
    };
    // Pending once, then with its VM.
    fork.call("ReadVmGroups", json!({})).ok();
    fork.call("ReadVmGroups", json!({})).ok();
    fork.call("ScaleUpVmGroup", with("VmAddition", 1.into()))
        .ok();
    fork.call("ScaleDownVmGroup", with("VmSubtraction", 1.into()));
    fork.call("ReadVmGroups", json!({})).ok();
    fork.call("ScaleDownVmGroup", with("VmSubtraction", 1.into()))
        .ok();
    fork.call("ReadVmGroups", json!({})).ok();
    fork.call("UpdateVmGroup", with("VmGroupName", "stores".into()))
        .ok();
    fork.call("DeleteVmGroup", id.clone()).ok();
    fork.call("ReadVmGroups", json!({})).ok();
    fork.call("ReadVmGroups", json!({})).ok();
    fork.call("DeleteVmGroup", id);
    mockscale::assert_transcript!(fork);
}

#[test]
fn the_vms_of_a_group_are_of_its_template() {
    let cloud = cloud();
    let pair = json!({ "KeypairName": "mine" });
    cloud.call("CreateKeypair", pair).ok();
    let mut wanted = wanted(&cloud);
    let template = json!({
        "CpuCores": 4,
        "CpuGeneration": "v5",
        "CpuPerformance": "medium",
        "ImageId": IMAGE,
        "KeypairName": "mine",
        "Ram": 6,
        "VmTemplateName": "medium",
    });
    let template = made(
        &cloud,
        "CreateVmTemplate",
        template,
        "/VmTemplate/VmTemplateId",
    );
    wanted["VmTemplateId"] = template.into();
    let id = made(
        &cloud,
        "CreateVmGroup",
        wanted.clone(),
        "/VmGroup/VmGroupId",
    );
    cloud.settle();
    let group = read(&cloud, &id);
    assert_eq!(group["State"], "available");
    assert_eq!(group["PositioningStrategy"], "no-strategy");
    assert_eq!(ids(&group).len(), 2);
    let vms = cloud.call("ReadVms", json!({})).ok();
    for vm in vms["Vms"].as_array().expect("a list") {
        assert_eq!(vm["VmType"], "tinav5.c4r6p3");
        assert_eq!(vm["Performance"], "medium");
        assert_eq!(vm["ImageId"], IMAGE);
        assert_eq!(vm["KeypairName"], "mine");
        assert_eq!(vm["SubnetId"], wanted["SubnetId"]);
        let groups = &vm["SecurityGroups"][0]["SecurityGroupId"];
        assert_eq!(*groups, wanted["SecurityGroupIds"][0]);
        assert_eq!(vm["State"], "running");
        assert_eq!(vm["Tags"], json!([]));
    }
}

#[test]
fn the_next_vms_are_of_the_new_template() {
    let cloud = cloud();
    let (id, _) = group(&cloud);
    let before = read(&cloud, &id);
    let change = json!({
        "Description": "bigger",
        "Tags": [{ "Key": "size", "Value": "2" }],
        "VmGroupId": id,
        "VmTemplateId": template(&cloud, 2),
    });
    rehearsed(&cloud, "UpdateVmGroup", change.clone());
    cloud.call("UpdateVmGroup", change.clone()).ok();
    let more = json!({ "VmAddition": 1, "VmGroupId": id });
    rehearsed(&cloud, "ScaleUpVmGroup", more.clone());
    cloud.call("ScaleUpVmGroup", more).ok();
    cloud.settle();
    let after = read(&cloud, &id);
    for field in ["Description", "Tags", "VmTemplateId"] {
        assert_eq!(after[field], change[field]);
    }
    assert_eq!(after["VmCount"], 3);
    assert_eq!(ids(&after)[..2], ids(&before)[..]);
    let vms = json!({ "Filters": { "VmIds": after["VmIds"] } });
    let vms = cloud.call("ReadVms", vms).ok();
    let types = vms["Vms"].as_array().into_iter().flatten();
    let types: Vec<_> = types.map(|vm| &vm["VmType"]).collect();
    assert_eq!(types, ["tinav5.c1r2p1", "tinav5.c1r2p1", "tinav5.c2r2p1"]);
}

/// What a template names may go; the group grows no more, and stays as it is.
#[test]
fn a_group_whose_keypair_is_gone_does_not_grow() {
    let cloud = cloud();
    let pair = json!({ "KeypairName": "mine" });
    cloud.call("CreateKeypair", pair.clone()).ok();
    let mut wanted = wanted(&cloud);
    let template = json!({
        "CpuCores": 1, "CpuGeneration": "v5", "ImageId": IMAGE, "KeypairName": "mine", "Ram": 2,
        "VmTemplateName": "keyed",
    });
    let id = "/VmTemplate/VmTemplateId";
    wanted["VmTemplateId"] = made(&cloud, "CreateVmTemplate", template, id).into();
    let id = made(&cloud, "CreateVmGroup", wanted, "/VmGroup/VmGroupId");
    cloud.settle();
    // Without a performance of the template's, it is the usual one.
    let vms = cloud.call("ReadVms", json!({})).ok();
    assert_eq!(vms.text("/Vms/0/VmType"), "tinav5.c1r2p2");
    assert_eq!(vms.text("/Vms/0/Performance"), "high");
    cloud.call("DeleteKeypair", pair).ok();
    let more = json!({ "VmAddition": 1, "VmGroupId": id });
    assert_eq!(refused_twice(&cloud, "ScaleUpVmGroup", more).1, "5071");
    assert_eq!(read(&cloud, &id)["VmCount"], 2);
}

#[test]
fn a_template_that_no_group_uses_any_more_may_go() {
    let cloud = cloud();
    let (id, wanted) = group(&cloud);
    let old = json!({ "VmTemplateId": wanted["VmTemplateId"] });
    refused_twice(&cloud, "DeleteVmTemplate", old.clone());
    let new = template(&cloud, 2);
    let moved = json!({ "VmGroupId": id, "VmTemplateId": new });
    cloud.call("UpdateVmGroup", moved).ok();
    cloud.call("DeleteVmTemplate", old).ok();
    let new = json!({ "VmTemplateId": new });
    refused_twice(&cloud, "DeleteVmTemplate", new);
}

#[test]
fn the_template_of_another_account_is_none() {
    let cloud = builder().account("210987654321").build();
    let (id, _) = group(&cloud);
    let theirs = template(&cloud.as_account("210987654321"), 1);
    let ask = json!({ "VmGroupId": id, "VmTemplateId": theirs });
    let told = refused_twice(&cloud, "UpdateVmGroup", ask);
    let unknown = json!({ "VmGroupId": id, "VmTemplateId": NO_TEMPLATE });
    assert_eq!(told.1, refused_twice(&cloud, "UpdateVmGroup", unknown).1);
}

#[test]
fn a_vm_that_is_stopped_stays_in_its_group() {
    let cloud = cloud();
    let (id, _) = group(&cloud);
    let vm = ids(&read(&cloud, &id))[0].to_owned();
    cloud.call("StopVms", json!({ "VmIds": [vm] })).ok();
    cloud.settle();
    assert!(ids(&read(&cloud, &id)).contains(&vm.as_str()));
}

#[test]
fn the_oldest_vms_go_first() {
    let cloud = cloud();
    let (id, _) = group(&cloud);
    let before = read(&cloud, &id);
    let fewer = json!({ "VmGroupId": id, "VmSubtraction": 1 });
    rehearsed(&cloud, "ScaleDownVmGroup", fewer.clone());
    cloud.call("ScaleDownVmGroup", fewer).ok();
    cloud.settle();
    let after = read(&cloud, &id);
    assert_eq!(ids(&after), ids(&before)[1..]);
    assert_eq!(states(&cloud), ["terminated", "running"]);
}

#[test]
fn a_vm_that_goes_by_itself_leaves_its_group() {
    let cloud = cloud();
    let (id, _) = group(&cloud);
    let before = read(&cloud, &id);
    let gone = json!({ "VmIds": [ids(&before)[0]] });
    cloud.call("DeleteVms", gone).ok();
    let after = read(&cloud, &id);
    assert_eq!(
        (ids(&after), &after["VmCount"]),
        (ids(&before)[1..].to_vec(), &json!(1))
    );
    let too_many = json!({ "VmGroupId": id, "VmSubtraction": 2 });
    let (status, code, _) = refused_twice(&cloud, "ScaleDownVmGroup", too_many);
    assert_eq!((status, code.as_str()), (400, "4018"));
}

#[test]
fn a_group_goes_with_its_vms() {
    let cloud = cloud();
    let (id, wanted) = group(&cloud);
    let gone = json!({ "VmGroupId": id });
    let template = json!({ "VmTemplateId": wanted["VmTemplateId"] });
    let group = json!({ "SecurityGroupId": wanted["SecurityGroupIds"][0] });
    let subnet = json!({ "SubnetId": wanted["SubnetId"] });
    let held = [
        ("DeleteVmTemplate", &template, "9002"),
        ("DeleteSecurityGroup", &group, "9085"),
        ("DeleteSubnet", &subnet, "9095"),
    ];
    for (operation, input, code) in held {
        let (status, said, _) = refused_twice(&cloud, operation, input.clone());
        assert_eq!((status, said.as_str()), (409, code), "{operation}");
    }
    rehearsed(&cloud, "DeleteVmGroup", gone.clone());
    cloud.call("DeleteVmGroup", gone).ok();
    cloud.settle();
    assert_eq!(
        cloud.call("ReadVmGroups", json!({})).ok()["VmGroups"],
        json!([])
    );
    assert_eq!(states(&cloud), ["terminated", "terminated"]);
    for (operation, input, _) in held {
        cloud.call(operation, input.clone()).ok();
    }
}

/// Whatever its VMs do, an empty group holds what it is made of.
#[test]
fn a_group_without_vms_holds_what_its_next_ones_need() {
    let cloud = cloud();
    let (id, wanted) = group(&cloud);
    let fewer = json!({ "VmGroupId": id, "VmSubtraction": 2 });
    cloud.call("ScaleDownVmGroup", fewer).ok();
    cloud.settle();
    assert_eq!(read(&cloud, &id)["VmCount"], 0);
    let group = json!({ "SecurityGroupId": wanted["SecurityGroupIds"][0] });
    refused_twice(&cloud, "DeleteSecurityGroup", group);
    let subnet = json!({ "SubnetId": wanted["SubnetId"] });
    refused_twice(&cloud, "DeleteSubnet", subnet);
    let more = json!({ "VmAddition": 1, "VmGroupId": id });
    cloud.call("ScaleUpVmGroup", more).ok();
}

#[test]
fn a_group_changes_one_way_at_a_time() {
    let cloud = manual();
    let wanted = wanted(&cloud);
    let id = made(&cloud, "CreateVmGroup", wanted, "/VmGroup/VmGroupId");
    let up = json!({ "VmAddition": 1, "VmGroupId": id });
    let down = json!({ "VmGroupId": id, "VmSubtraction": 1 });
    let busy = |state: &str| {
        assert_eq!(read(&cloud, &id)["State"], state);
        for (operation, input) in [("ScaleUpVmGroup", &up), ("ScaleDownVmGroup", &down)] {
            let (status, code, _) = refused_twice(&cloud, operation, input.clone());
            assert_eq!(
                (status, code.as_str()),
                (409, "6003"),
                "{operation} while {state}"
            );
        }
    };
    busy("pending");
    cloud.settle();
    cloud.call("ScaleUpVmGroup", up.clone()).ok();
    busy("scaling up");
    cloud.settle();
    cloud.call("ScaleDownVmGroup", down.clone()).ok();
    busy("scaling down");
    cloud.settle();
    let gone = json!({ "VmGroupId": id });
    cloud.call("DeleteVmGroup", gone.clone()).ok();
    assert_eq!(read(&cloud, &id)["State"], "deleting");
    // What is going is not there for a change.
    for operation in ["DeleteVmGroup", "UpdateVmGroup"] {
        let (status, code, _) = refused_twice(&cloud, operation, gone.clone());
        assert_eq!((status, code.as_str()), (400, "5044"), "{operation}");
    }
}

#[test]
fn a_protected_vm_keeps_its_group() {
    let cloud = builder().pace(Pace::Immediate).build();
    let (id, _) = group(&cloud);
    let vm = read(&cloud, &id)["VmIds"][0].clone();
    let protect = |yes: bool| json!({ "DeletionProtection": yes, "VmId": vm });
    cloud.call("UpdateVm", protect(true)).ok();
    let down = json!({ "VmGroupId": id, "VmSubtraction": 1 });
    let gone = json!({ "VmGroupId": id });
    for (operation, input) in [("ScaleDownVmGroup", down), ("DeleteVmGroup", gone.clone())] {
        let (status, code, _) = refused_twice(&cloud, operation, input);
        assert_eq!((status, code.as_str()), (400, "8018"), "{operation}");
    }
    cloud.call("UpdateVm", protect(false)).ok();
    cloud.call("DeleteVmGroup", gone).ok();
    assert_eq!(states(&cloud), ["terminated", "terminated"]);
}

#[rstest]
#[case::no_template("VmTemplateId", json!(NO_TEMPLATE), 400, "5044")]
#[case::no_subnet("SubnetId", json!("subnet-00000000"), 400, "5057")]
#[case::no_group("SecurityGroupIds", json!(["sg-00000000"]), 400, "5020")]
#[case::none_at_all("VmCount", json!(0), 400, "4018")]
#[case::fewer_than_none("VmCount", json!(-1), 400, "4018")]
#[case::more_than_the_subnet_holds("VmCount", json!(12), 409, "10001")]
#[case::an_empty_key("Tags", json!([{ "Key": "", "Value": "x" }]), 400, "4069")]
fn creation_is_refused(
    #[case] field: &str,
    #[case] value: Value,
    #[case] status: u16,
    #[case] code: &str,
) {
    let cloud = cloud();
    let mut wanted = wanted(&cloud);
    wanted[field] = value;
    let (refused, said, details) = refused_twice(&cloud, "CreateVmGroup", wanted);
    assert_eq!((refused, said.as_str()), (status, code), "{details}");
    assert_eq!(
        cloud.call("ReadVmGroups", json!({})).ok()["VmGroups"],
        json!([])
    );
    assert!(states(&cloud).is_empty());
}

#[test]
fn a_security_group_is_of_the_net_of_the_subnet() {
    let cloud = cloud();
    let mut wanted = wanted(&cloud);
    let group = json!({ "Description": "x", "SecurityGroupName": "public" });
    let pointer = "/SecurityGroup/SecurityGroupId";
    let group = made(&cloud, "CreateSecurityGroup", group, pointer);
    wanted["SecurityGroupIds"] = json!([group]);
    let (status, code, _) = refused_twice(&cloud, "CreateVmGroup", wanted);
    assert_eq!((status, code.as_str()), (400, "4086"));
}

#[rstest]
#[case("DeleteVmGroup", json!({}))]
#[case("ScaleDownVmGroup", json!({ "VmSubtraction": 1 }))]
#[case("ScaleUpVmGroup", json!({ "VmAddition": 1 }))]
#[case("UpdateVmGroup", json!({ "VmGroupName": "x" }))]
fn a_group_that_is_not_there(#[case] operation: &str, #[case] mut input: Value) {
    let cloud = cloud();
    let other = cloud.account().open();
    let (theirs, _) = group(&other);
    for (id, code) in [(UNKNOWN, "5044"), (&theirs, "5044"), ("vmgroup-1", "4105")] {
        input["VmGroupId"] = id.into();
        let (status, said, _) = refused_twice(&cloud, operation, input.clone());
        assert_eq!((status, said.as_str()), (400, code), "{id}");
    }
}

#[rstest]
#[case("ScaleDownVmGroup", "VmSubtraction", 0)]
#[case("ScaleDownVmGroup", "VmSubtraction", -1)]
#[case("ScaleDownVmGroup", "VmSubtraction", 3)]
#[case("ScaleUpVmGroup", "VmAddition", 0)]
#[case("ScaleUpVmGroup", "VmAddition", -1)]
fn a_number_that_cannot_be(#[case] operation: &str, #[case] field: &str, #[case] number: i64) {
    let cloud = cloud();
    let (id, _) = group(&cloud);
    let input = json!({ "VmGroupId": id, field: number });
    let (status, code, _) = refused_twice(&cloud, operation, input);
    assert_eq!((status, code.as_str()), (400, "4018"));
}

#[test]
fn a_group_that_cannot_grow_stays_as_it_is() {
    let cloud = builder().quota("vm_limit", 3).build();
    let (id, _) = group(&cloud);
    let before = read(&cloud, &id);
    let more = json!({ "VmAddition": 2, "VmGroupId": id });
    let (status, code, _) = refused_twice(&cloud, "ScaleUpVmGroup", more);
    assert_eq!((status, code.as_str()), (400, "10010"));
    assert_eq!(read(&cloud, &id), before);
    // A new template has to be there, too.
    let change = json!({ "VmGroupId": id, "VmTemplateId": NO_TEMPLATE });
    let (status, code, _) = refused_twice(&cloud, "UpdateVmGroup", change);
    assert_eq!((status, code.as_str()), (400, "5044"));
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let (id, wanted) = group(&cloud);
    let target = ("VmGroups", "VmGroupId", id.as_str());
    let table = [
        ("Descriptions", json!(["shops"]), json!(["shop"])),
        (
            "SecurityGroupIds",
            wanted["SecurityGroupIds"].clone(),
            json!(["sg-00000000"]),
        ),
        (
            "SubnetIds",
            json!([wanted["SubnetId"]]),
            json!(["subnet-00000000"]),
        ),
        ("TagKeys", json!(["Name"]), json!(["shop"])),
        ("TagValues", json!(["shop"]), json!(["Name"])),
        ("Tags", json!(["Name=shop"]), json!(["Name=x"])),
        ("VmCounts", json!([2]), json!([1, 3])),
        ("VmGroupIds", json!([id]), json!([UNKNOWN])),
        ("VmGroupNames", json!(["shops"]), json!(["stores"])),
        (
            "VmTemplateIds",
            json!([wanted["VmTemplateId"]]),
            json!([NO_TEMPLATE]),
        ),
    ];
    every_filter(&cloud, "ReadVmGroups", &json!({}), target, &table);
    rehearsed(&cloud, "ReadVmGroups", json!({}));
}

#[rstest]
#[case("vm_group_limit", "CreateVmGroup")]
#[case("vm_template_limit", "CreateVmTemplate")]
fn there_are_only_so_many(#[case] quota: &str, #[case] operation: &str) {
    let cloud = builder().quota(quota, 1).build();
    let (_, wanted) = group(&cloud);
    let input = match operation {
        "CreateVmGroup" => wanted,
        _ => json!({
            "CpuCores": 1, "CpuGeneration": "v5", "ImageId": IMAGE, "Ram": 1,
            "VmTemplateName": "another",
        }),
    };
    let (status, code, _) = refused_twice(&cloud, operation, input);
    assert_eq!((status, code.as_str()), (400, "10999"));
}

#[test]
fn a_dedicated_group_takes_the_vm_groups_of_its_nets_with_it() {
    let cloud = cloud();
    let dedicated = json!({ "CpuGeneration": 5, "Name": "x", "SubregionName": "eu-west-2a" });
    let pointer = "/DedicatedGroup/DedicatedGroupId";
    let dedicated = made(&cloud, "CreateDedicatedGroup", dedicated, pointer);
    let net = json!({ "IpRange": "10.0.0.0/16", "Tenancy": dedicated });
    let net = made(&cloud, "CreateNet", net, "/Net/NetId");
    let subnet = json!({ "IpRange": "10.0.0.0/24", "NetId": net });
    let subnet = made(&cloud, "CreateSubnet", subnet, "/Subnet/SubnetId");
    let wanted = json!({
        "SecurityGroupIds": [],
        "SubnetId": subnet,
        "VmCount": 1,
        "VmGroupName": "inside",
        "VmTemplateId": template(&cloud, 1),
    });
    cloud.call("CreateVmGroup", wanted).ok();
    cloud.settle();
    let gone = json!({ "DedicatedGroupId": dedicated, "Force": true });
    cloud.call("DeleteDedicatedGroup", gone).ok();
    assert_eq!(
        cloud.call("ReadVmGroups", json!({})).ok()["VmGroups"],
        json!([])
    );
}
