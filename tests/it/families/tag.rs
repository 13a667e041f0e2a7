//! Conversations about the family `tag`.
