//! Conversations about the family `net`.
