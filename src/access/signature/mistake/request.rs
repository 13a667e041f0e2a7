//! Mistakes about the canonical request, but for its body.

use super::{Mistake, Sent};
use crate::access::signature::canonical::without_port;
use crate::access::signature::recipe::Recipe;

pub(super) const MISTAKES: &[Mistake] = &[
    // Method, path and query.
    ("the method is GET", |it, _| {
        it.canonical.method = "GET".into();
    }),
    ("the method is in lower case", |it, _| {
        it.canonical.method = it.canonical.method.to_lowercase().into();
    }),
    ("the path is /", |it, _| it.canonical.path = "/".into()),
    ("the path is /api/v1 without the operation", |it, _| {
        it.canonical.path = "/api/v1".into();
    }),
    ("the path is the operation alone", |it, _| set_base(it, "")),
    ("the path begins with /api/v1", |it, _| {
        set_base(it, "/api/v1");
    }),
    ("the path begins with /api/latest", |it, _| {
        set_base(it, "/api/latest");
    }),
    ("the path begins with two slashes", |it, _| {
        it.canonical.path = format!("/{}", it.canonical.path).into();
    }),
    ("a slash follows the path", |it, _| it.canonical.path += "/"),
    ("the slash after the path is left out", |it, _| {
        it.canonical.path = it.canonical.path.trim_end_matches('/').to_owned().into();
    }),
    ("the query is left out", |it, _| {
        it.canonical.query = "".into();
    }),
    ("the query is signed as it was sent", |it, sent| {
        it.canonical.query = sent.request.query.clone().into();
    }),
    ("the query stands behind the path", |it, sent| {
        it.canonical.path = format!("{}?{}", it.canonical.path, sent.request.query).into();
        it.canonical.query = "".into();
    }),
    // The host.
    ("the host is signed with the port 80", |it, _| {
        set_host(it, |name, _| format!("{name}:80"));
    }),
    ("the host is signed with the port 443", |it, _| {
        set_host(it, |name, _| format!("{name}:443"));
    }),
    ("the host is signed as localhost", |it, _| {
        set_host(it, |_, port| format!("localhost{port}"));
    }),
    ("the host is signed as 127.0.0.1", |it, _| {
        set_host(it, |_, port| format!("127.0.0.1{port}"));
    }),
    (
        "the host is signed as api.eu-west-2.outscale.com",
        |it, _| {
            set_host(it, |_, _| "api.eu-west-2.outscale.com".to_owned());
        },
    ),
    ("the host is signed with http:// before it", |it, _| {
        set_host(it, |name, port| format!("http://{name}{port}"));
    }),
    ("the host is signed in lower case", |it, _| {
        set_host(it, |name, port| format!("{name}{port}").to_lowercase());
    }),
    ("the host is signed as nothing", |it, _| {
        set_host(it, |_, _| String::new());
    }),
    // Which headers.
    ("the line of the date header is left out", |it, _| {
        leave_out_date(it);
    }),
    ("the date header is left out", |it, _| {
        leave_out_date(it);
        each_name(it, |names| names.retain(|name| !is_date(name)));
    }),
    ("x-osc-date takes the place of x-amz-date", |it, _| {
        replace(it, "x-amz-date", "x-osc-date");
    }),
    ("x-amz-date takes the place of x-osc-date", |it, _| {
        replace(it, "x-osc-date", "x-amz-date");
    }),
    ("content-type is signed as application/json", |it, _| {
        set_content_type(it, "application/json");
    }),
    (
        "content-type is signed as application/json; charset=utf-8",
        |it, _| {
            set_content_type(it, "application/json; charset=utf-8");
        },
    ),
    (
        "content-type is signed as application/x-www-form-urlencoded",
        |it, _| {
            set_content_type(it, "application/x-www-form-urlencoded");
        },
    ),
    // Their order and spelling.
    ("the header lines are sorted", |it, _| {
        it.canonical.headers.sort();
    }),
    ("the list of header names is sorted", |it, _| {
        each_name(it, |names| names.sort_unstable());
    }),
    (
        "the header lines and the list of names are sorted",
        |it, _| {
            it.canonical.headers.sort();
            each_name(it, |names| names.sort_unstable());
        },
    ),
    (
        "the header lines stand in the order of sending",
        |it, sent| sort_as_sent(it, sent),
    ),
    (
        "the header lines and the list of names stand in the order of sending",
        |it, sent| {
            sort_as_sent(it, sent);
            each_name(it, |names| names.sort_by_key(|name| sent.position(name)));
        },
    ),
    ("the header lines have capitals", |it, _| capitalise(it)),
    (
        "the header lines and the list of names have capitals",
        |it, _| {
            capitalise(it);
            let names = it.canonical.headers.iter().map(|(name, _)| &**name);
            it.canonical.names = names.collect::<Vec<_>>().join(";").into();
        },
    ),
    ("the list of header names is in lower case", |it, _| {
        it.canonical.names = it.canonical.names.to_lowercase().into();
    }),
    (
        "a space follows the colon after a header's name",
        |it, _| {
            for (_, value) in &mut it.canonical.headers {
                *value = format!(" {value}").into();
            }
        },
    ),
    ("the values of headers keep their spaces", keep_spaces),
    // The layout.
    ("no empty line follows the headers", |it, _| {
        it.canonical.gap = "";
    }),
    ("two empty lines follow the headers", |it, _| {
        it.canonical.gap = "\n\n";
    }),
    ("a newline follows the canonical request", |it, _| {
        it.canonical.body += "\n";
    }),
];

