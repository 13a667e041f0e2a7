//! References that lead nowhere: identifiers, by their form, of what no account has.
//!
//! Looked at is what the API shows. What the real cloud keeps on purpose stands in one table with
//! the reason. Left out: whether a reference leads to what its field is called after, and what
//! belongs to none of the cloud's accounts, such as the public images: no call changes that.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::account::directory;
use super::dependents::is_gone;
use super::families;
use super::family::Kind;
use super::lifecycle::End;
use super::object::{Fields, Object};
use super::state::State;
use super::store::Resource;

/// A reference that leads nowhere.
#[derive(Clone, Debug)]
pub struct Dangling {
    /// What shows it.
    pub resource: Arc<Resource>,
    /// The JSON pointer of it.
    pub pointer: String,
    /// The kind that the identifier is one of, by its form.
    pub kind: &'static Kind,
    /// The identifier.
    pub id: String,
}

/// A reference that the cloud keeps though it leads nowhere.
#[derive(Debug)]
struct Kept {
    /// The kind that shows it.
    kind: &'static str,
    /// The path of the field, without the places in lists; `*` is any one field.
    path: &'static [&'static str],
    /// When it is kept: given what shows it, and the object around the field.
    when: fn(&Resource, &Object) -> bool,
    /// Why.
    #[cfg_attr(not(test), expect(dead_code, reason = "for who reads the table"))]
    why: &'static str,
}

/// Every reference that is kept, by kind.
const KEPT: &[Kept] = &[
    Kept {
        kind: "ImageExportTask",
        path: &["ImageId"],
        when: |_, _| true,
        why: "an image may be deleted after its export, which cannot",
    },
    Kept {
        kind: "RouteTable",
        path: &["Routes", "*"],
        when: |_, route| route.text("State") == "blackhole",
        why: "a route outlives its target, and says so",
    },
    Kept {
        kind: "SecurityGroup",
        path: &["*", "SecurityGroupsMembers", "SecurityGroupId"],
        when: |group, member| member.text("AccountId") != &*group.account,
        why: "the groups of other accounts are theirs to delete",
    },
    Kept {
        kind: "Snapshot",
        path: &["VolumeId"],
        when: |_, _| true,
        why: "a volume may be deleted before the snapshots made of it",
    },
    Kept {
        kind: "SnapshotExportTask",
        path: &["SnapshotId"],
        when: |_, _| true,
        why: "a snapshot may be deleted after its export, which cannot",
    },
    Kept {
        kind: "VirtualGateway",
        path: &["NetToVirtualGatewayLinks", "NetId"],
        when: |_, link| link.text("State") == "detached",
        why: "a gateway remembers the Nets that it was linked to",
    },
    Kept {
        kind: "Vm",
        path: &["ImageId"],
        when: |_, _| true,
        why: "an image may be deleted before the VMs made of it",
    },
    Kept {
        kind: "VmTemplate",
        path: &["ImageId"],
        when: |_, _| true,
        why: "an image may be deleted before the templates that name it",
    },
    Kept {
        kind: "Volume",
        path: &["SnapshotId"],
        when: |_, _| true,
        why: "a snapshot may be deleted before the volumes made of it",
    },
];

/// Fields whose text is the user's own, whatever it looks like. So is what ends in `Name`.
const FREE_TEXTS: &[&str] = &[
    "ClientToken",
    "Description",
    "OsuExport",
    "Tags",
    "UserData",
];

/// Every reference that leads nowhere, by kind and in the order of creation.
pub fn dangling(state: &State) -> Vec<Dangling> {
    let mut found = Vec::new();
    for resource in state.store.everything() {
        if directory::account(state, &resource.account).is_none() {
            continue;
        }
        let going = state.lifecycle.of(&resource.id);
        // What goes away shows what it was.
        if is_gone(&resource.body) || going.is_some_and(|it| it.to == End::Gone) {
            continue;
        }
        let shown = match resource.kind.view {
            Some(view) => Cow::Owned(view(state, resource)),
            None => Cow::Borrowed(&resource.body),
        };
        let mut walk = Walk {
            state,
            resource,
            path: Vec::new(),
            found: &mut found,
        };
        walk.object(&shown);
    }
    found
}

