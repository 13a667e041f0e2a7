//! Each real client's way of reaching and signing is admitted.

use super::by_hand::{Signer, Steps, sha256};
use super::{SIGNED, TIMESTAMP, assert_root, refused, request};
use mockscale::access::Check;
use mockscale::wire::WireRequest;
use rstest::rstest;

/// What a client sends, and what of it or instead of it is signed.
#[derive(Clone, Copy)]
pub(super) struct Client<'a> {
    /// `OSC4` or `AWS4`.
    pub version: &'a str,
    pub region: &'a str,
    pub service: &'a str,
    /// On the wire.
    pub path: &'a str,
    pub signed_path: &'a str,
    /// On the wire.
    pub host: &'a str,
    /// In the order of signing; the host's value is the one that is signed.
    pub signed: &'a [(&'a str, &'a str)],
    pub unsigned: &'a [(&'a str, &'a str)],
    pub body: &'a str,
}

pub(super) const LOCAL: &str = "127.0.0.1:8080";
pub(super) const PUBLIC: &str = "api.eu-west-2.outscale.com";
pub(super) const JSON: (&str, &str) = ("content-type", "application/json");
pub(super) const JSON_UTF8: (&str, &str) = ("content-type", "application/json; charset=utf-8");
pub(super) const LOCAL_HOST: (&str, &str) = ("host", LOCAL);
pub(super) const AMZ_DATE: (&str, &str) = ("x-amz-date", TIMESTAMP);
pub(super) const OSC_DATE: (&str, &str) = ("x-osc-date", TIMESTAMP);

pub(super) const OSC4: Client = Client {
    version: "OSC4",
    region: "eu-west-2",
    service: "api",
    path: "/api/v1/ReadVms",
    signed_path: "/api/v1/ReadVms",
    host: LOCAL,
    signed: &[LOCAL_HOST, OSC_DATE],
    unsigned: &[("user-agent", "a client"), ("accept", "*/*")],
    body: "{}",
};
pub(super) const AWS4: Client = Client {
    version: "AWS4",
    service: "oapi",
    signed: &[LOCAL_HOST, AMZ_DATE],
    ..OSC4
};

pub(super) const PYTHON_0_41: Client = Client {
    signed: &[JSON_UTF8, ("host", "127.0.0.1"), OSC_DATE],
    ..OSC4
};
pub(super) const PYTHON_0_31: Client = Client {
    path: "/api/latest/ReadVms",
    signed_path: "/api/latest/ReadVms",
    signed: &[JSON_UTF8, ("host", PUBLIC), OSC_DATE],
    ..OSC4
};
pub(super) const OSC_CLI: Client = Client {
    path: "//api/latest/ReadVms",
    signed_path: "/api/latest/ReadVms",
    signed: &[
        LOCAL_HOST,
        OSC_DATE,
        ("x-osc-target", "OutscaleService.ReadVms"),
    ],
    unsigned: &[JSON_UTF8],
    ..OSC4
};
pub(super) const RUST: Client = Client {
    unsigned: &[JSON],
    ..AWS4
};
pub(super) const JAVASCRIPT: Client = Client {
    service: "api",
    unsigned: &[JSON],
    ..AWS4
};
pub(super) const C: Client = Client {
    region: "0",
    service: "127",
    signed: &[JSON, LOCAL_HOST, AMZ_DATE],
    ..AWS4
};
pub(super) const CURL: Client = Client {
    region: "0",
    service: "127",
    ..OSC4
};
pub(super) const CURL_CONTENT_TYPE: Client = Client {
    signed: &[JSON, LOCAL_HOST, OSC_DATE],
    ..CURL
};
pub(super) const CURL_AMZ: Client = Client {
    signed: &[LOCAL_HOST, AMZ_DATE],
    ..CURL
};
pub(super) const GO_2: Client = Client {
    signed: &[("accept", "application/json"), JSON, LOCAL_HOST, AMZ_DATE],
    unsigned: &[],
    body: "{\"DryRun\":false}\n",
    ..AWS4
};
pub(super) const GO_3: Client = Client {
    service: "api",
    path: "/ReadVms",
    signed_path: "/ReadVms",
    signed: &[
        LOCAL_HOST,
        ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
        AMZ_DATE,
    ],
    ..AWS4
};
pub(super) const LIBCLOUD: Client = Client {
    path: "/api/latest/ReadVms",
    signed_path: "/api/latest/ReadVms",
    host: PUBLIC,
    signed: &[JSON_UTF8, ("host", PUBLIC), OSC_DATE],
    ..OSC4
};

