//! VM types as facts: how large a VM of a named type is.
//!
//! Reads the listed types and the TINA names, which say their size themselves. Left out: which
//! TINA type stands behind an AWS name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::vm_types;

/// What a VM type gives to a VM.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct VmTypeFacts {
    /// Virtual cores.
    pub(crate) vcores: u32,
    /// Memory in GiB.
    pub(crate) memory_gib: f64,
    /// The `Performance` that the type imposes; none where the request chooses.
    pub(crate) performance: Option<&'static str>,
    /// The processor generation; only TINA types name one.
    pub(crate) generation: Option<u32>,
    /// Private IPs that one NIC can hold.
    pub(crate) max_private_ips: u32,
    /// Ephemeral disks (`ephemeral0` and on) that can be mapped.
    pub(crate) ephemeral_disks: u32,
}

/// The facts of a VM type: one that [`vm_types`] lists, or `tinav<generation>.c<cores>r<GiB>` with
/// or without `p1` (highest), `p2` (high) or `p3` (medium).
///
/// TINA types reach from `tinav1.c1r1` to generation 7, 130 cores and 2,300 GiB.
pub(crate) fn vm_type(name: &str) -> Option<VmTypeFacts> {
    VM_TYPE_FACTS.get(name).copied().or_else(|| tina_type(name))
}

// assumed: no limits are documented. Seven generations are known; 130 cores and 2,300 GiB are the
// largest VM that an entry of the flexible GPU catalogue speaks of.
const TINA_GENERATIONS: u32 = 7;
pub(super) const TINA_CORES: u32 = 130;
pub(super) const TINA_GIB: u32 = 2300;

static VM_TYPE_FACTS: LazyLock<BTreeMap<&'static str, VmTypeFacts>> = LazyLock::new(|| {
    vm_types()
        .iter()
        .filter_map(|seed| VmTypeSeed::deserialize(seed).ok())
        .map(|seed| (seed.name, seed.facts()))
        .collect()
});

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VmTypeSeed {
    #[serde(rename = "VmTypeName")]
    name: &'static str,
    vcore_count: u32,
    memory_size: f64,
    max_private_ips: u32,
    volume_count: u32,
}

impl VmTypeSeed {
    fn facts(&self) -> VmTypeFacts {
        VmTypeFacts {
            vcores: self.vcore_count,
            memory_gib: self.memory_size,
            performance: Some(aws_performance(self.name)),
            generation: None,
            max_private_ips: self.max_private_ips,
            ephemeral_disks: self.volume_count,
        }
    }
}

/// assumed: only the answer for `t2.small` is known; the larger families get the next flag.
fn aws_performance(name: &str) -> &'static str {
    if name.starts_with("t2.") {
        "medium"
    } else {
        "high"
    }
}

fn tina_type(name: &str) -> Option<VmTypeFacts> {
    let (generation, rest) = name.strip_prefix("tinav")?.split_once(".c")?;
    let (cores, rest) = rest.split_once('r')?;
    let (gib, performance) = match rest.split_once('p') {
        None => (rest, None),
        Some((gib, "1")) => (gib, Some("highest")),
        Some((gib, "2")) => (gib, Some("high")),
        Some((gib, "3")) => (gib, Some("medium")),
        Some(_) => return None,
    };
    let vcores = number(cores, TINA_CORES)?;
    Some(VmTypeFacts {
        vcores,
        memory_gib: f64::from(number(gib, TINA_GIB)?),
        performance,
        generation: Some(number(generation, TINA_GENERATIONS)?),
        // assumed: as many as the seeded type with that many cores.
        max_private_ips: match vcores {
            1 => 4,
            2 => 10,
            3..=15 => 15,
            16..=63 => 30,
            _ => 50,
        },
        ephemeral_disks: 0,
    })
}

/// A number from 1 to `most`, written in the one canonical way.
fn number(text: &str, most: u32) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    ((1..=most).contains(&number) && number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    fn family(name: &Value) -> &str {
        name.as_str().unwrap().split_once('.').unwrap().0
    }

    #[test]
    fn vm_types_are_whole_and_distinct() {
        assert!(vm_types().is_sorted_by_key(|entry| family(&entry["VmTypeName"])));
        let mut names = BTreeSet::new();
        for entry in vm_types() {
            let name = entry["VmTypeName"].as_str().unwrap();
            assert!(names.insert(name), "{name} stands twice");
            let facts = vm_type(name).unwrap();
            assert!(
                [2, 4, 6, 10, 15, 30, 50].contains(&facts.max_private_ips),
                "{entry}"
            );
            assert!(entry["MemorySize"].is_f64(), "{entry}");
            for field in ["VolumeSize", "EphemeralsType"] {
                assert_eq!(
                    entry.get(field).is_some(),
                    facts.ephemeral_disks > 0,
                    "{entry}"
                );
            }
        }
    }

    #[test]
    fn recorded_vm_types_have_their_recorded_values() {
        let facts = |name| {
            let facts = vm_type(name).unwrap();
            (
                facts.vcores,
                facts.memory_gib,
                facts.max_private_ips,
                facts.ephemeral_disks,
            )
        };
        assert_eq!(facts("t2.small"), (1, 2.0, 4, 0));
        assert_eq!(facts("m3.large"), (2, 8.0, 10, 1));
        assert_eq!(facts("m3.xlarge"), (4, 15.0, 15, 2));
        assert_eq!(facts("mv3.xlarge"), (4, 15.0, 15, 2));
        assert_eq!(vm_type("t2.small").unwrap().performance, Some("medium"));
        assert_eq!(vm_type("m3.large").unwrap().performance, Some("high"));
    }

    #[test]
    fn tina_types_are_read_from_their_name() {
        let facts = vm_type("tinav6.c6r16p3").unwrap();
        assert_eq!((facts.generation, facts.vcores), (Some(6), 6));
        assert_eq!(facts.performance, Some("medium"));
        assert!((facts.memory_gib - 16.0).abs() < f64::EPSILON);
        assert_eq!(vm_type("tinav5.c2r2").unwrap().performance, None);
        assert_eq!(
            vm_type("tinav5.c1r1p1").unwrap().performance,
            Some("highest")
        );
        assert_eq!(vm_type("tinav5.c1r1p2").unwrap().performance, Some("high"));
        assert!(vm_type("tinav7.c130r2300p1").is_some());
    }

    #[test]
    fn other_names_are_no_vm_types() {
        let names = [
            "",
            "t2.giant",
            "T2.small",
            "tina5.c1r1",
            "tinav.c1r1",
            "tinav0.c1r1",
            "tinav8.c1r1",
            "tinav5.c0r1",
            "tinav5.c131r1",
            "tinav5.c1r0",
            "tinav5.c1r2301",
            "tinav5.c01r1",
            "tinav5.c1r1p0",
            "tinav5.c1r1p4",
            "tinav5.c1r1p",
            "tinav5.c1r1p1p1",
            "tinav5.c+1r1",
            "tinav5.c1",
            "tinav5.r1c1",
            "tinav5.c1r1 ",
            "tinav5.c1r1.5",
            "TINAV5.c1r1",
        ];
        for name in names {
            assert_eq!(vm_type(name), None, "{name:?}");
        }
    }
}
