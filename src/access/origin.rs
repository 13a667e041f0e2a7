//! From where a call comes, and with which certificate.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use crate::wire::WireRequest;

/// From where a call comes, and with which certificate.
#[derive(Clone, PartialEq, Eq)]
pub struct Origin {
    /// The source address; an IPv4 address is never written as an IPv6 one.
    pub address: IpAddr,
    /// The client's certificates, the leaf first: DER.
    pub certificates: Arc<[Vec<u8>]>,
}

/// This machine, without a certificate.
impl Default for Origin {
    fn default() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST.into(),
            certificates: Arc::default(),
        }
    }
}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Origin")
            .field("address", &self.address)
            .field("certificates", &self.certificates.len())
            .finish()
    }
}

impl Origin {
    /// What the connection says.
    pub fn of(request: &WireRequest) -> Self {
        let here = IpAddr::from(Ipv4Addr::LOCALHOST);
        let peer = request.peer.map_or(here, |peer| peer.ip().to_canonical());
        Self {
            // This machine is one, by whichever of its two loopback addresses it calls.
            address: if peer.is_loopback() { here } else { peer },
            certificates: Arc::clone(&request.certificates),
        }
    }
}
