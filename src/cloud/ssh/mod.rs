//! SSH keys of keypairs: reading the public key that a client imports, making a pair for one that
//! does not, and encrypting for whoever holds the private half.
//!
//! A key of any accepted format becomes its SSH blob first, and all checks happen there. Left out:
//! whether the point of an elliptic key lies on its curve, certificates, keys kept in hardware.

mod blob;
mod make;
mod read;
mod seal;

use std::fmt;

pub(crate) use make::make_rsa;
pub(crate) use read::read_public_key;
pub(crate) use seal::seal;

/// A public key that the API accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    /// The `KeypairType`: `ssh-rsa`, `ssh-ed25519`, `ecdsa-sha2-nistp256`, `…384` or `…521`.
    pub(crate) key_type: &'static str,
    /// The `KeypairFingerprint`: MD5 of the SSH blob, 16 pairs of hexadecimal digits joined by
    /// colons (RFC 4716, section 4).
    pub(crate) fingerprint: String,
    /// The size of the key.
    pub(crate) bits: u64,
    /// The key as SSH writes it.
    pub(crate) blob: Vec<u8>,
}

/// Why a public key is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyError {
    /// No format known here, or damaged.
    Unreadable,
    /// Well written, but of this kind, which no keypair can be.
    Unsupported(String),
    /// An RSA key of that many bits; 2048 are required.
    TooShort(u64),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => f.write_str("the text is no public key in a known format"),
            Self::Unsupported(kind) => write!(f, "a keypair cannot be of the kind {kind}"),
            Self::TooShort(bits) => {
                write!(
                    f,
                    "the RSA key has {bits} bits, fewer than {}",
                    blob::RSA_BITS
                )
            }
        }
    }
}

impl std::error::Error for KeyError {}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    /// What a program says about that input; `None`, with a word about it, where it is not
    /// installed.
    pub(super) fn tool(program: &str, arguments: &[&str], input: &str) -> Option<String> {
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else {
            eprintln!("skipped: {program} is not installed");
            return None;
        };
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{program} refuses: {output:?}");
        Some(String::from_utf8(output.stdout).unwrap())
    }
}
