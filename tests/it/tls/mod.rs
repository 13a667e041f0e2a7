//! HTTPS from outside: what clients show, and what they are told. Left out: what access rules make
//! of it.

mod curl;
mod handle;
mod reqwest;

pub(crate) use reqwest::trusting;

use mockscale::pki::{Authority, Certificate};

/// What a client may show, by name. The handshake takes every one of them.
pub(crate) fn shown() -> [(&'static str, Option<Certificate>); 5] {
    let ca = Authority::new("ca");
    let [from, until] = ["2023-01-01T00:00:00Z", "2023-12-31T23:59:59Z"];
    let [from, until] = [from, until].map(|it| it.parse().expect("an instant"));
    [
        ("none", None),
        ("a good one", Some(ca.issue("alice"))),
        (
            "of another CA",
            Some(Authority::new("other").issue("alice")),
        ),
        ("expired", Some(ca.issue_valid("alice", from, until))),
        ("a chain", Some(ca.intermediate("site").issue("alice"))),
    ]
}
