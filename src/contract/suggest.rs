//! "Did you mean": the nearest of a list of names.

/// How alike two names must be, from 0 (nothing in common) to 1 (equal). Below one half,
/// suggestions are more often puzzling than helpful.
const ALIKE: f64 = 0.5;

/// The name of `names` that is nearest to `said`, letter case counting least; the first of
/// several that are equally near. None is better than a puzzling one.
pub(crate) fn nearest<'a>(said: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = said.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for name in names {
        let score = strsim::normalized_damerau_levenshtein(&lower, &name.to_lowercase());
        if score >= ALIKE && best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name)
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
}
