//! Which properties hold secrets, by name: the one table that masking and redaction go by.

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

/// What stands in place of a secret.
pub(crate) const MASK: &str = "<secret>";

/// Whether the value of a property of exactly this name is a secret.
pub fn is_secret(property: &str) -> bool {
    SECRETS.binary_search(&property).is_ok()
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
