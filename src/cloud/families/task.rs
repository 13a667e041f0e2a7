//! Export tasks of images and snapshots: what both have in common.
//!
//! By rule: cancelling one. Making and reading them stands with what is exported. `failed` is one
//! when a test says so.

use serde::Deserialize;
use serde_json::json;

use super::image::IMAGE_EXPORT_TASK;
use super::kind_of_id;
use super::snapshot::SNAPSHOT_EXPORT_TASK;
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

pub(super) const FAMILY: Family = Family {
    tag: "Task",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[("DeleteExportTask", delete_export_task)],
};

/// The kinds of tasks.
const KINDS: [&Kind; 2] = [IMAGE_EXPORT_TASK, SNAPSHOT_EXPORT_TASK];

/// The state of a task that was called off; a later version of the documentation has the word.
const CANCELLED: &str = "cancelled";
/// The progress of a task that is under way, as a percentage.
///
/// assumed: the figure; that there is one between 0 and 100 is documented.
const HALF_WAY: i64 = 50;

/// A kind of tasks.
pub(super) const fn kind(name: &'static str, prefix: &'static str) -> Kind {
    Kind::new(name, "TaskId", prefix, fault::NO_SUCH_TASK)
        .called("ExportTaskId")
        .tagged("task")
        .lasting()
}

/// A transition of a task.
pub(super) const fn changing(
    kind: &'static Kind,
    from: &'static str,
    to: &'static str,
) -> Transition {
    Transition {
        kind,
        field: "State",
        from,
        to: End::State(to),
        read_once: true,
        then: None,
    }
}

/// Lets a task that has waited go on.
pub(super) fn go_on(state: &mut State, task: &Resource, next: &'static Transition) {
    put_progress(state, task, HALF_WAY);
    state.begin(next, &task.id);
}

/// Lets a task be over.
pub(super) fn end(state: &mut State, task: &Resource) {
    put_progress(state, task, 100);
}

fn put_progress(state: &mut State, task: &Resource, progress: i64) {
    state.edit(task.kind, &task.id, |task| {
        task.body.put("Progress", progress);
    });
}

/// An export that is to begin.
pub(super) struct Task<'a> {
    /// The kind of what is exported.
    pub(super) of: &'static Kind,
    /// Its identifier.
    pub(super) id: &'a str,
    /// Its first transition.
    pub(super) begins: &'static Transition,
    /// Where it is exported to, as it is shown.
    pub(super) destination: Object,
}

impl Task<'_> {
    /// Begins it, and answers it.
    pub(super) fn begin(self, call: &mut Call<'_>) -> Reply {
        let kind = self.begins.kind;
        let mut body = Object::new();
        let what = self.of.name.to_lowercase();
        body.put("Comment", format!("Export of {what} {}", self.id));
        body.put("OsuExport", self.destination);
        body.put("Progress", 0);
        body.put(self.of.id, self.id);
        body.put("Tags", json!([]));
        let id = call.insert(kind, body);
        call.state.begin(self.begins, &id);
        Reply::of(kind.name, call.shown(kind, &id))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteExportTask {
    export_task_id: String,
}

/// Calls a task off that has not ended; it can still be read.
///
/// # Faults
/// - `INVALID_ID_PREFIX` for what is no task of either kind.
/// - Those of [`Call::find_own`].
/// - `INVALID_STATE` for a task that has ended.
fn delete_export_task(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: DeleteExportTask = call.read()?;
    let id = request.export_task_id.as_str();
    let kind = kind_of_id(id).filter(|kind| KINDS.contains(kind));
    let kind = kind.ok_or_else(|| {
        let prefixes = KINDS.map(|kind| format!("'{}'", kind.prefix)).join(" or ");
        fault::INVALID_ID_PREFIX.says(format!(
            "The ExportTaskId '{id}' lacks the ID prefix {prefixes}."
        ))
    })?;
    let task = call.find_own(kind, id)?;
    // assumed: of a task that waits or is under way; the documentation speaks of one that runs, a
    // later version of both.
    if call.state.lifecycle.of(id).is_none() {
        // assumed: the code.
        return Err(
            fault::INVALID_STATE.says(format!("The export task '{id}' is {}.", task.state()))
        );
    }
    call.state.lifecycle.forget(id);
    call.edit(kind, id, |task| task.body.put("State", CANCELLED));
    Ok(Reply::empty())
}
