//! The usual mistakes in signing, each a row: what it is, to stand after "it results when …", and
//! what it makes of the recipe of the right signature.
//!
//! A row may leave a recipe as it was: most mistakes are none for some requests. Left out: two
//! mistakes at once.

mod body;
mod key;
mod request;
mod string;

pub(super) use body::BODIES;

use super::recipe::Recipe;
use crate::wire::WireRequest;

/// What was sent, for mistakes that take from it.
pub(super) struct Sent<'r> {
    pub(super) request: &'r WireRequest,
    pub(super) access_key: &'r str,
}

impl Sent<'_> {
    /// Where among the headers the first of that name stood.
    fn position(&self, name: &str) -> Option<usize> {
        let mut headers = self.request.headers.iter();
        headers.position(|(each, _)| each.eq_ignore_ascii_case(name))
    }
}

type Mistake = (&'static str, fn(&mut Recipe<'_>, &Sent<'_>));

/// All but those about the body, in the order of the work.
pub(super) fn mistakes() -> impl Iterator<Item = &'static Mistake> {
    let tables = [key::MISTAKES, string::MISTAKES, request::MISTAKES];
    tables.into_iter().flatten()
}
