//! Which properties hold secrets, by name: the one table that masking and redaction go by. And the
//! one text that is a secret whatever it is called: a private key.

/// Property names whose values must not appear in a message or a transcript, sorted.
///
/// `ClientGatewayConfiguration` is here because that text holds the pre-shared keys of a VPN.
/// Left out: `UserData` and policy documents, which tests want to see.
const SECRETS: [&str; 7] = [
    "AdminPassword",
    "BgpKey",
    "ClientGatewayConfiguration",
    "Password",
    "PreSharedKey",
    "PrivateKey",
    "SecretKey",
];

/// Properties that hold no secret, but into which one is easily put by mistake: a private key where
/// the certificate to it belongs.
const NEAR_SECRETS: [&str; 1] = ["CaPem"];

/// What stands in place of a secret.
pub(crate) const MASK: &str = "<secret>";

/// Whether the value of a property of exactly this name is a secret.
pub fn is_secret(property: &str) -> bool {
    SECRETS.binary_search(&property).is_ok()
}

/// Whether a property of this name may hold a secret, if only by mistake.
pub(super) fn may_hold_a_secret(property: &str) -> bool {
    is_secret(property) || NEAR_SECRETS.contains(&property)
}

/// Whether a text is the PEM of a private key, of whatever kind and in whatever state.
pub(crate) fn holds_a_private_key(text: &str) -> bool {
    text.contains("PRIVATE KEY")
}

#[cfg(test)]
mod tests {
    use super::{SECRETS, is_secret};

    #[test]
    fn the_table_is_sorted_and_found_by_exact_name() {
        assert!(SECRETS.is_sorted());
        assert!(SECRETS.iter().all(|name| is_secret(name)));
        assert!(!is_secret("secretkey") && !is_secret("AccessKey") && !is_secret("PublicKey"));
    }
}
