//! Server certificates: what load balancers show to the clients of their HTTPS and SSL listeners.
//!
//! By default: reading them. By rule: the rest. A certificate is read and matched with its key; none
//! of the two is kept, as no operation shows them again. Left out: how many there may be, and alarm
//! about one that expires or has expired.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::clock;
use crate::cloud::dependents;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::identity::{self, LONGEST_NAME, ROOT_PATH, check_name, check_path};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;
use crate::cloud::x509;

/// Server certificates, as a kind of resource.
pub(in crate::cloud) const SERVER_CERTIFICATE: &Kind = &Kind::opaque(
    "ServerCertificate",
    "Id",
    30,
    fault::NO_SUCH_SERVER_CERTIFICATE,
)
.called("Name")
.shown_by(shown);

pub(super) const FAMILY: Family = Family {
    tag: "ServerCertificate",
    kinds: &[SERVER_CERTIFICATE],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CreateServerCertificate", create_server_certificate),
        ("DeleteServerCertificate", delete_server_certificate),
        ("UpdateServerCertificate", update_server_certificate),
    ],
};

/// The field in which a listener names its certificate, by the resource name.
const NAMED_IN: &str = "ServerCertificateId";
/// What the resource name of a certificate calls it.
const SORT: &str = "server-certificate";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    name: String,
    path: Option<String>,
    body: String,
    chain: Option<String>,
    private_key: String,
}

/// Registers a certificate with its private key, which must be an RSA key in PKCS#1 without a
/// password (documented).
///
/// assumed: one that has expired, or is not valid yet, is registered too; only its end is noted.
///
/// # Faults
/// - `INVALID_NAME` or `INVALID_PARAMETER_VALUE` for a name or a path that is none.
/// - assumed: the code. `INVALID_PARAMETER_VALUE` for a certificate, a chain or a key that is none,
///   or that do not belong together; nothing of them is repeated.
/// - `DUPLICATE_NAME` when the account has a certificate of that name, whatever its path.
fn create_server_certificate(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let wanted: Wanted = call.read()?;
    let path = wanted.path.as_deref().unwrap_or(ROOT_PATH);
    check_name("Name", &wanted.name, LONGEST_NAME)?;
    check_path("Path", path)?;
    // assumed: an empty chain is none.
    let chain = wanted.chain.as_deref().filter(|chain| !chain.is_empty());
    let expires = x509::server_expiry(&wanted.body, chain, &wanted.private_key)
        .map_err(|bad| fault::INVALID_PARAMETER_VALUE.says(bad.to_string()))?;
    check_free(call, &wanted.name)?;
    let mut certificate = Object::new();
    certificate.put("ExpirationDate", expires);
    certificate.put("Name", wanted.name);
    certificate.put("Path", path);
    certificate.put("UploadDate", clock::date(call.state.clock.now()));
    let id = call.insert(SERVER_CERTIFICATE, certificate);
    Ok(answer(call, &id))
}

