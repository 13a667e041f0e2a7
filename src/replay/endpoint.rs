//! Whom a conversation is said to again.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use jiff::SignedDuration;
use serde_json::Value;

use crate::kit::Cloud;

/// Whoever answers the calls of a replay: a [`Cloud`], a service over HTTP
/// (`Remote`, with the feature `remote`), or a function.
///
/// ```
/// use mockscale::{Cloud, EndpointError, Value, json};
///
/// let cloud = Cloud::new();
/// cloud.call("ReadNets", json!({}));
///
/// let nobody = |_: &str, _: &Value| Err(EndpointError::new("nobody is there"));
/// let replay = cloud.transcript().replay(&nobody);
/// assert!(replay.to_string().contains("nobody is there"), "{replay}");
/// ```
pub trait Endpoint {
    /// Calls an operation, and answers the status and the body.
    ///
    /// # Errors
    /// When there is no answer, or none that is JSON.
    fn call(&self, operation: &str, body: &Value) -> Result<(u16, Value), EndpointError>;

    /// Calls an operation as whoever said it, and from where: what a replay does.
    ///
    /// Who can call as nobody but itself, as here, does not send what a user said, nor what no API
    /// access rule let in: it could do what was refused when it was recorded. From which address
    /// other calls come is left to chance. A [`Cloud`] calls as its user of that name, and from there.
    ///
    /// # Errors
    /// Those of [`Endpoint::call`], and [`EndpointError::unsent`] when it cannot call so.
    fn call_as(
        &self,
        speaker: &Speaker<'_>,
        operation: &str,
        body: &Value,
    ) -> Result<(u16, Value), EndpointError> {
        match speaker {
            Speaker {
                user: Some(user), ..
            } => Err(EndpointError::unsent(format!(
                "the user {user} said it, and this endpoint calls as itself only; give one for \
                 the user with .caller({user:?}, …)"
            ))),
            Speaker {
                from,
                let_in: false,
                ..
            } => Err(EndpointError::unsent(format!(
                "no API access rule let it in from {}, and this endpoint calls from where it is",
                from.unwrap_or(Ipv4Addr::LOCALHOST.into())
            ))),
            _ => self.call(operation, body),
        }
    }

    /// Is told how much time passed before the next call when it was recorded. Who has a clock that
    /// can be moved, as a [`Cloud`] does, moves it; nobody waits.
    fn pass(&self, time: SignedDuration) {
        let _ = time;
    }
}

/// As the account of this handle, or a user of it, and from where it was said; a handle that has an
/// address of its own ([`Cloud::from`]) keeps it. Time passes as it did when the conversation was
/// recorded.
///
/// A cloud checks what it is asked and fails its test for what breaks the contract, in a replay too:
/// make it with [`CloudBuilder::report`](crate::CloudBuilder::report) where that is part of the
/// conversation.
impl Endpoint for Cloud {
    fn call(&self, operation: &str, body: &Value) -> Result<(u16, Value), EndpointError> {
        let response = self.call(operation, body.clone());
        Ok((response.status(), response.body().clone()))
    }

    fn call_as(
        &self,
        speaker: &Speaker<'_>,
        operation: &str,
        body: &Value,
    ) -> Result<(u16, Value), EndpointError> {
        let mut handle = match speaker.user {
            Some(user) => self.try_as_user(user).map_err(EndpointError::unsent)?,
            None => self.clone(),
        };
        if let Some(address) = speaker.from
            && !self.is_elsewhere()
        {
            handle = handle.calling_from(address);
        }
        Endpoint::call(&handle, operation, body)
    }

    fn pass(&self, time: SignedDuration) {
        self.advance(time);
    }
}

impl<F> Endpoint for F
where
    F: Fn(&str, &Value) -> Result<(u16, Value), EndpointError>,
{
    fn call(&self, operation: &str, body: &Value) -> Result<(u16, Value), EndpointError> {
        self(operation, body)
    }
}

/// Who said a call, besides the account, and from where: what [`Endpoint::call_as`] is asked for.
///
/// ```
/// use mockscale::replay::{Endpoint, Speaker};
/// use mockscale::{Cloud, json};
///
/// let cloud = Cloud::new();
/// cloud.call("CreateUser", json!({ "UserName": "alice" })).ok();
/// let alice = Speaker { user: Some("alice"), ..Speaker::default() };
/// // She has no policy that would allow it.
/// let (status, _) = cloud.call_as(&alice, "ReadVms", &json!({})).unwrap();
/// assert_eq!(status, 403);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speaker<'s> {
    /// The name of the user, as the endpoint knows it; `None` for the root account.
    pub user: Option<&'s str>,
    /// From where, unless that was 127.0.0.1.
    pub from: Option<IpAddr>,
    /// Whether an API access rule let the call in. Where none did, it was refused for its origin,
    /// and from another one it is another call.
    pub let_in: bool,
}

/// The root account, on this machine.
impl Default for Speaker<'_> {
    fn default() -> Self {
        Self {
            user: None,
            from: None,
            let_in: true,
        }
    }
}

/// Why an endpoint gave no answer.
///
/// ```
/// let error = mockscale::EndpointError::new("http://127.0.0.1:1: connection refused");
/// assert_eq!(error.to_string(), "http://127.0.0.1:1: connection refused");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointError {
    problem: String,
    unsent: bool,
}

impl EndpointError {
    /// What is wrong, in words: where, what, and what to do.
    pub fn new(problem: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            unsent: false,
        }
    }

    /// That nothing was sent, and why, in words. It is no failure: a replay goes on after it.
    ///
    /// ```
    /// use mockscale::{Cloud, EndpointError, Value, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateVms", json!({ "ImageId": "ami-5aebd4d5" }));
    /// cloud.call("ReadNets", json!({}));
    /// let other = Cloud::new();
    /// let reads = |operation: &str, body: &Value| {
    ///     if !operation.starts_with("Read") {
    ///         return Err(EndpointError::unsent("it could cost something"));
    ///     }
    ///     let reply = other.call(operation, body.clone());
    ///     Ok((reply.status(), reply.body().clone()))
    /// };
    /// let counts = cloud.transcript().replay(&reads).counts();
    /// assert_eq!((counts.unsent, counts.failed), (1, 0));
    /// ```
    pub fn unsent(why: impl Into<String>) -> Self {
        Self {
            problem: why.into(),
            unsent: true,
        }
    }

    /// Whether nothing was sent.
    pub(super) fn is_unsent(&self) -> bool {
        self.unsent
    }
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl Error for EndpointError {}