/// A walk through what is shown of one resource.
struct Walk<'a, 's> {
    state: &'a State,
    resource: &'a Arc<Resource>,
    path: Vec<Step<'s>>,
    found: &'a mut Vec<Dangling>,
}

/// A step on the way to a value.
enum Step<'s> {
    Field(&'s str),
    Place(usize),
}

impl<'s> Walk<'_, 's> {
    fn object(&mut self, object: &'s Object) {
        for (field, value) in object {
            if FREE_TEXTS.contains(&field.as_str()) || field.ends_with("Name") {
                continue;
            }
            self.path.push(Step::Field(field));
            self.value(value, object);
            self.path.pop();
        }
    }

    fn value(&mut self, value: &'s Value, around: &Object) {
        match value {
            Value::String(text) => self.text(text, around),
            Value::Array(values) => {
                for (place, value) in values.iter().enumerate() {
                    self.path.push(Step::Place(place));
                    self.value(value, around);
                    self.path.pop();
                }
            }
            Value::Object(object) => self.object(object),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, around: &Object) {
        let Some(kind) = named_by(text) else { return };
        if self.state.get(kind, text).is_none() && !self.is_kept(around) {
            self.found.push(Dangling {
                resource: Arc::clone(self.resource),
                pointer: self.path.iter().map(ToString::to_string).collect(),
                kind,
                id: text.to_owned(),
            });
        }
    }

    fn is_kept(&self, around: &Object) -> bool {
        let fields = || {
            self.path.iter().filter_map(|step| match step {
                Step::Field(field) => Some(*field),
                Step::Place(_) => None,
            })
        };
        let fits = |wanted: &[&str]| {
            wanted.len() == fields().count()
                && (wanted.iter().zip(fields())).all(|(one, field)| *one == "*" || *one == field)
        };
        KEPT.iter().any(|kept| {
            kept.kind == self.resource.kind.name
                && fits(kept.path)
                && (kept.when)(self.resource, around)
        })
    }
}

impl fmt::Display for Step<'_> {
    /// As a part of a JSON pointer. No field that the API shows has a character to be escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(field) => write!(f, "/{field}"),
            Self::Place(place) => write!(f, "/{place}"),
        }
    }
}

