//! Conversations about the family `dhcp_option`.
