//! Conversations about the family `product_type`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::snapshot::OTHER;
use crate::support::{builder, cloud, made, refused_twice, rehearsed, selected};
use crate::vm::LINUX;

fn product_type(cloud: &Cloud, description: &str) -> String {
    let wanted = json!({ "Description": description, "Vendor": "Nobody" });
    let id = "/ProductType/ProductTypeId";
    made(cloud, "CreateProductType", wanted, id)
}

/// The copy of a public image that bears product types.
fn bearing(codes: &[&str]) -> Value {
    json!({
        "ProductCodes": codes, "SourceImageId": LINUX, "SourceRegionName": "eu-west-2",
    })
}

#[test]
fn one_is_listed_after_those_of_the_cloud() {
    let cloud = cloud();
    let wanted = json!({ "Description": "BSD", "Vendor": "Nobody" });
    rehearsed(&cloud, "CreateProductType", wanted.clone());
    let made = cloud.call("CreateProductType", wanted).ok();
    let read = cloud.call("ReadProductTypes", json!({})).ok();
    let last = read["ProductTypes"].as_array().and_then(|all| all.last());
    assert_eq!(last, Some(&made["ProductType"]));
    let found = |id: &Value| selected(&cloud, "ReadProductTypes", "ProductTypeIds", &json!([id]));
    assert_eq!(found(&made["ProductType"]["ProductTypeId"]), 1);
    assert_eq!(found(&json!("pty-00000000")), 0);
}

#[test]
fn images_and_their_vms_bear_it() {
    let cloud = builder().account(OTHER).build();
    let own = product_type(&cloud, "BSD");
    let wanted = bearing(&[&own, "0006"]);
    let image = made(&cloud, "CreateImage", wanted, "/Image/ImageId");
    let vm = json!({ "ImageId": image });
    let vm = cloud.call("CreateVms", vm).ok();
    assert_eq!(vm["Vms"][0]["ProductCodes"], json!([own, "0006"]));
    let shares = json!({ "Additions": { "AccountIds": [OTHER] } });
    let shares = json!({ "ImageId": image, "PermissionsToLaunch": shares });
    cloud.call("UpdateImage", shares).ok();
    // Whoever may see the image may look for it by the name, too.
    let other = cloud.as_account(OTHER);
    for cloud in [&cloud, &other] {
        let names = json!(["BSD"]);
        assert_eq!(selected(cloud, "ReadImages", "ProductCodeNames", &names), 1);
    }
}

#[rstest]
#[case::none("9999")]
#[case::malformed("pty-1")]
#[case::unknown("pty-00000000")]
#[case::another_accounts("")]
fn what_does_not_exist_is_borne_by_nothing(#[case] code: &str) {
    let cloud = builder().account(OTHER).build();
    let theirs = product_type(&cloud.as_account(OTHER), "theirs");
    let code = if code.is_empty() { &theirs } else { code };
    let (status, said, details) = refused_twice(&cloud, "CreateImage", bearing(&["0001", code]));
    assert_eq!((status, &*said), (400, "5044"));
    assert!(details.contains(code), "{details}");
}
