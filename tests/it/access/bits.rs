//! Every client's request with one bit changed: refused, but for the few bits that no signature
//! covers, which are named here one by one. Of Authorization and of the names of headers each bit
//! has its turn, of all else one in each byte.

use super::clients::{
    AWS4, C, CURL, CURL_AMZ, CURL_CONTENT_TYPE, Client, GO_2, GO_3, JAVASCRIPT, LIBCLOUD, OSC_CLI,
    OSC4, PYTHON_0_31, PYTHON_0_41, RUST, with_header,
};
use super::{SIGNED, assert_root, refused, wire};
use mockscale::access::Check;
use mockscale::wire::{Headers, WireRequest};
use rstest::rstest;

/// A request with one bit changed, and the checks that may refuse it. With none, the bit is not
/// covered by a signature and the request is admitted.
type Changed = (WireRequest, &'static [Check]);

#[rstest]
fn one_bit(
    #[values(
        PYTHON_0_41,
        PYTHON_0_31,
        OSC_CLI,
        RUST,
        JAVASCRIPT,
        C,
        CURL,
        CURL_CONTENT_TYPE,
        CURL_AMZ,
        GO_2,
        GO_3,
        LIBCLOUD,
        OSC4,
        AWS4
    )]
    client: Client<'static>,
    #[values(body, method, path, host, values, names, authorization)] of: fn(
        &Client<'_>,
    ) -> Vec<Changed>,
) {
    for (request, checks) in of(&client) {
        if checks.is_empty() {
            assert_root(&request, SIGNED);
            continue;
        }
        let refusal = refused(&request, SIGNED);
        assert!(checks.contains(&refusal.check), "{refusal}\n{request:?}");
        match refusal.check {
            Check::KeyKnown => assert_eq!(wire(&refusal), (400, 4120, "")),
            Check::SchemeKnown => assert_eq!(wire(&refusal), (401, 12, "")),
            _ => assert_eq!(wire(&refusal), (401, 1, "")),
        }
    }
}

fn body(client: &Client<'_>) -> Vec<Changed> {
    let request = client.request();
    one_bit_off(&request.body)
        .map(|body| WireRequest {
            body,
            ..request.clone()
        })
        .map(|request| (request, &[Check::Signature][..]))
        .collect()
}

fn method(client: &Client<'_>) -> Vec<Changed> {
    let request = client.request();
    texts_one_bit_off("POST")
        .map(|method| WireRequest {
            method,
            ..request.clone()
        })
        .map(|request| (request, &[Check::Signature][..]))
        .collect()
}

/// The path, and a query where there is none.
fn path(client: &Client<'_>) -> Vec<Changed> {
    let request = client.request();
    let query = WireRequest {
        query: "\0".to_owned(),
        ..request.clone()
    };
    texts_one_bit_off(client.path)
        .map(|path| WireRequest {
            path,
            ..request.clone()
        })
        .chain([query])
        .map(|request| (request, &[Check::Signature][..]))
        .collect()
}

/// The Host header. Who signs the public name may send any; who signs a name without its port may
/// send it with any.
fn host(client: &Client<'_>) -> Vec<Changed> {
    let request = client.request();
    let (_, signed) = client
        .signed
        .iter()
        .find(|(name, _)| *name == "host")
        .expect("a host");
    let same = |host: &str| {
        let port = host
            .trim()
            .strip_prefix(signed)
            .and_then(|rest| rest.strip_prefix(':'));
        let any_port = port.is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
        any_port || *signed == format!("api.{}.outscale.com", client.region)
    };
    texts_one_bit_off(client.host)
        .map(|host| {
            let checks = if same(&host) {
                &[][..]
            } else {
                &[Check::Signature]
            };
            (with_header(&request, "host", &host), checks)
        })
        .collect()
}

/// The values of the other signed headers, the date among them.
fn values(client: &Client<'_>) -> Vec<Changed> {
    let request = client.request();
    let others = client.signed.iter().filter(|(name, _)| *name != "host");
    others
        .flat_map(|(name, value)| {
            texts_one_bit_off(value).map(|value| with_header(&request, name, &value))
        })
        .map(|request| (request, &[Check::Signature][..]))
        .collect()
}

/// The names of signed headers and of Authorization. Capitals in them do not count.
fn names(client: &Client<'_>) -> Vec<Changed> {
    let request = client.request();
    let covered = client
        .signed
        .iter()
        .map(|(name, _)| (*name, Check::Signature));
    covered
        .chain([("authorization", Check::Present)])
        .flat_map(|(name, check)| each_bit_off(name).map(move |other| (name, other, check)))
        .map(|(name, other, check)| {
            let checks = match check {
                _ if other.eq_ignore_ascii_case(name) => &[][..],
                Check::Present => &[Check::Present],
                _ => &[Check::Signature],
            };
            (renamed(&request, name, &other), checks)
        })
        .collect()
}

/// The whole Authorization header: scheme, credential, list of names, signature, and all between.
fn authorization(client: &Client<'_>) -> Vec<Changed> {
    let request = client.request();
    let header = request.headers.get("authorization").expect("it is signed");
    let at = |part: &str| header.find(part).expect("it is there");
    let (credential, key) = (at("Credential"), at("MOCKSCALE"));
    let signature = header.len() - 64;
    each_bit_off(header)
        .enumerate()
        .map(|(bit, changed)| {
            let checks = match bit / 8 {
                byte if byte < credential => &[Check::SchemeKnown][..],
                byte if (key..key + 20).contains(&byte) => &[Check::KeyKnown, Check::WellFormed],
                byte if byte < signature => &[Check::WellFormed, Check::Signature],
                _ if changed[signature..]
                    .bytes()
                    .all(|byte| b"0123456789abcdef".contains(&byte)) =>
                {
                    &[Check::Signature]
                }
                _ => &[Check::WellFormed],
            };
            (with_header(&request, "authorization", &changed), checks)
        })
        .collect()
}

/// For each byte, a sequence that differs from this one in one bit of it: not always the same bit.
fn one_bit_off(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len()).map(|at| flipped(bytes, 8 * at + at % 8))
}

/// [`one_bit_off`] as text is read from the wire.
fn texts_one_bit_off(text: &str) -> impl Iterator<Item = String> {
    one_bit_off(text.as_bytes()).map(|bytes| read(&bytes))
}

/// For each bit, a text in which it is another.
fn each_bit_off(text: &str) -> impl Iterator<Item = String> {
    (0..8 * text.len()).map(|bit| read(&flipped(text.as_bytes(), bit)))
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

/// What is not UTF-8 is replaced.
fn read(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn renamed(request: &WireRequest, name: &str, other: &str) -> WireRequest {
    let mut headers = Headers::default();
    for (n, value) in request.headers.iter() {
        headers.push(if n == name { other } else { n }, value.as_bytes());
    }
    WireRequest {
        headers,
        ..request.clone()
    }
}

#[test]
fn a_bit_more_or_less_counts_too() {
    let request = OSC4.request();
    for body in ["", "{", "{}\n", "{}{}"] {
        let changed = WireRequest {
            body: body.into(),
            ..request.clone()
        };
        assert_eq!(refused(&changed, SIGNED).check, Check::Signature);
    }
}
