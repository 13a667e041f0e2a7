//! What must hold of a cloud and does not, for who looks at it. Left out: what must hold (see
//! [`crate::cloud::invariant`]).

use std::fmt;
use std::sync::Arc;

use super::Cloud;
use super::desk::Desk;
use crate::cloud::invariant;
use crate::cloud::state::State;
use crate::contract::Contract;
use crate::transcript::Exchange;

/// Something that must hold of a cloud at any moment, and does not.
///
/// `Display` says it in a line or two. See [`Cloud::broken_invariants`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BrokenInvariant {
    /// What it is about: `addresses`, `compute`, `identity`…
    pub about: &'static str,
    /// What is wrong, in a sentence.
    pub what: String,
    /// The account that can see it.
    pub account: String,
    /// The exchange after which it was found, where every call is looked at.
    pub after: Option<Arc<Exchange>>,
}

impl fmt::Display for BrokenInvariant {
    /// One line, and one more for what broke it; without a newline at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.about, self.what)?;
        match &self.after {
            Some(by) => write!(f, "\n  since request {}, {}", by.number, by.operation),
            None => Ok(()),
        }
    }
}

impl Cloud {
    /// What must hold of a cloud at any moment, and does not: two network cards with one address, a
    /// volume that is linked to a VM which does not know it, a count that is wrong…
    ///
    /// Looked at is everything that the accounts of the cloud can read. No call can break an
    /// invariant unless this fake is at fault.
    /// [`Guard::Invariants`](super::Guard::Invariants) looks after every call that changes
    /// something, and fails the test with the first that broke one.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// assert!(cloud.broken_invariants().is_empty());
    /// ```
    pub fn broken_invariants(&self) -> Vec<BrokenInvariant> {
        let desk = self.desk();
        desk.with_state(|state| broken(state, desk.contract(), None))
    }
}

/// See [`Cloud::broken_invariants`].
pub(super) fn broken(
    state: &State,
    contract: &Contract,
    after: Option<&Arc<Exchange>>,
) -> Vec<BrokenInvariant> {
    let found = invariant::broken_in(state, contract).into_iter();
    found
        .map(|(account, broken)| BrokenInvariant {
            about: broken.about,
            what: broken.what,
            account,
            after: after.cloned(),
        })
        .collect()
}

