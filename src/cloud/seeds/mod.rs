//! What every cloud holds before the first call: regions, VM types, public images, catalogues,
//! quotas.
//!
//! The data is JSON in `fixtures/seeds/`, shaped as the API answers it and parsed on first use,
//! once a process. Left out: whatever an account makes itself.
//!
//! Not all of it is recorded from the real cloud. Taken for granted here, to be corrected in the
//! seed files:
//! - assumed: every listed VM type but `t2.small`, `m3.large`, `m3.xlarge` and `mv3.xlarge` has the
//!   size that its name has on AWS (`mv3` that of `m3`) and a `MaxPrivateIps` out of the values
//!   that the real list uses; `ssd`, `hdd` and an `Eth` of 1 are believable values of their fields.
//! - assumed: `us-east-2` and `us-west-1` list the same regions as `eu-west-2`, `ap-northeast-1`
//!   lists only itself, and letters follow the zones in order.
//! - assumed: names of images, their ids, dates and owners.
//! - assumed: what the product codes `0004` and `0006` stand for; that their VMs are no Windows is
//!   what clients know of them.
//! - assumed: names of locations other than `PAR1` and `PAR4`; a region offers its own zones.
//! - assumed: the limits of quotas but for those of load balancers and Nets, and what their
//!   descriptions say but for that of load balancers; names, collections and order are recorded.
//! - assumed: every price but that of a vCore of the fifth generation, titles, categories, units but
//!   that of IOPS, and the operations of public IPs, GPUs and object storage; the other keys are those
//!   that a tool for costs looks up. The real catalogue is longer.
//! - assumed: service ids and every address range, taken from blocks that nobody routes
//!   (RFC 5737, RFC 2544) so that a stray packet of a test reaches no one.

use std::net::Ipv4Addr;
use std::sync::LazyLock;

use ipnet::Ipv4Net;
use serde::Deserialize;
use serde_json::Value;

mod vm_type;

pub(crate) use vm_type::{VmTypeFacts, vm_type};

/// The regions there are, sorted by name.
pub(crate) fn region_names() -> impl Iterator<Item = &'static str> {
    REGIONS.iter().map(RegionSeed::name)
}

/// What `ReadRegions` lists when asked in `region`; nothing for a region that does not exist.
pub(crate) fn regions(region: &str) -> Vec<&'static Value> {
    let listed = find_region(region).map_or(&[][..], |seed| &seed.lists);
    listed
        .iter()
        .filter_map(|name| find_region(name))
        .map(|seed| &seed.region)
        .collect()
}

/// The subregions of `region`, the default one first; none for a region that does not exist.
pub(crate) fn subregions(region: &str) -> &'static [Value] {
    find_region(region).map_or(&[], |seed| &seed.subregions)
}

/// The places in `region` where a `DirectLink` can end.
pub(crate) fn locations(region: &str) -> Vec<&'static Value> {
    let zones: Vec<_> = subregions(region)
        .iter()
        .map(|subregion| &subregion["LocationCode"])
        .collect();
    LOCATIONS
        .iter()
        .filter(|location| zones.contains(&&location["Code"]))
        .collect()
}

/// The images that everybody may launch, oldest first.
pub(crate) fn images() -> &'static [Value] {
    &IMAGES
}

/// The VM types that `ReadVmTypes` lists, family by family.
pub(crate) fn vm_types() -> &'static [Value] {
    &VM_TYPES
}

/// The product types that exist without an account having made them.
pub(crate) fn product_types() -> &'static [Value] {
    &PRODUCT_TYPES
}

/// The flexible GPU models, in the order in which the real catalogue gives them.
pub(crate) fn flexible_gpu_catalog() -> &'static [Value] {
    &FLEXIBLE_GPU_CATALOG
}

/// The quotas, in the order in which the real cloud gives them, without what an account uses.
pub(crate) fn quotas() -> &'static [Value] {
    &QUOTAS
}

/// The catalogue of prices, in euros, without a region; each entry also has the `Unit` that its
/// price is for, which only some answers show.
pub(crate) fn catalog() -> &'static [Value] {
    &CATALOG
}

/// The services of `region` that a Net access point can lead to, sorted by name.
pub(crate) fn net_access_point_services(region: &str) -> Vec<Value> {
    SERVICES
        .iter()
        .map(|service| {
            let mut service = service.clone();
            if let Some(Value::String(name)) = service.get_mut("ServiceName") {
                *name = name.replace("{region}", region);
            }
            service
        })
        .collect()
}

