//! What the speed table is measured with.

pub(crate) mod bare;
pub(crate) mod load;
