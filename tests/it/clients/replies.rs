//! The official SDK reads replies of every shape, over HTTP.

use mockscale::{Cloud, Shape, json, sdk};
use outscale_api::apis::{self, Error, configuration::Configuration};
use outscale_api::models;
use rstest::rstest;

use crate::support::{builder, made};

/// What the SDK says of a reply that it cannot read.
type Read = fn(&Configuration) -> Result<(), String>;

macro_rules! reads {
    ($($module:ident::$function:ident: $request:ident,)*) => {
        /// Every read that is served and needs no input.
        const READS: &[(&str, Read)] = &[$((stringify!($function), |api| {
            let request = models::$request::new();
            match apis::$module::$function(api, Some(request)) {
                Ok(_) => Ok(()),
                Err(Error::Serde(error)) => Err(error.to_string()),
                Err(error) => panic!("{}: {error}", stringify!($function)),
            }
        }),)*];
    };
}

reads! {
    access_key_api::read_access_keys: ReadAccessKeysRequest,
    account_api::read_accounts: ReadAccountsRequest,
    ca_api::read_cas: ReadCasRequest,
    client_gateway_api::read_client_gateways: ReadClientGatewaysRequest,
    dedicated_group_api::read_dedicated_groups: ReadDedicatedGroupsRequest,
    dhcp_option_api::read_dhcp_options: ReadDhcpOptionsRequest,
    direct_link_api::read_direct_links: ReadDirectLinksRequest,
    direct_link_interface_api::read_direct_link_interfaces: ReadDirectLinkInterfacesRequest,
    flexible_gpu_api::read_flexible_gpu_catalog: ReadFlexibleGpuCatalogRequest,
    flexible_gpu_api::read_flexible_gpus: ReadFlexibleGpusRequest,
    image_api::read_image_export_tasks: ReadImageExportTasksRequest,
    image_api::read_images: ReadImagesRequest,
    internet_service_api::read_internet_services: ReadInternetServicesRequest,
    keypair_api::read_keypairs: ReadKeypairsRequest,
    listener_api::read_listener_rules: ReadListenerRulesRequest,
    load_balancer_api::read_load_balancers: ReadLoadBalancersRequest,
    location_api::read_locations: ReadLocationsRequest,
    nat_service_api::read_nat_services: ReadNatServicesRequest,
    net_access_point_api::read_net_access_points: ReadNetAccessPointsRequest,
    net_api::read_nets: ReadNetsRequest,
    net_peering_api::read_net_peerings: ReadNetPeeringsRequest,
    nic_api::read_nics: ReadNicsRequest,
    product_type_api::read_product_types: ReadProductTypesRequest,
    public_ip_api::read_public_ip_ranges: ReadPublicIpRangesRequest,
    public_ip_api::read_public_ips: ReadPublicIpsRequest,
    region_api::read_regions: ReadRegionsRequest,
    route_table_api::read_route_tables: ReadRouteTablesRequest,
    security_group_api::read_security_groups: ReadSecurityGroupsRequest,
    server_certificate_api::read_server_certificates: ReadServerCertificatesRequest,
    snapshot_api::read_snapshot_export_tasks: ReadSnapshotExportTasksRequest,
    snapshot_api::read_snapshots: ReadSnapshotsRequest,
    subnet_api::read_subnets: ReadSubnetsRequest,
    subregion_api::read_subregions: ReadSubregionsRequest,
    tag_api::read_tags: ReadTagsRequest,
    user_api::read_users: ReadUsersRequest,
    user_group_api::read_user_groups: ReadUserGroupsRequest,
    virtual_gateway_api::read_virtual_gateways: ReadVirtualGatewaysRequest,
    vm_api::read_vm_types: ReadVmTypesRequest,
    vm_api::read_vms: ReadVmsRequest,
    vm_api::read_vms_state: ReadVmsStateRequest,
    vm_group_api::read_vm_groups: ReadVmGroupsRequest,
    vm_template_api::read_vm_templates: ReadVmTemplatesRequest,
    volume_api::read_volumes: ReadVolumesRequest,
    vpn_connection_api::read_vpn_connections: ReadVpnConnectionsRequest,
}

/// A cloud with something of most that can be read.
fn furnished() -> Cloud {
    let cloud = builder().start();
    let net = made(
        &cloud,
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16" }),
        "/Net/NetId",
    );
    let subnet = json!({ "NetId": net, "IpRange": "10.0.1.0/24" });
    let subnet = made(&cloud, "CreateSubnet", subnet, "/Subnet/SubnetId");
    let template = json!({
        "CpuCores": 1, "CpuGeneration": "v5", "ImageId": "ami-5aebd4d5", "Ram": 2,
        "VmTemplateName": "small",
    });
    for (operation, input) in [
        (
            "CreateVms",
            json!({ "ImageId": "ami-5aebd4d5", "SubnetId": subnet }),
        ),
        ("CreateVmTemplate", template),
        (
            "CreateVolume",
            json!({ "SubregionName": "eu-west-2a", "Size": 10 }),
        ),
        ("CreatePublicIp", json!({})),
        ("CreateInternetService", json!({})),
        ("CreateKeypair", json!({ "KeypairName": "key" })),
        (
            "CreateTags",
            json!({ "ResourceIds": [net], "Tags": [{ "Key": "a", "Value": "b" }] }),
        ),
    ] {
        cloud.call(operation, input).ok();
    }
    cloud
}

#[rstest]
#[case(Shape::Live, &[])]
#[case(Shape::Maximal, &[])]
#[case(Shape::Minimal, &[])]
#[case(Shape::Bare, &[])]
#[case(Shape::Sparse, &[])]
// An enumeration of its models is closed.
#[case(Shape::Future, &["read_vm_templates"])]
#[tokio::test]
async fn the_sdk_reads(#[case] shape: Shape, #[case] unreadable: &[&str]) {
    let cloud = furnished();
    cloud.replies(shape);
    let api = sdk::configuration(&cloud);
    let failing = READS.iter().filter(|(_, read)| read(&api).is_err());
    let failing: Vec<&str> = failing.map(|(name, _)| *name).collect();
    assert_eq!(failing, unreadable);
    let shapes = cloud.transcript();
    let read = shapes
        .exchanges()
        .iter()
        .filter(|it| it.shape == shape && it.http.is_some());
    assert_eq!(read.count(), READS.len());
}
