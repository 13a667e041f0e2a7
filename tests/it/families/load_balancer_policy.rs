//! Conversations about the family `load_balancer_policy`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::load_balancer::{http, public, shown, wanted};
use crate::support::{cloud, refused_twice};

fn policy(name: &str, kind: &str) -> Value {
    json!({
        "CookieName": "session",
        "LoadBalancerName": "web",
        "PolicyName": name,
        "PolicyType": kind,
    })
}

fn policy_named(name: &str) -> Value {
    json!({ "LoadBalancerName": "web", "PolicyName": name })
}

fn enable(port: u16, names: &[&str]) -> Value {
    json!({ "LoadBalancerName": "web", "LoadBalancerPort": port, "PolicyNames": names })
}

/// A cloud with a load balancer `web` that listens to HTTP on port 80 and to TCP on port 22, and
/// has two policies of each sort.
fn web() -> Cloud {
    let cloud = cloud();
    let tcp = json!({ "BackendPort": 22, "LoadBalancerPort": 22, "LoadBalancerProtocol": "TCP" });
    let mut input = wanted("web");
    input["Listeners"] = json!([http(80), tcp]);
    cloud.call("CreateLoadBalancer", input).ok();
    for (name, kind) in [
        ("app-1", "app"),
        ("app-2", "app"),
        ("lb-1", "load_balancer"),
        ("lb-2", "load_balancer"),
    ] {
        let input = policy(name, kind);
        cloud.call("CreateLoadBalancerPolicy", input).ok();
    }
    cloud
}

#[test]
fn making_enabling_replacing_and_deleting() {
    let cloud = cloud();
    public(&cloud, "web");
    let browser = json!({
        "CookieExpirationPeriod": 3600,
        "LoadBalancerName": "web",
        "PolicyName": "browser",
        "PolicyType": "load_balancer",
    });
    cloud.call("CreateLoadBalancerPolicy", browser).ok();
    let application = policy("application", "app");
    cloud.call("CreateLoadBalancerPolicy", application).ok();
    cloud
        .call("UpdateLoadBalancer", enable(80, &["browser"]))
        .ok();
    cloud.call("DeleteLoadBalancerPolicy", policy_named("browser"));
    let other = enable(80, &["application"]);
    cloud.call("UpdateLoadBalancer", other).ok();
    let gone = policy_named("browser");
    cloud.call("DeleteLoadBalancerPolicy", gone.clone()).ok();
    cloud.call("DeleteLoadBalancerPolicy", gone);
    cloud.call("UpdateLoadBalancer", enable(80, &[])).ok();
    let last = policy_named("application");
    cloud.call("DeleteLoadBalancerPolicy", last).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::empty("PolicyName", json!(""), 400, "4067")]
#[case::long("PolicyName", json!("p".repeat(33)), 400, "4067")]
#[case::characters("PolicyName", json!("p.q"), 400, "4067")]
#[case::taken("PolicyName", json!("app-1"), 409, "9021")]
#[case::taken_by_the_other_sort("PolicyName", json!("lb-1"), 409, "9021")]
#[case::kind("PolicyType", json!("source"), 400, "4073")]
#[case::no_cookie("CookieName", json!(""), 400, "4065")]
#[case::cookie_is_left_out("CookieName", Value::Null, 400, "4065")]
fn refusals(#[case] field: &str, #[case] value: Value, #[case] status: u16, #[case] code: &str) {
    let cloud = web();
    let before = shown(&cloud, "web");
    let mut input = policy("new", "app");
    match value {
        Value::Null => drop(input.as_object_mut().unwrap().remove(field)),
        value => input[field] = value,
    }
    let (said, number, _) = refused_twice(&cloud, "CreateLoadBalancerPolicy", input);
    assert_eq!((said, &*number), (status, code));
    assert_eq!(shown(&cloud, "web"), before);
}

#[rstest]
#[case::not_sent(None, Some(1))]
#[case::a_second(Some(1), Some(1))]
#[case::a_day(Some(86400), Some(86400))]
#[case::no_time(Some(0), None)]
#[case::less(Some(-1), None)]
fn lifetimes(#[case] sent: Option<i64>, #[case] period: Option<i64>) {
    let cloud = cloud();
    public(&cloud, "web");
    let mut input = policy("new", "load_balancer");
    if let Some(period) = sent {
        input["CookieExpirationPeriod"] = json!(period);
    }
    if let Some(period) = period {
        let made = cloud.call("CreateLoadBalancerPolicy", input).ok();
        let policies = &made["LoadBalancer"]["LoadBalancerStickyCookiePolicies"];
        let shown = json!([{ "CookieExpirationPeriod": period, "PolicyName": "new" }]);
        assert_eq!(*policies, shown);
    } else {
        let (status, code, _) = refused_twice(&cloud, "CreateLoadBalancerPolicy", input);
        assert_eq!((status, &*code), (400, "4066"));
    }
}

#[rstest]
#[case::of_http(80, &["app-1"], None)]
#[case::twice_the_same(80, &["app-1", "app-1"], None)]
#[case::none_of_tcp(22, &[], None)]
#[case::no_listener(81, &["app-1"], Some((400, "5028")))]
#[case::of_tcp(22, &["app-1"], Some((409, "9056")))]
#[case::unknown(80, &["nobody"], Some((400, "5056")))]
#[case::one_unknown(80, &["app-1", "nobody"], Some((400, "5056")))]
#[case::two_of_applications(80, &["app-1", "app-2"], Some((409, "9034")))]
#[case::two_of_the_balancer(80, &["lb-1", "lb-2"], Some((409, "9035")))]
#[case::one_of_each(80, &["lb-1", "app-1"], Some((400, "4085")))]
fn enabling(#[case] port: u16, #[case] names: &[&str], #[case] refusal: Option<(u16, &str)>) {
    let cloud = web();
    let input = enable(port, names);
    match refusal {
        None => drop(cloud.call("UpdateLoadBalancer", input).ok()),
        Some(refusal) => {
            let (status, code, _) = refused_twice(&cloud, "UpdateLoadBalancer", input);
            assert_eq!((status, &*code), refusal);
        }
    }
}

#[test]
fn a_policy_of_one_load_balancer_is_none_of_another() {
    let cloud = web();
    public(&cloud, "api");
    let input = json!({ "LoadBalancerName": "api", "PolicyName": "app-1" });
    let (status, code, details) = refused_twice(&cloud, "DeleteLoadBalancerPolicy", input);
    assert_eq!((status, &*code), (400, "5056"));
    assert_eq!(
        details,
        "The PolicyName 'app-1' doesn't exist in the LoadBalancer 'api'."
    );
    // Names are a load balancer's own.
    let mut input = policy("app-1", "app");
    input["LoadBalancerName"] = json!("api");
    cloud.call("CreateLoadBalancerPolicy", input).ok();
}

#[test]
fn a_policy_is_free_when_its_listener_is_gone() {
    let cloud = web();
    cloud.call("UpdateLoadBalancer", enable(80, &["lb-1"])).ok();
    let (status, code, _) = refused_twice(&cloud, "DeleteLoadBalancerPolicy", policy_named("lb-1"));
    assert_eq!((status, &*code), (409, "9055"));
    let listener = json!({ "LoadBalancerName": "web", "LoadBalancerPorts": [80] });
    cloud.call("DeleteLoadBalancerListeners", listener).ok();
    let gone = policy_named("lb-1");
    cloud.call("DeleteLoadBalancerPolicy", gone).ok();
}