/// The ranges that public IPs are taken from.
pub(crate) fn public_ip_ranges() -> &'static [Ipv4Net] {
    &PUBLIC_IP_RANGES
}

/// The `index`th public IP of a cloud with that seed.
///
/// Stays in [`public_ip_ranges`], never ends in 0 or 255, and comes back to the same address only
/// after all of them (130,048) were given out.
pub(crate) fn public_ip(seed: u64, index: u64) -> Ipv4Addr {
    // A prime that does not divide the number of addresses: the steps visit each of them once.
    const STEP: u64 = 48_271;
    let total = PUBLIC_IP_BLOCKS.len() as u64 * HOSTS;
    let slot = (seed % total + index % total * STEP) % total;
    let block = usize::try_from(slot / HOSTS)
        .ok()
        .and_then(|at| PUBLIC_IP_BLOCKS.get(at))
        .expect("the slot lies below the number of addresses");
    let host = u32::try_from(slot % HOSTS).expect("a host number is below 254");
    Ipv4Addr::from_bits(block + 1 + host)
}

/// Usable addresses in a block of 256.
const HOSTS: u64 = 254;

static REGIONS: LazyLock<Vec<RegionSeed>> =
    LazyLock::new(|| parse(include_str!("../../../fixtures/seeds/regions.json")));
static LOCATIONS: LazyLock<Vec<Value>> =
    LazyLock::new(|| parse(include_str!("../../../fixtures/seeds/locations.json")));
static IMAGES: LazyLock<Vec<Value>> =
    LazyLock::new(|| parse(include_str!("../../../fixtures/seeds/images.json")));
static VM_TYPES: LazyLock<Vec<Value>> =
    LazyLock::new(|| parse(include_str!("../../../fixtures/seeds/vm_types.json")));
static PRODUCT_TYPES: LazyLock<Vec<Value>> =
    LazyLock::new(|| parse(include_str!("../../../fixtures/seeds/product_types.json")));
static FLEXIBLE_GPU_CATALOG: LazyLock<Vec<Value>> = LazyLock::new(|| {
    parse(include_str!(
        "../../../fixtures/seeds/flexible_gpu_catalog.json"
    ))
});
static CATALOG: LazyLock<Vec<Value>> =
    LazyLock::new(|| parse(include_str!("../../../fixtures/seeds/catalog.json")));
static QUOTAS: LazyLock<Vec<Value>> =
    LazyLock::new(|| parse(include_str!("../../../fixtures/seeds/quotas.json")));
static SERVICES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    parse(include_str!(
        "../../../fixtures/seeds/net_access_point_services.json"
    ))
});
static PUBLIC_IP_RANGES: LazyLock<Vec<Ipv4Net>> = LazyLock::new(|| {
    let ranges: Vec<&str> = parse(include_str!(
        "../../../fixtures/seeds/public_ip_ranges.json"
    ));
    ranges
        .iter()
        .map(|range| range.parse().expect("a seeded range is in CIDR notation"))
        .collect()
});
/// The first address of each block of 256 in the ranges.
static PUBLIC_IP_BLOCKS: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let spans = PUBLIC_IP_RANGES
        .iter()
        .map(|range| range.network().to_bits()..range.broadcast().to_bits());
    spans.flat_map(|span| span.step_by(256)).collect()
});

