//! A cloud is compared by its whole transcript.

use super::Cloud;
use crate::transcript::Transcript;
use crate::transcript::snapshot::Comparable;

impl Comparable for Cloud {
    fn compared(&self) -> Transcript {
        self.transcript()
    }
}
