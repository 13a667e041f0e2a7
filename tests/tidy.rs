//! The house rules that a program can check. Each says which file breaks it, and how.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mockscale::cloud::families;
use mockscale::{Contract, Value};

/// The most lines of a file.
const MOST_LINES: usize = 500;
/// From here on a file is named when another breaks the rule: it is on its way there.
const MANY_LINES: usize = 400;

/// What each layer may use besides itself, by path below `crate::`. `kit` may use everything.
const LAYERS: [(&str, &[&str]); 9] = [
    (
        "access",
        &[
            "cloud::State",
            "cloud::account",
            "cloud::clock",
            "cloud::fault",
            "cloud::lockout",
            "cloud::object",
            "cloud::permission",
            "cloud::store",
            "cloud::x509",
            "wire",
        ],
    ),
    ("cloud", &["contract"]),
    ("contract", &[]),
    ("pki", &[]),
    ("report", &["cloud", "contract", "transcript"]),
    (
        "replay",
        &[
            "access::Check",
            "access::signature",
            "cloud::account",
            "cloud::clock",
            "contract",
            "kit",
            "transcript",
            "wire",
        ],
    ),
    // Bytes only, but for the envelope of the answers that it has to make up itself.
    ("server", &["cloud::fault", "wire"]),
    (
        "transcript",
        &["access::Check", "cloud", "contract", "wire"],
    ),
    ("wire", &[]),
];

#[test]
fn every_source_file_says_what_it_is() {
    // The crate's own is the README.
    let opens = |text: &str| text.starts_with("//! ") || text.starts_with("#![doc = include_str!");
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|source| !opens(&source.text))
        .map(|source| source.name)
        .collect();
    assert!(silent.is_empty(), "no `//!` at the top of {silent:?}");
}

#[test]
fn no_file_is_too_long() {
    let mut long: Vec<_> = sources()
        .into_iter()
        .map(|source| (source.text.lines().count(), source.name))
        .filter(|(lines, _)| *lines > MANY_LINES)
        .collect();
    long.sort_unstable_by(|one, other| other.cmp(one));
    assert!(
        long.iter().all(|(lines, _)| *lines <= MOST_LINES),
        "more than {MOST_LINES} lines, or on the way there: {long:#?}"
    );
}

