//! How the calls about VMs, network cards, volumes, keypairs and tags are written.

use mockscale::{Value, json};

use super::Row;
use super::pen::Pen;

/// The operations, with their share.
pub(super) const ROWS: &[Row] = &[
    ("CreateKeypair", 4, keypair),
    ("CreateNic", 16, nic),
    ("CreateTags", 12, tags),
    ("CreateVmTemplate", 4, vm_template),
    ("CreateVms", 22, vms),
    ("CreateVolume", 10, volume),
    (
        "DeleteKeypair",
        3,
        |pen| json!({ "KeypairName": pen.last("KeypairName") }),
    ),
    ("DeleteNic", 6, |pen| json!({ "NicId": pen.last("NicId") })),
    ("DeleteTags", 6, tags),
    (
        "DeleteVms",
        10,
        |pen| json!({ "VmIds": [pen.last("VmId")] }),
    ),
    (
        "DeleteVolume",
        8,
        |pen| json!({ "VolumeId": pen.last("VolumeId") }),
    ),
    (
        "LinkNic",
        14,
        |pen| json!({ "NicId": pen.id("NicId"), "VmId": pen.id("VmId"), "DeviceNumber": pen.number(&[1, 2, 3, 7]) }),
    ),
    ("LinkPrivateIps", 12, link_private_ips),
    ("LinkVolume", 14, |pen| {
        let device = pen.one_of(DEVICES);
        json!({ "VolumeId": pen.id("VolumeId"), "VmId": pen.id("VmId"), "DeviceName": device })
    }),
    ("ReadNics", 10, |_| json!({})),
    ("ReadVms", 14, read_vms),
    ("ReadVolumes", 8, |_| json!({})),
    ("RebootVms", 4, named),
    ("StartVms", 10, named),
    ("StopVms", 12, named),
    (
        "UnlinkNic",
        5,
        |pen| json!({ "LinkNicId": pen.id("LinkNicId") }),
    ),
    ("UnlinkPrivateIps", 8, |pen| {
        let nic = pen.id("NicId");
        let count = 1 + pen.dice.below(2);
        let addresses: Vec<_> = (0..count).map(|_| pen.address_of(&nic)).collect();
        json!({ "NicId": nic, "PrivateIps": addresses })
    }),
    (
        "UnlinkVolume",
        8,
        |pen| json!({ "VolumeId": pen.id("VolumeId") }),
    ),
    ("UpdateNic", 8, update_nic),
    ("UpdateVm", 12, update_vm),
    ("UpdateVmTemplate", 3, |pen| {
        let mut input = json!({ "VmTemplateId": pen.id("VmTemplateId") });
        pen.maybe(&mut input, 50, "Description", |pen| pen.word().into());
        pen.maybe(&mut input, 50, "Tags", Pen::tags);
        pen.maybe(&mut input, 30, "VmTemplateName", |pen| pen.word().into());
        input
    }),
    ("UpdateVolume", 6, |pen| {
        let mut input = json!({ "VolumeId": pen.id("VolumeId") });
        pen.maybe(&mut input, 70, "Size", |pen| {
            pen.number(&[1, 10, 20, 100]).into()
        });
        pen.maybe(&mut input, 40, "VolumeType", |pen| {
            pen.one_of(VOLUME_TYPES).into()
        });
        pen.maybe(&mut input, 30, "Iops", |pen| {
            pen.number(&[100, 300, 1000]).into()
        });
        input
    }),
];

const DEVICES: &[&str] = &[
    "/dev/xvdb",
    "/dev/xvdc",
    "/dev/sdb",
    "/dev/sda1",
    "xvdd",
    "/dev/xvdb",
    "",
];
const VOLUME_TYPES: &[&str] = &["standard", "gp2", "io1", "io9"];
const VM_TYPES: &[&str] = &[
    "tinav5.c1r1p1",
    "t2.small",
    "tinav4.c2r4p3",
    "tinav5.c9",
    "m3.large",
];

fn named(pen: &mut Pen<'_>) -> Value {
    json!({ "VmIds": pen.ids("VmId", 3) })
}

fn keypair(pen: &mut Pen<'_>) -> Value {
    json!({ "KeypairName": pen.word() })
}

fn read_vms(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({});
    pen.maybe(
        &mut input,
        30,
        "Filters",
        |pen| json!({ "VmIds": pen.ids("VmId", 2) }),
    );
    input
}

