//! Volumes as images and requests describe them: the `Bsu` of a device.

use std::sync::Arc;

use serde::Deserialize;

use super::limits::{Measures, SizeSource};
use crate::cloud::call::Call;
use crate::cloud::families::snapshot::{self, SNAPSHOT};
use crate::cloud::fault::Fault;
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// A volume that is to be made for a device.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloud::families) struct Bsu {
    delete_on_vm_deletion: Option<bool>,
    iops: Option<i64>,
    /// The snapshot that it is made of.
    pub(in crate::cloud::families) snapshot_id: Option<String>,
    /// Its size, in GiB.
    pub(in crate::cloud::families) volume_size: Option<i64>,
    volume_type: Option<String>,
}

impl Bsu {
    /// The snapshot that it is made of, if it is of one.
    ///
    /// # Faults
    /// Those of [`Call::find`] and [`snapshot::check_usable`].
    pub(in crate::cloud::families) fn snapshot(
        &self,
        call: &Call<'_>,
    ) -> Result<Option<Arc<Resource>>, Fault> {
        let Some(id) = &self.snapshot_id else {
            return Ok(None);
        };
        let snapshot = call.find(SNAPSHOT, id)?;
        snapshot::check_usable(&snapshot)?;
        Ok(Some(snapshot))
    }

    /// Its type, size and IOPS, given the size of its snapshot.
    ///
    /// # Faults
    /// Those of [`SizeSource::size`] and [`Measures::of`].
    pub(in crate::cloud::families) fn measures(
        &self,
        snapshot: Option<i64>,
    ) -> Result<Measures, Fault> {
        let size = SizeSource {
            asked: self.volume_size,
            snapshot,
        };
        Measures::of(self.volume_type.as_deref(), size.size()?, self.iops)
    }

    /// Whether it goes with its VM: it does unless it is said not to, as documented.
    pub(in crate::cloud::families) fn goes_with_vm(&self) -> bool {
        self.delete_on_vm_deletion.unwrap_or(true)
    }

    /// What is sent of it, over what is known of it.
    pub(in crate::cloud::families) fn overlay(&mut self, sent: &Self) {
        let sent = sent.clone();
        *self = Self {
            delete_on_vm_deletion: sent.delete_on_vm_deletion.or(self.delete_on_vm_deletion),
            iops: sent.iops.or(self.iops),
            snapshot_id: sent.snapshot_id.or(self.snapshot_id.take()),
            volume_size: sent.volume_size.or(self.volume_size),
            volume_type: sent.volume_type.or(self.volume_type.take()),
        };
    }
}

/// How an image shows a volume; IOPS are shown where they are provisioned, as recorded.
pub(in crate::cloud::families) fn bsu_to_show(
    measures: &Measures,
    goes_with_vm: bool,
    snapshot_id: Option<&str>,
) -> Object {
    let mut bsu = Object::new();
    bsu.put("DeleteOnVmDeletion", goes_with_vm);
    if let Some(iops) = measures.iops {
        bsu.put("Iops", iops);
    }
    if let Some(snapshot_id) = snapshot_id {
        bsu.put(SNAPSHOT.id, snapshot_id);
    }
    bsu.put("VolumeSize", measures.size);
    bsu.put("VolumeType", measures.volume_type);
    bsu
}
