//! Conversations about the family `security_group`.
