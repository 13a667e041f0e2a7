//! How the calls about server certificates and prices are written.

use mockscale::json;

use super::Row;

/// The operations, with their share.
pub(super) const ROWS: &[Row] = &[
    ("CreateServerCertificate", 6, |pen| {
        let mut input = json!({
            "Body": pen.one_of(&[SITE, SITE, SITE, "x"]),
            "Name": pen.one_of(NAMES),
            "PrivateKey": pen.one_of(&[KEY, KEY, KEY, "x"]),
        });
        pen.maybe(&mut input, 40, "Path", |pen| pen.one_of(PATHS).into());
        pen.maybe(&mut input, 20, "Chain", |pen| {
            pen.one_of(&[ISSUER, ISSUER, SITE]).into()
        });
        input
    }),
    (
        "DeleteServerCertificate",
        5,
        |pen| json!({ "Name": pen.one_of(NAMES) }),
    ),
    ("ReadUnitPrice", 3, |pen| {
        json!({
            "Operation": pen.one_of(&["CreateVolume", "RunInstances"]),
            "Service": "TinaOS-FCU",
            "Type": pen.one_of(&["BSU:VolumeUsage:gp2", "BSU:VolumeUsage:standard"]),
        })
    }),
    ("UpdateServerCertificate", 8, |pen| {
        let mut input = json!({ "Name": pen.one_of(NAMES) });
        pen.maybe(&mut input, 50, "NewName", |pen| pen.one_of(NAMES).into());
        pen.maybe(&mut input, 50, "NewPath", |pen| pen.one_of(PATHS).into());
        input
    }),
];

const SITE: &str = include_str!("../../../../fixtures/certificates/server/site.pem");
const KEY: &str = include_str!("../../../../fixtures/certificates/server/site.key");
const ISSUER: &str = include_str!("../../../../fixtures/certificates/server/intermediate.pem");
const NAMES: &[&str] = &["site", "site", "site", "shop", "site", "a b"];
const PATHS: &[&str] = &["/", "/a/", "/a", ""];
