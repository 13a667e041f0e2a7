//! A cloud that is not the usual one.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::desk::{Desk, Settings, Window};
use super::{Cloud, named};
use crate::cloud::account::{Credentials, DEFAULT_REGION, directory};
use crate::cloud::lifecycle::Pace;
use crate::cloud::lockout::Lockout;
use crate::cloud::log::Log;
use crate::cloud::quota::Quotas;
use crate::cloud::throttle::Throttle;
use crate::cloud::{State, bootstrap, seeds};
use crate::contract::Contract;
use crate::transcript::{Exchange, within_a_second};

/// Builds a [`Cloud`].
///
/// ```
/// use mockscale::{Cloud, Pace};
///
/// let cloud = Cloud::builder()
///     .region("us-east-2")
///     .seed(7)
///     .pace(Pace::Immediate)
///     .build();
/// assert_eq!(cloud.credentials().region, "us-east-2");
/// ```
#[derive(Clone, Debug)]
pub struct CloudBuilder {
    region: String,
    seed: u64,
    start: Option<Timestamp>,
    pace: Pace,
    accounts: Vec<String>,
    rules: Vec<String>,
    lockout: Lockout,
    throttle: Throttle,
    quotas: Quotas,
    contract: Option<Arc<Contract>>,
    pub(super) settings: Settings,
}

impl CloudBuilder {
    pub(super) fn new() -> Self {
        Self {
            region: DEFAULT_REGION.to_owned(),
            seed: 0,
            start: None,
            pace: Pace::default(),
            accounts: Vec::new(),
            rules: Vec::new(),
            lockout: Lockout::default(),
            throttle: Throttle::default(),
            quotas: Quotas::default(),
            contract: None,
            settings: Settings::default(),
        }
    }

    /// The region that the cloud plays; `eu-west-2` unless told otherwise.
    ///
    /// # Panics
    /// When OUTSCALE has no such region.
    #[track_caller]
    pub fn region(mut self, region: &str) -> Self {
        let known: Vec<_> = seeds::region_names().collect();
        assert!(
            known.contains(&region),
            "there is no region {region}; there are {}",
            known.join(", ")
        );
        region.clone_into(&mut self.region);
        self
    }

    /// What identifiers follow from: the same seed and the same calls give the same bytes.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let made = |seed| {
    ///     let cloud = Cloud::builder().seed(seed).build();
    ///     cloud.call("CreatePublicIp", json!({})).ok().text("/PublicIp/PublicIpId").to_owned()
    /// };
    /// assert_eq!(made(7), made(7));
    /// assert_ne!(made(7), made(8));
    /// ```
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Where the cloud's clock starts; the system's time unless told otherwise.
    ///
    /// ```
    /// use mockscale::Cloud;
    ///
    /// let start = "2024-05-06T07:08:09Z".parse()?;
    /// assert_eq!(Cloud::builder().start_at(start).build().now(), start);
    /// # Ok::<_, mockscale::jiff::Error>(())
    /// ```
    pub fn start_at(mut self, instant: Timestamp) -> Self {
        self.start = Some(instant);
        self
    }

    /// When transitions such as `pending` → `running` complete.
    ///
    /// ```
    /// use mockscale::{Cloud, Pace, json};
    ///
    /// let cloud = Cloud::builder().pace(Pace::Immediate).build();
    /// cloud.call("CreateVms", json!({ "ImageId": "ami-5aebd4d5" })).ok();
    /// let read = cloud.call("ReadVms", json!({})).ok();
    /// assert_eq!(read.text("/Vms/0/State"), "running");
    /// ```
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Adds an account; [`Cloud::as_account`] calls as it. [`Cloud::account`] opens one later.
    ///
    /// # Panics
    /// When the number is not 12 digits.
    #[track_caller]
    pub fn account(mut self, account: &str) -> Self {
        named::account_number(account);
        self.accounts.push(account.to_owned());
        self
    }

    /// Lets only these addresses call, and those of further such ranges: the API access rules that
    /// the root account and those of [`CloudBuilder::account`] start with. Without any, accounts start
    /// with one rule that lets every IPv4 address in; those of `cloudgouv-eu-west-1` start with none,
    /// so that nobody may call.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::builder()
    ///     .region("cloudgouv-eu-west-1")
    ///     .access_rule("127.0.0.1/32")
    ///     .build();
    /// assert_eq!(cloud.call("ReadVms", json!({})).status(), 200);
    /// ```
    ///
    /// # Panics
    /// When it is no range such as `203.0.113.0/24`.
    #[track_caller]
    pub fn access_rule(mut self, range: &str) -> Self {
        named::range(range);
        self.rules.push(range.to_owned());
        self
    }

