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

/// Changes a volume: at once, or by the next read where the cloud takes its time.
///
/// The answer shows the new type, but the size of before and, on a running VM, the IOPS of before.
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
    if hot && (request.size.is_some() || request.volume_type.is_some()) {
        return Err(super::wrong_state(
            &volume,
            "on a VM that is up, only its Iops can be changed",
        ));
    }
    let before = volume.body.clone();
    let after = measures(&before, &request)?;
    let mut answer = before.clone();
    call.edit(VOLUME, &request.volume_id, |volume| {
        put(&mut volume.body, &after);
    });
    if !hot {
        put(&mut answer, &after);
        answer.extend(
            before
                .get_key_value("Size")
                .map(|(k, v)| (k.clone(), v.clone())),
        );
    }
    Ok(Reply::of("Volume", answer))
}

/// Whether a volume is linked to a VM that is up.
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
        // assumed: refused here, while creation is known to ignore them.
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
