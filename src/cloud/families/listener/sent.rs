//! Listeners as requests describe them, checked before anything is made.

use serde::Deserialize;
use serde_json::json;

use crate::cloud::call::Call;
use crate::cloud::families::server_certificate;
use crate::cloud::fault::{self, Entry, Fault};
use crate::cloud::object::{Fields, Object};

/// A listener as a request describes it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloud::families) struct SentListener {
    backend_port: i64,
    backend_protocol: Option<String>,
    load_balancer_port: i64,
    load_balancer_protocol: String,
    server_certificate_id: Option<String>,
}

/// What is spoken on a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::cloud::families) enum Protocol {
    Http,
    Https,
    Ssl,
    Tcp,
}

impl Protocol {
    /// Reads the value of a property.
    ///
    /// # Faults
    /// `INVALID_PROTOCOL`. assumed: upper case, as documented, is the only one.
    pub(in crate::cloud::families) fn read(property: &str, text: &str) -> Result<Self, Fault> {
        match text {
            "HTTP" => Ok(Self::Http),
            "HTTPS" => Ok(Self::Https),
            "SSL" => Ok(Self::Ssl),
            "TCP" => Ok(Self::Tcp),
            other => Err(fault::INVALID_PROTOCOL.says(format!(
                "The {property} '{other}' is none of HTTP, HTTPS, SSL and TCP."
            ))),
        }
    }

    /// Whether requests are understood, be they encrypted or not.
    pub(in crate::cloud::families) fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }

    /// Whether a certificate is needed.
    fn is_encrypted(self) -> bool {
        matches!(self, Self::Https | Self::Ssl)
    }
}

impl SentListener {
    /// The port of the backends.
    pub(in crate::cloud::families) fn backend_port(&self) -> i64 {
        self.backend_port
    }

    fn check(&self, call: &Call<'_>) -> Result<Object, Fault> {
        for (entry, property, port) in [
            (
                fault::INVALID_LOAD_BALANCER_PORT,
                "LoadBalancerPort",
                self.load_balancer_port,
            ),
            (
                fault::INVALID_BACKEND_PORT,
                "BackendPort",
                self.backend_port,
            ),
        ] {
            check_port(entry, property, port)?;
        }
        let front = self.load_balancer_protocol.as_str();
        let protocol = Protocol::read("LoadBalancerProtocol", front)?;
        // assumed: backends speak like the front, unless the request says otherwise.
        let back = self.backend_protocol.as_deref().unwrap_or(front);
        if Protocol::read("BackendProtocol", back)?.is_http() != protocol.is_http() {
            // assumed: the code, by its name.
            return Err(fault::INVALID_PROTOCOL_LAYER.says(format!(
                "{front} and {back} are protocols of different layers."
            )));
        }
        let orn = self.server_certificate_id.as_deref();
        check_certificate(call, protocol, orn)?;
        let listener = json!({
            "BackendPort": self.backend_port,
            "BackendProtocol": back,
            "LoadBalancerPort": self.load_balancer_port,
            "LoadBalancerProtocol": front,
            "PolicyNames": [],
        });
        let mut listener = listener.as_object().cloned().unwrap_or_default();
        if let Some(orn) = orn {
            listener.put("ServerCertificateId", orn);
        }
        Ok(listener)
    }
}

/// Listeners as a load balancer shows them, which has some on these ports already.
///
/// # Faults
/// - assumed: `MISSING_PARAMETER` without listeners.
/// - `INVALID_LOAD_BALANCER_PORT`, `INVALID_BACKEND_PORT`, `INVALID_PROTOCOL`, or
///   `INVALID_PROTOCOL_LAYER` when only one side of a listener understands requests.
/// - Those of [`check_certificate`].
/// - `DUPLICATE_LISTENER` for a port that is listened on.
pub(in crate::cloud::families) fn check(
    call: &Call<'_>,
    sent: &[SentListener],
    present: impl IntoIterator<Item = i64>,
) -> Result<Vec<Object>, Fault> {
    if sent.is_empty() {
        return Err(fault::MISSING_PARAMETER.says("Listeners has no element."));
    }
    let mut taken: Vec<i64> = present.into_iter().collect();
    let mut listeners = Vec::new();
    for listener in sent {
        listeners.push(listener.check(call)?);
        let port = listener.load_balancer_port;
        if taken.contains(&port) {
            return Err(fault::DUPLICATE_LISTENER
                .says(format!("There is a listener on the port {port} already.")));
        }
        taken.push(port);
    }
    Ok(listeners)
}

/// Refuses a certificate that a listener of that protocol cannot have.
///
/// # Faults
/// - assumed: `CERTIFICATE_WITHOUT_TLS` for one with HTTP or TCP.
/// - assumed: `MISSING_PARAMETER` without one, with HTTPS or SSL.
/// - `INVALID_CERTIFICATE_ORN` for a text that names none.
/// - `NO_SUCH_SERVER_CERTIFICATE` for one that the account has not.
pub(super) fn check_certificate(
    call: &Call<'_>,
    protocol: Protocol,
    orn: Option<&str>,
) -> Result<(), Fault> {
    let orn = match (protocol.is_encrypted(), orn) {
        (false, None) => return Ok(()),
        (false, Some(_)) => {
            return Err(fault::CERTIFICATE_WITHOUT_TLS
                .says("Only a listener of HTTPS or SSL has a ServerCertificateId."));
        }
        (true, None) => {
            return Err(fault::MISSING_PARAMETER
                .says("A listener of HTTPS or SSL needs a ServerCertificateId."));
        }
        (true, Some(orn)) => orn,
    };
    server_certificate::by_orn(call.state, &call.account, orn).map(|_| ())
}

fn check_port(entry: &'static Entry, property: &str, port: i64) -> Result<(), Fault> {
    if (1..=65535).contains(&port) {
        return Ok(());
    }
    Err(entry.says(format!(
        "The {property} is {port}; it must lie between 1 and 65535."
    )))
}
