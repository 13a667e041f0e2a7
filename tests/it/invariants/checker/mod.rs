//! What must hold of a cloud at any moment, whatever was said to it: [`broken`].
//!
//! It reads like any client, as the account of the handle, and changes nothing: each read is made
//! on a fork of its own, so that all of them see the same instant. Left out: what only the core
//! could tell, and what other accounts see.

mod addresses;
mod compute;
mod identity;
mod links;
mod load_balancers;
mod network;
mod public_ips;
mod view;
mod words;

pub(crate) use view::View;

use mockscale::Cloud;

/// What does not hold of a cloud, each in a sentence; nothing when all is well.
pub(crate) fn broken(cloud: &Cloud) -> Vec<String> {
    let mut faults = broken_in(&View::of(cloud));
    // By the form of the identifiers, and of all accounts; the view goes by the names of fields.
    faults.extend(cloud.dangling().iter().map(ToString::to_string));
    faults
}

/// [`broken`], for a view that was taken before.
pub(crate) fn broken_in(view: &View) -> Vec<String> {
    let mut faults: Vec<String> = view.violations().to_vec();
    identity::check(view, &mut faults);
    words::check(view, &mut faults);
    network::check(view, &mut faults);
    links::check(view, &mut faults);
    addresses::check(view, &mut faults);
    compute::check(view, &mut faults);
    public_ips::check(view, &mut faults);
    load_balancers::check(view, &mut faults);
    faults
}
