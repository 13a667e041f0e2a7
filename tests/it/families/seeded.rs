//! Conversations about lists that belong to no account: families of one or two reads each.

use mockscale::json;
use rstest::rstest;

use crate::support::cloud;

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
    let cloud = cloud();
    let whole = cloud.call(operation, json!({})).ok();
    let mut pages = Vec::new();
    let mut input = json!({ "ResultsPerPage": 1 });
    loop {
        let page = cloud.call(operation, input).ok();
        pages.extend(page[key].as_array().into_iter().flatten().cloned());
        match page.body().get("NextPageToken") {
            Some(token) => input = json!({ "NextPageToken": token }),
            None => break,
        }
    }
    assert_eq!(json!(pages), whole[key]);
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
