//! Conversations about the family `route_table`.
