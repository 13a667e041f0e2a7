//! References that lead nowhere, for who looks at them. Left out: finding them (see
//! [`crate::cloud::dangling`]).

use std::fmt;
use std::sync::Arc;

use super::Cloud;
use super::desk::{Book, Desk};
use crate::cloud::dangling::{self, Dangling};
use crate::cloud::effect::Change;
use crate::transcript::Exchange;

/// An identifier that a resource shows, and that no account has.
///
/// `Display` says it in a line or two. See [`Cloud::dangling`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DanglingReference {
    /// The kind of what shows it, by the name of its schema.
    pub kind: &'static str,
    /// The identifier of what shows it.
    pub id: String,
    /// The account that this belongs to.
    pub account: String,
    /// The JSON pointer of the reference, in what the API shows.
    pub pointer: String,
    /// The kind that the missing identifier is one of, by its form.
    pub missing_kind: &'static str,
    /// The identifier that leads nowhere.
    pub missing_id: String,
    /// The exchange that deleted what it named, if there was one and it is remembered.
    pub deleted_by: Option<Arc<Exchange>>,
}

impl DanglingReference {
    fn of(dangling: Dangling) -> Self {
        let Dangling {
            resource,
            pointer,
            kind,
            id,
        } = dangling;
        Self {
            kind: resource.kind.name,
            id: resource.id.to_string(),
            account: resource.account.to_string(),
            pointer,
            missing_kind: kind.name,
            missing_id: id,
            deleted_by: None,
        }
    }
}

impl fmt::Display for DanglingReference {
    /// One line, and one more for what deleted it; without a newline at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} names at {} the {} {}, which does not exist",
            self.kind, self.id, self.pointer, self.missing_kind, self.missing_id
        )?;
        match &self.deleted_by {
            Some(by) => write!(f, "\n  request {}, {}, deleted it", by.number, by.operation),
            None => Ok(()),
        }
    }
}

impl Cloud {
    /// The identifiers, shown by resources of any account, that lead nowhere.
    ///
    /// Those that the real cloud keeps on purpose are none: the image of a VM may be deleted, and a
    /// route outlives its target. [`Guard::DanglingReferences`](super::Guard::DanglingReferences)
    /// fails a test for them.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// assert!(cloud.dangling().is_empty());
    /// ```
    pub fn dangling(&self) -> Vec<DanglingReference> {
        dangling(self.desk())
    }
}

/// See [`Cloud::dangling`].
pub(super) fn dangling(desk: &Desk) -> Vec<DanglingReference> {
    let book = desk.book();
    let Book { state, record } = &*book;
    if state.store.edits() == desk.began().edits {
        return Vec::new();
    }
    let found = dangling::dangling(state).into_iter();
    let mut found: Vec<_> = found.map(DanglingReference::of).collect();
    for reference in &mut found {
        let deleted = |exchange: &&Arc<Exchange>| {
            let mut effects = exchange.effects.iter();
            effects.any(|it| {
                let ends = matches!(
                    it.change,
                    Change::Deleted | Change::Scheduled { to: None, .. }
                );
                ends && it.kind == reference.missing_kind && it.id == reference.missing_id
            })
        };
        reference.deleted_by = record.exchanges().find(deleted).cloned();
    }
    found
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use serde_json::json;

    use super::*;
    use crate::Guard;
    use crate::cloud::families;
    use crate::cloud::object::{Fields, Object};

    /// A cloud with a Subnet in a Net that was deleted, which no call can make.
    fn cloud() -> Cloud {
        let cloud = Cloud::builder().account("222222222222").build();
        let net = cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
        let net = net.text("/Net/NetId");
        cloud.call("DeleteNet", json!({ "NetId": net })).ok();
        cloud.settle();
        let mut body = Object::new();
        body.put("NetId", net);
        body.put("SubnetId", "subnet-00000001");
        let subnet = families::kind("Subnet").expect("a kind");
        cloud.desk().with_state(|state| {
            state.insert(subnet, "222222222222", body);
        });
        cloud
    }

    fn drop_of(cloud: Cloud) -> Option<String> {
        let payload = catch_unwind(AssertUnwindSafe(|| drop(cloud))).err()?;
        Some(*payload.downcast::<String>().expect("a text"))
    }

    #[test]
    fn what_is_found_fails_the_test_with_what_deleted_it() {
        let cloud = cloud();
        let found = cloud.dangling();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].kind, &*found[0].account),
            ("Subnet", "222222222222")
        );
        assert_eq!(
            (&*found[0].pointer, found[0].missing_kind),
            ("/NetId", "Net")
        );
        let net = &found[0].missing_id;
        let said = format!(
            "references lead nowhere:\n\nSubnet subnet-00000001 names at /NetId the Net {net} <net:1>, \
             which does not exist\n  request 2, DeleteNet, deleted it\n"
        );
        let failure = drop_of(cloud).expect("a failure");
        assert!(failure.starts_with(&said), "{failure}");
        assert!(
            failure.contains("cloud.without(Guard::DanglingReferences)"),
            "{failure}"
        );
    }

    #[test]
    fn it_is_collected_switched_off_and_told_once() {
        let reporting = cloud();
        assert_eq!(drop_of(reporting.report().clone()), None);
        assert_eq!(drop_of(reporting), None);
        let without = cloud();
        without.without(Guard::DanglingReferences);
        assert_eq!(drop_of(without), None);
        let verified = cloud();
        catch_unwind(AssertUnwindSafe(|| verified.verify())).expect_err("a failure");
        assert_eq!(drop_of(verified), None);
    }
}
