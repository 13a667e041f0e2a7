//! Conversations about the family `subnet`.
