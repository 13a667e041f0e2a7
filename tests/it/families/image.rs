//! Conversations about the family `image`.
