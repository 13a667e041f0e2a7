//! Conversations about the family `listener`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::load_balancer::{http, named, public, shown, wanted};
use crate::support::{cloud, refused_twice};

#[path = "listener/certificate.rs"]
mod certificate;
#[path = "listener/rule.rs"]
mod rule;

fn listeners(listeners: &[Value]) -> Value {
    json!({ "LoadBalancerName": "web", "Listeners": listeners })
}

fn ports(ports: &[u32]) -> Value {
    json!({ "LoadBalancerName": "web", "LoadBalancerPorts": ports })
}

fn web() -> Cloud {
    let cloud = cloud();
    public(&cloud, "web");
    cloud
}

#[test]
fn life() {
    let cloud = web();
    let tcp = json!({ "BackendPort": 22, "LoadBalancerPort": 62, "LoadBalancerProtocol": "TCP" });
    let added = listeners(&[http(8080), tcp]);
    cloud.call("CreateLoadBalancerListeners", added).ok();
    let gone = ports(&[80, 8080, 80]);
    cloud.call("DeleteLoadBalancerListeners", gone.clone()).ok();
    cloud.call("DeleteLoadBalancerListeners", gone);
    let last = ports(&[62]);
    cloud.call("DeleteLoadBalancerListeners", last).ok();
    let again = listeners(&[http(80)]);
    cloud.call("CreateLoadBalancerListeners", again).ok();
    cloud.call("DeleteLoadBalancer", named("web")).ok();
    mockscale::assert_transcript!(cloud);
}

/// What is wrong with a listener, by the fields that make it so.
#[rstest]
#[case::low_port(json!({ "LoadBalancerPort": 0 }), 400, "4037")]
#[case::high_port(json!({ "LoadBalancerPort": 65536 }), 400, "4037")]
#[case::low_backend(json!({ "BackendPort": 0 }), 400, "4028")]
#[case::high_backend(json!({ "BackendPort": 65536 }), 400, "4028")]
#[case::protocol(json!({ "LoadBalancerProtocol": "UDP" }), 400, "4053")]
#[case::lower_case(json!({ "LoadBalancerProtocol": "http" }), 400, "4053")]
#[case::backend_protocol(json!({ "BackendProtocol": "UDP" }), 400, "4053")]
#[case::layers(json!({ "BackendProtocol": "TCP" }), 400, "4054")]
#[case::other_layers(json!({ "LoadBalancerProtocol": "TCP", "BackendProtocol": "HTTPS" }), 400, "4054")]
#[case::certificate_of_http(json!({ "ServerCertificateId": ORN }), 400, "4102")]
#[case::certificate_of_tcp(
    json!({ "LoadBalancerProtocol": "TCP", "ServerCertificateId": ORN }),
    400,
    "4102"
)]
#[case::https_without(json!({ "LoadBalancerProtocol": "HTTPS" }), 400, "7999")]
#[case::ssl_without(json!({ "LoadBalancerProtocol": "SSL" }), 400, "7999")]
#[case::no_orn(
    json!({ "LoadBalancerProtocol": "HTTPS", "ServerCertificateId": "certificate" }),
    400,
    "4097"
)]
#[case::orn_of_a_user(
    json!({
        "LoadBalancerProtocol": "SSL",
        "ServerCertificateId": "orn:ows:idauth::123456789012:user/me",
    }),
    400,
    "4097"
)]
#[case::unknown_certificate(
    json!({ "LoadBalancerProtocol": "HTTPS", "ServerCertificateId": ORN }),
    400,
    "5012"
)]
#[case::taken(json!({ "LoadBalancerPort": 80 }), 409, "9012")]
fn refusals(#[case] fields: Value, #[case] status: u16, #[case] code: &str) {
    let cloud = web();
    let mut listener = http(81);
    for (field, value) in fields.as_object().unwrap() {
        listener[field] = value.clone();
    }
    // All or nothing.
    let input = listeners(&[http(82), listener.clone()]);
    let (said, number, _) = refused_twice(&cloud, "CreateLoadBalancerListeners", input);
    assert_eq!((said, &*number), (status, code));
    assert_eq!(
        shown(&cloud, "web")["Listeners"].as_array().unwrap().len(),
        1
    );
    // The same goes for the first listeners of a load balancer.
    let mut input = wanted("other");
    input["Listeners"] = json!([http(80), listener]);
    let (said, number, _) = refused_twice(&cloud, "CreateLoadBalancer", input);
    assert_eq!((said, &*number), (status, code));
}

const ORN: &str = "orn:ows:idauth::123456789012:server-certificate/nothing";

#[test]
fn a_request_names_a_port_once() {
    let cloud = web();
    let input = listeners(&[http(81), http(81)]);
    let (status, code, _) = refused_twice(&cloud, "CreateLoadBalancerListeners", input);
    assert_eq!((status, &*code), (409, "9012"));
}

#[test]
fn something_must_be_named() {
    let cloud = web();
    let none = refused_twice(&cloud, "CreateLoadBalancerListeners", listeners(&[]));
    assert_eq!(none.1, "7999");
    let none = refused_twice(&cloud, "DeleteLoadBalancerListeners", ports(&[]));
    assert_eq!(none.1, "7999");
}

#[rstest]
#[case(81)]
#[case(0)]
#[case(70000)]
fn a_port_without_a_listener_cannot_be_deleted(#[case] port: u32) {
    let cloud = web();
    let input = ports(&[80, port]);
    let (status, code, details) = refused_twice(&cloud, "DeleteLoadBalancerListeners", input);
    assert_eq!((status, &*code), (400, "5028"));
    assert!(details.contains(&port.to_string()), "{details}");
}