fn parse<T: Deserialize<'static>>(text: &'static str) -> T {
    serde_json::from_str(text).expect("a seed file is valid: a test reads each of them")
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RegionSeed {
    region: Value,
    /// The names of the regions that `ReadRegions` lists here.
    lists: Vec<String>,
    subregions: Vec<Value>,
}

impl RegionSeed {
    fn name(&self) -> &str {
        self.region["RegionName"].as_str().unwrap_or_default()
    }
}

fn find_region(name: &str) -> Option<&'static RegionSeed> {
    REGIONS.iter().find(|seed| seed.name() == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn text<'a>(entry: &'a Value, field: &str) -> &'a str {
        entry[field].as_str().unwrap()
    }

    fn is_id(id: &str, prefix: &str) -> bool {
        id.strip_prefix(prefix).is_some_and(|hex| {
            hex.len() == 8 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
    }

    fn assert_unique<'a>(values: impl IntoIterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for value in values {
            assert!(seen.insert(value), "{value} stands twice");
        }
    }

    #[test]
    fn each_region_has_subregions_and_an_endpoint_of_its_own() {
        let names: Vec<_> = region_names().collect();
        assert_eq!(
            names,
            [
                "ap-northeast-1",
                "cloudgouv-eu-west-1",
                "eu-west-2",
                "us-east-2",
                "us-west-1"
            ]
        );
        for name in names {
            let listed = regions(name);
            let own = listed.iter().find(|r| r["RegionName"] == name).unwrap();
            assert_eq!(own["Endpoint"], format!("api.{name}.outscale.com"));
            assert!(subregions(name).len() >= 2);
            for (subregion, letter) in subregions(name).iter().zip('a'..) {
                assert_eq!(subregion["SubregionName"], format!("{name}{letter}"));
                assert_eq!(subregion["RegionName"], name);
                assert_eq!(subregion["State"], "available");
            }
            assert_eq!(locations(name).len(), subregions(name).len());
        }
        assert_eq!(regions("eu-west-2").len(), 3);
        assert_eq!(regions("cloudgouv-eu-west-1").len(), 1);
    }

    #[test]
    fn an_unknown_region_holds_nothing() {
        assert!(regions("moon-1").is_empty());
        assert!(subregions("moon-1").is_empty());
        assert!(locations("moon-1").is_empty());
    }

    #[test]
    fn images_are_whole_and_distinct() {
        assert_unique(images().iter().map(|image| text(image, "ImageId")));
        assert_unique(images().iter().map(|image| text(image, "ImageName")));
        assert!(images().is_sorted_by_key(|image| text(image, "CreationDate")));
        for image in images() {
            assert!(is_id(text(image, "ImageId"), "ami-"), "{image}");
            let date: jiff::Timestamp = text(image, "CreationDate").parse().unwrap();
            assert!(date.as_millisecond() > 0);
            let owner = image.get("AccountAlias").unwrap_or(&image["AccountId"]);
            let location = format!("{}/{}", owner.as_str().unwrap(), text(image, "ImageName"));
            assert_eq!(image["FileLocation"], location);
            let mappings = image["BlockDeviceMappings"].as_array().unwrap();
            let root = &mappings[0];
            assert_eq!(root["DeviceName"], image["RootDeviceName"]);
            for mapping in mappings {
                let bsu = &mapping["Bsu"];
                assert!(is_id(text(bsu, "SnapshotId"), "snap-"), "{image}");
                assert_eq!(bsu.get("Iops").is_some(), bsu["VolumeType"] == "io1");
            }
            let code = &image["ProductCodes"][0];
            assert!(product_types().iter().any(|p| p["ProductTypeId"] == *code));
            let windows = text(image, "ImageName").starts_with("Windows");
            assert_eq!(code == "0002", windows);
        }
    }

    #[test]
    fn the_small_catalogues_are_whole() {
        assert_unique(product_types().iter().map(|p| text(p, "ProductTypeId")));
        assert_eq!(product_types()[0].get("Vendor"), None);
        assert_unique(flexible_gpu_catalog().iter().map(|g| text(g, "ModelName")));
        for gpu in flexible_gpu_catalog() {
            assert!(gpu["MaxCpu"].as_u64().unwrap() <= u64::from(vm_type::TINA_CORES));
            assert!(gpu["MaxRam"].as_u64().unwrap() <= u64::from(vm_type::TINA_GIB));
            assert!(!gpu["Generations"].as_array().unwrap().is_empty());
        }
        let services = net_access_point_services("us-east-2");
        assert_eq!(services[0]["ServiceName"], "com.outscale.us-east-2.api");
        assert_unique(services.iter().map(|s| text(s, "ServiceId")));
        for service in &services {
            assert!(is_id(text(service, "ServiceId"), "pl-"));
            let range: Ipv4Net = service["IpRanges"][0].as_str().unwrap().parse().unwrap();
            assert!(range.network().is_documentation());
        }
    }

    #[test]
    fn public_ips_stay_in_their_ranges_and_do_not_repeat() {
        for seed in [0, 1, 42, u64::MAX] {
            let mut seen = BTreeSet::new();
            for index in 0..1 << 16 {
                let ip = public_ip(seed, index);
                assert!(public_ip_ranges().iter().any(|range| range.contains(&ip)));
                assert!(!matches!(ip.octets()[3], 0 | 255), "{ip}");
                assert!(seen.insert(ip), "{ip} came twice");
            }
        }
        assert_eq!(public_ip(7, 3), public_ip(7, 3));
        assert_ne!(public_ip(7, 0), public_ip(8, 0));
        public_ip(u64::MAX, u64::MAX);
    }
}
