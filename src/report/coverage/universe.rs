//! What there is to exercise besides what the contract itself lists: error codes and transitions.
//!
//! Operations, fields and listed values are the contract's own (see `Operation::fields`); whether
//! something is deprecated does not matter.

use std::fmt;
use std::sync::LazyLock;

use crate::cloud::families;
use crate::cloud::fault::{self, Entry};
use crate::cloud::lifecycle::End;

/// What only a request that breaks the contract is told, or nobody but by this fake.
const BEYOND: [&Entry; 5] = [
    fault::METHOD_NOT_ALLOWED,
    fault::NO_SUCH_CALL,
    fault::NOT_SERVED,
    fault::UNKNOWN_PARAMETER_TYPE,
    fault::WRONG_JSON_TYPE,
];

/// Every error that a legal call may meet, by code. A mock of the test's own may answer also those
/// that no rule answers yet, as it may answer an operation that is not served.
pub(super) fn errors() -> impl Iterator<Item = &'static Entry> {
    let all = fault::CATALOGUE.iter().copied();
    all.filter(|entry| !BEYOND.contains(entry))
}

/// The error of that code among [`errors`].
pub(super) fn error(code: u16) -> Option<&'static Entry> {
    let all = fault::CATALOGUE;
    let at = all.binary_search_by(|entry| entry.code.cmp(&code)).ok()?;
    Some(all[at]).filter(|entry| !BEYOND.contains(entry))
}

/// A transition as an exchange shows it; several of a family may look the same.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Move {
    /// The tag of its family.
    pub(super) family: &'static str,
    /// The kind of what changes.
    pub(super) kind: &'static str,
    /// The field that shows it.
    pub(super) field: &'static str,
    /// The transient state.
    pub(super) from: &'static str,
    /// What it ends in; `None` where the resource is gone.
    pub(super) to: Option<&'static str>,
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = self.to.unwrap_or("gone");
        let Self {
            kind, field, from, ..
        } = self;
        write!(f, "{kind}.{field}: {from} → {to}")
    }
}

/// Every transition, in the order of the families.
pub(super) fn moves() -> &'static [Move] {
    static MOVES: LazyLock<Vec<Move>> = LazyLock::new(|| {
        let mut moves = Vec::new();
        for (family, transition) in families::transitions() {
            let it = Move {
                family: family.tag,
                kind: transition.kind.name,
                field: transition.field,
                from: transition.from,
                to: match transition.to {
                    End::State(state) => Some(state),
                    End::Gone => None,
                },
            };
            if !moves.contains(&it) {
                moves.push(it);
            }
        }
        moves
    });
    &MOVES
}

#[cfg(test)]
mod tests {
    use super::{error, errors, moves};
    use crate::cloud::fault;
    use crate::contract::{Contract, Side};

    /// The whole of 1.33.1, so that a change of what is counted is seen.
    #[test]
    fn this_much_there_is_to_exercise() {
        let contract = Contract::bundled();
        let mut figures = [0; 6];
        for operation in contract.operations() {
            let request = operation.fields(Side::Request);
            let reply = operation.fields(Side::Reply);
            let (fields, answered) = (request.iter().count(), reply.iter().count());
            figures[0] += 1;
            figures[1] += fields;
            figures[2] += request.slots() - fields + reply.slots() - answered;
            figures[3] += answered;
        }
        figures[4] = errors().count();
        figures[5] = moves().len();
        assert_eq!(figures, [223, 1385, 56, 2291, 218, 34]);
    }

    #[test]
    fn a_code_is_known_if_a_legal_call_may_meet_it() {
        assert_eq!(error(5065), Some(fault::NO_SUCH_NET));
        assert_eq!(error(501), None);
        assert_eq!(error(5011), None);
        assert_eq!(error(12345), None);
        assert!(errors().all(|entry| error(entry.code) == Some(entry)));
    }

    #[test]
    fn moves_read_well() {
        let shown: Vec<_> = moves().iter().map(ToString::to_string).collect();
        assert!(shown.contains(&"Vm.State: pending → running".to_owned()));
        assert!(shown.contains(&"Net.State: deleting → gone".to_owned()));
    }
}
