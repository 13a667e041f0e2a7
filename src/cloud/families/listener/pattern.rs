//! Patterns of hosts and paths, as rules of listeners have them: checked, and never matched.

use crate::cloud::fault::{self, Entry, Fault};

/// The longest pattern, in characters; documented.
const LONGEST: usize = 128;
/// The most wildcards of a pattern; documented.
const MOST_WILDCARDS: usize = 3;

/// What a pattern is about.
pub(super) struct Subject {
    /// The property that shows it.
    pub(super) property: &'static str,
    /// What it may hold besides letters and digits; documented, but for the wildcard.
    punctuation: &'static str,
    /// The refusal of another.
    refusal: &'static Entry,
}

/// Names of hosts.
pub(super) const HOST: &Subject = &Subject {
    property: "HostNamePattern",
    punctuation: "-.?*",
    refusal: fault::INVALID_HOST_PATTERN,
};

/// Paths of requests.
pub(super) const PATH: &Subject = &Subject {
    property: "PathPattern",
    punctuation: "_-.$/~\"'@:+?*",
    refusal: fault::INVALID_PATH_PATTERN,
};

impl Subject {
    /// Refuses what cannot be a pattern.
    ///
    /// # Faults
    /// `INVALID_HOST_PATTERN` or `INVALID_PATH_PATTERN`.
    pub(super) fn check(&self, pattern: &str) -> Result<(), Fault> {
        let fits = |c: char| c.is_ascii_alphanumeric() || self.punctuation.contains(c);
        // assumed: `?` is a wildcard like any other character, and an empty pattern is none.
        let wildcards = pattern.matches('*').count();
        let length = pattern.chars().count();
        if (1..=LONGEST).contains(&length)
            && wildcards <= MOST_WILDCARDS
            && pattern.chars().all(fits)
        {
            return Ok(());
        }
        Err(self.refusal.says(format!(
            "The {} '{pattern}' must have 1 to {LONGEST} letters, digits and characters of '{}', \
             of which {MOST_WILDCARDS} asterisks at most.",
            self.property, self.punctuation
        )))
    }
}
