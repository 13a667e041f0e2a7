//! Which part of a resource each filter looks at, as far as names tell.
//!
//! Names are compared word by word, singular or plural alike: `BlockDeviceMappingVolumeIds` is
//! `BlockDeviceMappings`, then `VolumeId` within it, be it one object deeper (`Bsu`). Left out:
//! what a filter means (ranges, prefixes, wildcards), and the paths that names do not tell; those
//! stand in the families.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::Document;
use super::outline::referred;

/// How far below the resource a filter may look; no schema nests deeper.
const DEEPEST: usize = 4;

/// See [`Contract::filter_paths`](super::Contract::filter_paths).
pub(super) fn paths(
    document: &Document,
    filters: &str,
    resource: &str,
) -> BTreeMap<String, Option<String>> {
    let schema = |name| document.find_schema(name).map(|id| document.schema(id));
    let (Some(filters), Some(schema)) = (schema(filters), schema(resource)) else {
        return BTreeMap::new();
    };
    let search = Search { document };
    let names = filters["properties"].as_object().into_iter().flatten();
    names
        .map(|(name, _)| (name.clone(), search.path(name, resource, schema)))
        .collect()
}

struct Search<'a> {
    document: &'a Document,
}

/// A property of a schema.
struct Property<'a> {
    name: &'a str,
    words: Vec<String>,
    /// The schema of the object that it holds, or of which it holds a list.
    inner: Option<&'a Value>,
}

impl<'a> Search<'a> {
    fn path(&self, filter: &str, kind: &str, schema: &'a Value) -> Option<String> {
        let special = match filter {
            "Tags" => Some("Tags"),
            "TagKeys" => Some("Tags.Key"),
            "TagValues" => Some("Tags.Value"),
            _ => None,
        };
        if let Some(path) = special {
            let has_tags = schema["properties"].get("Tags").is_some();
            return has_tags.then(|| path.to_owned());
        }
        let words = words(filter);
        self.find(&words, schema, &[], 0).or_else(|| {
            // A filter may repeat the kind: `VolumeStates` of a volume.
            let rest = words.strip_prefix(self::words(kind).as_slice())?;
            self.find(rest, schema, &[], 0)
        })
    }

    /// The path below `schema` that `words` name, the surest reading first. `parent` are the words
    /// of the property that led here.
    fn find(
        &self,
        words: &[String],
        schema: &'a Value,
        parent: &[String],
        depth: usize,
    ) -> Option<String> {
        if words.is_empty() || depth > DEEPEST {
            return None;
        }
        let properties = self.properties(schema);
        leaf(&properties, words)
            .or_else(|| overlapping(&properties, parent, words))
            .or_else(|| self.named(&properties, words, depth))
            .or_else(|| ending(&properties, words).filter(|_| depth > 0))
            .or_else(|| self.unnamed(&properties, words, depth))
            .or_else(|| {
                // `LinkNetIds` of an Internet service, which has a `NetId` and no links.
                let (first, rest) = words.split_first()?;
                let rest = Some(rest).filter(|_| first == "Link")?;
                leaf(&properties, rest)
            })
    }

    /// Through the property that the words begin with, the longest first:
    /// `LinkNicVmIds` → `LinkNic.VmId`.
    fn named(&self, properties: &[Property<'a>], words: &[String], depth: usize) -> Option<String> {
        let mut begun: Vec<&Property<'a>> = properties
            .iter()
            .filter(|p| p.inner.is_some() && words.starts_with(&p.words))
            .collect();
        begun.sort_by_key(|p| std::cmp::Reverse(p.words.len()));
        begun.into_iter().find_map(|p| {
            let path = self.find(&words[p.words.len()..], p.inner?, &p.words, depth + 1)?;
            Some(format!("{}.{path}", p.name))
        })
    }

    /// Through an object that the words do not mention: `SubregionNames` →
    /// `Placement.SubregionName`.
    fn unnamed(
        &self,
        properties: &[Property<'a>],
        words: &[String],
        depth: usize,
    ) -> Option<String> {
        properties
            .iter()
            .filter(|p| p.name != "Tags")
            .find_map(|p| {
                let path = self.find(words, p.inner?, &[], depth + 1)?;
                Some(format!("{}.{path}", p.name))
            })
    }

    fn properties(&self, schema: &'a Value) -> Vec<Property<'a>> {
        let properties = schema["properties"].as_object().into_iter().flatten();
        let mut properties: Vec<Property<'a>> = properties
            .map(|(name, schema)| Property {
                name,
                words: words(name),
                inner: referred(schema)
                    .or_else(|| referred(&schema["items"]))
                    .and_then(|name| self.document.find_schema(name))
                    .map(|id| self.document.schema(id)),
            })
            .collect();
        // Whatever order serde_json's maps have in this build.
        properties.sort_by_key(|p| p.name);
        properties
    }
}

/// The property that the words name in full, if it holds a plain value or a list of such.
fn leaf(properties: &[Property<'_>], words: &[String]) -> Option<String> {
    let mut leaves = properties.iter().filter(|p| p.inner.is_none());
    leaves.find(|p| p.words == words).map(|p| p.name.to_owned())
}

/// The property that repeats the end of its parent's name, the shortest repetition first:
/// `LinkPublicIp` and `AccountIds` → `PublicIpAccountId`.
fn overlapping(properties: &[Property<'_>], parent: &[String], words: &[String]) -> Option<String> {
    (0..parent.len())
        .rev()
        .find_map(|start| leaf(properties, &[&parent[start..], words].concat()))
}

/// The only property that ends with the words: `Protocols` → `IpProtocol`. `Id` alone says too
/// little.
fn ending(properties: &[Property<'_>], words: &[String]) -> Option<String> {
    if words == ["Id"] {
        return None;
    }
    let mut ending = properties
        .iter()
        .filter(|p| p.inner.is_none() && p.words.ends_with(words));
    match (ending.next(), ending.next()) {
        (Some(only), None) => Some(only.name.to_owned()),
        _ => None,
    }
}

/// The words of a name in camel case, each reduced to its stem.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for c in name.chars() {
        match words.last_mut() {
            Some(word) if !c.is_ascii_uppercase() => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    words.iter().map(|word| stem(word)).collect()
}

/// A word without the endings that a filter and its property differ in: the plural, and the
/// participle (`LinkVolume…` looks at `LinkedVolumes`).
fn stem(word: &str) -> String {
    let singular = if let Some(stem) = word.strip_suffix("ies") {
        format!("{stem}y")
    } else if let Some(stem) = word.strip_suffix("ases") {
        // `Aliases` like `Alias`, which loses its own s below.
        format!("{stem}a")
    } else if let Some(stem) = word.strip_suffix("sses") {
        format!("{stem}ss")
    } else if word.ends_with("ss") {
        word.to_owned()
    } else {
        word.strip_suffix('s').unwrap_or(word).to_owned()
    };
    match singular.strip_suffix("ed") {
        Some(stem) => stem.to_owned(),
        None => singular,
    }
}
