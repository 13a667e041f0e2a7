//! Which documents decide about a user's calls.

use crate::cloud::State;
use crate::cloud::families::policy::{INLINE_POLICIES, in_force, managed};
use crate::cloud::families::user::USER;
use crate::cloud::families::user_group::groups_of;
use crate::cloud::object::Fields;
use crate::cloud::permission::Document;
use crate::cloud::store::Resource;

/// The documents that apply to a user, each with what an explanation calls it: its managed policies
/// and those of its groups, by their default versions, and the inline policies of its groups.
///
/// A user that does not exist has none.
pub fn policies(state: &State, user_id: &str) -> Vec<(String, Document)> {
    let mut documents = Vec::new();
    let mut add = |name: String, text: &str| {
        let document = Document::parse(text).expect("a document was read before it was kept");
        documents.push((name, document));
    };
    let Some(user) = state.get(USER, user_id) else {
        return documents;
    };
    let called = |policy: &Resource| format!("the policy '{}'", policy.body.text("PolicyName"));
    for policy in managed(state, user) {
        add(called(policy), in_force(policy));
    }
    for group in groups_of(state, user_id) {
        let of_group = format!("of the user group '{}'", group.body.text("Name"));
        for policy in managed(state, group) {
            add(format!("{} {of_group}", called(policy)), in_force(policy));
        }
        for policy in group.notes.objects(INLINE_POLICIES) {
            let name = format!("the inline policy '{}' {of_group}", policy.text("Name"));
            add(name, policy.text("Body"));
        }
    }
    documents
}
