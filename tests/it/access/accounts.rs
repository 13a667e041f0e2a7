//! Several accounts in one cloud, over HTTP: the same request with another key never shows what is
//! not the account's own.

use std::collections::{BTreeMap, BTreeSet};

use mockscale::contract::{Operation, Verb};
use mockscale::pki::Authority;
use mockscale::{Change, Cloud, Contract, Served, Value, json};

use crate::http::post;

use crate::support::builder;

/// The account that has nothing but what it started with.
const OTHER: &str = "210987654321";

const SITE: &str = include_str!("../../../fixtures/certificates/server/site.pem");
const KEY: &str = include_str!("../../../fixtures/certificates/server/site.key");

/// A call for each operation that makes something, and what those need; `?VmId` stands for the last value of that property
/// in an answer.
const CREATIONS: &[(&str, &str)] = &[
    ("CreateAccessKey", "{}"),
    (
        "CreateApiAccessRule",
        r#"{"Description":"rule-of-one","IpRanges":["192.0.2.0/24"]}"#,
    ),
    (
        "CreateCa",
        r#"{"CaPem":"?CaPem","Description":"ca-of-one"}"#,
    ),
    (
        "CreateServerCertificate",
        r#"{"Body":"?Body","Name":"certificate-of-one","PrivateKey":"?PrivateKey"}"#,
    ),
    (
        "CreateClientGateway",
        r#"{"BgpAsn":65000,"ConnectionType":"ipsec.1","PublicIp":"192.0.2.1"}"#,
    ),
    ("CreateDhcpOptions", r#"{"DomainName":"of-one.test"}"#),
    ("CreateInternetService", "{}"),
    ("CreateKeypair", r#"{"KeypairName":"key-of-one"}"#),
    (
        "CreateDedicatedGroup",
        r#"{"CpuGeneration":5,"Name":"group-of-one","SubregionName":"eu-west-2a"}"#,
    ),
    (
        "CreateDirectLink",
        r#"{"Bandwidth":"1Gbps","DirectLinkName":"link-of-one","Location":"PAR1"}"#,
    ),
    ("CreateVirtualGateway", r#"{"ConnectionType":"ipsec.1"}"#),
    (
        "CreateDirectLinkInterface",
        r#"{"DirectLinkId":"?DirectLinkId","DirectLinkInterface":{"BgpAsn":65000,
            "DirectLinkInterfaceName":"interface-of-one","VirtualGatewayId":"?VirtualGatewayId",
            "Vlan":2}}"#,
    ),
    (
        "CreateFlexibleGpu",
        r#"{"ModelName":"nvidia-p100","SubregionName":"eu-west-2a"}"#,
    ),
    ("CreateNet", r#"{"IpRange":"10.1.0.0/16"}"#),
    ("CreateNet", r#"{"IpRange":"10.0.0.0/16"}"#),
    (
        "CreateNetPeering",
        r#"{"AccepterNetId":"?FirstNetId","SourceNetId":"?NetId"}"#,
    ),
    (
        "CreateSubnet",
        r#"{"IpRange":"10.0.0.0/24","NetId":"?NetId"}"#,
    ),
    ("CreateRouteTable", r#"{"NetId":"?NetId"}"#),
    (
        "CreateSecurityGroup",
        r#"{"Description":"of one","NetId":"?NetId","SecurityGroupName":"group-of-one"}"#,
    ),
    (
        "CreateSecurityGroupRule",
        r#"{"Flow":"Inbound","FromPortRange":22,"IpProtocol":"tcp","IpRange":"192.0.2.7/32",
            "SecurityGroupId":"?SecurityGroupId","ToPortRange":22}"#,
    ),
    ("CreateNic", r#"{"SubnetId":"?SubnetId"}"#),
    (
        "CreateRoute",
        r#"{"DestinationIpRange":"192.0.2.0/24","NicId":"?NicId","RouteTableId":"?RouteTableId"}"#,
    ),
    ("CreatePublicIp", "{}"),
    (
        "LinkInternetService",
        r#"{"InternetServiceId":"?InternetServiceId","NetId":"?NetId"}"#,
    ),
    (
        "LinkRouteTable",
        r#"{"RouteTableId":"?RouteTableId","SubnetId":"?SubnetId"}"#,
    ),
    (
        "CreateRoute",
        r#"{"DestinationIpRange":"0.0.0.0/0","GatewayId":"?InternetServiceId",
            "RouteTableId":"?RouteTableId"}"#,
    ),
    (
        "CreateNatService",
        r#"{"ClientToken":"nat-of-one","PublicIpId":"?PublicIpId","SubnetId":"?SubnetId"}"#,
    ),
    (
        "CreateVpnConnection",
        r#"{"ClientGatewayId":"?ClientGatewayId","ConnectionType":"ipsec.1",
            "StaticRoutesOnly":true,"VirtualGatewayId":"?VirtualGatewayId"}"#,
    ),
    (
        "CreateVpnConnectionRoute",
        r#"{"DestinationIpRange":"192.0.2.0/24","VpnConnectionId":"?VpnConnectionId"}"#,
    ),
    ("CreatePublicIp", "{}"),
    (
        "CreateNetAccessPoint",
        r#"{"NetId":"?NetId","RouteTableIds":["?RouteTableId"],
            "ServiceName":"com.outscale.eu-west-2.oos"}"#,
    ),
    (
        "CreateVms",
        r#"{"ImageId":"ami-5aebd4d5","KeypairName":"key-of-one","SubnetId":"?SubnetId"}"#,
    ),
    (
        "CreateLoadBalancer",
        r#"{"Listeners":[{"BackendPort":80,"LoadBalancerPort":80,"LoadBalancerProtocol":"HTTP"}],
            "LoadBalancerName":"balancer-of-one","PublicIp":"?PublicIp","Subnets":["?SubnetId"]}"#,
    ),
    (
        "CreateLoadBalancerListeners",
        r#"{"Listeners":[{"BackendPort":81,"LoadBalancerPort":81,"LoadBalancerProtocol":"HTTP"}],
            "LoadBalancerName":"balancer-of-one"}"#,
    ),
    (
        "CreateLoadBalancerPolicy",
        r#"{"LoadBalancerName":"balancer-of-one","PolicyName":"cookie-of-one",
            "PolicyType":"load_balancer"}"#,
    ),
    (
        "CreateLoadBalancerTags",
        r#"{"LoadBalancerNames":["balancer-of-one"],"Tags":[{"Key":"Name","Value":"tag-of-one"}]}"#,
    ),
    (
        "CreateListenerRule",
        r#"{"Listener":{"LoadBalancerName":"balancer-of-one","LoadBalancerPort":80},
            "ListenerRule":{"ListenerRuleName":"listener-of-one","PathPattern":"/","Priority":1},
            "VmIds":["?VmId"]}"#,
    ),
    (
        "CreateTags",
        r#"{"ResourceIds":["?VmId"],"Tags":[{"Key":"Name","Value":"vm-of-one"}]}"#,
    ),
    (
        "CreateVmTemplate",
        r#"{"CpuCores":1,"CpuGeneration":"v5","ImageId":"ami-5aebd4d5","Ram":1,
            "VmTemplateName":"template-of-one"}"#,
    ),
    (
        "CreateVmGroup",
        r#"{"SecurityGroupIds":[],"SubnetId":"?SubnetId","VmCount":1,
            "VmGroupName":"group-of-one","VmTemplateId":"?VmTemplateId"}"#,
    ),
    ("CreateVolume", r#"{"Size":1,"SubregionName":"eu-west-2a"}"#),
    ("CreateSnapshot", r#"{"VolumeId":"?VolumeId"}"#),
    (
        "CreateSnapshotExportTask",
        r#"{"OsuExport":{"DiskImageFormat":"raw","OsuBucket":"bucket-of-one"},
            "SnapshotId":"?SnapshotId"}"#,
    ),
    (
        "CreateImage",
        r#"{"ImageName":"image-of-one","SourceImageId":"ami-5aebd4d5",
            "SourceRegionName":"eu-west-2"}"#,
    ),
    (
        "CreateImageExportTask",
        r#"{"ImageId":"?ImageId","OsuExport":{"DiskImageFormat":"raw","OsuBucket":"bucket-of-one"}}"#,
    ),
    ("CreateProductType", r#"{"Description":"type of one"}"#),
    ("CreateUser", r#"{"UserName":"user-of-one"}"#),
    ("CreateUserGroup", r#"{"UserGroupName":"users-of-one"}"#),
    (
        "CreatePolicy",
        r#"{"Document":"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"*\"],\"Resource\":[\"*\"]}]}",
            "PolicyName":"policy-of-one"}"#,
    ),
    (
        "CreatePolicyVersion",
        r#"{"Document":"{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":[\"*\"],\"Resource\":[\"*\"]}]}",
            "PolicyOrn":"?Orn"}"#,
    ),
];

