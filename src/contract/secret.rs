//! Which properties hold secrets, by name: the one table that masking and redaction go by. And the
//! one text that is a secret whatever it is called: a private key.

use super::suggest::likeness;

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

/// How alike a name and that of a secret must be, from 0 to 1, to be taken for a slip: no property of
/// the API that is none comes near.
const ALIKE: f64 = 0.75;

/// Whether a property that nothing knows is called so nearly like a secret that it is one, wherever it
/// was put by mistake.
pub(crate) fn is_a_slip_of_a_secret(property: &str) -> bool {
    SECRETS.iter().any(|name| likeness(property, name) >= ALIKE)
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
    use super::{SECRETS, is_a_slip_of_a_secret, is_secret};
    use crate::contract::Contract;

    #[test]
    fn the_table_is_sorted_and_found_by_exact_name() {
        assert!(SECRETS.is_sorted());
        assert!(SECRETS.iter().all(|name| is_secret(name)));
        assert!(!is_secret("secretkey") && !is_secret("AccessKey") && !is_secret("PublicKey"));
    }

    #[test]
    fn slips_are_known_and_nothing_of_the_contract_is_one() {
        for slip in [
            "Pasword",
            "Passwrd",
            "password",
            "SecretKy",
            "secret_key",
            "PrivatKey",
        ] {
            assert!(is_a_slip_of_a_secret(slip), "{slip}");
        }
        let contract = Contract::bundled();
        let facts: serde_json::Value = serde_json::from_str(contract.facts()).expect("JSON");
        let schemas = facts["components"]["schemas"].as_object();
        let properties = schemas
            .into_iter()
            .flatten()
            .filter_map(|(_, schema)| schema["properties"].as_object());
        for property in properties.flat_map(serde_json::Map::keys) {
            assert_eq!(
                is_a_slip_of_a_secret(property),
                is_secret(property),
                "{property}"
            );
        }
    }
}
