//! The beginning of an image, whatever it is made of.

use serde::Deserialize;
use serde_json::{Value, json};

use super::source::{self, SentMapping};
use super::{IMAGE, PERMISSIONS};
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::product_type;
use crate::cloud::families::snapshot::{self, SNAPSHOT};
use crate::cloud::fault::{self, Fault};
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;
use crate::cloud::{State, clock, sharing};

/// How many characters a name has; documented.
const NAME: std::ops::RangeInclusive<usize> = 3..=128;

/// An image is complete when its snapshots are.
pub(super) static PENDING: Transition = Transition {
    kind: IMAGE,
    field: "State",
    from: "pending",
    to: End::State("available"),
    read_once: true,
    then: Some(complete_snapshots),
};

fn complete_snapshots(state: &mut State, image: &Resource) {
    let mappings = image.body.objects("BlockDeviceMappings");
    for bsu in mappings.filter_map(|mapping| mapping.object("Bsu")) {
        snapshot::complete(state, bsu.text(SNAPSHOT.id));
    }
}

/// The body of a `CreateImage` request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    pub(super) architecture: Option<String>,
    #[serde(default)]
    pub(super) block_device_mappings: Vec<SentMapping>,
    #[serde(default)]
    description: String,
    pub(super) file_location: Option<String>,
    image_name: Option<String>,
    pub(super) no_reboot: Option<bool>,
    #[serde(default)]
    product_codes: Vec<String>,
    pub(super) root_device_name: Option<String>,
    pub(super) source_image_id: Option<String>,
    pub(super) source_region_name: Option<String>,
    pub(super) vm_id: Option<String>,
}

impl Request {
    /// The codes that were sent, else those of the source.
    pub(super) fn product_codes(&self, of_source: &[Value]) -> Vec<Value> {
        if self.product_codes.is_empty() {
            of_source.to_vec()
        } else {
            self.product_codes
                .iter()
                .cloned()
                .map(Value::from)
                .collect()
        }
    }
}

/// What an image has from its source.
pub(super) struct Made {
    pub(super) architecture: String,
    /// Where it comes from, unless that is its own name.
    pub(super) location: Option<String>,
    /// Its devices, as they are shown.
    pub(super) mappings: Vec<Value>,
    pub(super) product_codes: Vec<Value>,
    pub(super) root: String,
    /// Whether it takes its time.
    pub(super) pending: bool,
}

/// Makes an image of a VM, of another image, of snapshots, or of a file in a bucket.
///
/// # Faults
/// - Those of [`source::of`].
/// - Those of [`check_name`]; `MISSING_PARAMETER` for one of snapshots without a name.
/// - Those of [`product_type::check`].
/// - Those of the source, in [`source`].
pub(super) fn create_image(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: Request = call.read()?;
    let source = source::of(&request)?;
    match &request.image_name {
        Some(name) => check_name(call, name)?,
        None if request.block_device_mappings.is_empty() => {}
        // assumed: the other sources can do without.
        None => return Err(fault::MISSING_PARAMETER.says("The ImageName must be given.")),
    }
    for code in &request.product_codes {
        product_type::check(call, code)?;
    }
    let made = source(call, &request)?;
    let pending = made.pending;
    let id = insert(call, &request, made);
    if pending {
        call.state.begin(&PENDING, &id);
    }
    Ok(Reply::of("Image", call.shown(IMAGE, &id)))
}

fn insert(call: &mut Call<'_>, request: &Request, made: Made) -> String {
    let body = json!({
        "AccountId": &*call.account,
        "Architecture": made.architecture,
        "BlockDeviceMappings": made.mappings,
        "CreationDate": clock::zulu(call.state.clock.now()),
        "Description": request.description,
        "ImageType": "machine",
        PERMISSIONS: sharing::private(),
        "ProductCodes": made.product_codes,
        "RootDeviceName": made.root,
        "RootDeviceType": "bsu",
        "State": "available",
        "StateComment": {},
        "Tags": [],
    });
    let body: Object = body.as_object().cloned().unwrap_or_default();
    let id = call.insert(IMAGE, body);
    // assumed: one without a name is called by its identifier.
    let name = request.image_name.as_ref().unwrap_or(&id);
    let location = made.location;
    let location = location.unwrap_or_else(|| format!("{}/{name}", call.account));
    call.edit(IMAGE, &id, |image| {
        image.body.put("FileLocation", location);
        image.body.put("ImageName", name.as_str());
    });
    id
}

/// Refuses what cannot be the name of a new image.
///
/// # Faults
/// - `INVALID_IMAGE_NAME` unless it has 3 to 128 letters, digits, spaces and `_()/.-`.
/// - `DUPLICATE_NAME` when the account has an image of that name.
fn check_name(call: &Call<'_>, name: &str) -> Result<(), Fault> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_ ()/.-".contains(&byte);
    if !NAME.contains(&name.len()) || !name.bytes().all(fits) {
        return Err(fault::INVALID_IMAGE_NAME.says(format!(
            "The ImageName must have {} to {} letters, digits, spaces and characters of '_()/.-'.",
            NAME.start(),
            NAME.end()
        )));
    }
    if call
        .owned(IMAGE)
        .any(|it| it.body.text("ImageName") == name)
    {
        // assumed: the code; that a name is unique is documented.
        return Err(
            fault::DUPLICATE_NAME.says(format!("The account has an image '{name}' already."))
        );
    }
    Ok(())
}
