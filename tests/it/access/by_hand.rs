//! Signatures made step by step from a canonical request that a test has written out.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Where a signature says it comes from, and the secret behind it.
#[derive(Clone, Copy)]
pub(super) struct Signer<'a> {
    /// `OSC4` or `AWS4`.
    pub version: &'a str,
    pub access_key: &'a str,
    pub secret_key: &'a str,
    pub timestamp: &'a str,
    pub region: &'a str,
    pub service: &'a str,
}

impl Signer<'_> {
    fn scope(&self) -> String {
        let (date, version) = (&self.timestamp[..8], self.version.to_lowercase());
        format!("{date}/{}/{}/{version}_request", self.region, self.service)
    }

    /// The steps to the signature of a canonical request.
    pub(super) fn steps(&self, canonical: &str) -> Steps {
        let scope = self.scope();
        Steps {
            start: format!("{}{}", self.version, self.secret_key),
            head: format!(
                "{}-HMAC-SHA256\n{}\n{scope}\n",
                self.version, self.timestamp
            ),
            key_scope: scope,
            canonical: canonical.to_owned(),
            hash: sha256,
        }
    }

    pub(super) fn signature(&self, canonical: &str) -> String {
        self.steps(canonical).signature()
    }

    /// The Authorization header for a request of this canonical form.
    pub(super) fn authorization(&self, canonical: &str) -> String {
        let signed_headers = canonical.lines().rev().nth(1).expect("a list of headers");
        format!(
            "{}-HMAC-SHA256 Credential={}/{}, SignedHeaders={signed_headers}, Signature={}",
            self.version,
            self.access_key,
            self.scope(),
            self.signature(canonical)
        )
    }
}

/// What is computed with on the way to a signature, so that a test can go wrong at any step.
pub(super) struct Steps {
    /// What the signing key is derived from.
    pub start: String,
    /// What it is derived for, between slashes.
    pub key_scope: String,
    /// The string to sign up to the hash of the canonical request.
    pub head: String,
    pub canonical: String,
    pub hash: fn(&str) -> String,
}

impl Steps {
    pub(super) fn signature(&self) -> String {
        let string = [self.head.as_str(), &(self.hash)(&self.canonical)].concat();
        let mut key = self.start.clone().into_bytes();
        for part in self.key_scope.split('/') {
            key = hmac(&key, part);
        }
        hex(&hmac(&key, &string))
    }
}

pub(super) fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("any length will do");
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}
