//! Conversations about the families `catalog` and `public_catalog`.

use std::collections::BTreeSet;

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, refused, refused_twice, rehearsed};

/// What a tool for costs looks up: service, operation, type.
const LOOKED_UP: &[(&str, &str, &str)] = &[
    ("TinaOS-FCU", "RunInstances-OD", "CustomCore:v4-p2"),
    ("TinaOS-FCU", "RunInstances-OD", "CustomCore:v5-p1"),
    ("TinaOS-FCU", "RunInstances-OD", "CustomRam"),
    ("TinaOS-FCU", "RunInstances-OD", "BoxUsage:t2.small"),
    ("TinaOS-FCU", "RunInstances-0001-OD", "ProductUsage"),
    ("TinaOS-FCU", "RunInstances-0002-OD", "ProductUsage"),
    ("TinaOS-FCU", "CreateVolume", "BSU:VolumeUsage:gp2"),
    ("TinaOS-FCU", "CreateVolume", "BSU:VolumeUsage:io1"),
    ("TinaOS-FCU", "CreateVolume", "BSU:VolumeUsage:standard"),
    ("TinaOS-FCU", "CreateVolume", "BSU:VolumeIOPS:io1"),
    ("TinaOS-FCU", "Snapshot", "Snapshot:Usage"),
    ("TinaOS-FCU", "CreateNatGateway", "NatGatewayUsage"),
    ("TinaOS-FCU", "CreateVpnConnection", "ConnectionUsage"),
    ("TinaOS-LBU", "CreateLoadBalancer", "LBU:Usage"),
];

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().expect("a text")
}

fn entries(cloud: &Cloud, operation: &str) -> Vec<Value> {
    let read = cloud.call(operation, json!({})).ok();
    let entries = read["Catalog"]["Entries"].as_array();
    entries.expect("a list").clone()
}

#[test]
fn unit_prices_are_looked_up_by_their_whole_key() {
    let cloud = cloud();
    let price = |operation: &str, key: &str| {
        let wanted = json!({ "Operation": operation, "Service": "TinaOS-FCU", "Type": key });
        cloud.call("ReadUnitPrice", wanted);
    };
    price("CreateVolume", "BSU:VolumeIOPS:io1");
    price("RunInstances-OD", "CustomCore:v5-p1");
    price("RunInstances-OD", "BSU:VolumeIOPS:io1");
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case(json!({ "Operation": "CreateVolume", "Service": "TinaOS-OOS", "Type": "BSU:VolumeIOPS:io1" }))]
#[case(json!({ "Operation": "CreateVolume", "Service": "TinaOS-FCU", "Type": "BSU:VolumeIOPS:*" }))]
#[case(json!({ "Operation": "createvolume", "Service": "TinaOS-FCU", "Type": "BSU:VolumeIOPS:io1" }))]
fn what_is_not_sold_has_no_price(#[case] wanted: Value) {
    let (status, code, _) = refused(&cloud(), "ReadUnitPrice", wanted);
    assert_eq!((status, code.as_str()), (400, "5044"));
}

#[test]
fn the_catalogue_has_what_tools_look_up_and_each_entry_its_price() {
    let cloud = cloud();
    let entries = entries(&cloud, "ReadCatalog");
    let mut keys = BTreeSet::new();
    for entry in &entries {
        let key = (
            text(entry, "Service"),
            text(entry, "Operation"),
            text(entry, "Type"),
        );
        assert!(keys.insert(key), "{key:?} stands twice");
        assert_eq!(entry["SubregionName"], "eu-west-2");
        let (service, operation, resource_type) = key;
        let wanted = json!({ "Operation": operation, "Service": service, "Type": resource_type });
        let price = cloud.call("ReadUnitPrice", wanted).ok();
        let price = &price["UnitPriceEntry"];
        assert_eq!(price["UnitPrice"], entry["UnitPrice"]);
        assert_eq!(price["Currency"], "EUR");
        let monthly = price["Unit"]
            .as_str()
            .is_some_and(|it| it.ends_with("PER_MONTH"));
        assert_eq!(entry.get("Flags").is_some(), monthly, "{entry}");
    }
    for key in LOOKED_UP {
        assert!(keys.contains(key), "{key:?} is missing");
    }
    // Whatever VM can be made has a price, and so has every GPU.
    let types = cloud.call("ReadVmTypes", json!({})).ok();
    let types = types["VmTypes"].as_array().into_iter().flatten();
    let types = types.map(|it| format!("BoxUsage:{}", text(it, "VmTypeName")));
    let gpus = cloud.call("ReadFlexibleGpuCatalog", json!({})).ok();
    let gpus = gpus["FlexibleGpuCatalog"].as_array().into_iter().flatten();
    let gpus = gpus.flat_map(|it| {
        ["allocate", "attach"].map(|what| format!("Gpu:{what}:{}", text(it, "ModelName")))
    });
    for wanted in types.chain(gpus) {
        assert!(keys.iter().any(|(.., it)| *it == wanted), "{wanted}");
    }
}

