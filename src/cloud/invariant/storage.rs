//! Snapshots and exports: their figures agree, and they are shared with accounts.

use std::collections::BTreeSet;

use super::view::{View, own_id};
use crate::cloud::object::{Fields, Object};

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    for snapshot in view.of_kind("Snapshot") {
        check_progress("Snapshot", snapshot, &["completed"], faults);
        check_permissions("Snapshot", snapshot, "PermissionsToCreateVolume", faults);
    }
    for task in view.of_kind("SnapshotExportTask") {
        check_progress("SnapshotExportTask", task, &["completed"], faults);
    }
    for volume in view.of_kind("Volume") {
        check_size(view, volume, faults);
    }
}

/// It is complete exactly when it says so.
fn check_progress(kind: &str, item: &Object, complete: &[&str], faults: &mut Vec<String>) {
    let progress = item.int("Progress");
    let (id, state) = (own_id(kind, item).unwrap_or_default(), item.text("State"));
    let fits = progress.is_some_and(|it| (0..=100).contains(&it));
    if !fits || (progress == Some(100)) != complete.contains(&state) {
        faults.push(format!(
            "the {kind} {id} is {state} at {progress:?} percent"
        ));
    }
}

/// It is shared with accounts, each named once.
fn check_permissions(kind: &str, item: &Object, field: &str, faults: &mut Vec<String>) {
    let id = own_id(kind, item).unwrap_or_default();
    let permissions = item.object(field);
    let accounts = permissions.and_then(|it| it.get("AccountIds")?.as_array());
    let global = permissions.and_then(|it| it.get("GlobalPermission")?.as_bool());
    let mut seen = BTreeSet::new();
    for account in accounts.into_iter().flatten() {
        let account = account.as_str().unwrap_or_default();
        let digits = account.bytes().all(|it| it.is_ascii_digit());
        if account.len() != 12 || !digits || !seen.insert(account) {
            faults.push(format!(
                "the {kind} {id} should not be shared with '{account}'"
            ));
        }
    }
    if accounts.is_none() || global.is_none() {
        faults.push(format!(
            "the {kind} {id} does not say whom it is shared with"
        ));
    }
}

/// A volume holds what it was made of.
fn check_size(view: &View, volume: &Object, faults: &mut Vec<String>) {
    let snapshot = view.find("Snapshot", volume.text("SnapshotId"));
    let needed = snapshot.and_then(|it| it.int("VolumeSize"));
    if needed.is_some_and(|needed| volume.int("Size").is_none_or(|size| size < needed)) {
        let id = volume.text("VolumeId");
        faults.push(format!("the volume {id} is smaller than its snapshot"));
    }
}
