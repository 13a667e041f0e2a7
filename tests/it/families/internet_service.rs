//! Conversations about the family `internet_service`.
