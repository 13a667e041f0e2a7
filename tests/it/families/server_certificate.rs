//! Conversations about the family `server_certificate`.

use std::fmt::Write as _;

use mockscale::pki::Authority;
use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, every_filter, last, made, refused, selected, tool};

const SITE: &str = include_str!("../../../fixtures/certificates/server/site.pem");
const KEY: &str = include_str!("../../../fixtures/certificates/server/site.key");
const PKCS8: &str = include_str!("../../../fixtures/certificates/server/site.pkcs8.key");
const LOCKED: &str = include_str!("../../../fixtures/certificates/server/site.encrypted.key");
const ISSUER: &str = include_str!("../../../fixtures/certificates/server/intermediate.pem");
const ROOT: &str = include_str!("../../../fixtures/certificates/server/root.pem");
const SITE_EC: &str = include_str!("../../../fixtures/certificates/server/elliptic.pem");
const KEY_EC: &str = include_str!("../../../fixtures/certificates/server/elliptic.key");

fn named(name: &str) -> Value {
    json!({ "Body": SITE, "Name": name, "PrivateKey": KEY })
}

/// Registers a certificate, and answers its identifier.
#[track_caller]
pub(crate) fn registered(cloud: &Cloud, name: &str, path: &str) -> String {
    let mut certificate = named(name);
    certificate["Path"] = path.into();
    let pointer = "/ServerCertificate/Id";
    made(cloud, "CreateServerCertificate", certificate, pointer)
}

fn read(cloud: &Cloud) -> Value {
    let read = cloud.call("ReadServerCertificates", json!({})).ok();
    read["ServerCertificates"].clone()
}

