//! Certificates of listeners.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use super::{listeners, ports, web};
use crate::load_balancer::{named, shown, wanted};
use crate::server_certificate::registered;
use crate::support::{cloud, refused_twice};

fn orn(name: &str) -> String {
    format!("orn:ows:idauth::123456789012:server-certificate/{name}")
}

fn encrypted(port: u16, protocol: &str, certificate: &str) -> Value {
    json!({
        "BackendPort": 8080,
        "LoadBalancerPort": port,
        "LoadBalancerProtocol": protocol,
        "ServerCertificateId": orn(certificate),
    })
}

fn change(port: u16, certificate: &str) -> Value {
    json!({
        "LoadBalancerName": "web",
        "LoadBalancerPort": port,
        "ServerCertificateId": certificate,
    })
}

/// A cloud with the certificates `site` and `shop`, and a load balancer `web` that shows the first
/// of them on port 443.
fn https() -> Cloud {
    let cloud = cloud();
    registered(&cloud, "site", "/");
    registered(&cloud, "shop", "/");
    let mut input = wanted("web");
    input["Listeners"] = json!([encrypted(443, "HTTPS", "site")]);
    cloud.call("CreateLoadBalancer", input).ok();
    cloud
}

/// The resource name that a listener shows.
fn certificate_on(cloud: &Cloud, port: u16) -> Value {
    let web = shown(cloud, "web");
    let mut listeners = web["Listeners"].as_array().into_iter().flatten();
    let listener = listeners.find(|it| it["LoadBalancerPort"] == port);
    listener.expect("a listener")["ServerCertificateId"].clone()
}

#[test]
fn showing_replacing_and_keeping() {
    let cloud = https();
    let tls = listeners(&[encrypted(8443, "SSL", "site")]);
    cloud.call("CreateLoadBalancerListeners", tls).ok();
    let other = change(443, &orn("shop"));
    cloud.call("UpdateLoadBalancer", other).ok();
    // One that a listener shows cannot go; renamed, it is shown by its new name.
    let site = json!({ "Name": "site" });
    cloud.call("DeleteServerCertificate", site);
    let renamed = json!({ "Name": "site", "NewName": "home", "NewPath": "/sites/" });
    cloud.call("UpdateServerCertificate", renamed).ok();
    cloud.call("ReadLoadBalancers", json!({})).ok();
    let gone = ports(&[8443]);
    cloud.call("DeleteLoadBalancerListeners", gone).ok();
    let home = json!({ "Name": "home" });
    cloud.call("DeleteServerCertificate", home).ok();
    cloud.call("DeleteLoadBalancer", named("web")).ok();
    let shop = json!({ "Name": "shop" });
    cloud.call("DeleteServerCertificate", shop).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::empty("", "4097")]
#[case::a_name("site", "4097")]
#[case::unknown(&orn("nothing"), "5012")]
#[case::at_another_path(&orn("x/site"), "5012")]
fn a_certificate_must_be_there(#[case] certificate: &str, #[case] code: &str) {
    let cloud = https();
    let (status, said, _) = refused_twice(&cloud, "UpdateLoadBalancer", change(443, certificate));
    assert_eq!((status, &*said), (400, code));
    assert_eq!(certificate_on(&cloud, 443), json!(orn("site")));
}

#[test]
fn that_of_another_account_is_not_there() {
    let cloud = https();
    let other = cloud.account().open();
    let mut input = wanted("web");
    input["Listeners"] = json!([encrypted(443, "HTTPS", "site")]);
    assert_eq!(refused_twice(&other, "CreateLoadBalancer", input).1, "5012");
}

#[test]
fn a_listener_without_encryption_gets_none() {
    let cloud = web();
    registered(&cloud, "site", "/");
    let (status, code, _) = refused_twice(&cloud, "UpdateLoadBalancer", change(80, &orn("site")));
    assert_eq!((status, &*code), (400, "4102"));
}

#[test]
fn https_takes_a_stickiness_policy_and_ssl_takes_none() {
    let cloud = https();
    let tls = listeners(&[encrypted(8443, "SSL", "site")]);
    cloud.call("CreateLoadBalancerListeners", tls).ok();
    let policy = json!({
        "LoadBalancerName": "web",
        "PolicyName": "sticky",
        "PolicyType": "load_balancer",
    });
    cloud.call("CreateLoadBalancerPolicy", policy).ok();
    let enable = |port: u16| {
        json!({
            "LoadBalancerName": "web",
            "LoadBalancerPort": port,
            "PolicyNames": ["sticky"],
        })
    };
    cloud.call("UpdateLoadBalancer", enable(443)).ok();
    let (status, code, _) = refused_twice(&cloud, "UpdateLoadBalancer", enable(8443));
    assert_eq!((status, &*code), (409, "9056"));
}