    /// Never locks anybody out. Otherwise four failures in a row to prove an access key, or a
    /// password, lock it for a minute of the cloud's clock, and each further four for a minute more,
    /// up to ten, as the API's documentation has it.
    pub fn without_lockout(mut self) -> Self {
        self.lockout = Lockout::off();
        self
    }

    /// Lets an account call each operation at most so many times at once, and as many times in each
    /// such period of the cloud's clock: what comes too soon is answered with status 429. Off unless
    /// asked for; the real limits are not published.
    ///
    /// ```
    /// use mockscale::{Cloud, jiff::SignedDuration, json};
    ///
    /// let cloud = Cloud::builder().throttle(2, SignedDuration::from_secs(1)).build();
    /// let statuses = [(); 3].map(|()| cloud.call("ReadVms", json!({})).status());
    /// assert_eq!(statuses, [200, 200, 429]);
    /// cloud.clock().advance(SignedDuration::from_secs(1));
    /// assert_eq!(cloud.call("ReadVms", json!({})).status(), 200);
    /// ```
    ///
    /// # Panics
    /// When no call is allowed, or the period is not positive.
    #[track_caller]
    pub fn throttle(mut self, calls: u32, per: SignedDuration) -> Self {
        assert!(calls > 0, "a throttle has to allow at least one call");
        assert!(
            per.is_positive(),
            "a throttle's period has to be longer than {per:#}"
        );
        self.throttle = Throttle::allowing(calls, per);
        self
    }

    /// How much of something each account may have: the quota of that name, one of
    /// [`quotas`](crate::quotas); 0 lifts it. `account_limit` is how many accounts the cloud itself
    /// may have.
    ///
    /// What would exceed a quota is refused and leaves nothing. The limits of a real account are not
    /// published, but for 5 Nets and 20 load balancers; the others start with what is plausible.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::builder().quota("vpc_limit", 1).build();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" })).ok();
    /// let refused = cloud.call("CreateNet", json!({ "IpRange": "10.1.0.0/16" }));
    /// assert_eq!(refused.error().unwrap().code, "10022");
    /// ```
    ///
    /// # Panics
    /// When there is no such quota.
    #[track_caller]
    pub fn quota(mut self, name: &str, most: u32) -> Self {
        named::quota(name);
        self.quotas.set(name, most);
        self
    }

    /// How far the date of a signature may lie from the system's time, either way; `None` for any
    /// date, for requests that were signed once and for all. It is the documented five minutes
    /// otherwise.
    ///
    /// Dates of signatures are the one thing that is held against the system's clock and not the
    /// cloud's: clients sign by it.
    pub fn signature_window(mut self, window: impl Into<Option<SignedDuration>>) -> Self {
        self.settings.window = Window(window.into());
        self
    }

    /// Another version of the contract than the bundled one.
    pub fn contract(mut self, contract: Contract) -> Self {
        self.contract = Some(Arc::new(contract));
        self
    }

    /// Keeps only so many exchanges, the last ones, and as many calls in the API's own log: for a
    /// server that lives long; a test keeps all.
    pub fn keep_exchanges(mut self, limit: usize) -> Self {
        self.settings.keep_exchanges = Some(limit);
        self
    }

    /// Is told of each exchange as it is recorded, in order: for a log.
    ///
    /// It is called while the cloud is busy, so it must not call the cloud: that would wait for ever.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::builder()
    ///     .observe(|it| println!("#{} {} {}", it.number, it.operation, it.status))
    ///     .build();
    /// cloud.call("ReadNets", json!({}));
    /// ```
    pub fn observe(mut self, observer: impl Fn(&Exchange) + Send + Sync + 'static) -> Self {
        self.settings.observer = Some(Arc::new(observer));
        self
    }

    /// Lets the cloud's clock follow the system's, for a server that lives long.
    pub fn follow_wall_clock(mut self) -> Self {
        self.settings.wall_clock = true;
        self
    }

    /// The cloud.
    pub fn build(self) -> Cloud {
        let by_the_system = || within_a_second(Timestamp::now());
        let start = self.start.unwrap_or_else(by_the_system);
        let mut state = State::new(self.seed, start, &self.region, self.pace);
        bootstrap::fill(&mut state);
        state.lockout = self.lockout;
        state.throttle = self.throttle;
        state.quotas = self.quotas;
        state.log = Log::keeping(self.settings.keep_exchanges);
        let root = Credentials::root(&self.region);
        bootstrap::open_account(&mut state, &root, &self.rules);
        for account in &self.accounts {
            if directory::account(&state, account).is_none() {
                let credentials = directory::next_credentials(&state, account);
                bootstrap::open_account(&mut state, &credentials, &self.rules);
            }
        }
        let contract = self.contract.unwrap_or_else(Contract::bundled);
        Cloud::from_desk(Desk::new(contract, state, self.settings))
    }
}
