//! The readings of a request that are taken for right. Several clients sign another host than the
//! one they send, and one another path.

use super::Authorization;
use super::canonical::{collapsed, without_port};
use super::recipe::Recipe;
use crate::wire::WireRequest;
use std::borrow::Cow;
use std::iter;

/// The paths and hosts that may have been signed: at most two and three.
pub(super) struct Readings<'r> {
    /// As received.
    path: &'r str,
    collapsed: Cow<'r, str>,
    /// As received.
    host: &'r str,
    region: &'r str,
}

impl<'r> Readings<'r> {
    pub(super) fn of(request: &'r WireRequest, authorization: &Authorization<'r>) -> Self {
        Self {
            path: &request.path,
            collapsed: collapsed(&request.path),
            host: request.headers.get("host").unwrap_or_default().trim(),
            region: authorization.region,
        }
    }

    /// The likeliest first. osc-cli doubles the first slash after signing.
    pub(super) fn paths(&self) -> impl Iterator<Item = Cow<'r, str>> {
        let raw = (self.path != self.collapsed).then_some(Cow::Borrowed(self.path));
        iter::once(self.collapsed.clone()).chain(raw)
    }

    /// The likeliest first. osc-sdk-python 0.41 leaves the port away, 0.31 signs a public name.
    pub(super) fn hosts(&self) -> impl Iterator<Item = Cow<'r, str>> {
        let public = || Cow::from(format!("api.{}.outscale.com", self.region));
        iter::once(self.host)
            .chain(without_port(self.host))
            .map(Cow::Borrowed)
            .chain(iter::once_with(public))
    }

    /// Each of them, the likeliest first.
    pub(super) fn each(&self, recipe: &Recipe<'r>) -> impl Iterator<Item = Recipe<'r>> {
        self.hosts().flat_map(move |host| {
            self.paths().map(move |path| {
                let mut reading = recipe.clone();
                reading.canonical.at(path, host.clone());
                reading
            })
        })
    }
}
