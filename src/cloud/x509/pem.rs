//! PEM as clients send it: the blocks of a text, and what is wrong with one that has others.
//!
//! Left out: encrypted blocks, which nobody here has the password to.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The largest text that is read, in bytes (64 KiB).
///
/// assumed: no limit is documented; a certificate seldom has more than 4 KiB.
pub const MAX_PEM: usize = 64 << 10;

/// The label of a certificate.
pub(super) const CERTIFICATE: &str = "CERTIFICATE";
/// The label of an RSA key in PKCS#1, which is the form that the API asks for.
pub(super) const RSA_KEY: &str = "RSA PRIVATE KEY";

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
const ANY_KEY: &str = "PRIVATE KEY";

/// Why a text is not the PEM that is wanted. None of it is repeated: it may hold a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPem {
    /// The text has that many bytes, more than [`MAX_PEM`].
    TooLarge(usize),
    /// There is no PEM block, where one with that label is wanted.
    NoBlock(&'static str),
    /// The line breaks of the text are gone.
    Folded,
    /// A block does not end, where one with that label is wanted.
    Unended(&'static str),
    /// One of the blocks is a private key, where a certificate is wanted.
    PrivateKey,
    /// The block is a request for a certificate.
    Request,
    /// The block is something else than what has that label.
    OtherBlock(&'static str),
    /// There are that many blocks where one is wanted.
    Several(usize),
    /// What stands in the block is no base64.
    NoBase64,
    /// The bytes in the block are no X.509 certificate, or something follows it.
    NoCertificate,
    /// The certificate is that of no authority.
    NoAuthority,
    /// The private key is protected by a password.
    Encrypted,
    /// The private key is in another form than PKCS#1.
    OtherKey,
    /// The bytes in the block are no RSA key, or something follows it.
    NoKey,
}

impl fmt::Display for BadPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(bytes) => write!(
                f,
                "the text has {bytes} bytes; fewer than {MAX_PEM} are enough for any"
            ),
            Self::NoBlock(label) => write!(
                f,
                "there is no PEM in the text; it begins with the line {BEGIN}{label}{DASHES}"
            ),
            Self::Folded => f.write_str(
                "the lines of the PEM have run together; send the file with its line breaks",
            ),
            Self::Unended(label) => write!(
                f,
                "the PEM breaks off; it ends with the line {END}{label}{DASHES}"
            ),
            Self::PrivateKey => f.write_str(
                "there is a private key in the text; send the certificate only, the key is for \
                 its owner alone",
            ),
            Self::Request => f.write_str(
                "this is a request for a certificate; send the certificate that was issued for it",
            ),
            Self::OtherBlock(label) => write!(f, "the PEM is no {label} but something else"),
            Self::Several(count) => write!(
                f,
                "there are {count} blocks of PEM; send one, and no chain with it"
            ),
            Self::NoBase64 => f.write_str("what stands between the lines of the PEM is no base64"),
            Self::NoCertificate => f.write_str("the PEM holds no X.509 certificate"),
            Self::NoAuthority => f.write_str(
                "this is not the certificate of an authority; issue it as X.509 version 3 with \
                 the basic constraint CA:TRUE",
            ),
            Self::Encrypted => f.write_str(
                "the key is protected by a password; `openssl rsa -traditional` writes it without",
            ),
            Self::OtherKey => write!(
                f,
                "the key is no RSA key in PKCS#1, which begins with the line \
                 {BEGIN}{RSA_KEY}{DASHES}; `openssl rsa -traditional` writes one that way"
            ),
            Self::NoKey => f.write_str("the PEM holds no RSA key"),
        }
    }
}

impl std::error::Error for BadPem {}

/// The bytes of the one block of a text, which has that label; what stands around it is passed over.
///
/// # Errors
/// When there is not exactly one, or it is something else.
pub(super) fn one(text: &str, wanted: &'static str) -> Result<Vec<u8>, BadPem> {
    let mut all = all(text, wanted)?;
    match (all.len(), all.pop()) {
        (1, Some(der)) => Ok(der),
        (count, _) => Err(BadPem::Several(count)),
    }
}

/// The bytes of every block of a text, each of which has that label.
///
/// # Errors
/// When there is none, or one of them is something else.
pub(super) fn all(text: &str, wanted: &'static str) -> Result<Vec<Vec<u8>>, BadPem> {
    if text.len() > MAX_PEM {
        return Err(BadPem::TooLarge(text.len()));
    }
    let blocks = blocks(text, wanted)?;
    if let Some(bad) = misplaced(&blocks, wanted) {
        return Err(bad);
    }
    if blocks.is_empty() {
        return Err(BadPem::NoBlock(wanted));
    }
    let bytes = blocks.iter().map(|(_, base64)| STANDARD.decode(base64));
    bytes
        .collect::<Result<_, _>>()
        .map_err(|_| BadPem::NoBase64)
}

/// A label, and what stands below it without its line breaks.
type Block<'t> = (&'t str, String);

/// What is wrong with blocks of which not every one is what is wanted.
fn misplaced(blocks: &[Block<'_>], wanted: &'static str) -> Option<BadPem> {
    let any = |fits: fn(&str) -> bool| blocks.iter().any(|(label, _)| fits(label));
    // An encrypted key in PKCS#1 says so in a header.
    let encrypted = |(label, content): &Block<'_>| {
        label.ends_with(ANY_KEY) && (label.starts_with("ENC") || content.contains("ENCRYPTED"))
    };
    if wanted == RSA_KEY && blocks.iter().any(encrypted) {
        return Some(BadPem::Encrypted);
    }
    if wanted == RSA_KEY && any(|label| label.ends_with(ANY_KEY) && label != RSA_KEY) {
        return Some(BadPem::OtherKey);
    }
    if wanted == CERTIFICATE && any(|label| label.ends_with(ANY_KEY)) {
        return Some(BadPem::PrivateKey);
    }
    if wanted == CERTIFICATE && any(|label| label.ends_with("CERTIFICATE REQUEST")) {
        return Some(BadPem::Request);
    }
    let other = blocks.iter().any(|(label, _)| *label != wanted);
    other.then_some(BadPem::OtherBlock(wanted))
}

/// The blocks of a text, among which one with that label is wanted.
fn blocks<'t>(text: &'t str, wanted: &'static str) -> Result<Vec<Block<'t>>, BadPem> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'t>> = None;
    for line in text.lines().map(str::trim) {
        let begins = label(line, BEGIN);
        if begins.is_none() && line.contains(BEGIN) {
            return Err(BadPem::Folded);
        }
        open = match (open, begins) {
            (None, Some(label)) => Some((label, String::new())),
            (None, None) => None,
            (Some(_), Some(_)) => return Err(BadPem::Unended(wanted)),
            (Some((name, content)), None) if label(line, END) == Some(name) => {
                blocks.push((name, content));
                None
            }
            (Some((name, content)), None) => Some((name, content + line)),
        };
    }
    match open {
        Some(_) => Err(BadPem::Unended(wanted)),
        None => Ok(blocks),
    }
}

fn label<'l>(line: &'l str, edge: &str) -> Option<&'l str> {
    let label = line.strip_prefix(edge)?.strip_suffix(DASHES)?;
    Some(label).filter(|label| !label.contains(DASHES))
}
