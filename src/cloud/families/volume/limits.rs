//! What a volume may be: types, sizes, IOPS, and the names under which a VM sees it.

use crate::cloud::fault::{self, Fault};

/// The largest volume, in GiB; documented.
pub(in crate::cloud::families) const LARGEST_GIB: i64 = 14_901;
/// The IOPS that an `io1` volume may have; the maximum is documented, the minimum used by clients.
const IO1_IOPS: std::ops::RangeInclusive<i64> = 100..=13_000;
/// IOPS for each GiB that an `io1` volume may have at most; documented.
const IO1_IOPS_PER_GIB: i64 = 300;
/// The baseline of a `gp2` volume for each GiB.
///
/// assumed: the formula; 100 IOPS at 10 and 12 GiB are recorded.
const GP2_IOPS_PER_GIB: i64 = 3;
/// assumed: the bounds of that baseline.
const GP2_IOPS: (i64, i64) = (100, 10_000);

/// How many volumes a VM takes, its root volume included; documented.
const VOLUMES_PER_VM: usize = 40;

/// Refuses more volumes than one VM takes.
///
/// # Faults
/// `TOO_MANY_VOLUMES`.
pub(in crate::cloud::families) fn check_count(volumes: usize) -> Result<(), Fault> {
    if volumes <= VOLUMES_PER_VM {
        return Ok(());
    }
    // assumed: the code.
    Err(fault::TOO_MANY_VOLUMES.says(format!(
        "A VM takes {VOLUMES_PER_VM} volumes, its root volume included."
    )))
}

/// A volume's type, size and IOPS, checked against each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cloud::families) struct Measures {
    /// `standard`, `gp2` or `io1`.
    pub(in crate::cloud::families) volume_type: &'static str,
    /// In GiB.
    pub(in crate::cloud::families) size: i64,
    /// What was provisioned; `io1` only.
    pub(in crate::cloud::families) iops: Option<i64>,
}

/// Where the size of a new volume comes from.
#[derive(Clone, Copy, Debug)]
pub(in crate::cloud::families) struct SizeSource {
    /// The size that was asked for, in GiB.
    pub(in crate::cloud::families) asked: Option<i64>,
    /// The size of the snapshot that it is made from, in GiB.
    pub(in crate::cloud::families) snapshot: Option<i64>,
}

impl SizeSource {
    /// The size of the volume: the one asked for, else the snapshot's.
    ///
    /// # Faults
    /// - `MISSING_PARAMETER` when there is neither.
    /// - `INVALID_VOLUME_SIZE` when there can be no such volume.
    /// - `SMALLER_THAN_SNAPSHOT` when the snapshot would not fit.
    pub(in crate::cloud::families) fn size(self) -> Result<i64, Fault> {
        let size = self.asked.or(self.snapshot).ok_or_else(|| {
            fault::MISSING_PARAMETER
                .says("A volume needs a size, or a snapshot that it is made from.")
        })?;
        if !(1..=LARGEST_GIB).contains(&size) {
            return Err(fault::INVALID_VOLUME_SIZE.says(format!(
                "The size is {size} GiB; it must lie between 1 and {LARGEST_GIB}."
            )));
        }
        match self.snapshot {
            Some(snapshot) if size < snapshot => Err(fault::SMALLER_THAN_SNAPSHOT.says(format!(
                "The size is {size} GiB, and the snapshot needs {snapshot}."
            ))),
            _ => Ok(size),
        }
    }
}

impl Measures {
    /// Checks a type and IOPS for a size; IOPS are ignored for all types but `io1`.
    ///
    /// # Faults
    /// - `INVALID_PARAMETER_VALUE` for an unknown type.
    /// - `MISSING_PARAMETER`, `INVALID_IOPS` or `INVALID_IOPS_RATIO` for the IOPS of `io1`.
    pub(in crate::cloud::families) fn of(
        volume_type: Option<&str>,
        size: i64,
        iops: Option<i64>,
    ) -> Result<Self, Fault> {
        let volume_type = match volume_type.unwrap_or("standard") {
            "standard" => "standard",
            "gp2" => "gp2",
            "io1" => "io1",
            other => {
                // assumed: the code.
                return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
                    "The VolumeType is '{other}'; there are standard, gp2 and io1."
                )));
            }
        };
        let iops = match volume_type {
            "io1" => Some(io1_iops(size, iops)?),
            _ => None,
        };
        Ok(Self {
            volume_type,
            size,
            iops,
        })
    }
}

fn io1_iops(size: i64, iops: Option<i64>) -> Result<i64, Fault> {
    let iops =
        iops.ok_or_else(|| fault::MISSING_PARAMETER.says("An io1 volume needs its Iops."))?;
    if !IO1_IOPS.contains(&iops) {
        return Err(fault::INVALID_IOPS.says(format!(
            "The Iops are {iops}; they must lie between {} and {}.",
            IO1_IOPS.start(),
            IO1_IOPS.end()
        )));
    }
    if iops > size * IO1_IOPS_PER_GIB {
        return Err(fault::INVALID_IOPS_RATIO.says(format!(
            "{iops} IOPS for {size} GiB are more than {IO1_IOPS_PER_GIB} for each."
        )));
    }
    Ok(iops)
}

/// The `Iops` that a volume shows: provisioned for `io1`, the baseline for `gp2`, none otherwise.
pub(in crate::cloud::families) fn iops_to_show(measures: &Measures) -> Option<i64> {
    match measures.volume_type {
        "gp2" => Some((measures.size * GP2_IOPS_PER_GIB).clamp(GP2_IOPS.0, GP2_IOPS.1)),
        _ => measures.iops,
    }
}

/// Refuses a name that no device of a VM can have.
///
/// # Faults
/// `INVALID_DEVICE` unless it is `/dev/sda1`, or `/dev/sd` or `/dev/xvd` with one letter from b to
/// z, or such a letter and any other.
pub(in crate::cloud::families) fn device_name(name: &str) -> Result<(), Fault> {
    let letters = name
        .strip_prefix("/dev/sd")
        .or_else(|| name.strip_prefix("/dev/xvd"))
        .unwrap_or_default();
    let fits = match letters.as_bytes() {
        [first] => (b'b'..=b'z').contains(first),
        [first, second] => (b'b'..=b'z').contains(first) && second.is_ascii_lowercase(),
        _ => false,
    };
    if fits || name == "/dev/sda1" {
        return Ok(());
    }
    Err(fault::INVALID_DEVICE.says(format!(
        "The provided value ('{name}') for the parameter 'Device' is invalid."
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/dev/sda1", true)]
    #[case("/dev/sdb", true)]
    #[case("/dev/sdzz", true)]
    #[case("/dev/xvdb", true)]
    #[case("/dev/xvdba", true)]
    #[case("/dev/sda", false)]
    #[case("/dev/xvda1", false)]
    #[case("/dev/sdab", false)]
    #[case("/dev/sdbcd", false)]
    #[case("/dev/sdB", false)]
    #[case("/dev/sdb1", false)]
    #[case("sdb", false)]
    #[case("", false)]
    fn device_names(#[case] name: &str, #[case] fits: bool) {
        assert_eq!(device_name(name).is_ok(), fits);
    }

    #[rstest]
    #[case(10, 100)]
    #[case(12, 100)]
    #[case(100, 300)]
    #[case(14_901, 10_000)]
    fn gp2_baselines(#[case] size: i64, #[case] iops: i64) {
        let measures = Measures::of(Some("gp2"), size, Some(1000)).unwrap();
        assert_eq!(iops_to_show(&measures), Some(iops));
    }
}