fn volume(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({ "SubregionName": pen.subregion(), "Size": pen.number(&[1, 10, 50]) });
    pen.maybe(&mut input, 30, "VolumeType", |pen| {
        pen.one_of(VOLUME_TYPES).into()
    });
    pen.maybe(&mut input, 20, "Iops", |pen| pen.number(&[100, 300]).into());
    input
}

fn addresses(pen: &mut Pen<'_>) -> Value {
    let count = 1 + pen.dice.below(3);
    let primary = pen.dice.below(count + 1);
    (0..count)
        .map(|at| json!({ "PrivateIp": pen.address(), "IsPrimary": at == primary }))
        .collect()
}

fn nic(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({ "SubnetId": pen.id("SubnetId") });
    pen.maybe(&mut input, 35, "PrivateIps", addresses);
    pen.maybe(&mut input, 25, "SecurityGroupIds", |pen| {
        pen.ids("SecurityGroupId", 2).into()
    });
    input
}

fn link_private_ips(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({ "NicId": pen.id("NicId") });
    if pen.dice.percent(50) {
        input["SecondaryPrivateIpCount"] = pen.number(&[1, 2, 3]).into();
    } else {
        let count = 1 + pen.dice.below(2);
        input["PrivateIps"] = (0..count).map(|_| Value::from(pen.address())).collect();
    }
    pen.maybe(&mut input, 50, "AllowRelink", |pen| {
        pen.dice.percent(80).into()
    });
    input
}

fn update_nic(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({ "NicId": pen.id("NicId") });
    pen.maybe(&mut input, 40, "SecurityGroupIds", |pen| {
        pen.ids("SecurityGroupId", 2).into()
    });
    pen.maybe(&mut input, 40, "LinkNic", |pen| {
        json!({ "LinkNicId": pen.id("LinkNicId"), "DeleteOnVmDeletion": pen.dice.percent(50) })
    });
    pen.maybe(&mut input, 30, "Description", |pen| pen.word().into());
    input
}

fn vms(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({ "ImageId": "ami-5aebd4d5" });
    match pen.dice.below(10) {
        0..4 => {
            input["SubnetId"] = pen.id("SubnetId").into();
            pen.maybe(&mut input, 15, "PrivateIps", |pen| json!([pen.address()]));
        }
        4..7 => {
            let count = 1 + pen.dice.below(3);
            input["Nics"] = (0..count).map(|at| card(pen, at)).collect();
        }
        _ => pen.maybe(
            &mut input,
            20,
            "Placement",
            |pen| json!({ "SubregionName": pen.subregion() }),
        ),
    }
    if pen.dice.percent(10) {
        input["Placement"]["Tenancy"] = pen.tenancy().into();
    }
    pen.maybe(&mut input, 20, "SecurityGroupIds", |pen| {
        pen.ids("SecurityGroupId", 2).into()
    });
    pen.maybe(&mut input, 10, "SecurityGroups", |pen| json!([pen.word()]));
    pen.maybe(&mut input, 15, "MaxVmsCount", |pen| {
        pen.dice.below(4).into()
    });
    pen.maybe(&mut input, 10, "MinVmsCount", |pen| {
        pen.dice.below(4).into()
    });
    pen.maybe(&mut input, 15, "BootOnCreation", |pen| {
        pen.dice.percent(20).into()
    });
    pen.maybe(&mut input, 10, "DeletionProtection", |pen| {
        pen.dice.percent(30).into()
    });
    pen.maybe(&mut input, 20, "KeypairName", |pen| {
        pen.id("KeypairName").into()
    });
    pen.maybe(&mut input, 15, "ClientToken", |pen| pen.word().into());
    pen.maybe(&mut input, 30, "VmType", |pen| pen.one_of(VM_TYPES).into());
    pen.maybe(&mut input, 20, "VmInitiatedShutdownBehavior", |pen| {
        pen.one_of(&["stop", "restart", "terminate", "dance"])
            .into()
    });
    pen.maybe(&mut input, 25, "BlockDeviceMappings", |pen| {
        let count = 1 + pen.dice.below(2);
        (0..count).map(|_| mapping(pen)).collect()
    });
    pen.maybe(&mut input, 15, "UserData", |pen| {
        pen.one_of(&["IyEvYmluL3No", "LS0tLS1CRUdJTiBPVVRTQ0FMRSBTRUNUSU9OLS0tLS0KcHJpdmF0ZV9vbmx5PXRydWUKLS0tLS1FTkQgT1VUU0NBTEUgU0VDVElPTi0tLS0t", "é"]).into()
    });
    input
}

