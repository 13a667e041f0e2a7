//! How alike two names are, and "did you mean": the nearest of a list of names.

/// How alike two names must be, from 0 (nothing in common) to 1 (equal). Below one half,
/// suggestions are more often puzzling than helpful.
const ALIKE: f64 = 0.5;
/// The most bytes of a character.
const MOST_BYTES: usize = 4;

/// The name of `names` that is nearest to `said`, letter case counting least; the first of
/// several that are equally near. None is better than a puzzling one.
pub(crate) fn nearest<'a>(said: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(f64, &str)> = None;
    for name in names {
        let score = likeness(said, name);
        if score >= ALIKE && best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name)
}

/// How alike a text and a name are, letter case counting least: from 0 (nothing in common, or far
/// from one half) to 1 (equal).
pub(super) fn likeness(said: &str, name: &str) -> f64 {
    // Of what has more than twice as many characters less than half can be alike. A text may be as
    // long as a body, and each of its characters is compared with each of the name's.
    if said.len() > 2 * MOST_BYTES * name.len() {
        return 0.0;
    }
    strsim::normalized_damerau_levenshtein(&said.to_lowercase(), &name.to_lowercase())
}

/// What an error says of the nearest name, after what was wrong.
pub(crate) fn did_you_mean(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean {near}?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_name_and_nonsense_finds_none() {
        let names = ["IpRange", "NetId", "Tenancy"];
        let near = |said| nearest(said, names.into_iter());
        assert_eq!(near("IpRage"), Some("IpRange"));
        assert_eq!(near("iprange"), Some("IpRange"));
        assert_eq!(near("tenanci"), Some("Tenancy"));
        assert_eq!(near("Colour"), None);
    }

    #[test]
    fn a_text_as_long_as_a_body_takes_no_time() {
        let long = "NetId".repeat(800_000);
        let begin = std::time::Instant::now();
        assert_eq!(nearest(&long, ["NetId"; 100].into_iter()), None);
        assert!(begin.elapsed() < std::time::Duration::from_secs(1));
    }
}
