//! Conversations about the family `vm_template`.

use mockscale::json;

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
