//! Conversations about the family `nic`.
