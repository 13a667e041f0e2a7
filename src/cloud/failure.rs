//! Failures of what is in the making: a test brings them about, as no call can.

use super::families::{self, vm};
use super::family::Kind;
use super::object::Fields;
use super::state::State;

/// How something fails, by its kind and its identifier.
type Fail = fn(&mut State, &'static Kind, &str);

/// The kinds that can fail, by schema, and how they do; their states are documented.
const FAILURES: &[(&str, Fail)] = &[
    ("Image", fail_image),
    ("ImageExportTask", fail_task),
    ("Snapshot", fail_storage),
    ("SnapshotExportTask", fail_task),
    ("Vm", |state, _, id| vm::fail(state, id)),
    ("Volume", fail_storage),
];

fn fail_image(state: &mut State, kind: &'static Kind, id: &str) {
    put(state, kind, id, "failed");
}

fn fail_storage(state: &mut State, kind: &'static Kind, id: &str) {
    put(state, kind, id, "error");
}

/// As documented, the comment of a task that has failed says why; assumed: how.
fn fail_task(state: &mut State, kind: &'static Kind, id: &str) {
    put(state, kind, id, "failed");
    state.edit(kind, id, |task| {
        let comment = format!(
            "{} failed: the bucket did not answer",
            task.body.text("Comment")
        );
        task.body.put("Comment", comment);
    });
}

/// The states of what is in the making; others are under way to stop, or to go.
const MAKING: &[&str] = &[
    "active",
    "creating",
    "in-queue",
    "pending",
    "pending/queued",
];

/// assumed: it stays as it was otherwise, and what it was made of or with goes on.
fn put(state: &mut State, kind: &'static Kind, id: &str, failed: &str) {
    state.lifecycle.forget(id);
    state.edit(kind, id, |it| it.body.put("State", failed));
}

/// Lets something of an account's that is in the making fail.
///
/// # Errors
/// When the account has nothing of that identifier that could fail, or it is not in the making.
pub fn fail(state: &mut State, account: &str, id: &str) -> Result<(), String> {
    let found = FAILURES.iter().find_map(|(schema, fail)| {
        let resource = state.store.get(families::kind(schema)?, account, id)?;
        Some((resource.clone(), fail)).filter(|_| *resource.account == *account)
    });
    let Some((resource, fail)) = found else {
        let kinds: Vec<_> = FAILURES.iter().map(|(schema, _)| *schema).collect();
        return Err(format!(
            "the account {account} has no '{id}' that could fail: no {}",
            kinds.join(", no ")
        ));
    };
    let under_way = state.lifecycle.of(id);
    let making = under_way.is_some_and(|transition| MAKING.contains(&transition.from));
    if !making {
        return Err(format!(
            "the {} '{id}' is {}, and not in the making",
            resource.kind.name,
            resource.state()
        ));
    }
    fail(state, resource.kind, id);
    Ok(())
}
