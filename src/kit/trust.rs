//! What a request over HTTP may declare about its own origin: headers that only this cloud trusts.

use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::access::{Check, Origin, Refusal};
use crate::wire::{VOUCHER, WireRequest};

/// The source address.
const ADDRESS: &str = "x-mockscale-from";
/// The certificates, the leaf first: DER in base64, with commas between them.
const CERTIFICATES: &str = "x-mockscale-certificate";

/// The secret that one cloud has made up, and the headers that go with it.
///
/// It is the one thing about a cloud that does not follow from its seed: two clouds of one seed
/// must not trust each other's headers. It is in no transcript.
pub(crate) struct Trust {
    secret: String,
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust").finish_non_exhaustive()
    }
}

impl Trust {
    /// A new secret.
    pub(crate) fn new() -> Self {
        let chance = || RandomState::new().build_hasher().finish();
        Self {
            secret: format!("{:016x}{:016x}", chance(), chance()),
        }
    }

    /// The headers that declare an origin.
    pub(crate) fn declaration(&self, origin: &Origin) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            (VOUCHER, self.secret.clone()),
            (ADDRESS, origin.address.to_string()),
        ];
        if !origin.certificates.is_empty() {
            let chain = origin.certificates.iter().map(|der| BASE64.encode(der));
            headers.push((CERTIFICATES, chain.collect::<Vec<_>>().join(",")));
        }
        headers
    }

    /// Where a request comes from: what it declares, or else what the connection says.
    ///
    /// # Errors
    /// When it declares something that this cloud has not vouched for, or that cannot be read.
    pub(crate) fn origin(&self, request: &WireRequest) -> Result<Origin, Refusal> {
        let mut origin = Origin::of(request);
        let headers = &request.headers;
        let ours = [ADDRESS, CERTIFICATES, VOUCHER];
        if !ours.into_iter().any(|name| headers.get(name).is_some()) {
            return Ok(origin);
        }
        if let Some(name) = ours.into_iter().find(|name| headers.all(name).count() > 1) {
            return Err(Check::Declared.refuses(format!("there is more than one {name} header")));
        }
        if !self.vouches(headers.get(VOUCHER).unwrap_or_default()) {
            return Err(Check::Declared.refuses(format!(
                "{ADDRESS} and {CERTIFICATES} count only with this cloud's own {VOUCHER}; \
                 Cloud::declaration() gives the headers"
            )));
        }
        if let Some(address) = headers.get(ADDRESS) {
            let address: IpAddr = address
                .trim()
                .parse()
                .map_err(|_| Check::Declared.refuses(format!("{ADDRESS} is no IP address")))?;
            origin.address = address.to_canonical();
        }
        if let Some(chain) = headers.get(CERTIFICATES) {
            let chain = chain.split(',').map(|der| BASE64.decode(der.trim()));
            let chain: Result<Vec<_>, _> = chain.collect();
            origin.certificates = chain
                .map_err(|_| Check::Declared.refuses(format!("{CERTIFICATES} is no base64")))?
                .into();
        }
        Ok(origin)
    }

    /// Whether that is the secret, in a time that does not tell how much of it is right.
    fn vouches(&self, said: &str) -> bool {
        let (said, secret) = (said.as_bytes(), self.secret.as_bytes());
        let differ = said
            .iter()
            .zip(secret)
            .fold(0, |differ, (a, b)| differ | (a ^ b));
        said.len() == secret.len() && differ == 0
    }
}
