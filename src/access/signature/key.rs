//! Signing keys: derived from a secret key and a credential scope, and remembered, since the
//! calls of a test share one scope.

use super::Authorization;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// How many signing keys are remembered before all are forgotten.
const CAPACITY: usize = 64;

/// What strings to sign are signed with, for one day, region and service.
#[derive(Clone)]
pub(super) struct SigningKey(Hmac<Sha256>);

impl SigningKey {
    /// Derives the key from a secret key, what stands before it, and the four parts of a scope.
    pub(super) fn derive<'s>(
        prefix: &str,
        secret: &str,
        scope: impl IntoIterator<Item = &'s str>,
    ) -> Self {
        let start = [prefix, secret].concat();
        let key = scope
            .into_iter()
            .fold(keyed(start.as_bytes()), |mac, part| {
                keyed(&mac.chain_update(part).finalize().into_bytes())
            });
        Self(key)
    }

    /// The signature of a string to sign.
    pub(super) fn sign(&self, string: &str) -> [u8; 32] {
        self.mac(string).finalize().into_bytes().into()
    }

    /// Whether that is its signature, in a time that does not depend on the answer.
    pub(super) fn verifies(&self, string: &str, signature: &[u8; 32]) -> bool {
        self.mac(string).verify_slice(signature).is_ok()
    }

    fn mac(&self, string: &str) -> Hmac<Sha256> {
        self.0.clone().chain_update(string)
    }
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// The signing keys derived so far, at most [`CAPACITY`].
///
/// A credential names access key, date, region, service and, by its terminator, the algorithm:
/// all that the key depends on except the secret.
#[derive(Default)]
pub(in crate::access) struct Keys(Mutex<BTreeMap<String, Derived>>);

struct Derived {
    /// The same access key may have another secret tomorrow.
    secret: String,
    key: SigningKey,
}

impl Keys {
    pub(super) fn get(&self, authorization: &Authorization, secret: &str) -> SigningKey {
        let credential = authorization.credential;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Both secrets are the cloud's own, so it may show how long they take to compare.
        if let Some(derived) = known.get(credential)
            && derived.secret == secret
        {
            return derived.key.clone();
        }
        let prefix = authorization.algorithm.key_prefix();
        let key = SigningKey::derive(prefix, secret, authorization.scope.split('/'));
        if known.len() >= CAPACITY {
            known.clear();
        }
        let derived = Derived {
            secret: secret.to_owned(),
            key: key.clone(),
        };
        known.insert(credential.to_owned(), derived);
        key
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Authorization, CAPACITY, Keys, PoisonError};
    use crate::access::signature::Algorithm;

    fn signature_under(keys: &Keys, service: &str, secret: &str) -> [u8; 32] {
        let text = format!(
            "Credential=MOCKSCALE00000000001/20250101/eu-west-2/{service}/osc4_request,\
             SignedHeaders=host,Signature={:064}",
            0
        );
        let authorization = Authorization::parse(Algorithm::Osc4, &text);
        let authorization = authorization.expect("the header is well formed");
        keys.get(&authorization, secret).sign("text")
    }

    #[test]
    fn a_remembered_key_is_the_derived_one() {
        let keys = Keys::default();
        let first = signature_under(&keys, "api", "SECRET");
        assert_eq!(signature_under(&keys, "api", "SECRET"), first);
        assert_ne!(signature_under(&keys, "oapi", "SECRET"), first);
    }

    #[test]
    fn a_changed_secret_is_not_answered_from_memory() {
        let keys = Keys::default();
        let before = signature_under(&keys, "api", "SECRET");
        let after = signature_under(&keys, "api", "ANOTHER");
        assert_ne!(after, before);
        let fresh = signature_under(&Keys::default(), "api", "ANOTHER");
        assert_eq!(after, fresh);
    }

    #[test]
    fn memory_is_bounded() {
        let keys = Keys::default();
        for n in 0..3 * CAPACITY {
            signature_under(&keys, &n.to_string(), "SECRET");
            let known = keys.0.lock().unwrap_or_else(PoisonError::into_inner);
            assert!(known.len() <= CAPACITY);
        }
    }
}
