//! Ready-made fixtures for [rstest](https://docs.rs/rstest) (feature `rstest`).
//!
//! Name one as an argument of a test and it is there, with the cloud that it lives in:
//!
//! ```
//! use mockscale::fixtures::{Subnet, subnet};
//! use mockscale::json;
//! use rstest::rstest;
//!
//! #[rstest]
//! fn a_subnet_keeps_its_net(subnet: Subnet) {
//!     let net = json!({ "NetId": subnet.net_id });
//!     assert_eq!(subnet.cloud.call("DeleteNet", net).status(), 409);
//! }
//! ```
//!
//! Two fixtures of one test live in two clouds, each in its own, unless the second is told to use
//! the first: `#[with(…)]` takes the arguments of a fixture in their order, and may use what stands
//! before it. The first argument is where it lives: a [`Cloud`], a [`Net`] or a [`Subnet`].
//!
//! ```
//! use mockscale::fixtures::{Net, PublicIp, Subnet, Vm, cloud, net, public_ip, running_vm, subnet};
//! use mockscale::{Cloud, json};
//! use rstest::rstest;
//!
//! #[rstest]
//! fn a_vm_that_cannot_be_reached(
//!     cloud: Cloud,
//!     #[with(cloud.clone(), "10.8.0.0/16")] net: Net,
//!     #[with(net.clone(), "10.8.1.0/24")] subnet: Subnet,
//!     #[from(running_vm)]
//!     #[with(subnet.clone())]
//!     web: Vm,
//!     #[with(cloud.clone())] public_ip: PublicIp,
//! ) {
//!     assert_eq!((&web.net_id, &web.subnet_id), (&net.net_id, &subnet.subnet_id));
//!     let link = json!({ "PublicIp": public_ip.public_ip, "VmId": web.vm_id });
//!     // The Net has no Internet service.
//!     assert!(!cloud.call("LinkPublicIp", link).is_success());
//! }
//! ```
//!
//! What a test does not touch itself is named so that the compiler does not warn:
//! `#[from(net)] #[with(cloud.clone())] _net: Net`. The fixtures call the cloud as a test would, so
//! the transcript begins with their calls. A test may bring another release of rstest than this
//! crate does. Left out: what the fake does not serve yet, and VMs outside of a Net.

use rstest::fixture;
use serde_json::{Value, json};

use crate::{Cloud, Response};

/// A public image that every cloud holds: Debian 11.
const IMAGE: &str = "ami-5aebd4d5";

/// A cloud of its own.
#[fixture]
pub fn cloud() -> Cloud {
    Cloud::new()
}

/// A cloud that listens on a port of its own, for SDKs and tools; in tests with or without a
/// runtime.
///
/// ```
/// use mockscale::Cloud;
/// use mockscale::fixtures::served;
/// use rstest::rstest;
///
/// #[rstest]
/// #[tokio::test]
/// async fn a_client_finds_it(served: Cloud) {
///     assert!(served.endpoint().starts_with("http://127.0.0.1:"));
/// }
/// ```
///
/// # Panics
/// When the system gives no port.
#[cfg(feature = "server")]
#[fixture]
pub fn served() -> Cloud {
    Cloud::builder().start()
}

/// A Net, made by [`net()`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Net {
    /// The cloud that it is in.
    pub cloud: Cloud,
    /// Its identifier.
    pub net_id: String,
}

/// A Net in a cloud, with a range of addresses.
///
/// # Panics
/// When the cloud refuses, with the refusal.
#[fixture]
pub fn net(cloud: Cloud, #[default("10.0.0.0/16")] ip_range: &str) -> Net {
    let made = call(&cloud, "CreateNet", json!({ "IpRange": ip_range }));
    Net {
        net_id: made.text("/Net/NetId").to_owned(),
        cloud,
    }
}

/// A Subnet, made by [`subnet()`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Subnet {
    /// The cloud that it is in.
    pub cloud: Cloud,
    /// The Net that it is in.
    pub net_id: String,
    /// Its identifier.
    pub subnet_id: String,
}

/// A Subnet in a Net, with a range of addresses.
///
/// # Panics
/// When the cloud refuses, with the refusal.
#[fixture]
pub fn subnet(net: Net, #[default("10.0.0.0/24")] ip_range: &str) -> Subnet {
    let Net { cloud, net_id } = net;
    let wanted = json!({ "NetId": net_id, "IpRange": ip_range });
    let made = call(&cloud, "CreateSubnet", wanted);
    Subnet {
        subnet_id: made.text("/Subnet/SubnetId").to_owned(),
        cloud,
        net_id,
    }
}

/// A security group, made by [`security_group()`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SecurityGroup {
    /// The cloud that it is in.
    pub cloud: Cloud,
    /// The Net that it is in.
    pub net_id: String,
    /// Its identifier.
    pub security_group_id: String,
}

/// A security group in a Net, with a name and without inbound rules.
///
/// # Panics
/// When the cloud refuses, with the refusal.
#[fixture]
pub fn security_group(net: Net, #[default("fixture")] name: &str) -> SecurityGroup {
    let Net { cloud, net_id } = net;
    let wanted = json!({ "NetId": net_id, "SecurityGroupName": name, "Description": name });
    let made = call(&cloud, "CreateSecurityGroup", wanted);
    SecurityGroup {
        security_group_id: made.text("/SecurityGroup/SecurityGroupId").to_owned(),
        cloud,
        net_id,
    }
}

