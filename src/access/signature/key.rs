//! Signing keys: derived from a secret key and a credential scope, and remembered, since the
//! calls of a test share one scope.

use super::{Algorithm, Authorization};
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
    pub(super) fn derive(
        algorithm: Algorithm,
        secret: &str,
        date: &str,
        region: &str,
        service: &str,
    ) -> Self {
        let start = [algorithm.key_prefix(), secret].concat();
        let key = [date, region, service, algorithm.terminator()]
            .into_iter()
            .fold(keyed(start.as_bytes()), |mac, part| {
                keyed(&mac.chain_update(part).finalize().into_bytes())
            });
        Self(key)
    }

    /// The signature of a string to sign, to be taken or compared.
    pub(super) fn sign(&self, string: &str) -> Hmac<Sha256> {
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
    /// A directory may hold another secret for the same access key tomorrow.
    secret: String,
    key: SigningKey,
}

impl Keys {
    pub(super) fn get(&self, authorization: &Authorization, secret: &str) -> SigningKey {
        let credential = authorization.credential;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(derived) = known.get(credential)
            && derived.secret == secret
        {
            return derived.key.clone();
        }
        let key = SigningKey::derive(
            authorization.algorithm,
            secret,
            authorization.date,
            authorization.region,
            authorization.service,
        );
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
    use super::{Algorithm, Authorization, CAPACITY, Keys, Mac, PoisonError};

    fn signature_under(keys: &Keys, service: &str, secret: &str) -> Vec<u8> {
        let text = format!(
            "Credential=MOCKSCALE00000000001/20250101/eu-west-2/{service}/osc4_request,\
             SignedHeaders=host,Signature={:064}",
            0
        );
        let authorization = Authorization::parse(Algorithm::Osc4, &text);
        let authorization = authorization.expect("the header is well formed");
        let signature = keys.get(&authorization, secret).sign("text").finalize();
        signature.into_bytes().to_vec()
    }

    #[test]
    fn a_remembered_key_is_the_derived_one() {
        let (keys, account) = (Keys::default(), "SECRET");
        let first = signature_under(&keys, "api", account);
        assert_eq!(signature_under(&keys, "api", account), first);
        assert_ne!(signature_under(&keys, "oapi", account), first);
    }

    #[test]
    fn a_changed_secret_is_not_answered_from_memory() {
        let keys = Keys::default();
        let before = signature_under(&keys, "api", "SECRET");
        let account = "ANOTHER";
        let after = signature_under(&keys, "api", account);
        assert_ne!(after, before);
        assert_eq!(after, signature_under(&Keys::default(), "api", account));
    }

    #[test]
    fn memory_is_bounded() {
        let (keys, account) = (Keys::default(), "SECRET");
        for n in 0..3 * CAPACITY {
            signature_under(&keys, &n.to_string(), account);
            let known = keys.0.lock().unwrap_or_else(PoisonError::into_inner);
            assert!(known.len() <= CAPACITY);
        }
    }
}
