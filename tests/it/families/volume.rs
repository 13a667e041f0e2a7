//! Conversations about the family `volume`.
