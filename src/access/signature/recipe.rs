//! All that a signature is made from, part by part: what is right of a request, and, since each
//! part can be another one, what a client may have done instead.

use super::Authorization;
use super::canonical::{Canonical, digest, string_to_sign};
use super::key::SigningKey;
use crate::wire::WireRequest;
use std::borrow::Cow;

/// What a signing key is good for.
pub(super) type Scope<'r> = [Cow<'r, str>; 4];
pub(super) const DAY: usize = 0;
pub(super) const REGION: usize = 1;
pub(super) const SERVICE: usize = 2;
pub(super) const TERMINATOR: usize = 3;

/// A signature that is yet to be made. It has no `Debug`: it holds a secret key.
#[derive(Clone, PartialEq)]
pub(super) struct Recipe<'r> {
    pub(super) key: KeyRecipe<'r>,
    /// The first line of the string to sign.
    pub(super) algorithm: &'static str,
    pub(super) timestamp: Cow<'r, str>,
    /// What the string to sign says of the key.
    pub(super) scope: Scope<'r>,
    pub(super) hash: Hash,
    /// What ends the string to sign: nothing.
    pub(super) end: &'static str,
    pub(super) canonical: Canonical<'r>,
}

/// What a signing key is derived from.
#[derive(Clone, PartialEq)]
pub(super) struct KeyRecipe<'r> {
    /// What stands before the secret key.
    pub(super) prefix: &'static str,
    pub(super) secret: Cow<'r, str>,
    pub(super) scope: Scope<'r>,
}

/// What becomes of the canonical request in the string to sign.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Hash {
    Digest,
    /// The digest in capitals.
    Capitals,
    /// It stands there itself.
    Nothing,
}

impl<'r> Recipe<'r> {
    /// How the signature of a request should have been made.
    pub(super) fn of(
        authorization: &Authorization<'r>,
        request: &'r WireRequest,
        secret: &'r str,
        timestamp: &'r str,
    ) -> Self {
        let algorithm = authorization.algorithm;
        let scope = [
            authorization.date,
            authorization.region,
            authorization.service,
            algorithm.terminator(),
        ]
        .map(Cow::Borrowed);
        Self {
            key: KeyRecipe {
                prefix: algorithm.key_prefix(),
                secret: Cow::Borrowed(secret),
                scope: scope.clone(),
            },
            algorithm: algorithm.name(),
            timestamp: Cow::Borrowed(timestamp),
            scope,
            hash: Hash::Digest,
            end: "",
            canonical: Canonical::of(request, &request.headers, &authorization.names),
        }
    }

    /// The string to sign.
    pub(super) fn string(&self) -> String {
        let canonical = self.canonical.text();
        let hash = match self.hash {
            Hash::Digest => digest(canonical.as_bytes()),
            Hash::Capitals => digest(canonical.as_bytes()).to_uppercase(),
            Hash::Nothing => canonical,
        };
        let scope = self.scope.join("/");
        string_to_sign(self.algorithm, &self.timestamp, &scope, &hash) + self.end
    }
}

impl KeyRecipe<'_> {
    pub(super) fn derive(&self) -> SigningKey {
        let scope = self.scope.iter().map(|part| &**part);
        SigningKey::derive(self.prefix, &self.secret, scope)
    }
}
