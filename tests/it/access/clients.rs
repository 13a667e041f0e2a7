//! Each real client's way of reaching and signing is admitted, and not with one bit changed.

use super::by_hand::{Signer, sha256};
use super::{SIGNED, TIMESTAMP, assert_root, refused, request, root, wire};
use mockscale::access::Check;
use mockscale::wire::{Headers, WireRequest};
use rstest::rstest;

/// What a client sends, and what of it or instead of it is signed.
#[derive(Clone, Copy)]
struct Client<'a> {
    /// `OSC4` or `AWS4`.
    version: &'a str,
    region: &'a str,
    service: &'a str,
    /// On the wire.
    path: &'a str,
    signed_path: &'a str,
    /// On the wire.
    host: &'a str,
    /// In the order of signing; the host's value is the one that is signed.
    signed: &'a [(&'a str, &'a str)],
    unsigned: &'a [(&'a str, &'a str)],
    body: &'a str,
}

const LOCAL: &str = "127.0.0.1:8080";
const PUBLIC: &str = "api.eu-west-2.outscale.com";
const JSON: (&str, &str) = ("content-type", "application/json");
const JSON_UTF8: (&str, &str) = ("content-type", "application/json; charset=utf-8");
const LOCAL_HOST: (&str, &str) = ("host", LOCAL);
const AMZ_DATE: (&str, &str) = ("x-amz-date", TIMESTAMP);
const OSC_DATE: (&str, &str) = ("x-osc-date", TIMESTAMP);

const OSC4: Client = Client {
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
const AWS4: Client = Client {
    version: "AWS4",
    service: "oapi",
    signed: &[LOCAL_HOST, AMZ_DATE],
    ..OSC4
};

const PYTHON_0_41: Client = Client {
    signed: &[JSON_UTF8, ("host", "127.0.0.1"), OSC_DATE],
    ..OSC4
};
const PYTHON_0_31: Client = Client {
    path: "/api/latest/ReadVms",
    signed_path: "/api/latest/ReadVms",
    signed: &[JSON_UTF8, ("host", PUBLIC), OSC_DATE],
    ..OSC4
};
const OSC_CLI: Client = Client {
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
const RUST: Client = Client {
    unsigned: &[JSON],
    ..AWS4
};
const JAVASCRIPT: Client = Client {
    service: "api",
    unsigned: &[JSON],
    ..AWS4
};
const C: Client = Client {
    region: "0",
    service: "127",
    signed: &[JSON, LOCAL_HOST, AMZ_DATE],
    ..AWS4
};
const CURL: Client = Client {
    region: "0",
    service: "127",
    ..OSC4
};
const CURL_CONTENT_TYPE: Client = Client {
    signed: &[JSON, LOCAL_HOST, OSC_DATE],
    ..CURL
};
const CURL_AMZ: Client = Client {
    signed: &[LOCAL_HOST, AMZ_DATE],
    ..CURL
};
const GO_2: Client = Client {
    signed: &[("accept", "application/json"), JSON, LOCAL_HOST, AMZ_DATE],
    unsigned: &[],
    body: "{\"DryRun\":false}\n",
    ..AWS4
};
const GO_3: Client = Client {
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
const LIBCLOUD: Client = Client {
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

    fn request(&self) -> WireRequest {
        let root = root();
        let signer = Signer {
            version: self.version,
            access_key: &root.access_key,
            secret_key: &root.secret_key,
            timestamp: TIMESTAMP,
            region: self.region,
            service: self.service,
        };
        let authorization = signer.authorization(&self.canonical());
        let mut headers = vec![("Host", self.host), ("Authorization", &authorization)];
        headers.extend(self.signed.iter().filter(|(name, _)| *name != "host"));
        headers.extend(self.unsigned);
        request(self.path, &headers, self.body)
    }

    /// Whether the header on the wire counts for anything.
    fn covers(&self, name: &str) -> bool {
        match name {
            // Who signs the public name may send any.
            "host" => !self.signed.contains(&("host", PUBLIC)),
            _ => self.signed.iter().any(|(signed, _)| *signed == name),
        }
    }
}

/// Every text that differs from this one in the lowest bit of one byte.
fn one_bit_off(text: &str) -> impl Iterator<Item = String> {
    (0..text.len()).map(move |at| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[at] ^= 1;
        String::from_utf8(bytes).expect("ASCII stays ASCII")
    })
}

/// Replaces one header's value.
fn with_header(request: &WireRequest, name: &str, value: &str) -> WireRequest {
    let headers: Headers = request
        .headers
        .iter()
        .map(|(n, v)| if n == name { (n, value) } else { (n, v) })
        .collect();
    WireRequest {
        headers,
        ..request.clone()
    }
}

/// Every request that differs from a client's in one bit that its signature covers.
fn changed(client: &Client) -> Vec<WireRequest> {
    let request = client.request();
    let mut changed = Vec::new();
    changed.extend(one_bit_off(client.body).map(|body| WireRequest {
        body: body.into_bytes(),
        ..request.clone()
    }));
    changed.extend(one_bit_off(client.path).map(|path| WireRequest {
        path,
        ..request.clone()
    }));
    changed.push(WireRequest {
        method: "PUT".to_owned(),
        ..request.clone()
    });
    changed.push(WireRequest {
        query: "a".to_owned(),
        ..request.clone()
    });
    for (name, value) in request
        .headers
        .iter()
        .filter(|(name, _)| client.covers(name))
    {
        // A port may be left out of what is signed.
        let value = match name {
            "host" if !client.signed.contains(&("host", client.host)) => "127.0.0.1",
            _ => value,
        };
        changed.extend(one_bit_off(value).map(|value| with_header(&request, name, &value)));
    }
    let authorization = request.headers.get("authorization").expect("it is signed");
    let (rest, signature) = authorization.split_at(authorization.len() - 64);
    changed.extend((0..64).map(|at| {
        let mut digits: Vec<_> = signature.chars().collect();
        let digit = digits[at].to_digit(16).expect("a digit") ^ 1;
        digits[at] = char::from_digit(digit, 16).expect("a digit");
        let signature: String = digits.into_iter().collect();
        with_header(&request, "authorization", &format!("{rest}{signature}"))
    }));
    changed
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

#[rstest]
#[case::python_0_41(PYTHON_0_41)]
#[case::python_0_31(PYTHON_0_31)]
#[case::osc_cli(OSC_CLI)]
#[case::rust_1_22_and_1_11(RUST)]
#[case::javascript_and_java(JAVASCRIPT)]
#[case::c_and_oapi_cli(C)]
#[case::curl(CURL)]
#[case::curl_content_type(CURL_CONTENT_TYPE)]
#[case::curl_named_region(OSC4)]
#[case::curl_amz(CURL_AMZ)]
#[case::go_2(GO_2)]
#[case::go_3(GO_3)]
#[case::libcloud(LIBCLOUD)]
#[case::osc_cost(AWS4)]
fn is_refused_with_one_bit_changed(#[case] client: Client) {
    for request in changed(&client) {
        let refusal = refused(&request, SIGNED);
        assert_eq!(refusal.check, Check::Signature, "{request:?}");
        assert_eq!(wire(&refusal), (401, 1, ""));
    }
}

#[test]
fn every_byte_of_the_scope_counts() {
    let request = OSC4.request();
    let authorization = request.headers.get("authorization").expect("it is signed");
    let (start, end) = authorization.split_once(", ").expect("it has parameters");
    for start in one_bit_off(start) {
        let request = with_header(&request, "authorization", &format!("{start}, {end}"));
        refused(&request, SIGNED);
    }
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
