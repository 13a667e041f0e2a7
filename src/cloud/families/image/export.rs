//! Exports of images to buckets.

use serde::Deserialize;

use super::{IMAGE, check_usable};
use crate::cloud::bucket::Destination;
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::task::{self, Task};
use crate::cloud::family::Kind;
use crate::cloud::fault::Fault;
use crate::cloud::lifecycle::Transition;

/// Exports of images, as a kind of resource.
pub(in crate::cloud::families) const IMAGE_EXPORT_TASK: &Kind =
    &task::kind("ImageExportTask", "image-export-");

pub(super) static QUEUED: Transition = Transition {
    then: Some(|state, task| task::go_on(state, task, &PENDING)),
    ..task::changing(IMAGE_EXPORT_TASK, "pending/queued", "pending")
};

pub(super) static PENDING: Transition = Transition {
    then: Some(task::end),
    ..task::changing(IMAGE_EXPORT_TASK, "pending", "completed")
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateImageExportTask {
    image_id: String,
    osu_export: Destination,
}

/// Starts the export of an available image of the caller's.
///
/// # Faults
/// - Those of [`Call::find_own`]: what is only shared must be copied first, as documented.
/// - Those of [`Destination::check`] and [`check_usable`].
pub(super) fn create_image_export_task(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: CreateImageExportTask = call.read()?;
    let image = call.find_own(IMAGE, &request.image_id)?;
    request.osu_export.check()?;
    check_usable(&image)?;
    let task = Task {
        of: IMAGE,
        id: &image.id,
        begins: &QUEUED,
        destination: request.osu_export.shown_for_image(&image.id),
    };
    Ok(task.begin(call))
}
