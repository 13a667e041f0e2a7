//! The crate's own signer: what it returns, and that the gate takes it.

use super::by_hand::{Signer, sha256};
use super::{SIGNED, TIMESTAMP, admit, assert_root, request, root};
use mockscale::access::signature::{Algorithm, sign};
use mockscale::wire::WireRequest;
use proptest::prelude::*;
use rstest::rstest;

#[rstest]
#[case::osc4(Algorithm::Osc4, "OSC4", "x-osc-date")]
#[case::aws4(Algorithm::Aws4, "AWS4", "x-amz-date")]
fn signs_as_by_hand(#[case] algorithm: Algorithm, #[case] version: &str, #[case] date: &str) {
    let root = root();
    let request = request(
        "/api/v1/ReadVms",
        &[
            // Left aside: a signature replaces the one before.
            ("Authorization", "Basic eDp5"),
            (date, "19700101T000000Z"),
            ("Host", "localhost:8080"),
            ("Content-Type", "application/json"),
        ],
        "{}",
    );
    let by_hand = Signer {
        version,
        access_key: &root.access_key,
        secret_key: &root.secret_key,
        timestamp: TIMESTAMP,
        region: "eu-west-2",
        service: "api",
    };
    let canonical = format!(
        "POST\n/api/v1/ReadVms\n\ncontent-type:application/json\nhost:localhost:8080\n\
         {date}:{TIMESTAMP}\n\ncontent-type;host;{date}\n{}",
        sha256("{}")
    );
    assert_eq!(
        sign(&request, &root, algorithm, "api", TIMESTAMP),
        [
            (date, TIMESTAMP.to_owned()),
            ("authorization", by_hand.authorization(&canonical)),
        ]
    );
}

#[test]
fn a_nonsensical_timestamp_is_signed_and_refused() {
    for timestamp in ["", "today", "éééééé"] {
        let mut request = request("/ReadVms", &[("Host", "localhost")], "");
        for (name, value) in sign(&request, &root(), Algorithm::Osc4, "api", timestamp) {
            request.headers.push(name, value.as_bytes());
        }
        assert!(admit(&request, SIGNED).is_err());
    }
}

proptest! {
    #[test]
    fn whatever_is_signed_is_admitted(
        path in "/{0,2}[a-zA-Z0-9/]{0,30}",
        query in "[a-z0-9%=&+]{0,20}",
        host in "[a-z0-9.]{1,20}(:[0-9]{1,5})?",
        header in "\\PC{0,30}",
        body in any::<Vec<u8>>(),
        service in "[a-z0-9]{1,10}",
        aws in any::<bool>(),
    ) {
        let algorithm = if aws { Algorithm::Aws4 } else { Algorithm::Osc4 };
        let mut request = WireRequest {
            query,
            body,
            ..request(&path, &[("host", &host), ("x-extra", &header)], "")
        };
        for (name, value) in sign(&request, &root(), algorithm, &service, TIMESTAMP) {
            request.headers.push(name, value.as_bytes());
        }
        assert_root(&request, SIGNED);
    }
}
