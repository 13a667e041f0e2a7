//! Why a signature was refused, for a person: what should have been signed, and which of the usual
//! mistakes would have led to what was.

use super::key::SigningKey;
use super::mistake::{BODIES, Sent, mistakes};
use super::reading::Readings;
use super::recipe::Recipe;
use crate::wire::{WireRequest, is_secret_header};
use std::borrow::Cow;

/// The longest canonical request that mistakes are looked for in, in bytes (16 KiB). Those of real
/// clients have about 250; it keeps the work of a refusal small.
const MOST_TEXT: usize = 16 << 10;
/// How many further secrets are tried.
const MOST_SUSPECTS: usize = 100;

/// A secret that the client may have taken for the right one. It has no `Debug`: it holds it.
pub(in crate::access) struct Suspect {
    /// What it is, for a person: `the secret key of MOCKSCALE00000000002`.
    pub(in crate::access) what: String,
    pub(in crate::access) secret: String,
}

/// Why a signature does not hold. It has no `Debug`: it holds the secret key.
pub(in crate::access) enum Mismatch<'r> {
    /// There was nothing to compare with, for this reason.
    Incomparable(String),
    /// It is not the signature of this request.
    Different(Box<Compared<'r>>),
}

/// A signature that came with a request, and how the right one is made.
pub(in crate::access) struct Compared<'r> {
    pub(super) recipe: Recipe<'r>,
    pub(super) key: SigningKey,
    pub(super) readings: Readings<'r>,
    pub(super) request: &'r WireRequest,
    pub(super) access_key: &'r str,
    pub(super) signature: [u8; 32],
}

impl Mismatch<'_> {
    /// All that can be said, for a person. It holds no secret.
    ///
    /// It takes at most 1100 HMACs and ten more for each suspect, and hashes the body a dozen
    /// times.
    pub(in crate::access) fn explain(&self, suspects: &[Suspect]) -> String {
        match self {
            Self::Incomparable(why) => why.clone(),
            Self::Different(compared) => compared.explain(suspects),
        }
    }
}

impl Compared<'_> {
    fn explain(&self, suspects: &[Suspect]) -> String {
        let mut right = self.recipe.clone();
        let path = self.readings.paths().next().unwrap_or_default();
        let host = self.readings.hosts().next().unwrap_or_default();
        right.canonical.at(path, host);
        let string = right.string();
        let short = right.canonical.text().len() <= MOST_TEXT;
        let mistakes = short.then(|| self.mistakes(suspects));
        for (name, value) in &mut right.canonical.headers {
            if is_secret_header(name) {
                *value = Cow::Borrowed("(not shown)");
            }
        }
        format!(
            "the signature is not that of this request. {}\n\
             hosts tried: {}\n\
             paths tried: {}\n\
             canonical request:\n{}\n\
             string to sign:\n{string}",
            diagnosis(mistakes.as_deref()),
            self.readings.hosts().collect::<Vec<_>>().join(", "),
            self.readings.paths().collect::<Vec<_>>().join(", "),
            right.canonical.text(),
        )
    }

    /// The mistakes that lead to the signature that came, in words.
    fn mistakes<'s>(&'s self, suspects: &'s [Suspect]) -> Vec<String> {
        let sent = Sent {
            request: self.request,
            access_key: self.access_key,
        };
        let right: Vec<_> = self.readings.each(&self.recipe).collect();
        let secrets = suspects.iter().take(MOST_SUSPECTS).filter(|suspect| {
            self.results_from(&right, |recipe| {
                recipe.key.secret = (&*suspect.secret).into();
            })
        });
        let bodies = BODIES.iter().filter(|(_, hash)| {
            let hash = hash(&self.request.body);
            self.results_from(&right, |recipe| recipe.canonical.body = hash.clone().into())
        });
        let mistakes =
            mistakes().filter(|(_, make)| self.results_from(&right, |recipe| make(recipe, &sent)));
        let secrets = secrets.map(|suspect| format!("{} is used", suspect.what));
        let bodies = bodies.map(|(what, _)| (*what).to_owned());
        let mistakes = mistakes.map(|(what, _)| (*what).to_owned());
        secrets.chain(bodies).chain(mistakes).collect()
    }

    /// Whether the signature that came is what a mistake leads to in any of the recipes that would
    /// have been right.
    fn results_from<'s>(&'s self, right: &[Recipe<'s>], mistake: impl Fn(&mut Recipe<'s>)) -> bool {
        // How the request is read makes no difference to the key.
        let mut other_key = None;
        right.iter().any(|right| {
            let mut recipe = right.clone();
            mistake(&mut recipe);
            if recipe == *right {
                return false;
            }
            let key = if recipe.key == right.key {
                &self.key
            } else {
                other_key.get_or_insert_with(|| recipe.key.derive())
            };
            key.verifies(&recipe.string(), &self.signature)
        })
    }
}

/// What to make of the mistakes, which are `None` if they were not looked for.
fn diagnosis(mistakes: Option<&[String]>) -> String {
    match mistakes {
        None => "It covers too much to look for the mistake.".to_owned(),
        Some([]) => {
            "No usual mistake leads to it: the secret key most likely is another one, or the \
                     path, the host, the date or the body was changed after it was made."
                .to_owned()
        }
        Some(mistakes) => format!("It results when {}.", mistakes.join(", or when ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{BODIES, mistakes};

    #[test]
    fn every_mistake_has_words_of_its_own() {
        let bodies = BODIES.iter().map(|(what, _)| *what);
        let mut words: Vec<_> = mistakes().map(|(what, _)| *what).chain(bodies).collect();
        words.sort_unstable();
        assert!(words.is_sorted_by(|one, other| one < other), "{words:#?}");
    }

    #[test]
    fn the_work_is_bounded() {
        // Four HMACs derive a key; two paths on three hosts are then signed.
        let hmacs = (mistakes().count() + BODIES.len()) * (4 + 6);
        assert!(hmacs <= 1100, "{hmacs}");
        assert!(BODIES.len() <= 12);
    }
}