#[test]
fn nothing_is_unwrapped_or_left_to_do() {
    let mut found = Vec::new();
    for source in sources() {
        for (number, line) in source.code() {
            for word in [".unwrap()", "todo!(", "unimplemented!(", "dbg!("] {
                if line.contains(word) {
                    found.push(format!("{}:{number}: {word}", source.name));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn an_operation_is_quoted_once_where_its_rule_stands() {
    let contract = Contract::bundled();
    let properties = property_names(&contract);
    let mut quoted: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    // Fixtures call the cloud from outside, as a test does.
    let sources = sources().into_iter().filter(|it| it.layer() != "fixtures");
    for source in sources {
        let code = source.text_of_code();
        for name in contract.names() {
            let quote = format!("\"{name}\"");
            for (at, _) in code.match_indices(&quote) {
                quoted.entry(name).or_default().push(source.name.clone());
                if is_row(&code, at, at + quote.len()) {
                    *rows.entry(name).or_default() += 1;
                }
            }
        }
    }
    let mut faults = Vec::new();
    for operation in contract.operations() {
        let name = operation.name();
        let places = quoted.get(name).map_or(&[][..], Vec::as_slice);
        let ruled = families::rule(operation).is_some();
        // Where a property has the same name (`LinkNic`, `LinkPublicIp`), only rows tell.
        let (found, what) = if properties.contains(name) {
            (rows.get(name).copied().unwrap_or_default(), "in a row")
        } else {
            (places.len(), "quoted")
        };
        if found > 1 || (ruled && found == 0) {
            faults.push(format!("{name} stands {what} {found} times: {places:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn layers_use_what_lies_below_them() {
    let mut faults = Vec::new();
    for source in sources() {
        let layer = source.layer();
        let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            continue;
        };
        for path in paths_in_crate(&source.text_of_code()) {
            let under = |known: &str| path == known || path.starts_with(&format!("{known}::"));
            if !under(&layer) && !below.iter().any(|known| under(known)) {
                faults.push(format!("{} uses crate::{path}", source.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_program_uses_the_public_names_only() {
    let inner = [
        "access",
        "cloud",
        "contract",
        "kit",
        "report",
        "server",
        "transcript",
        "wire",
        "__private",
    ];
    let mut faults = Vec::new();
    for source in sources() {
        if source.layer() != "bin" {
            continue;
        }
        for path in paths_after(&source.text_of_code(), "mockscale::") {
            if inner.iter().any(|it| path.split("::").next() == Some(it)) {
                faults.push(format!("{} uses mockscale::{path}", source.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_family_is_a_file_named_after_its_tag() {
    let contract = Contract::bundled();
    let tags: BTreeSet<String> = contract
        .operations()
        .map(|operation| snake_case(operation.tag()))
        .collect();
    let folder = root().join("src/cloud/families");
    let files: BTreeSet<String> = fs::read_dir(folder)
        .expect("the families have a folder")
        .map(|entry| entry.expect("an entry of the folder").path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|name| name != "mod")
        .collect();
    assert_eq!(files, tags);
}

#[test]
fn no_snapshot_waits_to_be_read() {
    let waiting: Vec<_> = files(&root())
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(".snap.new"))
        .collect();
    assert!(waiting.is_empty(), "{waiting:#?}");
}

/// A file of `src/`.
struct Source {
    /// Its path below `src/`.
    name: String,
    text: String,
}

impl Source {
    /// The first part of its path.
    fn layer(&self) -> String {
        let first = self.name.split('/').next().unwrap_or_default();
        first.trim_end_matches(".rs").to_owned()
    }

    /// Its lines, numbered from 1, without comments and tests.
    fn code(&self) -> Vec<(usize, &str)> {
        if self.name.contains("/tests/") || self.name.ends_with("/tests.rs") {
            return Vec::new();
        }
        let mut code = Vec::new();
        let mut lines = (1..).zip(self.text.lines()).peekable();
        while let Some((number, line)) = lines.next() {
            let test = line == "#[cfg(test)]"
                && lines
                    .peek()
                    .is_some_and(|(_, next)| next.starts_with("mod ") && next.ends_with('{'));
            if test {
                lines.by_ref().find(|(_, line)| *line == "}");
            } else if !line.trim_start().starts_with("//") {
                code.push((number, line));
            }
        }
        code
    }

    fn text_of_code(&self) -> String {
        let lines: Vec<_> = self.code().into_iter().map(|(_, line)| line).collect();
        lines.join("\n")
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let folder = root().join("src");
    let mut sources: Vec<_> = files(&folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .map(|path| Source {
            text: fs::read_to_string(&path).expect("a source file is text"),
            name: path
                .strip_prefix(&folder)
                .expect("the file was found there")
                .to_string_lossy()
                .replace('\\', "/"),
        })
        .collect();
    sources.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(!sources.is_empty());
    sources
}

/// Every file below a folder, but for what is built and what git keeps.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder that can be read") {
        let path = entry.expect("an entry of the folder").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}

/// Whether the quote between two places begins a table's row: `("Name", a_function`, and is no
/// argument of a call.
fn is_row(code: &str, start: usize, end: usize) -> bool {
    let called = |c: char| c.is_alphanumeric() || c == '_';
    let before = code[..start].trim_end().strip_suffix('(');
    let after = code[end..].trim_start().strip_prefix(',');
    before.is_some_and(|before| !before.ends_with(called))
        && after.is_some_and(|after| after.trim_start().starts_with(|c: char| c.is_lowercase()))
}

/// The name of every property of every schema.
fn property_names(contract: &Contract) -> BTreeSet<String> {
    let facts: Value = serde_json::from_str(contract.facts()).expect("facts are JSON");
    let schemas = facts["components"]["schemas"].as_object();
    schemas
        .into_iter()
        .flatten()
        .filter_map(|(_, schema)| schema["properties"].as_object())
        .flat_map(|properties| properties.keys().cloned())
        .collect()
}

fn paths_in_crate(code: &str) -> Vec<String> {
    paths_after(code, "crate::")
}

/// The paths that follow a prefix, groups in braces taken apart.
fn paths_after(code: &str, prefix: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        // `pub(in crate::cloud)`, `crate_name::` and a macro's `$crate::` are no uses.
        let before = &code[..at];
        let longer = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        if !before.ends_with("(in ") && !before.ends_with(longer) {
            collect(&code[at + prefix.len()..], "", &mut paths);
        }
    }
    paths
}

/// Reads a path or a group at the start of a text, and answers what comes after it.
fn collect<'c>(text: &'c str, prefix: &str, into: &mut Vec<String>) -> &'c str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = collect(rest, prefix, into).trim_start();
            match rest.strip_prefix(',') {
                Some(more) if !more.trim_start().starts_with('}') => rest = more,
                Some(more) => return more.trim_start().strip_prefix('}').unwrap_or(""),
                None => return rest.strip_prefix('}').unwrap_or(""),
            }
        }
    }
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    let path = format!("{prefix}{}", &text[..end]);
    if let Some(rest) = text[end..].strip_prefix("::") {
        return collect(rest, &format!("{path}::"), into);
    }
    into.push(path);
    &text[end..]
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[test]
fn paths_are_taken_apart() {
    let code =
        "use crate::cloud::{State, fault::{self, Fault}}; crate::wire::MAX; pub(in crate::cloud) x";
    assert_eq!(
        paths_in_crate(code),
        [
            "cloud::State",
            "cloud::fault::self",
            "cloud::fault::Fault",
            "wire::MAX"
        ]
    );
}
