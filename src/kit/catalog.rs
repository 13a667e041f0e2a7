//! What this fake serves: every operation of the bundled contract, the regions it can play, and its
//! quotas.

use serde::Serialize;

use crate::cloud::dispatch::{self, Served};
use crate::cloud::{quota, seeds};
use crate::contract::Contract;

/// One operation of the bundled contract and how it is served.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ServedOperation {
    /// Its name.
    pub operation: String,
    /// Its tag.
    pub tag: String,
    /// The authentication schemes it takes; none for public operations.
    pub security: Vec<String>,
    /// How it is served.
    pub served: Served,
}

/// Every operation of the bundled contract, by name.
///
/// ```
/// let operations = mockscale::operations();
/// assert_eq!(operations.len(), 223);
/// ```
pub fn operations() -> Vec<ServedOperation> {
    Contract::bundled()
        .operations()
        .map(|operation| ServedOperation {
            operation: operation.name().to_owned(),
            tag: operation.tag().to_owned(),
            security: operation.security().to_vec(),
            served: dispatch::served(operation),
        })
        .collect()
}

/// The regions that a cloud can play.
///
/// ```
/// assert!(mockscale::regions().any(|region| region == "us-east-2"));
/// ```
pub fn regions() -> impl Iterator<Item = &'static str> {
    seeds::region_names()
}

/// The quotas that a cloud has, by their names.
///
/// ```
/// assert!(mockscale::quotas().any(|quota| quota == "vpc_limit"));
/// ```
pub fn quotas() -> impl Iterator<Item = &'static str> {
    quota::names()
}
