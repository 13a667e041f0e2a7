//! Marks: places in the conversation that a test remembers.

use super::Cloud;
use crate::transcript::Mark;

impl Cloud {
    /// Where the conversation stands now, for [`Transcript::since`](crate::Transcript::since): set
    /// up, take a mark, then look only at what the code under test said.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// let ready = cloud.mark();
    /// cloud.call("ReadNets", json!({}));
    /// let said = cloud.transcript().since(ready);
    /// assert_eq!(said.exchanges()[0].operation, "ReadNets");
    /// ```
    pub fn mark(&self) -> Mark {
        self.desk().mark()
    }
}