/// Deletes a certificate that no listener shows.
///
/// # Faults
/// - `NO_SUCH_SERVER_CERTIFICATE` for a name that no certificate of the account has.
/// - assumed: `BUSY` while a listener of a load balancer names it; nothing is documented.
fn delete_server_certificate(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let name = call.input.text("Name");
    let certificate = find(call, name)?;
    let orn = orn(&certificate);
    if let Some(user) = dependents::of(call.state, &[NAMED_IN], &orn).next() {
        return Err(fault::BUSY.says(format!(
            "The server certificate '{name}' is used by the {} '{}'.",
            user.kind.label.unwrap_or(user.kind.name),
            user.id
        )));
    }
    call.remove(SERVER_CERTIFICATE, &certificate.id);
    Ok(Reply::empty())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Changed {
    name: String,
    new_name: Option<String>,
    new_path: Option<String>,
}

/// Renames a certificate or moves it to another path; what is not sent stays.
///
/// assumed: its resource name follows, and so do the listeners that name it.
///
/// # Faults
/// - `INVALID_NAME` or `INVALID_PARAMETER_VALUE` for a name or a path that is none.
/// - `NO_SUCH_SERVER_CERTIFICATE` for a name that no certificate of the account has.
/// - `DUPLICATE_NAME` when another certificate has the new name.
fn update_server_certificate(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let changed: Changed = call.read()?;
    if let Some(name) = &changed.new_name {
        check_name("NewName", name, LONGEST_NAME)?;
    }
    if let Some(path) = &changed.new_path {
        check_path("NewPath", path)?;
    }
    let before = find(call, &changed.name)?;
    if let Some(name) = changed.new_name.as_deref()
        && name != changed.name
    {
        check_free(call, name)?;
    }
    call.edit(SERVER_CERTIFICATE, &before.id, |certificate| {
        for (field, value) in [("Name", changed.new_name), ("Path", changed.new_path)] {
            if let Some(value) = value {
                certificate.body.put(field, value);
            }
        }
    });
    if let Some(after) = call.state.get(SERVER_CERTIFICATE, &before.id) {
        let names = (orn(&before), orn(after));
        follow(call.state, &names.0, &names.1);
    }
    Ok(answer(call, &before.id))
}

/// The certificate of an account that a listener may name.
///
/// # Faults
/// - `INVALID_CERTIFICATE_ORN` for what is not the resource name of a certificate.
/// - `NO_SUCH_SERVER_CERTIFICATE` for that of none, or of another account's.
pub(super) fn by_orn<'s>(
    state: &'s State,
    account: &str,
    name: &str,
) -> Result<&'s Arc<Resource>, Fault> {
    let owner = |rest: &str| {
        let (owner, rest) = rest.split_once(':')?;
        let digits = owner.len() == 12 && owner.bytes().all(|byte| byte.is_ascii_digit());
        let path = rest.strip_prefix(SORT)?;
        (digits && path.starts_with(ROOT_PATH) && path.len() > ROOT_PATH.len()).then_some(())
    };
    if name
        .strip_prefix("orn:ows:idauth::")
        .and_then(owner)
        .is_none()
    {
        return Err(fault::INVALID_CERTIFICATE_ORN.says(format!(
            "The ServerCertificateId '{name}' is not the ORN of a server certificate."
        )));
    }
    let mut all = state.store.all(SERVER_CERTIFICATE);
    let found = all.find(|it| *it.account == *account && orn(it) == name);
    found.ok_or_else(|| {
        fault::NO_SUCH_SERVER_CERTIFICATE
            .says(format!("The ServerCertificateId '{name}' doesn't exist."))
    })
}

fn find(call: &Call<'_>, name: &str) -> Result<Arc<Resource>, Fault> {
    let found = by_name(call, name).cloned();
    found.ok_or_else(|| SERVER_CERTIFICATE.no_such(name))
}

fn by_name<'c>(call: &'c Call<'_>, name: &str) -> Option<&'c Arc<Resource>> {
    call.owned(SERVER_CERTIFICATE)
        .find(|it| it.body.text("Name") == name)
}

fn check_free(call: &Call<'_>, name: &str) -> Result<(), Fault> {
    match by_name(call, name) {
        // assumed: the code; that names are unique is documented.
        Some(_) => {
            Err(fault::DUPLICATE_NAME
                .says(format!("The server certificate '{name}' already exists.")))
        }
        None => Ok(()),
    }
}

fn orn(certificate: &Resource) -> String {
    let (path, name) = (certificate.body.text("Path"), certificate.body.text("Name"));
    identity::orn(&certificate.account, SORT, path, name)
}

fn shown(_: &State, certificate: &Resource) -> Object {
    let mut shown = certificate.body.clone();
    shown.put("Orn", orn(certificate));
    shown
}

fn answer(call: &Call<'_>, id: &str) -> Reply {
    Reply::of("ServerCertificate", call.shown(SERVER_CERTIFICATE, id))
}

/// Lets what names a certificate by its old resource name do so by the new one.
fn follow(state: &mut State, old: &str, new: &str) {
    let users: Vec<_> = dependents::of(state, &[NAMED_IN], old).cloned().collect();
    for user in users {
        if let Some(user) = state.store.get_mut(user.kind, &user.account, &user.id) {
            let bodies = user.body.values_mut();
            bodies.for_each(|value| rename(value, old, new));
        }
    }
}

