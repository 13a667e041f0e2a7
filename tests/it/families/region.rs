//! Conversations about the family `region`.

use mockscale::json;
use rstest::rstest;

use crate::support::{builder, cloud};

#[test]
fn reading() {
    let cloud = cloud();
    cloud.call("ReadRegions", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case("eu-west-2", &["eu-west-2", "us-east-2", "us-west-1"])]
#[case("cloudgouv-eu-west-1", &["cloudgouv-eu-west-1"])]
fn each_region_lists_its_own(#[case] region: &str, #[case] listed: &[&str]) {
    let cloud = builder().region(region).build();
    let read = cloud.call("ReadRegions", json!({})).ok();
    let mut names: Vec<_> = read["Regions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| it["RegionName"].as_str().unwrap_or_default())
        .collect();
    names.sort_unstable();
    assert_eq!(names, listed);
}
