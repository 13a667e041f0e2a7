//! What a VM is made of, as requests say it: type, performance, user data, behaviour.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::cloud::fault::{self, Fault};
use crate::cloud::seeds::{self, VmTypeFacts};

/// The largest user data, in bytes: 500 KiB.
///
/// assumed: it is the decoded data that is measured.
const LARGEST_USER_DATA: usize = 500 * 1024;

/// The facts of a VM type.
///
/// # Faults
/// `NO_SUCH_VM_TYPE`.
pub(super) fn vm_type(name: &str) -> Result<VmTypeFacts, Fault> {
    seeds::vm_type(name).ok_or_else(|| {
        // assumed: the code.
        fault::NO_SUCH_VM_TYPE.says(format!("The VmType '{name}' doesn't exist."))
    })
}

/// Decodes user data.
///
/// # Faults
/// `INVALID_PARAMETER_VALUE` when it is not Base64, `INVALID_LENGTH` when it is too large.
pub(super) fn user_data(encoded: &str) -> Result<Vec<u8>, Fault> {
    let compact: String = encoded.split_ascii_whitespace().collect();
    let data = BASE64.decode(compact).map_err(|error| {
        // assumed: the code, here and below.
        fault::INVALID_PARAMETER_VALUE.says(format!("The UserData is not Base64: {error}."))
    })?;
    if data.len() > LARGEST_USER_DATA {
        return Err(fault::INVALID_LENGTH.says(format!(
            "The UserData holds {} bytes; {LARGEST_USER_DATA} are allowed.",
            data.len()
        )));
    }
    Ok(data)
}

/// Whether user data asks for a VM without a public address.
pub(super) fn is_private_only(user_data: &[u8]) -> bool {
    String::from_utf8_lossy(user_data)
        .lines()
        .any(|line| line.trim() == "private_only=true")
}

/// Refuses what a VM cannot do when it is shut down.
///
/// # Faults
/// `INVALID_PARAMETER_VALUE` unless it is `stop`, `restart` or `terminate`.
pub(super) fn shutdown_behavior(behavior: &str) -> Result<(), Fault> {
    if matches!(behavior, "stop" | "restart" | "terminate") {
        return Ok(());
    }
    Err(fault::INVALID_PARAMETER_VALUE.says(format!(
        "The VmInitiatedShutdownBehavior is '{behavior}'; there are stop, restart and terminate."
    )))
}

/// Refuses nested virtualization on shared hardware.
///
/// # Faults
/// `INVALID_TENANCY`.
pub(super) fn nested_virtualization(wanted: bool, tenancy: &str) -> Result<(), Fault> {
    if wanted && tenancy == "default" {
        // assumed: the code; that it needs dedicated hardware is documented.
        return Err(fault::INVALID_TENANCY
            .says("NestedVirtualization needs a dedicated tenancy, not 'default'."));
    }
    Ok(())
}
