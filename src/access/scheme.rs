//! The schemes of the Authorization header: which exist, and which an operation takes.

use super::refusal::{Check, Refusal};
use super::signature::Algorithm;

/// The name of password authentication in the contract; every other name there asks for a
/// signature.
const BASIC_IN_CONTRACT: &str = "BasicAuth";

/// How a caller proves who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// An access key and a signature made with its secret.
    Signature(Algorithm),
    /// A login and its password.
    Basic,
}

impl Scheme {
    /// Splits the header's value into its scheme and the rest.
    pub(super) fn known(header: &str) -> Result<(Self, &str), Refusal> {
        let (name, rest) = header.split_once([' ', '\t']).unwrap_or((header, ""));
        // A scheme's name has no case, but that of an algorithm is part of what is signed.
        let scheme = if name.eq_ignore_ascii_case("basic") {
            Self::Basic
        } else if let Some(algorithm) = Algorithm::named(name) {
            Self::Signature(algorithm)
        } else {
            return Err(Check::SchemeKnown.refuses(
                "the Authorization header starts with none of \
                 OSC4-HMAC-SHA256, AWS4-HMAC-SHA256 and Basic",
            ));
        };
        Ok((scheme, rest.trim()))
    }

    /// Whether an operation with these security schemes takes this one.
    pub(super) fn allowed(self, security: &[String]) -> Result<(), Refusal> {
        let (taken, why) = match self {
            Self::Basic => (
                security.iter().any(|name| name == BASIC_IN_CONTRACT),
                "the operation takes a signature, not a login and a password",
            ),
            Self::Signature(_) => (
                security.iter().any(|name| name != BASIC_IN_CONTRACT),
                "the operation takes a login and a password, not a signature",
            ),
        };
        if taken {
            Ok(())
        } else {
            Err(Check::SchemeAllowed.refuses(why))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Check, Scheme};
    use rstest::rstest;

    #[rstest]
    #[case("Basic eA==", Scheme::Basic, "eA==")]
    #[case("bASIC   eA== ", Scheme::Basic, "eA==")]
    #[case("Basic", Scheme::Basic, "")]
    #[case(
        "OSC4-HMAC-SHA256 a=b, c=d",
        Scheme::Signature(Algorithm::Osc4),
        "a=b, c=d"
    )]
    #[case("AWS4-HMAC-SHA256\ta=b", Scheme::Signature(Algorithm::Aws4), "a=b")]
    fn known(#[case] header: &str, #[case] scheme: Scheme, #[case] rest: &str) {
        assert_eq!(Scheme::known(header), Ok((scheme, rest)));
    }

    #[rstest]
    #[case::empty("")]
    #[case::bearer("Bearer abc")]
    #[case::no_space("Basic:abc")]
    #[case::lower_case("osc4-hmac-sha256 a=b")]
    #[case::other_hash("AWS4-HMAC-SHA512 a=b")]
    #[case::asymmetric("AWS4-ECDSA-P256-SHA256 a=b")]
    fn unknown(#[case] header: &str) {
        let refusal = Scheme::known(header).expect_err("the scheme is unknown");
        assert_eq!(refusal.check, Check::SchemeKnown);
    }

    #[rstest]
    #[case::signed(&["ApiKeyAuth"], true, false)]
    #[case::sensitive(&["ApiKeyAuthSec", "BasicAuth"], true, true)]
    #[case::basic_only(&["BasicAuth"], false, true)]
    fn allowed(#[case] security: &[&str], #[case] signature: bool, #[case] basic: bool) {
        let security: Vec<_> = security.iter().map(ToString::to_string).collect();
        let signed = Scheme::Signature(Algorithm::Osc4);
        assert_eq!(signed.allowed(&security).is_ok(), signature);
        assert_eq!(Scheme::Basic.allowed(&security).is_ok(), basic);
    }
}
