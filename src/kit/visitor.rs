//! As whom, from where and with which certificate a handle calls.

use std::net::IpAddr;
use std::sync::Arc;

use super::Cloud;
use crate::access::Origin;
use crate::cloud::account::{Caller, ROOT_ACCOUNT};

/// As whom, from where and with which certificate a handle calls.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// As whom.
    pub(crate) caller: Caller,
    /// From where, and with which certificate.
    pub(crate) origin: Origin,
}

impl Default for Visitor {
    fn default() -> Self {
        Self {
            caller: Caller::root(ROOT_ACCOUNT),
            origin: Origin::default(),
        }
    }
}

impl Cloud {
    /// A handle to the same cloud that calls from an address; 127.0.0.1 is where others call from.
    ///
    /// API access rules are held against it. Over HTTP a call comes from the client's own address,
    /// unless it carries the headers of `Cloud::declaration`.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::builder().access_rule("203.0.113.0/24").build();
    /// let inside = cloud.from("203.0.113.9").call("ReadVms", json!({}));
    /// assert_eq!(inside.status(), 200);
    /// let outside = cloud.call("ReadVms", json!({}));
    /// assert_eq!(outside.error().expect("a refusal").code, "14");
    /// ```
    ///
    /// # Panics
    /// When it is no IP address.
    #[track_caller]
    pub fn from(&self, address: &str) -> Self {
        let Ok(address) = address.parse::<IpAddr>() else {
            panic!("'{address}' is no IP address such as 203.0.113.9 or 2001:db8::9");
        };
        self.calling_from(address)
    }

    /// [`Cloud::from`] for an address that has been read.
    pub(crate) fn calling_from(&self, address: IpAddr) -> Self {
        let mut handle = self.clone();
        handle.visitor.origin.address = address.to_canonical();
        handle
    }

    /// Whether this handle calls from another address than others do.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.visitor.origin.address != Origin::default().address
    }

    /// Whether the address or the certificate of this handle is another than everybody's.
    #[cfg(feature = "sdk")]
    pub(crate) fn has_an_origin(&self) -> bool {
        self.visitor.origin != Origin::default()
    }

    /// The headers with which a request over HTTP declares the address and the certificate of this
    /// handle as its own.
    ///
    /// Only this cloud trusts them: one of the headers is a secret that it has made up. Whoever
    /// sends such headers without it, or with that of another cloud, is refused.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use mockscale::Cloud;
    ///
    /// let cloud = Cloud::start().await;
    /// let mut request = reqwest::Client::new().post(format!("{}/ReadRegions", cloud.endpoint()));
    /// for (name, value) in cloud.from("203.0.113.9").declaration() {
    ///     request = request.header(name, value);
    /// }
    /// assert_eq!(request.body("{}").send().await.unwrap().status(), 200);
    /// # }
    /// ```
    #[cfg(feature = "server")]
    pub fn declaration(&self) -> Vec<(&'static str, String)> {
        self.desk().trust().declaration(&self.visitor.origin)
    }

    /// The same handle with another caller.
    pub(super) fn calling_as(&self, account: &str, user: Option<Arc<str>>) -> Self {
        let mut handle = self.clone();
        handle.visitor.caller = Caller {
            user,
            ..Caller::root(account)
        };
        handle
    }
}