#[test]
fn registering_renaming_moving_and_deleting() {
    let cloud = cloud();
    let mut certificate = named("site");
    certificate["Chain"] = format!("{ISSUER}{ROOT}").into();
    cloud.call("CreateServerCertificate", certificate).ok();
    registered(&cloud, "shop", "/shops/");
    cloud.call("ReadServerCertificates", json!({})).ok();
    let renamed = json!({ "Name": "shop", "NewName": "store" });
    cloud.call("UpdateServerCertificate", renamed).ok();
    let moved = json!({ "Name": "store", "NewPath": "/" });
    cloud.call("UpdateServerCertificate", moved).ok();
    let gone = json!({ "Name": "store" });
    cloud.call("DeleteServerCertificate", gone.clone()).ok();
    cloud.call("DeleteServerCertificate", gone);
    cloud.call("ReadServerCertificates", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::no_certificate("Body", "a certificate", "-----BEGIN CERTIFICATE-----")]
#[case::half_a_certificate("Body", &SITE[..200], "-----END CERTIFICATE-----")]
#[case::its_key("Body", KEY, "send the certificate only")]
#[case::the_whole_chain("Body", &format!("{SITE}{ISSUER}"), "send one")]
#[case::of_an_elliptic_key("Body", SITE_EC, "is not that of the certificate")]
#[case::no_chain("Chain", "a chain", "-----BEGIN CERTIFICATE-----")]
#[case::a_chain_from_the_wrong_end("Chain", &format!("{ROOT}{ISSUER}"), "issuer of the Body first")]
#[case::a_chain_of_itself("Chain", SITE, "certificate 1")]
#[case::the_chain_of_another("Chain", &Authority::new("x").pem(), "certificate 1")]
#[case::a_chain_with_its_key("Chain", &format!("{ISSUER}{KEY}"), "send the certificate only")]
#[case::no_key("PrivateKey", "a key", "-----BEGIN RSA PRIVATE KEY-----")]
#[case::a_key_in_pkcs8("PrivateKey", PKCS8, "-----BEGIN RSA PRIVATE KEY-----")]
#[case::an_elliptic_key("PrivateKey", KEY_EC, "no RSA key")]
#[case::a_key_with_a_password("PrivateKey", LOCKED, "protected by a password")]
#[case::a_folded_key("PrivateKey", &KEY.replace('\n', "\\n"), "line breaks")]
#[case::a_damaged_key("PrivateKey", &KEY.replace("MII", "AAA"), "holds no RSA key")]
#[case::endless("PrivateKey", &"a".repeat(1 << 17), "131072 bytes")]
#[case::a_path_without_its_end("Path", "/shops", "begin and end with '/'")]
#[case::an_empty_path("Path", "", "begin and end with '/'")]
#[case::a_path_with_a_dash("Path", "/my-shops/", "'_'")]
#[case::a_long_path("Path", &format!("/{}/", "p".repeat(511)), "512")]
fn what_does_not_belong_together_is_refused(
    #[case] property: &str,
    #[case] value: &str,
    #[case] what_would_be_right: &str,
) {
    let cloud = cloud();
    let mut certificate = named("site");
    certificate[property] = value.into();
    let (status, code, details) = refused(&cloud, "CreateServerCertificate", certificate);
    assert_eq!((status, code.as_str()), (400, "4047"));
    assert!(details.contains(what_would_be_right), "{details}");
    assert_eq!(read(&cloud), json!([]));
}

#[test]
fn the_key_of_another_does_not_match() {
    let cloud = cloud();
    let pair = json!({ "KeypairName": "pair" });
    let other = made(&cloud, "CreateKeypair", pair, "/Keypair/PrivateKey");
    let mut certificate = named("site");
    certificate["PrivateKey"] = other.into();
    let (_, code, details) = refused(&cloud, "CreateServerCertificate", certificate);
    assert_eq!(code, "4047");
    assert_eq!(details, "The PrivateKey is not that of the certificate.");
}

#[rstest]
#[case::empty("", false)]
#[case::one("a", true)]
#[case::every_sign("aZ9+=,.@-_", true)]
#[case::a_space("a b", false)]
#[case::a_slash("a/b", false)]
#[case::beyond_ascii("é", false)]
#[case::longest(&"n".repeat(128), true)]
#[case::too_long(&"n".repeat(129), false)]
fn a_name_has_128_letters_digits_and_some_signs(#[case] name: &str, #[case] fits: bool) {
    let cloud = cloud();
    registered(&cloud, "site", "/");
    let renamed = json!({ "Name": "site", "NewName": name });
    if fits {
        cloud.call("CreateServerCertificate", named(name)).ok();
        let again = json!({ "Name": name, "NewName": name });
        cloud.call("UpdateServerCertificate", again).ok();
        return;
    }
    let (status, code, _) = refused(&cloud, "CreateServerCertificate", named(name));
    assert_eq!((status, code.as_str()), (400, "4043"));
    let (status, code, _) = refused(&cloud, "UpdateServerCertificate", renamed);
    assert_eq!((status, code.as_str()), (400, "4043"));
}

#[rstest]
#[case("DeleteServerCertificate", json!({ "Name": "none" }), 400, "5012")]
#[case("DeleteServerCertificate", json!({ "Name": "" }), 400, "5012")]
#[case("UpdateServerCertificate", json!({ "Name": "none" }), 400, "5012")]
#[case("UpdateServerCertificate", json!({ "Name": "site", "NewName": "shop" }), 409, "9015")]
#[case("UpdateServerCertificate", json!({ "Name": "site", "NewPath": "shops" }), 400, "4047")]
fn a_change_is_refused(
    #[case] operation: &str,
    #[case] input: Value,
    #[case] status: u16,
    #[case] code: &str,
) {
    let cloud = cloud();
    registered(&cloud, "site", "/");
    registered(&cloud, "shop", "/");
    let (said, told, _) = refused(&cloud, operation, input);
    assert_eq!((said, told.as_str()), (status, code));
}

#[test]
fn a_name_is_unique_whatever_its_path() {
    let cloud = cloud();
    registered(&cloud, "site", "/");
    let mut again = named("site");
    again["Path"] = "/shops/".into();
    let (status, code, _) = refused(&cloud, "CreateServerCertificate", again);
    assert_eq!((status, code.as_str()), (409, "9015"));
    // But in its account only.
    registered(&cloud.account().open(), "site", "/");
}

#[test]
fn that_of_another_account_is_not_there() {
    let cloud = cloud();
    let other = cloud.account().open();
    registered(&other, "site", "/");
    assert_eq!(read(&cloud), json!([]));
    for operation in ["DeleteServerCertificate", "UpdateServerCertificate"] {
        let (status, code, _) = refused(&cloud, operation, json!({ "Name": "site" }));
        assert_eq!((status, code.as_str()), (400, "5012"), "{operation}");
    }
}

#[test]
fn a_dry_run_refuses_the_same_and_changes_nothing() {
    let cloud = cloud();
    let dry = |mut input: Value| {
        input["DryRun"] = true.into();
        input
    };
    let reply = cloud.call("CreateServerCertificate", dry(named("site")));
    let reply = reply.ok();
    assert_eq!(reply.body().as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(read(&cloud), json!([]));
    registered(&cloud, "site", "/");
    let before = read(&cloud);
    let (_, code, _) = refused(&cloud, "CreateServerCertificate", dry(named("site")));
    assert_eq!(code, "9015");
    let renamed = json!({ "Name": "site", "NewName": "shop" });
    cloud.call("UpdateServerCertificate", dry(renamed)).ok();
    let gone = json!({ "Name": "site" });
    cloud.call("DeleteServerCertificate", dry(gone)).ok();
    assert_eq!(read(&cloud), before);
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let id = registered(&cloud, "site", "/shops/");
    registered(&cloud, "other", "/");
    let target = ("ServerCertificates", "Id", id.as_str());
    let table = [(
        "Paths",
        json!(["/shops/", "/x/"]),
        json!(["/", "/shop", "/shops"]),
    )];
    every_filter(&cloud, "ReadServerCertificates", &json!({}), target, &table);
    let of = |path| selected(&cloud, "ReadServerCertificates", "Paths", &json!([path]));
    assert_eq!((of("/"), of("/shops/"), of("/x/")), (1, 1, 0));
}

/// A private key is a secret wherever it was put, and however it got there.
#[rstest]
#[case::where_it_belongs(named("site"))]
#[case::for_a_name_that_is_none(named("a b"))]
#[case::with_its_certificate(json!({ "Body": format!("{SITE}{KEY}"), "Name": "x", "PrivateKey": KEY }))]
#[case::in_the_chain(json!({ "Body": SITE, "Chain": KEY, "Name": "x", "PrivateKey": KEY }))]
#[case::misspelt(json!({ "Body": SITE, "Name": "x", "PrivatKey": KEY }))]
#[case::in_a_list(json!({ "Body": SITE, "Name": "x", "PrivateKey": [KEY] }))]
fn a_private_key_is_repeated_nowhere(#[case] input: Value) {
    let cloud = builder().report().build();
    cloud.call("CreateServerCertificate", input);
    cloud.call("ReadServerCertificates", json!({}));
    cloud.call("ReadApiLogs", json!({})).ok();
    let transcript = cloud.transcript();
    let mut told = format!("{transcript}{transcript:?}{}", transcript.to_json_lines());
    for violation in cloud.violations() {
        let _ = writeln!(told, "{violation}\n{violation:?}");
    }
    assert!(told.contains("<secret>"), "{told}");
    for line in KEY.lines().filter(|line| !line.starts_with('-')) {
        assert!(!told.contains(line), "{line} in {told}");
    }
}

#[test]
fn a_certificate_is_no_secret() {
    let cloud = cloud();
    registered(&cloud, "site", "/");
    let told = format!("{:?}", last(&cloud).request);
    assert!(told.contains("BEGIN CERTIFICATE"), "{told}");
}

#[test]
fn openssl_reads_the_same_end_and_the_same_key() {
    let cloud = cloud();
    registered(&cloud, "site", "/");
    let expires = &read(&cloud)[0]["ExpirationDate"];
    let end = ["x509", "-noout", "-enddate", "-dateopt", "iso_8601"];
    let modulus = ["-noout", "-modulus"];
    let (Some(end), Some(public), Some(private)) = (
        tool("openssl", &end, SITE),
        tool("openssl", &[&["x509"], &modulus[..]].concat(), SITE),
        tool("openssl", &[&["rsa"], &modulus[..]].concat(), KEY),
    ) else {
        return;
    };
    assert_eq!(
        end.trim(),
        format!("notAfter={} 23:59:59Z", expires.as_str().unwrap())
    );
    assert_eq!(public, private);
    // What the refusal of the other forms advises is right.
    let Some(key) = tool("openssl", &["rsa", "-traditional"], PKCS8) else {
        return;
    };
    let mut certificate = named("shop");
    certificate["PrivateKey"] = key.into();
    cloud.call("CreateServerCertificate", certificate).ok();
}

/// A certificate that OpenSSL makes with its key, at once.
#[test]
fn a_certificate_of_openssl_ends_when_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key.pem");
    let key = key.to_str().expect("UTF-8");
    let Some(traditional) = tool("openssl", &["genrsa", "-traditional", "2048"], "") else {
        return;
    };
    std::fs::write(key, &traditional).expect("a file");
    for days in ["1", "400", "9000"] {
        let new = ["req", "-x509", "-key", key, "-subj", "/CN=example.com"];
        let site = tool("openssl", &[&new[..], &["-days", days]].concat(), "");
        let site = site.expect("it is installed");
        let end = ["x509", "-noout", "-enddate", "-dateopt", "iso_8601"];
        let end = tool("openssl", &end, &site).expect("it is installed");
        let day = end.trim().trim_start_matches("notAfter=").split(' ').next();
        let cloud = cloud();
        let certificate = json!({ "Body": site, "Name": "site", "PrivateKey": traditional });
        let made = cloud.call("CreateServerCertificate", certificate).ok();
        let expires = made["ServerCertificate"]["ExpirationDate"].as_str();
        assert_eq!(expires, day, "{end}");
    }
}
