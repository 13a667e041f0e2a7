//! The cloud as a test holds it: the core, its access, its transcript, its guards and its port.
//!
//! `over_http.rs` makes a call of a request and `path.rs` is the whole way of a call, each on one
//! screen. The rest is what a test author touches: building, calling, excusing, asking what
//! happened.

mod account;
mod builder;
mod catalog;
mod clock;
mod coverage;
mod dangling;
mod desk;
mod expect;
mod explain;
mod failing;
mod guard;
mod intake;
mod invariant;
mod leak;
mod logged;
mod mark;
mod matcher;
mod named;
mod nearest;
#[cfg(feature = "server")]
mod over_http;
mod path;
mod received;
mod redact;
mod replies;
mod response;
#[cfg(feature = "server")]
mod serve;
#[cfg(feature = "snapshot")]
mod snapshot;
mod strictness;
mod support;
mod times;
#[cfg(feature = "tls")]
mod tls;
#[cfg(feature = "server")]
mod trust;
mod verdict;
mod visitor;
mod wording;

pub use account::NewAccount;
pub use builder::CloudBuilder;
pub use catalog::{ServedOperation, operations, quotas, regions};
pub use clock::Clock;
pub use dangling::DanglingReference;
pub use expect::Expectation;
pub use explain::Explanation;
pub use invariant::BrokenInvariant;
pub use leak::Leak;
pub use received::Received;
pub use response::{ApiError, Response};
#[cfg(feature = "server")]
pub use serve::environment;
pub use strictness::Guard;
pub use support::Support;
pub use times::Times;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::contract::{Contract, Violation};
use crate::transcript::{Exchange, Transcript};
use desk::Desk;
use guard::Held;
use visitor::Visitor;

/// A fake OUTSCALE cloud that belongs to one test.
///
/// It holds the state of its accounts, answers API calls, checks both sides of every call against
/// the contract, and remembers the conversation. Making one is cheap, and it needs no socket:
///
/// ```
/// use mockscale::{Cloud, json};
///
/// let cloud = Cloud::new();
/// let net = cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
/// assert_eq!(net.status(), 200);
/// assert_eq!(net["Net"]["State"], "available");
/// ```
///
/// With `Cloud::start().await` it also listens on a port of its own, for SDKs and tools.
///
/// A clone is another handle to the same cloud. When the last handle goes, the port closes and the
/// guards run. A cloud whose last handle never goes (it stands in a `static`, say) fails nothing by
/// itself: call [`Cloud::verify`] there.
///
/// # Panics
/// Dropping the last handle panics, and so fails the test, when a [`Guard`] that is on finds
/// something (a broken contract, mostly), when an expectation does not hold, an excuse excused
/// nothing, a mounted mock was not asked as it expected, or coverage cannot be written; never while
/// the thread is panicking already. The panic is that of the thread or task which drops it: keep a
/// handle in the test itself. See [`Cloud::report`], [`Cloud::allow`] and [`Cloud::without`].
#[derive(Clone)]
pub struct Cloud {
    held: Arc<Held>,
    visitor: Visitor,
}

impl Cloud {
    /// A cloud with the root account, in `eu-west-2`, by the bundled contract.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A cloud that is not the usual one.
    pub fn builder() -> CloudBuilder {
        CloudBuilder::new()
    }

    fn from_desk(desk: Desk) -> Self {
        Self {
            held: Arc::new(Held::new(Arc::new(desk))),
            visitor: Visitor::default(),
        }
    }

    fn desk(&self) -> &Arc<Desk> {
        self.held.desk()
    }

    /// Calls an operation as the account of this handle, without a socket and without a runtime.
    ///
    /// The request and the answer are checked and recorded like any other. The caller is known, so
    /// nothing is proven; API access rules, throttling and the policies of users count all the
    /// same. A call that is refused is answered, like over HTTP, with the API's error envelope.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// let refused = cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    /// assert_eq!(refused.status(), 400);
    /// assert_eq!(refused.error().expect("an error").code, "5065");
    /// ```
    pub fn call(&self, operation: &str, input: Value) -> Response {
        path::call(self.desk(), &self.visitor, operation, input)
    }

    /// What was said so far.
    pub fn transcript(&self) -> Transcript {
        self.desk().transcript()
    }

    /// What broke the contract in the exchanges that are remembered; also what was excused.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.report().call("CreateNet", json!({ "IpRange": "10.0.0.0/16", "Tenency": "default" }));
    /// assert_eq!(cloud.violations()[0].breach.rule, "additionalProperties");
    /// ```
    pub fn violations(&self) -> Vec<Violation> {
        self.desk().violations()
    }

    /// The calls of operations that this fake does not serve, or that do not exist.
    pub fn unserved(&self) -> Vec<Arc<Exchange>> {
        self.desk().unserved()
    }

    /// The contract in force.
    pub fn contract(&self) -> &Arc<Contract> {
        self.desk().contract()
    }

    /// An independent copy of the cloud as it is now, with a transcript of its own and no port.
    ///
    /// It costs next to nothing at any size: the two share what neither changes. What is collected
    /// and which guards are on is copied too; excuses, expectations, mocks and what broke the
    /// contract so far are not.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// let what_if = cloud.fork();
    /// what_if.call("CreateNet", json!({ "IpRange": "10.1.0.0/16" }));
    /// assert_eq!(cloud.call("ReadNets", json!({}))["Nets"].as_array().map(Vec::len), Some(1));
    /// ```
    pub fn fork(&self) -> Self {
        let mut fork = Self::from_desk(self.desk().fork());
        fork.visitor = self.visitor.clone();
        fork
    }
}

impl Default for Cloud {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cloud")
            .field("account", &self.visitor.caller.account)
            .field("exchanges", &self.transcript().len())
            .finish_non_exhaustive()
    }
}