fn rename(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|it| rename(it, old, new)),
        Value::Object(object) => object.iter_mut().for_each(|(field, value)| match value {
            Value::String(text) if field == NAMED_IN && text == old => new.clone_into(text),
            value => rename(value, old, new),
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rstest::rstest;
    use serde_json::json;

    use super::super::load_balancer::LOAD_BALANCER;
    use super::*;
    use crate::cloud::account::Caller;
    use crate::cloud::dispatch::dispatch;
    use crate::cloud::lifecycle::Pace;
    use crate::contract::Contract;

    const ACCOUNT: &str = "123456789012";
    const ORN: &str = "orn:ows:idauth::123456789012:server-certificate/a/site";

    /// A state with a certificate that a listener of a load balancer names.
    fn shown() -> State {
        let mut state = State::new(0, Timestamp::UNIX_EPOCH, "eu-west-2", Pace::Manual);
        let mut insert = |kind, body: Value| {
            let body = body.as_object().cloned().unwrap_or_default();
            state.insert(kind, ACCOUNT, body)
        };
        insert(SERVER_CERTIFICATE, json!({ "Name": "site", "Path": "/a/" }));
        let listeners = json!([{ "LoadBalancerPort": 80 }, { NAMED_IN: ORN }]);
        let balancer = json!({ "LoadBalancerName": "lb", "Listeners": listeners });
        insert(LOAD_BALANCER, balancer);
        state
    }

    fn call(state: &mut State, operation: &str, input: &Value) -> Result<Object, Fault> {
        let contract = Contract::bundled();
        let operation = contract.operation(operation).expect("an operation");
        let input = input.as_object().cloned().unwrap_or_default();
        let caller = Caller::root(ACCOUNT);
        dispatch(state, &contract, operation, &input, &caller).result
    }

    #[test]
    fn one_that_a_listener_names_stays_and_is_followed() {
        let mut state = shown();
        let site = json!({ "Name": "site" });
        let refused = call(&mut state, "DeleteServerCertificate", &site).unwrap_err();
        assert_eq!(refused.entry(), fault::BUSY);
        assert!(refused.details().contains("LoadBalancer 'lb'"));

        let renamed = json!({ "Name": "site", "NewName": "shop", "NewPath": "/" });
        call(&mut state, "UpdateServerCertificate", &renamed).unwrap();
        let balancer = state.store.get(LOAD_BALANCER, ACCOUNT, "lb").unwrap();
        let named = &balancer.body["Listeners"][1][NAMED_IN];
        let shop = ORN.replace("/a/site", "/shop");
        assert_eq!(*named, shop);
        assert_eq!(by_orn(&state, ACCOUNT, &shop).unwrap().body["Name"], "shop");
        let refused = by_orn(&state, ACCOUNT, ORN).unwrap_err();
        assert_eq!(refused.entry(), fault::NO_SUCH_SERVER_CERTIFICATE);

        let mut body = balancer.body.clone();
        body.list_mut("Listeners").pop();
        let balancer = state.store.get_mut(LOAD_BALANCER, ACCOUNT, "lb").unwrap();
        balancer.body = body;
        let shop = json!({ "Name": "shop" });
        call(&mut state, "DeleteServerCertificate", &shop).unwrap();
        assert_eq!(state.store.all(SERVER_CERTIFICATE).count(), 0);
    }

    #[rstest]
    #[case::a_word("site")]
    #[case::another_sort(&ORN.replace("server-certificate", "policy"))]
    #[case::no_account(&ORN.replace(ACCOUNT, ""))]
    #[case::no_name("orn:ows:idauth::123456789012:server-certificate/")]
    fn what_is_no_resource_name(#[case] name: &str) {
        let refused = by_orn(&shown(), ACCOUNT, name).unwrap_err();
        assert_eq!(refused.entry(), fault::INVALID_CERTIFICATE_ORN);
    }

    #[test]
    fn that_of_another_account_is_not_there() {
        let refused = by_orn(&shown(), "210987654321", ORN).unwrap_err();
        assert_eq!(refused.entry(), fault::NO_SUCH_SERVER_CERTIFICATE);
    }
}
