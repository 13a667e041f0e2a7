//! How the calls about load balancers are written: few names and few ports, so that they meet.

use mockscale::{Value, json};

use super::Row;
use super::pen::Pen;

/// The operations, with their share.
pub(super) const ROWS: &[Row] = &[
    ("CreateListenerRule", 14, |pen| {
        let mut rule = rule(pen);
        rule["Priority"] = pen.number(&[1, 2, 3]).into();
        rule[pen.one_of(&["HostNamePattern", "PathPattern"])] = pattern(pen);
        json!({
            "Listener": { "LoadBalancerName": name(pen), "LoadBalancerPort": port(pen) },
            "ListenerRule": rule,
            "VmIds": pen.ids("VmId", 2),
        })
    }),
    ("CreateLoadBalancer", 14, load_balancer),
    ("CreateLoadBalancerListeners", 6, |pen| {
        let mut input = one(pen);
        input["Listeners"] = listeners(pen);
        input
    }),
    ("CreateLoadBalancerPolicy", 8, |pen| {
        let mut input = policy(pen);
        input["PolicyType"] = pen
            .one_of(&["app", "load_balancer", "load_balancer"])
            .into();
        pen.maybe(&mut input, 70, "CookieName", |pen| pen.word().into());
        pen.maybe(&mut input, 30, "CookieExpirationPeriod", |pen| {
            pen.number(&[1, 3600]).into()
        });
        input
    }),
    ("CreateLoadBalancerTags", 3, |pen| {
        let mut input = several(pen);
        input["Tags"] = pen.tags();
        input
    }),
    ("DeleteListenerRule", 2, rule),
    ("DeleteLoadBalancer", 4, one),
    ("DeleteLoadBalancerListeners", 4, |pen| {
        let mut input = one(pen);
        input["LoadBalancerPorts"] = json!([port(pen)]);
        input
    }),
    ("DeleteLoadBalancerPolicy", 12, policy),
    ("DeleteLoadBalancerTags", 2, |pen| {
        let mut input = several(pen);
        input["Tags"] = json!([{ "Key": pen.one_of(&["Name", "env", "k"]) }]);
        input
    }),
    ("DeregisterVmsInLoadBalancer", 4, backends),
    ("LinkLoadBalancerBackendMachines", 6, |pen| {
        let mut input = backends(pen);
        pen.maybe(&mut input, 40, "BackendIps", |pen| {
            json!([pen.id("PublicIp")])
        });
        input
    }),
    ("ReadLoadBalancerTags", 2, several),
    ("ReadVmsHealth", 6, one),
    ("RegisterVmsInLoadBalancer", 12, backends),
    ("UnlinkLoadBalancerBackendMachines", 3, |pen| {
        let mut input = one(pen);
        input["BackendIps"] = json!([pen.id("PublicIp")]);
        input
    }),
    ("UpdateListenerRule", 14, |pen| {
        let mut input = rule(pen);
        let property = pen.one_of(&["HostPattern", "PathPattern"]);
        input[property] = if pen.dice.percent(70) {
            pattern(pen)
        } else {
            Value::Null
        };
        input
    }),
    ("UpdateLoadBalancer", 16, change),
];

