//! What is derived from verbs and schemas.

use mockscale::contract::{Contract, Envelope, Paging, Verb};
use rstest::rstest;

use super::operation;

#[rstest]
#[case("CreateNet", Some(("Net", "Net", false)))]
#[case("ReadNets", Some(("Nets", "Net", true)))]
#[case("CreateVms", Some(("Vms", "Vm", true)))]
#[case("ReadPolicies", Some(("Policies", "Policy", true)))]
#[case("CreateDhcpOptions", Some(("DhcpOptionsSet", "DhcpOptionsSet", false)))]
#[case("ReadApiLogs", Some(("Logs", "Log", true)))]
#[case::two_of_them("UpdateUserGroup", Some(("UserGroup", "UserGroup", false)))]
#[case::plain_texts("ReadPublicIpRanges", None)]
#[case::nothing("DeleteNet", None)]
fn the_envelope_is_the_property_that_refers(
    #[case] name: &str,
    #[case] expected: Option<(&str, &str, bool)>,
) {
    let contract = Contract::bundled();
    let expected = expected.map(|(key, kind, many)| Envelope {
        key: key.to_owned(),
        kind: kind.to_owned(),
        many,
    });
    assert_eq!(operation(&contract, name).outline().envelope, expected);
}

#[rstest]
#[case("DeleteNet", Some("NetId"))]
#[case("DeleteVms", Some("VmIds"))]
#[case("UpdateVm", Some("VmId"))]
#[case("DeleteDhcpOptions", Some("DhcpOptionsSetId"))]
#[case("DeleteLoadBalancer", Some("LoadBalancerName"))]
#[case("DeleteServerCertificate", Some("Name"))]
#[case("DeletePolicy", Some("PolicyOrn"))]
#[case::subject_first("LinkVolume", Some("VolumeId"))]
#[case::link_itself("UnlinkNic", Some("LinkNicId"))]
#[case("StopVms", Some("VmIds"))]
#[case("AcceptNetPeering", Some("NetPeeringId"))]
#[case::either("DeletePublicIp", None)]
#[case::two_names("AddUserToUserGroup", None)]
#[case::no_resource("UpdateAccount", None)]
#[case::creates("CreateSubnet", None)]
#[case::reads("ReadNets", None)]
fn the_id_is_the_property_that_names_the_resource(
    #[case] name: &str,
    #[case] expected: Option<&str>,
) {
    let contract = Contract::bundled();
    assert_eq!(operation(&contract, name).outline().id.as_deref(), expected);
}

#[test]
fn what_is_derived_exists_in_the_schemas() {
    let contract = Contract::bundled();
    for operation in contract.operations() {
        let (name, outline) = (operation.name(), operation.outline());
        if let Some(envelope) = &outline.envelope {
            assert!(contract.schema(&envelope.kind).is_some(), "{name}");
        }
        if let Some(filters) = &outline.filters {
            assert!(contract.schema(filters).is_some(), "{name}");
            assert_eq!(operation.verb(), Verb::Read, "{name}");
        }
        if let Some(id) = &outline.id {
            let request = contract.schema(&format!("{name}Request"));
            let request = request.expect("requests are named after operations");
            assert!(request["properties"].get(id).is_some(), "{name}: {id}");
        }
    }
}

#[test]
fn paging_and_dry_run_come_from_the_request() {
    let contract = Contract::bundled();
    let outline = |name| operation(&contract, name).outline().clone();
    assert_eq!(outline("ReadNets").paging, Paging::Token);
    assert_eq!(outline("ReadUsers").paging, Paging::Item);
    assert_eq!(outline("ReadNics").paging, Paging::None);
    assert_eq!(outline("ReadNets").filters.as_deref(), Some("FiltersNet"));
    assert_eq!(outline("ReadRegions").filters, None);
    assert!(outline("ReadNets").dry_run && !outline("ReadPolicy").dry_run);
}

