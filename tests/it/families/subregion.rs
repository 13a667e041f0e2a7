//! Conversations about the family `subregion`.

use mockscale::json;
use rstest::rstest;

use crate::support::{builder, cloud, refused};

#[test]
fn reading_whole_and_by_pages() {
    let cloud = cloud();
    cloud.call("ReadSubregions", json!({})).ok();
    let first = cloud
        .call("ReadSubregions", json!({ "ResultsPerPage": 1 }))
        .ok();
    let token = first.text("/NextPageToken");
    cloud
        .call("ReadSubregions", json!({ "NextPageToken": token }))
        .ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn they_are_those_of_the_region() {
    let cloud = builder().region("us-east-2").build();
    let read = cloud.call("ReadSubregions", json!({})).ok();
    assert_eq!(read.text("/Subregions/0/SubregionName"), "us-east-2a");
}

#[rstest]
#[case("RegionNames", "eu-west-2", 3, "us-east-2")]
#[case("States", "available", 3, "impaired")]
#[case("SubregionNames", "eu-west-2b", 1, "eu-west-2z")]
fn every_filter_selects(
    #[case] filter: &str,
    #[case] hit: &str,
    #[case] hits: usize,
    #[case] miss: &str,
) {
    let cloud = cloud();
    let found = |value: &str| {
        let read = json!({ "Filters": { filter: [value] } });
        let read = cloud.call("ReadSubregions", read).ok();
        read["Subregions"].as_array().map(Vec::len)
    };
    assert_eq!((found(hit), found(miss)), (Some(hits), Some(0)));
}

#[rstest]
#[case(json!({ "ResultsPerPage": 0 }), "4047")]
#[case(json!({ "ResultsPerPage": 1001 }), "4047")]
#[case(json!({ "NextPageToken": "bm9uZQ==" }), "4117")]
fn pages_are_refused(#[case] input: mockscale::Value, #[case] code: &str) {
    let (status, said, _) = refused(&cloud(), "ReadSubregions", input);
    assert_eq!((status, said.as_str()), (400, code));
}
