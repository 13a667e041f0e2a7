//! Conversations about the family `security_group_rule`.
