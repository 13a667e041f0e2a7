//! Conversations about lists that belong to no account: families of one or two reads each.

use mockscale::json;
use rstest::rstest;

use crate::support::{builder, cloud, pages_of_one, rehearsed};

#[test]
fn reading_what_is_always_there() {
    let cloud = cloud();
    cloud.call("ReadLocations", json!({})).ok();
    cloud.call("ReadProductTypes", json!({})).ok();
    cloud.call("ReadPublicIpRanges", json!({})).ok();
    cloud.call("ReadFlexibleGpuCatalog", json!({})).ok();
    let page = json!({ "ResultsPerPage": 2 });
    cloud.call("ReadNetAccessPointServices", page).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case("ReadLocations", "Locations")]
#[case("ReadNetAccessPointServices", "Services")]
#[case("ReadProductTypes", "ProductTypes")]
#[case("ReadPublicIpRanges", "PublicIps")]
fn pages_of_one_make_the_whole(#[case] operation: &str, #[case] key: &str) {
    assert!(pages_of_one(&cloud(), operation, key) > 1);
}

#[rstest]
#[case(
    "ReadNetAccessPointServices",
    "Services",
    "ServiceIds",
    "pl-3d3ba15e",
    "pl-00000000"
)]
#[case(
    "ReadNetAccessPointServices",
    "Services",
    "ServiceNames",
    "com.outscale.eu-west-2.fcu",
    "fcu"
)]
#[case("ReadProductTypes", "ProductTypes", "ProductTypeIds", "0002", "0003")]
fn every_filter_selects(
    #[case] operation: &str,
    #[case] key: &str,
    #[case] filter: &str,
    #[case] hit: &str,
    #[case] miss: &str,
) {
    let cloud = cloud();
    let found = |value: &str| {
        let read = json!({ "Filters": { filter: [value] } });
        let read = cloud.call(operation, read).ok();
        read[key].as_array().map(Vec::len)
    };
    assert_eq!((found(hit), found(miss)), (Some(1), Some(0)));
}

#[rstest]
#[case("eu-west-2", &["PAR1", "PAR4", "PAR7"])]
#[case("us-east-2", &["NJ1", "NJ2"])]
#[case("us-west-1", &["SV1", "SV2"])]
#[case("cloudgouv-eu-west-1", &["SEC1", "SEC2", "SEC3"])]
#[case("ap-northeast-1", &["JPN1", "JPN2"])]
fn a_region_has_locations_of_its_own(#[case] region: &str, #[case] codes: &[&str]) {
    let cloud = builder().region(region).build();
    let read = cloud.call("ReadLocations", json!({})).ok();
    let found = read["Locations"].as_array().into_iter().flatten();
    let found: Vec<_> = found.map(|location| &location["Code"]).collect();
    assert_eq!(json!(found), json!(codes));
    rehearsed(&cloud, "ReadLocations", json!({}));
}
