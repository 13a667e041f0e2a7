//! Conversations about the families `vm_template` and `product_type`: what is made by default.

use mockscale::{Value, json};

use crate::support::{cloud, refused};

#[test]
fn a_template_is_made_changed_and_deleted() {
    let cloud = cloud();
    let images = cloud.call("ReadImages", json!({})).ok();
    let wanted = json!({
        "CpuCores": 2,
        "CpuGeneration": "v4",
        "ImageId": images.text("/Images/0/ImageId"),
        "Ram": 4,
        "VmTemplateName": "small",
    });
    let fork = cloud.fork();
    let made = fork.call("CreateVmTemplate", wanted).ok();
    let id = made.text("/VmTemplate/VmTemplateId");
    let change = json!({ "VmTemplateId": id, "Description": "for tests" });
    fork.call("UpdateVmTemplate", change).ok();
    fork.call("ReadVmTemplates", json!({})).ok();
    let gone = json!({ "VmTemplateId": id });
    fork.call("DeleteVmTemplate", gone.clone()).ok();
    fork.call("DeleteVmTemplate", gone);
    mockscale::assert_transcript!(fork);
}

#[test]
fn a_template_needs_an_image_that_exists() {
    let wanted = json!({
        "CpuCores": 2,
        "CpuGeneration": "v4",
        "ImageId": "ami-00000000",
        "Ram": 4,
        "VmTemplateName": "small",
    });
    let (status, code, _) = refused(&cloud(), "CreateVmTemplate", wanted);
    assert_eq!((status, code.as_str()), (400, "5023"));
}

#[test]
fn a_product_type_is_listed_after_those_of_the_cloud() {
    let cloud = cloud();
    let wanted = json!({ "Description": "BSD", "Vendor": "Nobody" });
    let made = cloud.call("CreateProductType", wanted).ok();
    let read = cloud.call("ReadProductTypes", json!({})).ok();
    let last = read["ProductTypes"].as_array().and_then(|all| all.last());
    assert_eq!(last, Some(&made["ProductType"]));
    let found = |id: &Value| {
        let read = json!({ "Filters": { "ProductTypeIds": [id] } });
        let read = cloud.call("ReadProductTypes", read).ok();
        read["ProductTypes"].as_array().map(Vec::len)
    };
    assert_eq!(found(&made["ProductType"]["ProductTypeId"]), Some(1));
    assert_eq!(found(&json!("pty-00000000")), Some(0));
}