impl Client<'_> {
    fn canonical(&self) -> String {
        let lines: String = self
            .signed
            .iter()
            .map(|(name, value)| [name, ":", value, "\n"].concat())
            .collect();
        let names: Vec<_> = self.signed.iter().map(|(name, _)| *name).collect();
        format!(
            "POST\n{}\n\n{lines}\n{}\n{}",
            self.signed_path,
            names.join(";"),
            sha256(self.body)
        )
    }

    fn signer(&self) -> Signer<'_> {
        Signer {
            version: self.version,
            access_key: "MOCKSCALE00000000001",
            secret_key: "MOCKSCALESECRET0000000000000000000000001",
            timestamp: TIMESTAMP,
            region: self.region,
            service: self.service,
        }
    }

    pub(super) fn steps(&self) -> Steps {
        self.signer().steps(&self.canonical())
    }

    pub(super) fn request(&self) -> WireRequest {
        let authorization = self.signer().authorization(&self.canonical());
        self.request_with(&authorization)
    }

    /// The request with another signature.
    pub(super) fn request_signed(&self, signature: &str) -> WireRequest {
        let authorization = self.signer().authorization(&self.canonical());
        let (claim, _) = authorization.split_at(authorization.len() - 64);
        self.request_with(&[claim, signature].concat())
    }

    fn request_with(&self, authorization: &str) -> WireRequest {
        let mut headers = vec![("Host", self.host), ("Authorization", authorization)];
        let signed = self.signed.iter();
        headers.extend(signed.filter(|(name, _)| !name.eq_ignore_ascii_case("host")));
        headers.extend(self.unsigned);
        request(self.path, &headers, self.body)
    }
}

/// Replaces one header's value.
pub(super) fn with_header(request: &WireRequest, name: &str, value: &str) -> WireRequest {
    let headers = request.headers.iter();
    let headers = headers.map(|(n, v)| if n == name { (n, value) } else { (n, v) });
    WireRequest {
        headers: headers.collect(),
        ..request.clone()
    }
}

#[rstest]
#[case::python_0_41(PYTHON_0_41)]
#[case::python_0_31(PYTHON_0_31)]
#[case::osc_cli(OSC_CLI)]
#[case::rust_1_22_and_1_11(RUST)]
#[case::javascript(JAVASCRIPT)]
#[case::c_and_oapi_cli(C)]
#[case::curl(CURL)]
#[case::curl_content_type(CURL_CONTENT_TYPE)]
#[case::curl_named_region(OSC4)]
#[case::curl_amz(CURL_AMZ)]
#[case::go_2(GO_2)]
#[case::go_3(GO_3)]
#[case::libcloud(LIBCLOUD)]
#[case::java(JAVASCRIPT)]
#[case::osc_cost(AWS4)]
#[case::no_body(Client { body: "", ..OSC4 })]
#[case::no_path(Client { path: "", signed_path: "/", ..OSC4 })]
#[case::signed_with_doubled_slash(Client { path: "//ReadVms", signed_path: "//ReadVms", ..OSC4 })]
#[case::ipv6_without_port(Client {
    host: "[::1]:8080",
    signed: &[("host", "[::1]"), OSC_DATE],
    ..OSC4
})]
#[case::public_name_of_another_region(Client {
    region: "us-east-2",
    signed: &[("host", "api.us-east-2.outscale.com"), OSC_DATE],
    ..OSC4
})]
fn is_admitted(#[case] client: Client) {
    assert_root(&client.request(), SIGNED);
}

#[test]
fn unsigned_headers_may_change() {
    let request = with_header(&OSC4.request(), "user-agent", "another");
    assert_root(&request, SIGNED);
}

#[test]
fn blanks_in_a_header_do_not_count() {
    let request = with_header(
        &PYTHON_0_41.request(),
        "content-type",
        "\tapplication/json;    charset=utf-8 ",
    );
    assert_root(&request, SIGNED);
}

#[test]
fn a_signature_is_good_for_one_body_whatever_a_header_says() {
    // GO_3 signs a header that elsewhere takes the place of the body's hash.
    let request = WireRequest {
        body: b"{\"DryRun\":true}".to_vec(),
        ..GO_3.request()
    };
    assert_eq!(refused(&request, SIGNED).check, Check::Signature);
}
