//! Conversations about the family `direct_link`.

use mockscale::jiff::SignedDuration;
use mockscale::{Cloud, Pace, Value, json};
use rstest::rstest;

use crate::support::{
    builder, cloud, every_filter, made, manual, pages_of_one, refused_twice, rehearsed,
};

fn wanted() -> Value {
    json!({ "Bandwidth": "1Gbps", "DirectLinkName": "office", "Location": "PAR1" })
}

/// A link that was asked for.
pub(crate) fn link(cloud: &Cloud) -> String {
    made(
        cloud,
        "CreateDirectLink",
        wanted(),
        "/DirectLink/DirectLinkId",
    )
}

fn named(link: &str) -> Value {
    json!({ "DirectLinkId": link })
}

/// The states of the links there are.
fn states(cloud: &Cloud) -> Vec<String> {
    let read = cloud.call("ReadDirectLinks", json!({})).ok();
    let links = read["DirectLinks"].as_array().into_iter().flatten();
    let state = |link: &Value| link["State"].as_str().unwrap_or_default().to_owned();
    links.map(state).collect()
}

#[test]
fn life() {
    let cloud = cloud();
    let link = link(&cloud);
    cloud.call("ReadDirectLinks", json!({})).ok();
    cloud.call("ReadDirectLinks", json!({})).ok();
    cloud.support().accept_direct_link(&link);
    cloud.call("ReadDirectLinks", json!({})).ok();
    cloud.call("ReadDirectLinks", json!({})).ok();
    cloud.support().complete_direct_link(&link);
    cloud.call("ReadDirectLinks", json!({})).ok();
    cloud.call("DeleteDirectLink", named(&link)).ok();
    cloud.call("DeleteDirectLink", named(&link));
    cloud.call("ReadDirectLinks", json!({})).ok();
    cloud.call("DeleteDirectLink", named(&link));
    mockscale::assert_transcript!(cloud);
}

#[test]
fn support_completes_what_it_has_not_accepted() {
    let cloud = manual();
    let (link, other) = (link(&cloud), link(&cloud));
    cloud.support().complete_direct_link(&link);
    assert_eq!(states(&cloud), ["available", "requested"]);
    cloud.settle();
    assert_eq!(states(&cloud), ["available", "available"]);
    cloud.call("DeleteDirectLink", named(&other)).ok();
    assert_eq!(states(&cloud), ["available", "deleting"]);
}

#[test]
fn the_pace_completes_links_too() {
    let immediate = builder().pace(Pace::Immediate).build();
    link(&immediate);
    assert_eq!(states(&immediate), ["available"]);

    let minute = SignedDuration::from_mins(1);
    let after = builder().pace(Pace::After(minute)).build();
    link(&after);
    for state in ["requested", "pending", "available"] {
        assert_eq!(states(&after), [state]);
        after.advance(minute);
    }

    let on_read = cloud();
    link(&on_read);
    on_read.settle();
    assert_eq!(states(&on_read), ["available"]);
}

/// Where everything is due at once, each call finds the link a step further.
#[test]
fn it_comes_up_as_time_passes() {
    let cloud = builder().pace(Pace::After(SignedDuration::ZERO)).build();
    let link = link(&cloud);
    for _ in 0..3 {
        cloud.call("ReadDirectLinks", json!({})).ok();
    }
    cloud.call("DeleteDirectLink", named(&link)).ok();
    cloud.call("ReadDirectLinks", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::unknown("dxcon-00000000", "has no DirectLink dxcon-00000000")]
#[case::of_another_account("theirs", "the account 123456789012 has no DirectLink")]
#[case::there_already("available", "is available")]
#[case::going("deleting", "is deleting")]
fn what_support_cannot_do(#[case] which: &str, #[case] why: &str) {
    let cloud = builder().account("210987654321").build();
    let id = match which {
        "theirs" => link(&cloud.as_account("210987654321")),
        "available" => {
            let link = link(&cloud);
            cloud.support().complete_direct_link(&link);
            link
        }
        "deleting" => {
            let link = link(&cloud);
            cloud.call("DeleteDirectLink", named(&link)).ok();
            link
        }
        id => id.to_owned(),
    };
    for by in [
        |cloud: &Cloud, id: &str| cloud.support().accept_direct_link(id),
        |cloud: &Cloud, id: &str| cloud.support().complete_direct_link(id),
    ] {
        let tried = std::panic::AssertUnwindSafe(|| by(&cloud, &id));
        let panic = std::panic::catch_unwind(tried).unwrap_err();
        let said = panic.downcast_ref::<String>().expect("a text");
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn a_link_is_accepted_once() {
    let cloud = cloud();
    let link = link(&cloud);
    cloud.support().accept_direct_link(&link);
    let again = std::panic::AssertUnwindSafe(|| cloud.support().accept_direct_link(&link));
    assert!(std::panic::catch_unwind(again).is_err());
    assert_eq!(states(&cloud), ["pending"]);
}

#[rstest]
#[case("Bandwidth", "100Mbps", "4047")]
#[case("Bandwidth", "1gbps", "4047")]
#[case("Bandwidth", "", "4047")]
#[case("Location", "PAR2", "5052")]
#[case::of_another_region("Location", "NJ1", "5052")]
#[case("Location", "", "5052")]
fn links_that_cannot_be_made(#[case] field: &str, #[case] value: &str, #[case] code: &str) {
    let mut input = wanted();
    input[field] = value.into();
    let (status, said, _) = refused_twice(&cloud(), "CreateDirectLink", input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn a_link_ends_in_its_region() {
    let cloud = builder().region("us-east-2").build();
    let wanted = json!({ "Bandwidth": "10Gbps", "DirectLinkName": "", "Location": "NJ1" });
    let made = cloud.call("CreateDirectLink", wanted).ok();
    assert_eq!(made.text("/DirectLink/RegionName"), "us-east-2");
}

#[rstest]
#[case::unknown("dxcon-00000000", "5072")]
#[case::of_another_kind("dxvif-00000000", "4104")]
#[case::malformed("dxcon-0", "4105")]
fn links_that_do_not_exist(#[case] id: &str, #[case] code: &str) {
    let (status, said, _) = refused_twice(&cloud(), "DeleteDirectLink", named(id));
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn links_of_another_account_do_not_exist() {
    let cloud = builder().account("210987654321").build();
    let link = link(&cloud);
    let other = cloud.as_account("210987654321");
    let said = refused_twice(&other, "DeleteDirectLink", named(&link));
    assert_eq!((said.0, &*said.1), (400, "5072"));
    assert!(states(&other).is_empty());
}

#[test]
fn filters_and_pages() {
    let cloud = cloud();
    let (link, _) = (link(&cloud), link(&cloud));
    let list = ("DirectLinks", "DirectLinkId", link.as_str());
    let row = ("DirectLinkIds", json!([link]), json!(["dxcon-00000000"]));
    every_filter(&cloud, "ReadDirectLinks", &json!({}), list, &[row]);
    assert_eq!(pages_of_one(&cloud, "ReadDirectLinks", "DirectLinks"), 2);
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let link = link(&cloud);
    rehearsed(&cloud, "CreateDirectLink", wanted());
    rehearsed(&cloud, "DeleteDirectLink", named(&link));
    rehearsed(&cloud, "ReadDirectLinks", json!({}));
    assert_eq!(states(&cloud), ["requested"]);
}
