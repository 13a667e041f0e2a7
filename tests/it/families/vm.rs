//! Conversations about the family `vm`.
