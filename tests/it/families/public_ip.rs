//! Conversations about the family `public_ip`.
