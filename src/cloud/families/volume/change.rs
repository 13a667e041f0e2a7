//! Changes of a volume: its size, its type, its IOPS.

use serde::Deserialize;

use super::link::link_of;
use super::{Measures, SizeSource, VOLUME, iops_to_show};
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::vm::VM;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateVolume {
    iops: Option<i64>,
    size: Option<i64>,
    volume_id: String,
    volume_type: Option<String>,
}

impl UpdateVolume {
    /// Whether it asks for another size or type than the volume has.
    fn changes_size_or_type(&self, volume: &Object) -> bool {
        let size = self
            .size
            .is_some_and(|size| volume.int("Size") != Some(size));
        let volume_type = self.volume_type.as_deref();
        size || volume_type.is_some_and(|it| it != volume.text("VolumeType"))
    }
}

/// Changes a volume: at once, or by the next read where the cloud takes its time.
///
/// The answer shows the new type, but the size of before and, on a running VM, the IOPS of before.
/// assumed: whatever the pace, the next read shows all of it, and never the state `updating`.
///
/// # Faults
/// - `NO_SUCH_VOLUME`.
/// - `INVALID_VOLUME_STATE` for a new size or type while it is linked to a VM that runs.
/// - `INVALID_VOLUME_SIZE` when it would shrink.
/// - `INVALID_PARAMETER_SET` for IOPS of a volume that is not `io1`.
/// - Those of [`Measures::of`].
pub(super) fn update_volume(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: UpdateVolume = call.read()?;
    let volume = super::find(call, &request.volume_id)?;
    let hot = is_hot(call, &volume);
    if hot && request.changes_size_or_type(&volume.body) {
        return Err(super::wrong_state(
            &volume,
            "on a VM that is up, only its Iops can be changed",
        ));
    }
    let after = measures(&volume.body, &request)?;
    let mut answer = volume.body.clone();
    if !hot {
        // What comes of the size comes later too, such as the Iops of gp2: so is the sample.
        let size = volume.body.int("Size").unwrap_or_default();
        put(
            &mut answer,
            &Measures {
                size,
                ..after.clone()
            },
        );
    }
    call.edit(VOLUME, &request.volume_id, |volume| {
        put(&mut volume.body, &after);
    });
    Ok(Reply::of("Volume", answer))
}

/// Whether a volume is linked to a VM that is up; assumed: or about to be, or to end.
fn is_hot(call: &Call<'_>, volume: &Resource) -> bool {
    link_of(volume)
        .and_then(|link| call.state.get(VM, link.text("VmId")))
        .is_some_and(|vm| !matches!(vm.state(), "stopping" | "stopped"))
}

fn measures(before: &Object, request: &UpdateVolume) -> Result<Measures, Fault> {
    let old_size = before.int("Size").unwrap_or_default();
    let size = SizeSource {
        asked: request.size,
        snapshot: None,
    };
    let size = match request.size {
        Some(_) => size.size()?,
        None => old_size,
    };
    if size < old_size {
        // assumed: the code; that a volume cannot shrink is documented.
        return Err(fault::INVALID_VOLUME_SIZE.says(format!(
            "The size is {size} GiB, less than the {old_size} that the volume has."
        )));
    }
    let old_type = before.text("VolumeType");
    let volume_type = request.volume_type.as_deref().unwrap_or(old_type);
    if volume_type != "io1" && request.iops.is_some() && request.volume_type.is_none() {
        // assumed: refused here, while creation is known to ignore them, and so does a change to
        // another type.
        return Err(fault::INVALID_PARAMETER_SET.says(format!(
            "The volume is {volume_type}; only an io1 volume has Iops of its own."
        )));
    }
    let kept = before.int("Iops").filter(|_| old_type == "io1");
    Measures::of(Some(volume_type), size, request.iops.or(kept))
}

fn put(body: &mut Object, measures: &Measures) {
    body.put("Size", measures.size);
    body.put("VolumeType", measures.volume_type);
    match iops_to_show(measures) {
        Some(iops) => body.put("Iops", iops),
        None => {
            body.remove("Iops");
        }
    }
}
