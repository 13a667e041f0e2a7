//! Conversations about the family `keypair`.
