//! How a load balancer would ask its backends whether they are well. Left out: the asking.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::families::listener::{Protocol, SentListener};
use crate::cloud::fault::{self, Fault};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Sent {
    check_interval: i64,
    healthy_threshold: i64,
    path: Option<String>,
    port: i64,
    protocol: String,
    timeout: i64,
    unhealthy_threshold: i64,
}

/// The check that a load balancer begins with: of the port that its first listener leads to.
/// Thresholds are numbers of answers, the other figures seconds; documented.
pub(super) fn initial(first: Option<&SentListener>) -> Value {
    json!({
        "CheckInterval": 30,
        "HealthyThreshold": 10,
        "Port": first.map(SentListener::backend_port),
        "Protocol": "TCP",
        "Timeout": 5,
        "UnhealthyThreshold": 2,
    })
}

impl Sent {
    /// The check as a load balancer shows it.
    ///
    /// # Faults
    /// - `INVALID_PROTOCOL`.
    /// - assumed: `INVALID_PARAMETER_VALUE` for a number out of its range, which is documented.
    /// - `PATH_WITHOUT_HTTP` for a path with TCP or SSL.
    pub(super) fn check(self) -> Result<Value, Fault> {
        let protocol = Protocol::read("Protocol", &self.protocol)?;
        for (property, value, range) in [
            ("CheckInterval", self.check_interval, 5..=600),
            ("HealthyThreshold", self.healthy_threshold, 2..=10),
            ("Port", self.port, 1..=65535),
            ("Timeout", self.timeout, 2..=60),
            ("UnhealthyThreshold", self.unhealthy_threshold, 2..=10),
        ] {
            if !range.contains(&value) {
                return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
                    "The {property} of a HealthCheck is {value}; it must lie between {} and {}.",
                    range.start(),
                    range.end()
                )));
            }
        }
        let mut check = json!({
            "CheckInterval": self.check_interval,
            "HealthyThreshold": self.healthy_threshold,
            "Port": self.port,
            "Protocol": self.protocol,
            "Timeout": self.timeout,
            "UnhealthyThreshold": self.unhealthy_threshold,
        });
        // assumed: an empty path is none, and without one HTTP asks for the root.
        match self.path.filter(|path| !path.is_empty()) {
            path if protocol.is_http() => check["Path"] = path.unwrap_or("/".to_owned()).into(),
            None => {}
            Some(path) => {
                return Err(fault::PATH_WITHOUT_HTTP.says(format!(
                    "A HealthCheck over {} has no Path, be it '{path}'.",
                    self.protocol
                )));
            }
        }
        Ok(check)
    }
}