/// An Internet service, made by [`internet_service()`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InternetService {
    /// The cloud that it is in.
    pub cloud: Cloud,
    /// The Net that it is linked to.
    pub net_id: String,
    /// Its identifier.
    pub internet_service_id: String,
}

/// An Internet service that is linked to a Net; no route leads to it.
///
/// # Panics
/// When the cloud refuses, with the refusal.
#[fixture]
pub fn internet_service(net: Net) -> InternetService {
    let Net { cloud, net_id } = net;
    let made = call(&cloud, "CreateInternetService", json!({}));
    let internet_service_id = made.text("/InternetService/InternetServiceId").to_owned();
    let link = json!({ "InternetServiceId": internet_service_id, "NetId": net_id });
    call(&cloud, "LinkInternetService", link);
    InternetService {
        cloud,
        net_id,
        internet_service_id,
    }
}

/// A keypair, made by [`keypair()`].
#[derive(Clone)]
#[non_exhaustive]
pub struct Keypair {
    /// The cloud that it is in.
    pub cloud: Cloud,
    /// Its name.
    pub keypair_name: String,
    /// Its private key, in PEM.
    pub private_key: String,
}

impl std::fmt::Debug for Keypair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keypair")
            .field("cloud", &self.cloud)
            .field("keypair_name", &self.keypair_name)
            .finish_non_exhaustive()
    }
}

/// A keypair of a cloud's account, with a name.
///
/// # Panics
/// When the cloud refuses, with the refusal.
#[fixture]
pub fn keypair(cloud: Cloud, #[default("fixture")] name: &str) -> Keypair {
    let made = call(&cloud, "CreateKeypair", json!({ "KeypairName": name }));
    Keypair {
        keypair_name: name.to_owned(),
        private_key: made.text("/Keypair/PrivateKey").to_owned(),
        cloud,
    }
}

/// A volume, made by [`volume()`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Volume {
    /// The cloud that it is in.
    pub cloud: Cloud,
    /// Its identifier.
    pub volume_id: String,
}

/// A volume that is available, of so many GiB, in the first subregion.
///
/// Completes every transition that is under way in its cloud.
///
/// # Panics
/// When the cloud refuses, with the refusal.
#[fixture]
pub fn volume(cloud: Cloud, #[default(10)] size: u32) -> Volume {
    let subregion = format!("{}a", cloud.credentials().region);
    let wanted = json!({ "SubregionName": subregion, "Size": size });
    let made = call(&cloud, "CreateVolume", wanted);
    cloud.settle();
    Volume {
        volume_id: made.text("/Volume/VolumeId").to_owned(),
        cloud,
    }
}

/// A public IP, made by [`public_ip()`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PublicIp {
    /// The cloud that it is in.
    pub cloud: Cloud,
    /// The address.
    pub public_ip: String,
    /// Its identifier.
    pub public_ip_id: String,
}

/// A public IP that is linked to nothing.
///
/// # Panics
/// When the cloud refuses, with the refusal.
#[fixture]
pub fn public_ip(cloud: Cloud) -> PublicIp {
    let made = call(&cloud, "CreatePublicIp", json!({}));
    PublicIp {
        public_ip: made.text("/PublicIp/PublicIp").to_owned(),
        public_ip_id: made.text("/PublicIp/PublicIpId").to_owned(),
        cloud,
    }
}

/// A VM, made by [`vm()`] or [`running_vm()`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Vm {
    /// The cloud that it is in.
    pub cloud: Cloud,
    /// The Net that it is in.
    pub net_id: String,
    /// The Subnet that it is in.
    pub subnet_id: String,
    /// Its identifier.
    pub vm_id: String,
}

/// A VM in a Subnet, of a type, as it is right after it was asked for: `pending`.
///
/// # Panics
/// When the cloud refuses, with the refusal.
#[fixture]
pub fn vm(subnet: Subnet, #[default("tinav5.c1r1p2")] vm_type: &str) -> Vm {
    let Subnet {
        cloud,
        net_id,
        subnet_id,
    } = subnet;
    let wanted = json!({ "ImageId": IMAGE, "SubnetId": subnet_id, "VmType": vm_type });
    let made = call(&cloud, "CreateVms", wanted);
    Vm {
        vm_id: made.text("/Vms/0/VmId").to_owned(),
        cloud,
        net_id,
        subnet_id,
    }
}

/// A VM in a Subnet, of a type, that is `running`.
///
/// Completes every transition that is under way in its cloud.
///
/// # Panics
/// When the cloud refuses, with the refusal.
#[fixture]
pub fn running_vm(subnet: Subnet, #[default("tinav5.c1r1p2")] vm_type: &str) -> Vm {
    // Beside the attribute, a fixture is the function that it was.
    let vm = vm(subnet, vm_type);
    vm.cloud.settle();
    vm
}

/// Makes a call that must be answered.
fn call(cloud: &Cloud, operation: &str, input: Value) -> Response {
    let response = cloud.call(operation, input);
    assert!(
        response.is_success(),
        "a fixture cannot be made: {operation} was refused with status {}: {}",
        response.status(),
        response.body()
    );
    response
}
