//! Conversations about the family `subregion`.