/// What the reads need that have to be told what to read.
const TOLD: &[(&str, &str)] = &[
    ("ReadAdminPassword", r#"{"VmId":"?VmId"}"#),
    ("ReadConsoleOutput", r#"{"VmId":"?VmId"}"#),
    ("ReadEntitiesLinkedToPolicy", r#"{"PolicyOrn":"?Orn"}"#),
    ("ReadLinkedPolicies", r#"{"UserName":"user-of-one"}"#),
    (
        "ReadManagedPoliciesLinkedToUserGroup",
        r#"{"UserGroupName":"users-of-one"}"#,
    ),
    (
        "ReadLoadBalancerTags",
        r#"{"LoadBalancerNames":["balancer-of-one"]}"#,
    ),
    ("ReadPolicy", r#"{"PolicyOrn":"?Orn"}"#),
    (
        "ReadPolicyVersion",
        r#"{"PolicyOrn":"?Orn","VersionId":"v1"}"#,
    ),
    ("ReadPolicyVersions", r#"{"PolicyOrn":"?Orn"}"#),
    ("ReadSecretAccessKey", r#"{"AccessKeyId":"?AccessKeyId"}"#),
    ("ReadUserGroup", r#"{"UserGroupName":"users-of-one"}"#),
    (
        "ReadUserGroupPolicies",
        r#"{"UserGroupName":"users-of-one"}"#,
    ),
    (
        "ReadUserGroupPolicy",
        r#"{"PolicyName":"inline-of-one","UserGroupName":"users-of-one"}"#,
    ),
    ("ReadUserGroupsPerUser", r#"{"UserName":"user-of-one"}"#),
    ("ReadVmsHealth", r#"{"LoadBalancerName":"balancer-of-one"}"#),
];

/// What the reads need that ask for nothing of anybody's.
const OF_NOBODY: &[(&str, &str)] = &[
    (
        "ReadConsumptionAccount",
        r#"{"FromDate":"2024-05-01","ToDate":"2024-06-01"}"#,
    ),
    (
        "ReadUnitPrice",
        r#"{"Operation":"CreateVolume","Service":"TinaOS-FCU","Type":"BSU:VolumeIOPS:io1"}"#,
    ),
];

/// A request with what stands for a property replaced.
fn filled(template: &str, known: &BTreeMap<String, String>) -> Value {
    let mut template = template.to_owned();
    for (property, value) in known {
        template = template.replace(&format!("\"?{property}\""), &json!(value).to_string());
    }
    serde_json::from_str(&template).expect("the requests are JSON")
}

/// Remembers the texts of an answer by the property that they stand in, also the first of each.
fn learn(value: &Value, known: &mut BTreeMap<String, String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| learn(value, known)),
        Value::Object(object) => {
            for (property, value) in object {
                match value.as_str() {
                    Some(text) => {
                        let first = known.entry(format!("First{property}"));
                        first.or_insert_with(|| text.to_owned());
                        known.insert(property.clone(), text.to_owned());
                    }
                    None => learn(value, known),
                }
            }
        }
        _ => {}
    }
}

/// Makes one of everything, and answers what the answers said.
fn furnish(cloud: &Cloud) -> BTreeMap<String, String> {
    let pem = Authority::new("ca").pem();
    let known = [("Body", SITE), ("CaPem", &pem), ("PrivateKey", KEY)];
    let known = known.map(|(property, text)| (property.to_owned(), text.to_owned()));
    let mut known = BTreeMap::from(known);
    for (operation, template) in CREATIONS {
        let made = cloud.call(operation, filled(template, &known)).ok();
        learn(made.body(), &mut known);
        // What a later one is made of must have come to be.
        cloud.settle();
    }
    for (operation, input) in [
        (
            "PutUserGroupPolicy",
            json!({
                "PolicyDocument": r#"{"Statement":[{"Effect":"Allow","Action":["*"],"Resource":["*"]}]}"#,
                "PolicyName": "inline-of-one",
                "UserGroupName": "users-of-one",
            }),
        ),
        (
            "LinkPolicy",
            json!({ "PolicyOrn": known["Orn"], "UserName": "user-of-one" }),
        ),
        (
            "LinkManagedPolicyToUserGroup",
            json!({ "PolicyOrn": known["Orn"], "UserGroupName": "users-of-one" }),
        ),
        (
            "AddUserToUserGroup",
            json!({ "UserGroupName": "users-of-one", "UserName": "user-of-one" }),
        ),
    ] {
        cloud.call(operation, input).ok();
    }
    known
}

/// The identifiers of what an account has made, its number, and the ending of every name. Left out are
/// product types, of which anybody reads the same, and parts, which show no identifier.
fn marks(cloud: &Cloud) -> BTreeSet<String> {
    let transcript = cloud.transcript();
    let effects = transcript.exchanges().iter().flat_map(|it| &it.effects);
    effects
        .filter(|effect| effect.change == Change::Created)
        .filter(|effect| !["ProductType", "RouteLight"].contains(&&*effect.kind))
        .map(|effect| effect.id.clone())
        .chain([cloud.credentials().account, "of-one".to_owned()])
        .collect()
}

/// Every read that is served and asks who calls.
fn reads(contract: &Contract) -> impl Iterator<Item = &Operation> {
    let served = mockscale::operations().into_iter();
    let served: BTreeSet<String> = served
        .filter(|it| it.served != Served::Gap && !it.security.is_empty())
        .map(|it| it.operation)
        .collect();
    contract
        .operations()
        .filter(move |it| it.verb() == Verb::Read && served.contains(it.name()))
}

#[tokio::test]
async fn a_key_never_reads_what_is_another_accounts() {
    let cloud = builder().account(OTHER).start();
    let other = cloud.as_account(OTHER);
    let known = furnish(&cloud);
    let marks = marks(&cloud);
    let mut unseen = marks.clone();
    let told = |name: &str| TOLD.iter().find(|(told, _)| *told == name);
    let mut reads: Vec<_> = reads(cloud.contract()).map(Operation::name).collect();
    // Those that name things last: the log of the other account repeats what it has asked for.
    reads.sort_by_key(|name| told(name).is_some());
    for name in reads {
        let told = told(name);
        let mut input = filled(told.map_or("{}", |(_, template)| template), &known);
        if let Some((_, text)) = OF_NOBODY.iter().find(|(it, _)| *it == name) {
            input = serde_json::from_str(text).expect("the requests are JSON");
        }
        let path = format!("/api/v1/{name}");
        let (status, mine) = post(&cloud, &path, input.to_string()).await;
        assert_eq!(status, 200, "{name}: {mine}");
        let mine = mine.to_string();
        unseen.retain(|mark| !mine.contains(mark));

        let (status, theirs) = post(&other, &path, input.to_string()).await;
        if told.is_some() {
            assert_eq!(status, 400, "{name}: {theirs}");
            continue;
        }
        assert_eq!(status, 200, "{name}: {theirs}");
        let theirs = theirs.to_string();
        for mark in &marks {
            assert!(!theirs.contains(mark), "{name} shows {mark}: {theirs}");
        }
    }
    assert_eq!(unseen, BTreeSet::new(), "no read shows these");
}

#[tokio::test]
async fn an_identifier_does_not_help() {
    let cloud = builder().account(OTHER).start();
    let other = cloud.as_account(OTHER);
    let mut known = furnish(&cloud);
    let marks = marks(&cloud);
    // Not what it only mentions.
    known.retain(|_, value| marks.iter().any(|mark| value.ends_with(mark)));
    let contract = cloud.contract();
    let mut asked = BTreeSet::new();
    for read in reads(contract) {
        let (outline, name) = (read.outline(), read.name());
        let (Some(schema), Some(envelope)) = (&outline.filters, &outline.envelope) else {
            continue;
        };
        let schema = contract.schema(schema).expect("filters have a schema");
        for property in ["Id", "Name"].map(|end| format!("{}{end}", envelope.kind)) {
            let filter = format!("{property}s");
            let (Some(id), false) = (
                known.get(&property),
                schema["properties"][&filter].is_null(),
            ) else {
                continue;
            };
            let input = json!({ "Filters": { filter: [id] } }).to_string();
            let path = format!("/api/v1/{name}");
            let found = async |cloud: &Cloud| {
                let (status, body) = post(cloud, &path, input.clone()).await;
                assert_eq!(status, 200, "{name}: {body}");
                body[&envelope.key].as_array().map(Vec::len)
            };
            assert_eq!(found(&cloud).await, Some(1), "{name} by {property}");
            assert_eq!(found(&other).await, Some(0), "{name} by {property}");
            asked.insert(name);
        }
    }
    assert!(asked.len() >= 12, "only {asked:?} were asked");
}

#[test]
fn everything_that_can_be_made_is_made_above() {
    let served = mockscale::operations().into_iter();
    let served: BTreeSet<String> = served
        .filter(|it| it.served != Served::Gap && it.operation.starts_with("Create"))
        .map(|it| it.operation)
        .collect();
    // It makes what is another account's from the start.
    let made = CREATIONS.iter().map(|(operation, _)| *operation);
    let made = made.filter(|it| it.starts_with("Create"));
    let made: BTreeSet<String> = made.chain(["CreateAccount"]).map(str::to_owned).collect();
    assert_eq!(made, served);
}