/// What does not hold at the end of a test; a cloud in which nothing changed is not looked at.
pub(super) fn at_last(desk: &Desk) -> Vec<BrokenInvariant> {
    desk.with_state(|state| {
        if state.store.edits() == desk.began().edits {
            return Vec::new();
        }
        broken(state, desk.contract(), None)
    })
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;
    use crate::Guard;
    use crate::cloud::families;

    /// A Net with a VM in it, with a volume and a public IP.
    fn cloud() -> Cloud {
        let cloud = Cloud::builder().guard(Guard::Invariants).build();
        let net = cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
        let subnet = json!({ "IpRange": "10.0.0.0/24", "NetId": net["Net"]["NetId"] });
        let subnet = cloud.call("CreateSubnet", subnet);
        let subnet = &subnet["Subnet"]["SubnetId"];
        let vm = json!({ "ImageId": "ami-5aebd4d5", "SubnetId": subnet });
        let vm = cloud.call("CreateVms", vm).ok();
        let vm = &vm["Vms"][0]["VmId"];
        cloud.call("ReadVms", json!({})).ok();
        let volume = json!({ "Size": 10, "SubregionName": "eu-west-2a" });
        let volume = cloud.call("CreateVolume", volume);
        let volume = &volume["Volume"]["VolumeId"];
        cloud.call("ReadVolumes", json!({})).ok();
        let link = json!({ "DeviceName": "/dev/xvdb", "VmId": vm, "VolumeId": volume });
        cloud.call("LinkVolume", link).ok();
        cloud.call("CreateNic", json!({ "SubnetId": subnet })).ok();
        cloud.call("CreatePublicIp", json!({})).ok();
        cloud.settle();
        assert_eq!(cloud.broken_invariants().len(), 0);
        cloud
    }

    /// Puts a value where a pointer of the last resource of a kind leads: no call can.
    fn spoil(cloud: &Cloud, kind: &str, pointer: &str, value: &Value) {
        let kind = families::kind(kind).expect("a kind");
        cloud.desk().with_state(|state| {
            let last = state.store.all(kind).last().expect("a resource");
            let (account, id) = (last.account.clone(), last.id.clone());
            state.edit_of(kind, &account, &id, |it| {
                let mut body = Value::from(std::mem::take(&mut it.body));
                *body.pointer_mut(pointer).expect("a field") = value.clone();
                it.body = body.as_object().cloned().expect("an object");
            });
        });
    }

    fn drop_of(cloud: Cloud) -> Option<String> {
        let payload = catch_unwind(AssertUnwindSafe(|| drop(cloud))).err()?;
        Some(*payload.downcast::<String>().expect("a text"))
    }

    #[rstest]
    #[case("Nic", "/PrivateIps/0/PrivateIp", json!("10.9.0.9"), "addresses")]
    #[case("Nic", "/PrivateIps/0/IsPrimary", json!(false), "addresses")]
    #[case("Subnet", "/IpRange", json!("10.7.0.0/24"), "addresses")]
    #[case("Volume", "/SubregionName", json!("eu-west-2b"), "compute")]
    #[case("Vm", "/VmType", json!("t2.giant"), "compute")]
    #[case("Nic", "/SubnetId", json!("subnet-00000000"), "identity")]
    #[case("Volume", "/Size", json!(60_000), "quotas")]
    #[case("RouteTable", "/Routes/0/DestinationIpRange", json!("10.1.0.0/16"), "network")]
    #[case("RouteTable", "/LinkRouteTables/0/Main", json!(false), "network")]
    #[case("Net", "/State", json!("lost"), "states")]
    fn what_contradicts_itself_is_found(
        #[case] kind: &str,
        #[case] pointer: &str,
        #[case] value: Value,
        #[case] about: &str,
    ) {
        let cloud = cloud();
        spoil(&cloud, kind, pointer, &value);
        let found = cloud.broken_invariants();
        assert!(found.iter().any(|it| it.about == about), "{found:?}");
        cloud.report();
    }

    #[test]
    fn the_first_call_to_break_one_is_named() {
        let cloud = cloud();
        spoil(&cloud, "Volume", "/SubregionName", &json!("eu-west-2b"));
        cloud.call("ReadVolumes", json!({})).ok();
        cloud
            .call("CreateKeypair", json!({ "KeypairName": "one" }))
            .ok();
        cloud
            .call("CreateKeypair", json!({ "KeypairName": "two" }))
            .ok();
        let failure = drop_of(cloud).expect("a failure");
        let said = failure.lines().take(4).collect::<Vec<_>>().join("\n");
        assert!(
            said.starts_with("what must hold of a cloud does not:\n\ncompute: "),
            "{said}"
        );
        assert!(
            said.contains("\n  since request 11, CreateKeypair"),
            "{said}"
        );
        assert!(
            failure.contains("cloud.without(Guard::Invariants)"),
            "{failure}"
        );
    }

    #[test]
    fn it_is_found_at_the_end_switched_off_and_told_once() {
        let spoilt = || {
            let cloud = cloud();
            spoil(&cloud, "Volume", "/SubregionName", &json!("eu-west-2b"));
            cloud
        };
        assert!(drop_of(spoilt()).is_some());
        assert_eq!(drop_of(spoilt().report().clone()), None);
        assert_eq!(drop_of(spoilt().without(Guard::Invariants).clone()), None);
        let verified = spoilt();
        catch_unwind(AssertUnwindSafe(|| verified.verify())).expect_err("a failure");
        assert_eq!(drop_of(verified), None);
    }
}
