//! A cloud that is not the usual one.

use std::sync::Arc;

use jiff::Timestamp;

use super::Cloud;
use super::desk::{Desk, Settings};
use crate::cloud::account::{Credentials, DEFAULT_REGION, Directory};
use crate::cloud::lifecycle::Pace;
use crate::cloud::{State, bootstrap, seeds};
use crate::contract::Contract;
use crate::transcript::Exchange;

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
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Where the cloud's clock starts; the system's time unless told otherwise.
    pub fn start_at(mut self, instant: Timestamp) -> Self {
        self.start = Some(instant);
        self
    }

    /// When transitions such as `pending` → `running` complete.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Adds an account; [`Cloud::as_account`] calls as it.
    ///
    /// # Panics
    /// When the number is not 12 digits.
    #[track_caller]
    pub fn account(mut self, account: &str) -> Self {
        assert!(
            account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()),
            "an account number has 12 digits, unlike '{account}'"
        );
        self.accounts.push(account.to_owned());
        self
    }

    /// Another version of the contract than the bundled one.
    pub fn contract(mut self, contract: Contract) -> Self {
        self.contract = Some(Arc::new(contract));
        self
    }

    /// Keeps only so many exchanges, the last ones, for a server that lives long; a test keeps all.
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
        let start = self.start.unwrap_or_else(Timestamp::now);
        let mut directory = Directory::default();
        directory.add(Credentials::root(&self.region));
        for (n, account) in self.accounts.iter().enumerate() {
            if directory.by_account(account).is_none() {
                directory.add(Credentials::further(n + 2, account, &self.region));
            }
        }
        let mut state = State::new(self.seed, start, &self.region, self.pace);
        state.accounts = Arc::new(directory);
        bootstrap::fill(&mut state);
        let contract = self.contract.unwrap_or_else(Contract::bundled);
        Cloud::from_desk(Desk::new(contract, state, self.settings))
    }
}
