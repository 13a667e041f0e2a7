//! Failures of what is in the making: a test brings them about, as no call can.

use super::families;
use super::lifecycle::End;
use super::object::Fields;
use super::state::State;

/// The kinds that can fail, by schema, and the state that says so; documented as states.
const FAILURES: &[(&str, &str)] = &[
    ("Image", "failed"),
    ("ImageExportTask", "failed"),
    ("Snapshot", "error"),
    ("SnapshotExportTask", "failed"),
    ("Volume", "error"),
];

/// Lets something of an account's that is in the making fail.
///
/// assumed: it stays as it was otherwise, and what it was made of or with goes on.
///
/// # Errors
/// When the account has nothing of that identifier that could fail, or it is not in the making.
pub fn fail(state: &mut State, account: &str, id: &str) -> Result<(), String> {
    let found = FAILURES.iter().find_map(|(schema, failed)| {
        let resource = state.store.get(families::kind(schema)?, account, id)?;
        Some((resource.clone(), *failed)).filter(|_| *resource.account == *account)
    });
    let Some((resource, failed)) = found else {
        let kinds: Vec<_> = FAILURES.iter().map(|(schema, _)| *schema).collect();
        return Err(format!(
            "the account {account} has no '{id}' that could fail: no {}",
            kinds.join(", no ")
        ));
    };
    let making = state
        .lifecycle
        .of(id)
        .is_some_and(|transition| matches!(transition.to, End::State(_)));
    if !making {
        return Err(format!(
            "the {} '{id}' is {}, and not in the making",
            resource.kind.name,
            resource.state()
        ));
    }
    state.lifecycle.forget(id);
    state.edit(resource.kind, id, |it| it.body.put("State", failed));
    Ok(())
}
