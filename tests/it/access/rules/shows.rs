//! The authorities of the table of rules, and what clients show.

use std::sync::LazyLock;

use mockscale::jiff::Timestamp;
use mockscale::pki::{self, Certificate};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
};

/// What a client shows. Everybody but [`Shows::Nameless`] is called alice.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shows {
    Nothing,
    /// Of the authority `ours`.
    Alice,
    /// Of the authority `theirs`.
    Theirs,
    /// Of an authority that nobody has registered.
    Stranger,
    SelfSigned,
    /// Of the authority `plain`, with an organisation and no common name.
    Nameless,
    ForServers,
    /// Valid in May 2024, when clouds of tests begin.
    InMay,
    InMayTooLate,
    /// Valid in June 2024.
    InJune,
    InJuneTooEarly,
    /// Of an authority under `ours`, with its certificate.
    OfASite,
    OfASiteAlone,
}

/// Certificates and the key to the first, as PEM.
#[derive(Clone)]
pub(super) struct Card {
    pub(super) chain: String,
    pub(super) key: String,
}

impl Shows {
    /// The certificates, if any.
    pub(super) fn card(self) -> Option<Card> {
        let ours = pki::Authority::new("ours");
        let month = |from: &str, until: &str| {
            let [from, until] = [from, until].map(|it| it.parse::<Timestamp>().expect("a date"));
            ours.issue_valid("alice", from, until)
        };
        let certificate = match self {
            Self::Nothing => return None,
            Self::SelfSigned => return Some(SELF_SIGNED.clone()),
            Self::Nameless => return Some(PLAIN.1.clone()),
            Self::OfASiteAlone => {
                let mut card = of(&ours.intermediate("site").issue("alice"));
                let end = card
                    .chain
                    .find("-----\n-----BEGIN")
                    .expect("two certificates");
                card.chain.truncate(end + 6);
                return Some(card);
            }
            Self::Alice => ours.issue("alice"),
            Self::Theirs => pki::Authority::new("theirs").issue("alice"),
            Self::Stranger => pki::Authority::new("strange").issue("alice"),
            Self::ForServers => ours.issue_for_servers("alice"),
            Self::InMay | Self::InMayTooLate => {
                month("2024-05-01T00:00:00Z", "2024-05-31T00:00:00Z")
            }
            Self::InJune | Self::InJuneTooEarly => {
                month("2024-06-01T00:00:00Z", "2024-06-30T00:00:00Z")
            }
            Self::OfASite => ours.intermediate("site").issue("alice"),
        };
        Some(of(&certificate))
    }

    /// How many days later the call is made.
    pub(super) fn days(self) -> i64 {
        match self {
            Self::InMayTooLate | Self::InJune => 40,
            _ => 0,
        }
    }
}

/// The certificate of an authority, as PEM.
pub(super) fn authority(name: &str) -> String {
    match name {
        "plain" => PLAIN.0.clone(),
        name => pki::Authority::new(name).pem(),
    }
}

fn of(certificate: &Certificate) -> Card {
    Card {
        chain: certificate.pem(),
        key: certificate.key_pem(),
    }
}

fn params(kind: DnType, name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(kind, name);
    params
}

static SELF_SIGNED: LazyLock<Card> = LazyLock::new(|| {
    let key = KeyPair::generate().expect("a key");
    let params = params(DnType::CommonName, "alice");
    Card {
        chain: params.self_signed(&key).expect("a certificate").pem(),
        key: key.serialize_pem(),
    }
});

/// An authority, and a client of it that has no common name.
static PLAIN: LazyLock<(String, Card)> = LazyLock::new(|| {
    let key = KeyPair::generate().expect("a key");
    let mut above = params(DnType::OrganizationName, "plain");
    above.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = above.self_signed(&key).expect("a certificate").pem();
    let issuer = Issuer::new(above, key);
    let key = KeyPair::generate().expect("a key");
    let params = params(DnType::OrganizationName, "clients");
    let leaf = params.signed_by(&key, &issuer).expect("a certificate");
    let client = Card {
        chain: leaf.pem(),
        key: key.serialize_pem(),
    };
    (authority, client)
});
