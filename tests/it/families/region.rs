//! Conversations about the family `region`.
