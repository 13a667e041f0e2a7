//! What a cloud's author wants to be written nowhere.

use super::CloudBuilder;

impl CloudBuilder {
    /// Hides what stands at a path of a body, in every exchange, before it is recorded: no
    /// transcript, failure, observer or file ever shows it.
    ///
    /// The path is one of [`Transcript::redact`](crate::Transcript::redact): property names joined
    /// by dots, lists implied, `*` for any one property, `**` for any number of them. What it leads
    /// to is replaced in the request, the reply, the effects and the violations of an exchange, and
    /// so is the same text (of four bytes or more) wherever else that exchange holds it, such as in
    /// an error that quotes it. What the client is answered stays as it is.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::builder().redact("**.UserData").build();
    /// let vms = json!({ "ImageId": "ami-5aebd4d5", "UserData": "c2VjcmV0" });
    /// cloud.call("CreateVms", vms).ok();
    /// assert!(!cloud.transcript().to_string().contains("c2VjcmV0"));
    /// ```
    ///
    /// # Panics
    /// When the path cannot be read.
    #[track_caller]
    pub fn redact(mut self, path: &str) -> Self {
        self.settings.redactions.add(path);
        self
    }
}