/// What stands before the operation in the path.
fn set_base(recipe: &mut Recipe<'_>, base: &str) {
    let mut parts = recipe.canonical.path.rsplit('/');
    let operation = parts.find(|part| !part.is_empty()).unwrap_or_default();
    recipe.canonical.path = format!("{base}/{operation}").into();
}

/// The host from its name and its port, which is empty or begins with a colon.
fn set_host(recipe: &mut Recipe<'_>, host: fn(&str, &str) -> String) {
    recipe.canonical.change("host", |value| {
        let name = without_port(value).unwrap_or(value);
        *value = host(name, &value[name.len()..]).into();
    });
}

fn set_content_type(recipe: &mut Recipe<'_>, content_type: &'static str) {
    recipe
        .canonical
        .change("content-type", |value| *value = content_type.into());
}

fn is_date(name: &str) -> bool {
    ["x-osc-date", "x-amz-date"]
        .iter()
        .any(|date| date.eq_ignore_ascii_case(name))
}

fn leave_out_date(recipe: &mut Recipe<'_>) {
    recipe.canonical.headers.retain(|(name, _)| !is_date(name));
}

/// Gives a header another name.
fn replace(recipe: &mut Recipe<'_>, name: &str, other: &'static str) {
    for (each, _) in &mut recipe.canonical.headers {
        if each == name {
            *each = other.into();
        }
    }
    recipe.canonical.names = recipe.canonical.names.replace(name, other).into();
}

/// Changes the list of names.
fn each_name(recipe: &mut Recipe<'_>, change: impl FnOnce(&mut Vec<&str>)) {
    let mut names = recipe.canonical.names.split(';').collect();
    change(&mut names);
    recipe.canonical.names = names.join(";").into();
}

fn sort_as_sent(recipe: &mut Recipe<'_>, sent: &Sent<'_>) {
    let headers = &mut recipe.canonical.headers;
    headers.sort_by_key(|(name, _)| sent.position(name));
}

/// `x-osc-date` becomes `X-Osc-Date`.
fn capitalise(recipe: &mut Recipe<'_>) {
    for (name, _) in &mut recipe.canonical.headers {
        let mut start = true;
        let capitals = name.chars().map(|character| {
            let starts = std::mem::replace(&mut start, character == '-');
            if starts {
                character.to_ascii_uppercase()
            } else {
                character
            }
        });
        *name = capitals.collect::<String>().into();
    }
}

fn keep_spaces(recipe: &mut Recipe<'_>, sent: &Sent<'_>) {
    for (name, value) in &mut recipe.canonical.headers {
        if name != "host" {
            let values: Vec<_> = sent.request.headers.all(name).collect();
            *value = values.join(",").into();
        }
    }
}