fn name(pen: &mut Pen<'_>) -> &'static str {
    pen.one_of(&["web", "web", "web", "api", "web", "api", "-", ""])
}

fn one(pen: &mut Pen<'_>) -> Value {
    json!({ "LoadBalancerName": name(pen) })
}

fn several(pen: &mut Pen<'_>) -> Value {
    json!({ "LoadBalancerNames": [name(pen)] })
}

fn port(pen: &mut Pen<'_>) -> i64 {
    pen.number(&[80, 80, 80, 22, 81])
}

fn listeners(pen: &mut Pen<'_>) -> Value {
    let count = 1 + pen.dice.below(2);
    let listeners = (0..count).map(|_| {
        let port = port(pen);
        let usual = if port == 22 { "TCP" } else { "HTTP" };
        let odd = pen.one_of(&["HTTPS", "SSL", "UDP"]);
        json!({
            "BackendPort": pen.number(&[8080]),
            "LoadBalancerPort": port,
            "LoadBalancerProtocol": if pen.dice.percent(95) { usual } else { odd },
        })
    });
    let mut listeners: Vec<Value> = listeners.collect();
    if pen.dice.percent(25) {
        listeners.push(json!({
            "BackendPort": 8080,
            "LoadBalancerPort": 443,
            "LoadBalancerProtocol": "HTTPS",
            "ServerCertificateId": certificate(pen),
        }));
    }
    listeners.into()
}

fn certificate(pen: &mut Pen<'_>) -> String {
    let account = pen.account();
    let name = pen.one_of(&["site", "site", "a/site", "shop"]);
    format!("orn:ows:idauth::{account}:server-certificate/{name}")
}

fn load_balancer(pen: &mut Pen<'_>) -> Value {
    let mut input = one(pen);
    input["Listeners"] = listeners(pen);
    if pen.dice.percent(60) {
        input["Subnets"] = json!([pen.id("SubnetId")]);
        pen.maybe(&mut input, 40, "SecurityGroups", |pen| {
            pen.ids("SecurityGroupId", 2).into()
        });
        pen.maybe(&mut input, 30, "LoadBalancerType", |pen| {
            pen.one_of(&["internal", "internet-facing", ""]).into()
        });
    } else {
        input["SubregionNames"] = json!([pen.subregion()]);
    }
    pen.maybe(&mut input, 30, "PublicIp", |pen| pen.id("PublicIp").into());
    pen.maybe(&mut input, 20, "Tags", Pen::tags);
    input
}

fn backends(pen: &mut Pen<'_>) -> Value {
    let mut input = one(pen);
    input["BackendVmIds"] = pen.ids("VmId", 3).into();
    input
}

fn rule(pen: &mut Pen<'_>) -> Value {
    json!({ "ListenerRuleName": pen.one_of(&["docs", "docs", "shop", ""]) })
}

fn pattern(pen: &mut Pen<'_>) -> Value {
    pen.one_of(&["*.example.com", "docs.*", "a", "a b"]).into()
}

fn policy(pen: &mut Pen<'_>) -> Value {
    let mut input = one(pen);
    input["PolicyName"] = pen.one_of(&["sticky", "sticky", "other", "a b"]).into();
    input
}

fn change(pen: &mut Pen<'_>) -> Value {
    let mut input = one(pen);
    match pen.dice.below(7) {
        0 => {
            let bucket = pen.one_of(&["logs", ""]);
            input["AccessLog"] = json!({ "IsEnabled": true, "OsuBucketName": bucket });
        }
        1 => {
            input["HealthCheck"] = json!({
                "CheckInterval": pen.number(&[5, 600]),
                "HealthyThreshold": pen.number(&[2, 10]),
                "Port": port(pen),
                "Protocol": pen.one_of(&["HTTP", "TCP"]),
                "Timeout": pen.number(&[2, 60]),
                "UnhealthyThreshold": pen.number(&[2, 10]),
            });
        }
        2 => {
            let address = pen.id("PublicIp");
            input["PublicIp"] = (if pen.dice.percent(70) {
                address.as_str()
            } else {
                ""
            })
            .into();
        }
        3 => input["SecuredCookies"] = pen.dice.percent(50).into(),
        4 => input["SecurityGroups"] = pen.ids("SecurityGroupId", 2).into(),
        5 => {
            input["LoadBalancerPort"] = json!(443);
            input["ServerCertificateId"] = certificate(pen).into();
        }
        _ => {
            input["LoadBalancerPort"] = port(pen).into();
            let enables = pen.dice.percent(70);
            let names: &[&str] = if enables { &["sticky"] } else { &[] };
            input["PolicyNames"] = json!(names);
        }
    }
    input
}