fn vm_template(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({
        "CpuCores": pen.number(&[1, 2, 8]),
        "CpuGeneration": pen.one_of(&["v4", "v5", "v5", "5"]),
        "ImageId": "ami-5aebd4d5",
        "Ram": pen.number(&[1, 4, 16]),
        "VmTemplateName": pen.word(),
    });
    pen.maybe(&mut input, 40, "CpuPerformance", |pen| {
        pen.one_of(&["medium", "high", "highest"]).into()
    });
    pen.maybe(&mut input, 30, "KeypairName", |pen| {
        pen.id("KeypairName").into()
    });
    pen.maybe(&mut input, 30, "Tags", Pen::tags);
    input
}

fn card(pen: &mut Pen<'_>, at: u64) -> Value {
    let number = if pen.dice.percent(90) {
        at
    } else {
        pen.dice.below(3)
    };
    let mut card = json!({ "DeviceNumber": number });
    if pen.dice.percent(40) {
        card["NicId"] = pen.id("NicId").into();
        return card;
    }
    card["SubnetId"] = pen.id("SubnetId").into();
    pen.maybe(&mut card, 30, "PrivateIps", addresses);
    pen.maybe(&mut card, 20, "SecondaryPrivateIpCount", |pen| {
        pen.number(&[0, 1, 2]).into()
    });
    pen.maybe(&mut card, 20, "SecurityGroupIds", |pen| {
        pen.ids("SecurityGroupId", 2).into()
    });
    pen.maybe(&mut card, 30, "DeleteOnVmDeletion", |pen| {
        pen.dice.percent(50).into()
    });
    card
}

fn mapping(pen: &mut Pen<'_>) -> Value {
    let mut mapping = json!({ "DeviceName": pen.one_of(DEVICES) });
    if pen.dice.percent(15) {
        mapping["NoDevice"] = "".into();
    } else {
        mapping["Bsu"] = json!({});
        pen.maybe(&mut mapping["Bsu"], 60, "VolumeSize", |pen| {
            pen.number(&[10, 20, 60]).into()
        });
        pen.maybe(&mut mapping["Bsu"], 40, "DeleteOnVmDeletion", |pen| {
            pen.dice.percent(50).into()
        });
        pen.maybe(&mut mapping["Bsu"], 30, "VolumeType", |pen| {
            pen.one_of(VOLUME_TYPES).into()
        });
    }
    mapping
}

fn update_vm(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({ "VmId": pen.id("VmId") });
    pen.maybe(&mut input, 25, "SecurityGroupIds", |pen| {
        pen.ids("SecurityGroupId", 2).into()
    });
    pen.maybe(&mut input, 25, "VmType", |pen| pen.one_of(VM_TYPES).into());
    pen.maybe(&mut input, 25, "IsSourceDestChecked", |pen| {
        pen.dice.percent(50).into()
    });
    pen.maybe(&mut input, 25, "DeletionProtection", |pen| {
        pen.dice.percent(20).into()
    });
    pen.maybe(&mut input, 15, "KeypairName", |pen| {
        pen.id("KeypairName").into()
    });
    pen.maybe(&mut input, 25, "VmInitiatedShutdownBehavior", |pen| {
        pen.one_of(&["stop", "restart", "terminate"]).into()
    });
    pen.maybe(&mut input, 25, "BlockDeviceMappings", |pen| {
        json!([{ "DeviceName": pen.one_of(DEVICES), "Bsu": { "DeleteOnVmDeletion": pen.dice.percent(50) } }])
    });
    input
}

fn tags(pen: &mut Pen<'_>) -> Value {
    let properties = [
        "VmId",
        "NetId",
        "VolumeId",
        "PublicIpId",
        "NicId",
        "SubnetId",
        "SecurityGroupId",
        "RouteTableId",
        "InternetServiceId",
        "VirtualGatewayId",
        "DhcpOptionsSetId",
        "ImageId",
        "VmTemplateId",
    ];
    let count = 1 + pen.dice.below(2);
    let ids: Vec<_> = (0..count)
        .map(|_| {
            let property = pen.one_of(&properties);
            pen.id(property)
        })
        .collect();
    json!({ "ResourceIds": ids, "Tags": pen.tags() })
}
