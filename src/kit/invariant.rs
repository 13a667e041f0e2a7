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
    /// Looked at is what the plain reads show to each account, and a few things that no read shows,
    /// such as the addresses of load balancers. No call can break an invariant unless this fake is at
    /// fault. [`Guard::Invariants`](super::Guard::Invariants) looks after every call that changes
    /// something, and fails the test with the first that broke one; what happens between calls
    /// ([`Cloud::settle`], [`Cloud::advance`]) is looked at with the next such call.
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
    use crate::cloud::invariant::View;
    use crate::cloud::object::Fields;
    use crate::cloud::store::Resource;

    /// A load balancer with a rule, and after it a Net with a VM in it, a volume and a public IP.
    fn cloud() -> Cloud {
        let cloud = Cloud::builder().guard(Guard::Invariants).build();
        let public = json!({ "ImageId": "ami-5aebd4d5" });
        let public = cloud.call("CreateVms", public).ok();
        let balancer = json!({
            "Listeners": [{
                "BackendPort": 80, "LoadBalancerPort": 80, "LoadBalancerProtocol": "HTTP",
            }],
            "LoadBalancerName": "web",
            "SubregionNames": ["eu-west-2a"],
        });
        cloud.call("CreateLoadBalancer", balancer).ok();
        let rule = json!({
            "Listener": { "LoadBalancerName": "web", "LoadBalancerPort": 80 },
            "ListenerRule": { "ListenerRuleName": "api", "PathPattern": "/api/*", "Priority": 1 },
            "VmIds": [public["Vms"][0]["VmId"]],
        });
        cloud.call("CreateListenerRule", rule).ok();
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
    #[case::of_no_listener("ListenerRule", "/ListenerId", json!(7), "unseen")]
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

    /// Edits a resource of the account as no call can; with its notes, which no read shows.
    fn tamper(cloud: &Cloud, kind: &str, id: &str, edit: impl FnOnce(&mut Resource)) {
        let kind = families::kind(kind).expect("a kind");
        let account = cloud.visitor.caller.account.clone();
        cloud
            .desk()
            .with_state(|state| state.edit_of(kind, &account, id, edit));
    }

    /// What is said about the unseen.
    fn unseen(cloud: &Cloud) -> String {
        let found = cloud.broken_invariants().into_iter();
        let unseen = found.filter(|it| it.about == "unseen");
        cloud.report();
        unseen.map(|it| it.what).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_card_of_a_load_balancer_shares_its_address_with_nobody() {
        let cloud = cloud();
        let card = cloud.call("ReadNics", json!({})).ok();
        let card = &card["Nics"][0];
        let balancer = json!({
            "Listeners": [{
                "BackendPort": 80, "LoadBalancerPort": 80, "LoadBalancerProtocol": "HTTP",
            }],
            "LoadBalancerName": "inside",
            "LoadBalancerType": "internal",
            "Subnets": [card["SubnetId"]],
        });
        cloud.call("CreateLoadBalancer", balancer).ok();
        assert_eq!(unseen(&cloud), "");
        let hidden = cloud.desk().with_state(|state| {
            let inside = |it: &&Arc<Resource>| it.body["Description"] == "inside";
            let nic = families::kind("Nic").expect("a kind");
            state.store.all(nic).find(inside).cloned()
        });
        let hidden = hidden.expect("the card of the load balancer");
        let address = card["PrivateIps"][0]["PrivateIp"].clone();
        cloud.desk().with_state(|state| {
            state.edit_of(hidden.kind, &hidden.account, &hidden.id, |nic| {
                nic.body.list_mut("PrivateIps")[0]["PrivateIp"] = address;
            });
        });
        let said = unseen(&cloud);
        assert!(said.contains(" have 10.0.0."), "{said}");
        assert!(
            said.contains("is counted as taken, and nobody has it"),
            "{said}"
        );
    }

    #[test]
    fn a_public_address_is_of_one_account() {
        let cloud = Cloud::builder().account("210987654321").build();
        let other = cloud.as_account("210987654321");
        let address = cloud.call("CreatePublicIp", json!({})).ok();
        let theirs = other.call("CreatePublicIp", json!({})).ok();
        assert_eq!(unseen(&cloud), "");
        let address = address["PublicIp"]["PublicIp"].clone();
        let id = theirs.text("/PublicIp/PublicIpId");
        tamper(&other, "PublicIp", id, |it| {
            it.body.put("PublicIp", address);
        });
        let said = unseen(&cloud);
        assert!(said.contains(" have 198."), "{said}");
    }

    #[test]
    fn vms_of_the_public_cloud_share_no_address() {
        let cloud = Cloud::new();
        let vms = json!({ "ImageId": "ami-5aebd4d5", "MaxVmsCount": 2, "MinVmsCount": 2 });
        cloud.call("CreateVms", vms).ok();
        assert_eq!(unseen(&cloud), "");
        spoil(&cloud, "Nic", "/PrivateIps/0/PrivateIp", &json!("10.0.0.1"));
        let said = unseen(&cloud);
        assert!(said.contains("of the public Cloud have 10.0.0.1"), "{said}");
    }

    /// The guard looks at what clients see.
    #[test]
    fn what_is_looked_at_is_what_reads_answer() {
        let cloud = cloud();
        let contract = cloud.contract();
        let mut read = View::default();
        for (operation, key, kind) in invariant::reads(contract) {
            let reply = cloud.fork().call(operation.name(), json!({})).ok();
            read.add(kind, reply.body().get(key));
        }
        let account = cloud.visitor.caller.account.clone();
        let looked_at = cloud
            .desk()
            .with_state(|state| View::of(state, contract, &account));
        assert_eq!(looked_at.difference(&read), None);
        assert_eq!(read, looked_at);
    }

    #[test]
    fn the_first_call_to_break_one_is_named() {
        let cloud = cloud();
        spoil(&cloud, "Volume", "/SubregionName", &json!("eu-west-2b"));
        cloud.call("ReadVolumes", json!({})).ok();
        let first = cloud.transcript().len() + 1;
        for name in ["one", "two"] {
            let key = json!({ "KeypairName": name });
            cloud.call("CreateKeypair", key).ok();
        }
        let failure = drop_of(cloud).expect("a failure");
        let said = failure.lines().take(4).collect::<Vec<_>>().join("\n");
        assert!(
            said.starts_with("what must hold of a cloud does not:\n\ncompute: "),
            "{said}"
        );
        assert!(
            said.contains(&format!("\n  since request {first}, CreateKeypair")),
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

    #[test]
    fn what_was_reported_does_not_fail_a_test_that_is_strict_again() {
        let cloud = cloud();
        spoil(&cloud, "Volume", "/SubregionName", &json!("eu-west-2b"));
        let key = json!({ "KeypairName": "one" });
        cloud.call("CreateKeypair", key).ok();
        cloud.report();
        spoil(&cloud, "Volume", "/SubregionName", &json!("eu-west-2a"));
        cloud.strict();
        assert_eq!(drop_of(cloud), None);
    }

    /// Does nothing but as a child.
    #[test]
    fn a_child_fails_and_broke_an_invariant() {
        if std::env::var("MOCKSCALE_TEST_FAILS").is_ok() {
            let cloud = cloud();
            spoil(&cloud, "Volume", "/SubregionName", &json!("eu-west-2b"));
            let key = json!({ "KeypairName": "one" });
            cloud.call("CreateKeypair", key).ok();
            panic!("the test's own failure");
        }
    }

    #[test]
    fn a_test_that_fails_already_is_told_on_the_side_what_was_broken() {
        let child = std::process::Command::new(std::env::current_exe().expect("this binary"))
            .args([
                "--exact",
                "kit::invariant::tests::a_child_fails_and_broke_an_invariant",
            ])
            .arg("--nocapture")
            .env("MOCKSCALE_TEST_FAILS", "1")
            .output()
            .expect("the child ran");
        let told = String::from_utf8_lossy(&child.stderr);
        let besides = "the test fails already; besides, what must hold of a cloud does not:";
        assert!(!child.status.success() && told.contains(besides), "{told}");
        assert!(told.contains(", CreateKeypair"), "{told}");
    }
}