#[test]
fn everybody_reads_the_public_catalogue_of_a_region() {
    let cloud = builder().region("us-east-2").build();
    let public = entries(&cloud, "ReadPublicCatalog");
    assert_eq!(public, entries(&cloud, "ReadCatalog"));
    assert_eq!(public[0]["SubregionName"], "us-east-2");
    for operation in ["ReadCatalog", "ReadCatalogs", "ReadPublicCatalog"] {
        rehearsed(&cloud, operation, json!({}));
    }
    let contract = cloud.contract();
    let security = |name: &str| {
        let operation = contract.operation(name).expect("an operation");
        operation.security().is_empty()
    };
    assert!(security("ReadPublicCatalog") && !security("ReadCatalog"));
}

/// The beginnings of the catalogues that filters select, the clock standing in May 2024.
#[rstest]
#[case(json!({}), &[2024])]
#[case(json!({ "CurrentCatalogOnly": true }), &[2024])]
#[case(json!({ "CurrentCatalogOnly": false }), &[2021, 2022, 2023, 2024])]
#[case(json!({ "CurrentCatalogOnly": false, "FromDate": "2022-12-31", "ToDate": "2023-01-01" }), &[2022, 2023])]
#[case(json!({ "CurrentCatalogOnly": false, "FromDate": "2023-01-01", "ToDate": "2023-12-31" }), &[2023])]
#[case(json!({ "CurrentCatalogOnly": false, "FromDate": "2021-05-06", "ToDate": "2021-05-06" }), &[2021])]
#[case(json!({ "FromDate": "2022-01-01", "ToDate": "2023-01-01" }), &[])]
#[case(json!({ "FromDate": "2022-01-01", "ToDate": "2024-01-01" }), &[2024])]
fn catalogues_of_a_time(#[case] filters: Value, #[case] years: &[u16]) {
    let read = cloud().call("ReadCatalogs", json!({ "Filters": filters }));
    let read = read.ok();
    let catalogs = read["Catalogs"].as_array().expect("a list");
    let begin = |year: &u16| json!(format!("{year}-01-01T00:00:00.000+0000"));
    let found: Vec<_> = catalogs.iter().map(|it| it["FromDate"].clone()).collect();
    assert_eq!(found, years.iter().map(begin).collect::<Vec<_>>());
    for (catalog, year) in catalogs.iter().zip(years) {
        let current = *year == 2024;
        let state = if current { "CURRENT" } else { "OBSOLETE" };
        assert_eq!(catalog["State"], state);
        let end = (!current).then(|| begin(&(year + 1)));
        assert_eq!(catalog.get("ToDate").cloned(), end);
        assert!(!catalog["Entries"].as_array().is_none_or(Vec::is_empty));
    }
}

#[rstest]
#[case::no_end(json!({ "FromDate": "2023-01-01" }))]
#[case::no_beginning(json!({ "ToDate": "2023-01-01" }))]
#[case::too_long_ago(json!({ "FromDate": "2021-05-05", "ToDate": "2023-01-01" }))]
#[case::backwards(json!({ "FromDate": "2023-01-02", "ToDate": "2023-01-01" }))]
fn a_time_that_cannot_be_asked_for(#[case] filters: Value) {
    let wanted = json!({ "Filters": filters });
    let (status, code, _) = refused_twice(&cloud(), "ReadCatalogs", wanted);
    assert_eq!((status, code.as_str()), (400, "4047"));
}

#[test]
fn the_catalogue_changes_with_the_year() {
    let cloud = builder().build();
    cloud.advance(mockscale::jiff::SignedDuration::from_hours(24 * 365));
    let read = cloud.call("ReadCatalogs", json!({})).ok();
    let begin = read.text("/Catalogs/0/FromDate");
    assert_eq!(begin, "2025-01-01T00:00:00.000+0000");
}
