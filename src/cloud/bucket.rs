//! Buckets of the object storage: where exports go to, and where imports come from.
//!
//! Left out: the storage itself. Every bucket that has a name takes what is exported to it, and
//! behind every address that looks like one lies what is to be imported.

use serde::Deserialize;

use super::fault::{self, Fault};
use super::object::{Fields, Object};

/// The formats of an exported disk; documented.
const FORMATS: [&str; 2] = ["qcow2", "raw"];

/// Where an export goes to, as requests have it; the keys to the bucket are never shown again.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Destination {
    disk_image_format: String,
    osu_bucket: String,
    osu_manifest_url: Option<String>,
    osu_prefix: Option<String>,
}

impl Destination {
    /// Refuses what nothing can be exported to.
    ///
    /// # Faults
    /// - `INVALID_PARAMETER_VALUE` for a format that there is not.
    /// - `BUCKET_NOT_FOUND` for a bucket without a name.
    /// - Those of [`check_url`] for the address of a manifest.
    pub fn check(&self) -> Result<(), Fault> {
        if !FORMATS.contains(&self.disk_image_format.as_str()) {
            // assumed: the code.
            return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
                "The DiskImageFormat '{}' is none of {}.",
                self.disk_image_format,
                FORMATS.join(", ")
            )));
        }
        if self.osu_bucket.is_empty() {
            // assumed: the code, by its name.
            return Err(fault::BUCKET_NOT_FOUND.says("The OsuBucket has no name."));
        }
        match &self.osu_manifest_url {
            Some(url) => check_url("OsuManifestUrl", url),
            None => Ok(()),
        }
    }

    /// It as the export of a snapshot shows it.
    pub fn shown(&self) -> Object {
        let mut shown = Object::new();
        shown.put("DiskImageFormat", self.disk_image_format.as_str());
        shown.put("OsuBucket", self.osu_bucket.as_str());
        if let Some(prefix) = &self.osu_prefix {
            shown.put("OsuPrefix", prefix.as_str());
        }
        shown
    }

    /// It as the export of an image shows it, whose files lie in a folder of their own.
    pub fn shown_for_image(&self, image_id: &str) -> Object {
        let mut shown = self.shown();
        // assumed: so also without a prefix.
        let prefix = match self.osu_prefix.as_deref() {
            None | Some("") => format!("{image_id}/"),
            Some(prefix) => format!("{}/{image_id}/", prefix.trim_end_matches('/')),
        };
        shown.put("OsuPrefix", prefix);
        if let Some(url) = &self.osu_manifest_url {
            shown.put("OsuManifestUrl", url.as_str());
        }
        shown
    }
}

/// Refuses what is not the address of an object in a bucket.
///
/// assumed: that a host and the name of an object are looked at, and nothing else: neither the
/// signature nor when it ends.
///
/// # Faults
/// `INVALID_URL_FORMAT`.
pub fn check_url(property: &str, url: &str) -> Result<(), Fault> {
    let address = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let place = address.and_then(|it| it.split(['?', '#']).next());
    let parts = place.and_then(|it| it.split_once('/'));
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_graphic());
    if parts.is_some_and(|(host, object)| is_word(host) && is_word(object)) {
        return Ok(());
    }
    // assumed: the code, by its name.
    Err(fault::INVALID_URL_FORMAT.says(format!(
        "The {property} '{url}' is not the address of an object in a bucket."
    )))
}
