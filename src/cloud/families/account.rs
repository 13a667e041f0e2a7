//! Accounts: who the customer is, and what it has consumed.
//!
//! By rule: all of it. Left out: billing, so that nothing is ever consumed; what links
//! accounts to the one that pays for them.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use crate::cloud::account::directory;
use crate::cloud::bootstrap;
use crate::cloud::call::{Call, Reply};
use crate::cloud::clock;
use crate::cloud::default;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::lockout::{self, Attempt};
use crate::cloud::object::{Fields, Object};

/// Accounts, as a kind of resource; the password and the API access policy are notes.
pub(in crate::cloud) const ACCOUNT: &Kind =
    &Kind::opaque("Account", "AccountId", 12, fault::NO_SUCH_RESOURCE)
        .telling(&[directory::MAX_SECONDS, directory::TRUSTED]);

pub(super) const FAMILY: Family = Family {
    tag: "Account",
    kinds: &[ACCOUNT],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CheckAuthentication", check_authentication),
        ("CreateAccount", create_account),
        ("ReadAccounts", read_accounts),
        ("ReadConsumptionAccount", read_consumption_account),
        ("UpdateAccount", update_account),
    ],
};

/// The length of a customer's number, in digits; documented.
const CUSTOMER_DIGITS: usize = 8;
/// The property of an account that is there only while it lists something.
const MORE_EMAILS: &str = "AdditionalEmails";
/// What prices are told in.
///
/// assumed: of all accounts; documented is the form, and that it is the account's own.
pub(super) const CURRENCY: &str = "EUR";

/// Answers the caller's account: exactly one.
///
/// The name and address are made up, unless a call gave them; what is unset on a real account is
/// absent here too.
///
/// # Faults
/// Those of [`default::read`].
fn read_accounts(call: &mut Call<'_>) -> Result<Reply, Fault> {
    default::read(call)
}

/// Opens another account, with resources of its own and no key.
///
/// The answer does not repeat the `CustomerId`, as in the documented sample.
///
/// # Faults
/// - `INVALID_PARAMETER_VALUE` for a `CustomerId` that is not eight digits.
/// - Those of [`check_email`].
fn create_account(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let customer = call.input.text("CustomerId");
    if customer.len() != CUSTOMER_DIGITS || !customer.bytes().all(|byte| byte.is_ascii_digit()) {
        // assumed: the code.
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The CustomerId '{customer}' is not {CUSTOMER_DIGITS} digits."
        )));
    }
    check_email(call, call.input.text("Email"))?;
    let number = directory::free_number(call.state);
    let password = directory::next_credentials(call.state, &number).password;
    let mut record = Object::new();
    put_sent(call, &mut record);
    directory::open(call.state, &number, record, &password);
    bootstrap::fill_account(call.state, &number, &[]);
    let mut shown = call.shown(ACCOUNT, &number);
    shown.remove("CustomerId");
    Ok(Reply::of("Account", shown))
}

/// Changes what was sent of the caller's account. It logs in with its new e-mail address.
///
/// # Faults
/// Those of [`check_email`], for another address than it has.
fn update_account(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let account = Arc::clone(&call.account);
    let mut record = call.shown(ACCOUNT, &account);
    if let Some(email) = call.input.get("Email").and_then(|email| email.as_str())
        && email != record.text("Email")
    {
        check_email(call, email)?;
    }
    put_sent(call, &mut record);
    call.edit(ACCOUNT, &account, |account| account.body = record);
    Ok(Reply::of("Account", call.shown(ACCOUNT, &account)))
}

/// Says whether a password is that of an account, with an empty answer.
///
/// It counts for the lockout of the password like an attempt to call with it.
///
/// # Faults
/// - `LOCKED_OUT` while the password is locked.
/// - `AUTHENTICATION_FAILED` for a wrong password and for an unknown login; assumed: the code.
fn check_authentication(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let login = call.input.text("Login");
    let attempt = Attempt::Password { login };
    let now = call.state.clock.now();
    if let Some(remaining) = call.state.lockout.remaining(attempt, now) {
        return Err(lockout::refusal(remaining));
    }
    let password = call.input.text("Password").as_bytes();
    let wrong = match directory::by_login(call.state, login) {
        None => Some("no account has that login"),
        Some(account) if directory::has_password(account, password) => None,
        Some(_) => Some("the password is another one"),
    };
    call.state.lockout.note(attempt, wrong.is_none(), now);
    match wrong {
        None => Ok(Reply::empty()),
        Some(why) => Err(fault::AUTHENTICATION_FAILED.silent().because(why)),
    }
}

/// Answers what the account has consumed: nothing, as nothing is billed.
///
/// # Faults
/// - Those of [`midnight`], for either date.
/// - assumed: `INVALID_PARAMETER_VALUE` unless `ToDate` is later than `FromDate`.
fn read_consumption_account(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let from = midnight(call, "FromDate")?;
    let to = midnight(call, "ToDate")?;
    if to <= from {
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The ToDate '{}' is not later than the FromDate '{}'.",
            call.input.text("ToDate"),
            call.input.text("FromDate")
        )));
    }
    let reply = Reply::of("ConsumptionEntries", json!([]));
    Ok(match call.input.flag("ShowPrice") {
        Some(true) => reply.with("Currency", CURRENCY),
        _ => reply,
    })
}

/// The beginning of the day in a property of the request.
///
/// # Faults
/// - `UNKNOWN_PARAMETER_TYPE` for a date that the calendar does not hold.
/// - assumed: `INVALID_PARAMETER_VALUE` for any other time of the day, by UTC.
fn midnight(call: &Call<'_>, property: &str) -> Result<Timestamp, Fault> {
    const DAY: i128 = 86_400_000_000_000;
    let text = call.input.text(property);
    let instant = clock::read(text).ok_or_else(|| {
        fault::UNKNOWN_PARAMETER_TYPE.says(format!("The parameter type of {property} is unknown."))
    })?;
    if instant.as_nanosecond() % DAY != 0 {
        return Err(fault::INVALID_PARAMETER_VALUE
            .says(format!("The {property} '{text}' is not a midnight (UTC).")));
    }
    Ok(instant)
}

/// Puts what was sent of an account into its record; an empty list is no list.
fn put_sent(call: &Call<'_>, record: &mut Object) {
    record.extend(call.input.clone());
    record.remove("DryRun");
    if record.list(MORE_EMAILS).is_empty() {
        record.remove(MORE_EMAILS);
    }
}

/// Refuses an e-mail address that an account cannot log in with.
///
/// # Faults
/// - `INVALID_EMAIL` for what is none; assumed: by the pattern that is documented for additional
///   addresses.
/// - `DUPLICATE_EMAIL` when an account has it.
fn check_email(call: &Call<'_>, email: &str) -> Result<(), Fault> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(fits);
    let is_address = email.rsplit_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && host.split('.').all(is_label)
    });
    if !is_address {
        return Err(fault::INVALID_EMAIL.says(format!("The Email '{email}' is no e-mail address.")));
    }
    match directory::by_login(call.state, email) {
        Some(_) => {
            Err(fault::DUPLICATE_EMAIL.says(format!("An account has the Email '{email}' already.")))
        }
        None => Ok(()),
    }
}
