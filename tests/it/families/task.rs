//! Conversations about the family `task`.

use mockscale::{Cloud, Pace, Value, json};
use rstest::rstest;

use crate::image::image;
use crate::snapshot::{OTHER, snapshot};
use crate::support::{builder, cloud, made, refused_twice, rehearsed};

/// An export under way, with the call that reads it and the key of its list.
struct Export {
    id: String,
    read: &'static str,
    list: &'static str,
}

impl Export {
    fn of_a_snapshot(cloud: &Cloud) -> Self {
        let export = json!({ "DiskImageFormat": "raw", "OsuBucket": "exports" });
        let input = json!({ "OsuExport": export, "SnapshotId": snapshot(cloud) });
        let id = "/SnapshotExportTask/TaskId";
        Self {
            id: made(cloud, "CreateSnapshotExportTask", input, id),
            read: "ReadSnapshotExportTasks",
            list: "SnapshotExportTasks",
        }
    }

    fn of_an_image(cloud: &Cloud) -> Self {
        let export = json!({ "DiskImageFormat": "raw", "OsuBucket": "exports" });
        let input = json!({ "ImageId": image(cloud, "mine"), "OsuExport": export });
        Self {
            id: made(
                cloud,
                "CreateImageExportTask",
                input,
                "/ImageExportTask/TaskId",
            ),
            read: "ReadImageExportTasks",
            list: "ImageExportTasks",
        }
    }

    fn named(&self) -> Value {
        json!({ "ExportTaskId": self.id })
    }

    fn state(&self, cloud: &Cloud) -> String {
        let read = cloud.call(self.read, json!({})).ok();
        read[self.list][0]["State"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

type Make = fn(&Cloud) -> Export;

#[rstest]
#[case::image(Export::of_an_image, ["pending/queued", "pending"])]
#[case::snapshot(Export::of_a_snapshot, ["pending", "active"])]
fn calling_an_export_off(#[case] make: Make, #[case] states: [&str; 2]) {
    for reads in 0..2 {
        let cloud = cloud();
        let export = make(&cloud);
        for state in states.iter().take(reads) {
            assert_eq!(export.state(&cloud), *state);
        }
        rehearsed(&cloud, "DeleteExportTask", export.named());
        cloud.call("DeleteExportTask", export.named()).ok();
        assert_eq!(export.state(&cloud), "cancelled");
        cloud.settle();
        assert_eq!(export.state(&cloud), "cancelled");
        let (status, code, _) = refused_twice(&cloud, "DeleteExportTask", export.named());
        assert_eq!((status, &*code), (409, "6003"));
    }
}

#[rstest]
#[case::image(Export::of_an_image)]
#[case::snapshot(Export::of_a_snapshot)]
fn what_has_ended_cannot_be_called_off(#[case] make: Make) {
    let cloud = builder().pace(Pace::Immediate).build();
    let export = make(&cloud);
    let (status, code, _) = refused_twice(&cloud, "DeleteExportTask", export.named());
    assert_eq!((status, &*code), (409, "6003"));
    assert_eq!(export.state(&cloud), "completed");
}

#[rstest]
#[case::image(Export::of_an_image)]
#[case::snapshot(Export::of_a_snapshot)]
fn the_export_of_another_account_does_not_exist(#[case] make: Make) {
    let cloud = builder().account(OTHER).build();
    let export = make(&cloud);
    let other = cloud.as_account(OTHER);
    let (status, code, _) = refused_twice(&other, "DeleteExportTask", export.named());
    assert_eq!((status, &*code), (400, "5058"));
}

#[rstest]
#[case::image("image-export-00000000", "5058")]
#[case::snapshot("snap-export-00000000", "5058")]
#[case::malformed("snap-export-xxx", "4105")]
#[case::of_another_kind("snap-00000000", "4104")]
#[case::no_id("export", "4104")]
#[case::empty("", "4104")]
fn what_does_not_exist(#[case] id: &str, #[case] code: &str) {
    let input = json!({ "ExportTaskId": id });
    let (status, said, _) = refused_twice(&cloud(), "DeleteExportTask", input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn exports_can_be_tagged() {
    let cloud = cloud();
    let exports = [Export::of_a_snapshot(&cloud), Export::of_an_image(&cloud)];
    let ids = exports.each_ref().map(|export| &export.id);
    let tags = json!([{ "Key": "for", "Value": "a friend" }]);
    let tagged = json!({ "ResourceIds": ids, "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    let listed = cloud.call("ReadTags", json!({})).ok();
    for (place, export) in exports.iter().enumerate() {
        let read = cloud.call(export.read, json!({})).ok();
        assert_eq!(read[export.list][0]["Tags"], tags);
        let tag = &listed["Tags"][place];
        assert_eq!(
            (&tag["ResourceId"], &tag["ResourceType"]),
            (&json!(export.id), &json!("task"))
        );
    }
}
