//! Mistakes about the signing key, and about the scope, which says what it was derived for.

use super::Mistake;
use crate::access::signature::Algorithm::{self, Aws4, Osc4};
use crate::access::signature::date;
use crate::access::signature::recipe::{DAY, REGION, Recipe, SERVICE, Scope, TERMINATOR};
use jiff::Error;
use jiff::civil::Date;
use std::borrow::Cow;

pub(super) const MISTAKES: &[Mistake] = &[
    // The secret key.
    (
        "the access key takes the place of the secret key",
        |it, sent| {
            it.key.secret = Cow::Owned(sent.access_key.to_owned());
        },
    ),
    ("the secret key is empty", |it, _| it.key.secret = "".into()),
    ("a newline follows the secret key", |it, _| {
        it.key.secret += "\n";
    }),
    (
        "a carriage return and a newline follow the secret key",
        |it, _| it.key.secret += "\r\n",
    ),
    ("a space follows the secret key", |it, _| {
        it.key.secret += " ";
    }),
    ("a space precedes the secret key", |it, _| {
        it.key.secret = format!(" {}", it.key.secret).into();
    }),
    ("the secret key stands in single quotes", |it, _| {
        it.key.secret = format!("'{}'", it.key.secret).into();
    }),
    ("the secret key stands in double quotes", |it, _| {
        it.key.secret = format!("\"{}\"", it.key.secret).into();
    }),
    ("the secret key is in lower case", |it, _| {
        it.key.secret = it.key.secret.to_lowercase().into();
    }),
    // The version.
    ("nothing stands before the secret key", |it, _| {
        it.key.prefix = "";
    }),
    ("OSC4 stands before the secret key", |it, _| {
        it.key.prefix = Osc4.key_prefix();
    }),
    ("AWS4 stands before the secret key", |it, _| {
        it.key.prefix = Aws4.key_prefix();
    }),
    ("the key is derived for osc4_request", |it, _| {
        ends(&mut it.key.scope, Osc4);
    }),
    ("the key is derived for aws4_request", |it, _| {
        ends(&mut it.key.scope, Aws4);
    }),
    ("the scope that is signed ends in osc4_request", |it, _| {
        ends(&mut it.scope, Osc4);
    }),
    ("the scope that is signed ends in aws4_request", |it, _| {
        ends(&mut it.scope, Aws4);
    }),
    ("the key is that of OSC4", |it, _| key_of(it, Osc4)),
    ("the key is that of AWS4", |it, _| key_of(it, Aws4)),
    ("key and string to sign are those of OSC4", |it, _| {
        all_of(it, Osc4);
    }),
    ("key and string to sign are those of AWS4", |it, _| {
        all_of(it, Aws4);
    }),
    // Region and service.
    ("region and service change places in the key", |it, _| {
        it.key.scope.swap(REGION, SERVICE);
    }),
    (
        "region and service change places in the scope that is signed",
        |it, _| {
            it.scope.swap(REGION, SERVICE);
        },
    ),
    (
        "region and service change places in both key and scope",
        |it, _| {
            both(it, |scope| scope.swap(REGION, SERVICE));
        },
    ),
    ("the key is derived for the service api", |it, _| {
        it.key.scope[SERVICE] = "api".into();
    }),
    ("the key is derived for the service oapi", |it, _| {
        it.key.scope[SERVICE] = "oapi".into();
    }),
    ("the key is derived for the region eu-west-2", |it, _| {
        it.key.scope[REGION] = "eu-west-2".into();
    }),
    ("the key is derived for eu-west-2 and api", |it, _| {
        usual(&mut it.key.scope, "api");
    }),
    ("the key is derived for eu-west-2 and oapi", |it, _| {
        usual(&mut it.key.scope, "oapi");
    }),
    ("the service is api in both key and scope", |it, _| {
        both(it, |scope| scope[SERVICE] = "api".into());
    }),
    ("the service is oapi in both key and scope", |it, _| {
        both(it, |scope| scope[SERVICE] = "oapi".into());
    }),
    ("the region is eu-west-2 in both key and scope", |it, _| {
        both(it, |scope| scope[REGION] = "eu-west-2".into());
    }),
    // The day.
    ("the time takes the place of the day in the key", |it, _| {
        it.key.scope[DAY].clone_from(&it.timestamp);
    }),
    (
        "the time takes the place of the day in the scope that is signed",
        |it, _| {
            it.scope[DAY].clone_from(&it.timestamp);
        },
    ),
    (
        "the time takes the place of the day in both key and scope",
        |it, _| {
            it.key.scope[DAY].clone_from(&it.timestamp);
            it.scope[DAY].clone_from(&it.timestamp);
        },
    ),
    ("the key is derived for the day before", |it, _| {
        another_day(it, Date::yesterday);
    }),
    ("the key is derived for the day after", |it, _| {
        another_day(it, Date::tomorrow);
    }),
];

fn ends(scope: &mut Scope<'_>, algorithm: Algorithm) {
    scope[TERMINATOR] = algorithm.terminator().into();
}

fn key_of(recipe: &mut Recipe<'_>, algorithm: Algorithm) {
    recipe.key.prefix = algorithm.key_prefix();
    ends(&mut recipe.key.scope, algorithm);
}

fn all_of(recipe: &mut Recipe<'_>, algorithm: Algorithm) {
    key_of(recipe, algorithm);
    recipe.algorithm = algorithm.name();
    ends(&mut recipe.scope, algorithm);
}

/// If one of them is so already, the mistake is only about the other.
fn usual(scope: &mut Scope<'_>, service: &'static str) {
    if scope[REGION] != "eu-west-2" && scope[SERVICE] != service {
        scope[REGION] = "eu-west-2".into();
        scope[SERVICE] = service.into();
    }
}

fn both(recipe: &mut Recipe<'_>, change: fn(&mut Scope<'_>)) {
    change(&mut recipe.key.scope);
    change(&mut recipe.scope);
}

/// What a client does that takes the day from a calendar of another time zone.
fn another_day(recipe: &mut Recipe<'_>, other: fn(Date) -> Result<Date, Error>) {
    if let Some(day) = date::day(&recipe.key.scope[DAY])
        && let Ok(day) = other(day)
    {
        recipe.key.scope[DAY] = day.strftime("%Y%m%d").to_string().into();
    }
}