/// The kind that a text identifies one of, by its form.
fn named_by(text: &str) -> Option<&'static Kind> {
    // Most texts are none, and are told by their last digits.
    let (_, digits) = text.rsplit_once('-')?;
    if !digits
        .bytes()
        .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    {
        return None;
    }
    families::kind_of_id(text).filter(|kind| kind.fits(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::account::Credentials;
    use crate::cloud::bootstrap;
    use crate::cloud::lifecycle::Pace;
    use jiff::Timestamp;
    use rstest::rstest;
    use serde_json::json;

    /// A state with two accounts and what they start with.
    fn empty() -> State {
        let mut state = State::new(0, Timestamp::UNIX_EPOCH, "eu-west-2", Pace::Manual);
        let other = Credentials::further(2, "222222222222", "eu-west-2");
        for account in [Credentials::root("eu-west-2"), other] {
            bootstrap::open_account(&mut state, &account, &[]);
        }
        state
    }

    /// A state with one resource of a kind, and where it names what does not exist.
    fn found(kind: &str, body: &Value) -> Vec<String> {
        let mut state = empty();
        let kind = families::kind(kind).expect("a kind");
        let body = body.as_object().cloned().unwrap_or_default();
        state.insert(kind, "123456789012", body);
        let found = dangling(&state).into_iter();
        found.map(|it| it.pointer + " " + it.kind.name).collect()
    }

    #[rstest]
    #[case::top(json!({ "NetId": "vpc-00000000" }), &["/NetId Net"])]
    #[case::deep(
        json!({ "A": [{}, { "B": { "SubnetIds": ["subnet-00000000"] } }] }),
        &["/A/1/B/SubnetIds/0 Subnet"]
    )]
    #[case::several(
        json!({ "NetId": "vpc-00000000", "VmId": "i-00000000" }),
        &["/NetId Net", "/VmId Vm"]
    )]
    #[case::long_identifiers(
        json!({ "X": "vmtemplate-00000000000000000000000000000000" }),
        &["/X VmTemplate"]
    )]
    #[case::too_short(json!({ "NetId": "vpc-0000" }), &[])]
    #[case::no_digits(json!({ "NetId": "vpc-production" }), &[])]
    #[case::of_no_kind(json!({ "LinkNicId": "eni-attach-00000000", "R": "r-00000000" }), &[])]
    #[case::words(json!({ "GatewayId": "local" }), &[])]
    #[case::free_texts(
        json!({
            "Description": "vpc-00000000",
            "SubnetName": "vpc-00000000",
            "Tags": [{ "Key": "of", "Value": "vpc-00000000" }],
        }),
        &[]
    )]
    #[case::gone(json!({ "NetId": "vpc-00000000", "State": "deleted" }), &[])]
    fn what_leads_nowhere(#[case] body: Value, #[case] names: &[&str]) {
        assert_eq!(found("Subnet", &body), names);
    }

    #[rstest]
    #[case("Vm", json!({ "ImageId": "ami-00000000" }), json!({ "KernelId": "ami-00000000" }))]
    #[case(
        "VmTemplate",
        json!({ "ImageId": "ami-00000000" }),
        json!({ "Images": [{ "ImageId": "ami-00000000" }] })
    )]
    #[case(
        "Volume",
        json!({ "SnapshotId": "snap-00000000" }),
        json!({ "LinkedVolumes": [{ "VmId": "i-00000000" }] })
    )]
    #[case(
        "ImageExportTask",
        json!({ "ImageId": "ami-00000000" }),
        json!({ "SnapshotId": "snap-00000000" })
    )]
    #[case(
        "RouteTable",
        json!({ "Routes": [{ "NicId": "eni-00000000" }] }),
        json!({ "LinkRouteTables": [{ "SubnetId": "subnet-00000000" }] })
    )]
    #[case(
        "SecurityGroup",
        json!({ "InboundRules": [{ "SecurityGroupsMembers": [
            { "AccountId": "222222222222", "SecurityGroupId": "sg-00000000" },
        ] }] }),
        json!({ "InboundRules": [{ "SecurityGroupsMembers": [
            { "AccountId": "123456789012", "SecurityGroupId": "sg-00000000" },
        ] }] })
    )]
    #[case(
        "Snapshot",
        json!({ "VolumeId": "vol-00000000" }),
        json!({ "Volumes": [{ "VolumeId": "vol-00000000" }] })
    )]
    #[case(
        "SnapshotExportTask",
        json!({ "SnapshotId": "snap-00000000" }),
        json!({ "VolumeId": "vol-00000000" })
    )]
    #[case(
        "VirtualGateway",
        json!({ "NetToVirtualGatewayLinks": [{ "NetId": "vpc-00000000", "State": "detached" }] }),
        json!({ "NetToVirtualGatewayLinks": [{ "NetId": "vpc-00000000", "State": "attached" }] })
    )]
    fn what_is_kept_on_purpose(#[case] kind: &str, #[case] kept: Value, #[case] not: Value) {
        assert_eq!(found(kind, &kept), [""; 0]);
        assert_eq!(found(kind, &not).len(), 1);
    }

    #[test]
    fn what_exists_is_found_whoever_owns_it() {
        let mut state = empty();
        let kind = |name| families::kind(name).expect("a kind");
        let net = state.insert(kind("Net"), "222222222222", Object::new());
        let mut body = Object::new();
        body.put("NetId", net.as_str());
        state.insert(kind("Subnet"), "123456789012", body);
        assert_eq!(dangling(&state).len(), 0);
        state.remove(kind("Net"), &net);
        assert_eq!(dangling(&state).len(), 1);
    }

    #[test]
    fn each_row_is_of_a_kind_that_exists_and_says_why() {
        assert!(KEPT.is_sorted_by_key(|kept| kept.kind));
        for kept in KEPT {
            assert!(families::kind(kept.kind).is_some(), "{}", kept.kind);
            assert!(!kept.why.is_empty());
        }
    }
}
