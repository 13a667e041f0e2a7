//! What only the vendor's support and staff can do for an account.

use super::Cloud;
use crate::cloud::account::directory::{self, AccessPolicy, EVERYWHERE};
use crate::cloud::families::direct_link;

/// The vendor's support, for the account of a handle: [`Cloud::support`].
#[derive(Clone, Copy, Debug)]
pub struct Support<'c>(&'c Cloud);

impl Cloud {
    /// The vendor's support, which helps the account of this handle when it has locked itself out.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// let office = json!({ "IpRanges": ["203.0.113.0/24"] });
    /// let rules = cloud.call("ReadApiAccessRules", json!({})).ok();
    /// cloud.call("CreateApiAccessRule", office).ok();
    /// let everywhere = json!({ "ApiAccessRuleId": rules["ApiAccessRules"][0]["ApiAccessRuleId"] });
    /// cloud.call("DeleteApiAccessRule", everywhere).ok();
    /// assert_eq!(cloud.call("ReadVms", json!({})).status(), 401);
    ///
    /// cloud.support().restore_access();
    /// assert_eq!(cloud.call("ReadVms", json!({})).status(), 200);
    /// ```
    pub fn support(&self) -> Support<'_> {
        Support(self)
    }
}

impl Support<'_> {
    /// Opens the door for the account again: a rule that lets every IPv4 address in (and one for
    /// IPv6, if this handle calls from such an address), the API access policy of a new account (no
    /// trusted session, which asks for a certificate, and no longest life of keys), no lock, and a
    /// root key that is active and has no end. Other rules and keys stay as they are.
    ///
    /// This is no call: it is not in the transcript.
    pub fn restore_access(self) {
        let account = &self.0.visitor.caller.account;
        self.0.desk().with_state(|state| {
            directory::set_access_policy(state, account, AccessPolicy::default());
            // The rule that accounts start with lets nobody in who comes by IPv6.
            let ipv6 = self.0.visitor.origin.address.is_ipv6().then_some("::/0");
            for range in [EVERYWHERE.0].into_iter().chain(ipv6) {
                if !directory::has_rule(state, account, range) {
                    directory::add_rule(state, account, range);
                }
            }
            directory::restore_key(state, account);
            state.lockout.clear();
        });
    }

    /// Opens every lock that failures have closed, and forgets them.
    pub fn unlock(self) {
        self.0.desk().with_state(|state| state.lockout.clear());
    }

    /// Accepts the request for a `DirectLink`: from `requested` it becomes `pending`, and waits for
    /// its cable.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// let wanted = json!({ "Bandwidth": "1Gbps", "DirectLinkName": "office", "Location": "PAR1" });
    /// let made = cloud.call("CreateDirectLink", wanted).ok();
    /// cloud.support().accept_direct_link(made.text("/DirectLink/DirectLinkId"));
    /// let read = cloud.call("ReadDirectLinks", json!({})).ok();
    /// assert_eq!(read.text("/DirectLinks/0/State"), "pending");
    /// ```
    ///
    /// # Panics
    /// When the account has no such link, or it is not `requested`.
    #[track_caller]
    pub fn accept_direct_link(self, id: &str) {
        self.advance_direct_link(id, "pending");
    }

    /// Completes a `DirectLink`, which no call can: it becomes `available`, and its interfaces come
    /// up.
    ///
    /// Reads alone leave a link as it is, however often it is looked at. Besides this,
    /// [`Cloud::settle`] completes it, and the clock with [`Pace::After`](crate::Pace::After); with
    /// [`Pace::Immediate`](crate::Pace::Immediate) it is complete at once.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// let wanted = json!({ "Bandwidth": "1Gbps", "DirectLinkName": "office", "Location": "PAR1" });
    /// let made = cloud.call("CreateDirectLink", wanted).ok();
    /// assert_eq!(made.text("/DirectLink/State"), "requested");
    ///
    /// cloud.support().complete_direct_link(made.text("/DirectLink/DirectLinkId"));
    /// let read = cloud.call("ReadDirectLinks", json!({})).ok();
    /// assert_eq!(read.text("/DirectLinks/0/State"), "available");
    /// ```
    ///
    /// # Panics
    /// When the account has no such link, or it is `available` or being deleted.
    #[track_caller]
    pub fn complete_direct_link(self, id: &str) {
        self.advance_direct_link(id, "available");
    }

    #[track_caller]
    fn advance_direct_link(self, id: &str, to: &str) {
        let account = &self.0.visitor.caller.account;
        let desk = self.0.desk();
        let moved = desk.with_state(|state| direct_link::advance(state, account, id, to));
        if let Err(problem) = moved {
            panic!("{problem}");
        }
    }
}