#[rstest]
#[case("FiltersNet", "Net", "NetIds", Some("NetId"))]
#[case("FiltersNet", "Net", "IsDefault", None)]
#[case("FiltersNet", "Net", "Tags", Some("Tags"))]
#[case("FiltersNet", "Net", "TagKeys", Some("Tags.Key"))]
#[case("FiltersNet", "Net", "TagValues", Some("Tags.Value"))]
#[case("FiltersNic", "Nic", "LinkNicVmIds", Some("LinkNic.VmId"))]
#[case(
    "FiltersNic",
    "Nic",
    "PrivateIpsPrivateIps",
    Some("PrivateIps.PrivateIp")
)]
#[case("FiltersNic", "Nic", "IsSourceDestCheck", Some("IsSourceDestChecked"))]
#[case("FiltersNic", "Nic", "PrivateIpsPrimaryIp", None)]
#[case(
    "FiltersNic",
    "Nic",
    "LinkPublicIpAccountIds",
    Some("LinkPublicIp.PublicIpAccountId")
)]
#[case(
    "FiltersVm",
    "Vm",
    "BlockDeviceMappingVolumeIds",
    Some("BlockDeviceMappings.Bsu.VolumeId")
)]
#[case("FiltersVm", "Vm", "SubregionNames", Some("Placement.SubregionName"))]
#[case("FiltersVm", "Vm", "Tenancies", Some("Placement.Tenancy"))]
#[case(
    "FiltersVm",
    "Vm",
    "VmSecurityGroupIds",
    Some("SecurityGroups.SecurityGroupId")
)]
#[case("FiltersVm", "Vm", "VmStateNames", None)]
#[case("FiltersVm", "Vm", "NicLinkNicVmIds", None)]
#[case("FiltersVm", "Vm", "NicSubregionNames", None)]
#[case("FiltersVm", "Vm", "NicPrivateIpsLinkPublicIpIds", None)]
#[case("FiltersImage", "Image", "AccountAliases", Some("AccountAlias"))]
#[case("FiltersSnapshot", "Snapshot", "Progresses", Some("Progress"))]
#[case("FiltersSnapshot", "Snapshot", "FromCreationDate", None)]
#[case("FiltersVolume", "Volume", "VolumeSizes", Some("Size"))]
#[case(
    "FiltersVolume",
    "Volume",
    "LinkVolumeVmIds",
    Some("LinkedVolumes.VmId")
)]
#[case("FiltersVolume", "Volume", "LinkVolumeLinkDates", None)]
#[case(
    "FiltersRouteTable",
    "RouteTable",
    "LinkRouteTableIds",
    Some("LinkRouteTables.RouteTableId")
)]
#[case(
    "FiltersRouteTable",
    "RouteTable",
    "LinkSubnetIds",
    Some("LinkRouteTables.SubnetId")
)]
#[case(
    "FiltersRouteTable",
    "RouteTable",
    "RouteTableIds",
    Some("RouteTableId")
)]
#[case(
    "FiltersSecurityGroup",
    "SecurityGroup",
    "InboundRuleProtocols",
    Some("InboundRules.IpProtocol")
)]
#[case(
    "FiltersSecurityGroup",
    "SecurityGroup",
    "OutboundRuleSecurityGroupNames",
    Some("OutboundRules.SecurityGroupsMembers.SecurityGroupName")
)]
#[case(
    "FiltersVirtualGateway",
    "VirtualGateway",
    "LinkNetIds",
    Some("NetToVirtualGatewayLinks.NetId")
)]
#[case(
    "FiltersInternetService",
    "InternetService",
    "LinkNetIds",
    Some("NetId")
)]
#[case("FiltersQuota", "QuotaTypes", "QuotaNames", Some("Quotas.Name"))]
#[case(
    "FiltersQuota",
    "QuotaTypes",
    "Collections",
    Some("Quotas.QuotaCollection")
)]
#[case("FiltersVpnConnection", "VpnConnection", "BgpAsns", None)]
fn filters_find_their_path(
    #[case] filters: &str,
    #[case] resource: &str,
    #[case] filter: &str,
    #[case] expected: Option<&str>,
) {
    let paths = Contract::bundled().filter_paths(filters, resource);
    let path = paths.get(filter).expect("a filter of that schema");
    assert_eq!(path.as_deref(), expected);
}

#[test]
fn few_filters_are_left_to_the_families() {
    let contract = Contract::bundled();
    let mut left = Vec::new();
    for operation in contract.operations() {
        let outline = operation.outline();
        if let (Some(filters), Some(envelope)) = (&outline.filters, &outline.envelope) {
            for (filter, path) in contract.filter_paths(filters, &envelope.kind).iter() {
                if path.is_none() {
                    left.push(format!("{filters}.{filter}"));
                }
            }
        }
    }
    assert_eq!(left.len(), 34, "{left:#?}");
}

#[test]
fn unknown_schemas_have_no_paths() {
    let contract = Contract::bundled();
    assert!(contract.filter_paths("FiltersNets", "Net").is_empty());
    assert!(contract.filter_paths("FiltersNet", "Nets").is_empty());
}
