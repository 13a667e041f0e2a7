//! Catalogs: what things cost, now and in years gone by.
//!
//! By rule: all of it; the entries are seeded. Left out: prices that differ between accounts, regions
//! or years, and the real ones.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::account::CURRENCY;
use crate::cloud::call::{Call, Reply};
use crate::cloud::clock;
use crate::cloud::family::Family;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::seeds;

pub(super) const FAMILY: Family = Family {
    tag: "Catalog",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[
        ("ReadCatalog", read_catalog),
        ("ReadCatalogs", read_catalogs),
        ("ReadUnitPrice", read_unit_price),
    ],
};

/// How far back there are catalogues, in years; documented.
const YEARS: i16 = 3;
/// The property of an entry that only a unit price shows.
const UNIT: &str = "Unit";

/// Answers what things cost in the region now.
///
/// # Faults
/// None.
#[expect(
    clippy::unnecessary_wraps,
    reason = "a rule is a function of this type"
)]
pub(super) fn read_catalog(call: &mut Call<'_>) -> Result<Reply, Fault> {
    Ok(Reply::of("Catalog", json!({ "Entries": entries(call) })))
}

/// The entries, each with the region where its property says Subregion: seen.
fn entries(call: &Call<'_>) -> Vec<Value> {
    let entries = seeds::catalog().iter().filter_map(Value::as_object);
    let here = entries.map(|entry| {
        let mut entry = entry.clone();
        entry.remove(UNIT);
        entry.put("SubregionName", &*call.state.region);
        entry.into()
    });
    here.collect()
}

/// Answers the catalogue in force, or also those of the past, each with its time; of a period, those
/// that were in force in it.
///
/// assumed: catalogues change with the year, and prices do not.
///
/// # Faults
/// Those of [`period`].
fn read_catalogs(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let none = Object::new();
    let filters = call.input.object("Filters").unwrap_or(&none);
    let today = call.state.clock.now().to_zoned(TimeZone::UTC).date();
    let period = period(filters, today)?;
    let past = filters.flag("CurrentCatalogOnly") == Some(false);
    let first = if past {
        today.year() - YEARS
    } else {
        today.year()
    };
    let mut catalogs = Vec::new();
    for year in first..=today.year() {
        let (from, to) = (new_year(year), new_year(year + 1));
        let wanted = period.is_none_or(|(begin, end)| from <= end && begin < to);
        if !wanted {
            continue;
        }
        let mut catalog = Object::new();
        catalog.put("Entries", entries(call));
        catalog.put("FromDate", clock::offset(midnight(from)));
        if year == today.year() {
            catalog.put("State", "CURRENT");
        } else {
            catalog.put("State", "OBSOLETE");
            catalog.put("ToDate", clock::offset(midnight(to)));
        }
        catalogs.push(Value::from(catalog));
    }
    Ok(Reply::of("Catalogs", catalogs))
}

fn new_year(year: i16) -> Date {
    Date::new(year, 1, 1).unwrap_or(Date::MAX)
}

fn midnight(day: Date) -> Timestamp {
    let day = day.to_zoned(TimeZone::UTC);
    day.map_or(Timestamp::MAX, |day| day.timestamp())
}

/// The period that filters ask for: its first day and its last.
///
/// # Faults
/// assumed: `INVALID_PARAMETER_VALUE` for one date without the other, a first day that is more than
/// three years back, or a last one before it; the first two are documented.
fn period(filters: &Object, today: Date) -> Result<Option<(Date, Date)>, Fault> {
    let date = |name: &str| filters.some_text(name).map(str::parse::<Date>);
    let (from, to) = match (date("FromDate"), date("ToDate")) {
        (None, None) => return Ok(None),
        (Some(Ok(from)), Some(Ok(to))) => (from, to),
        (Some(_), Some(_)) => {
            return Err(fault::INVALID_PARAMETER_VALUE
                .says("FromDate and ToDate are dates such as 2024-05-06."));
        }
        _ => {
            return Err(
                fault::INVALID_PARAMETER_VALUE.says("FromDate and ToDate are needed together.")
            );
        }
    };
    let oldest = today.saturating_sub(YEARS.years());
    if from < oldest {
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The FromDate {from} is more than {YEARS} years back, before {oldest}."
        )));
    }
    if to < from {
        return Err(fault::INVALID_PARAMETER_VALUE
            .says(format!("The ToDate {to} comes before the FromDate {from}.")));
    }
    Ok(Some((from, to)))
}

/// Answers what one thing costs.
///
/// # Faults
/// assumed: `NO_SUCH_RESOURCE` for what the catalogue does not have.
fn read_unit_price(call: &mut Call<'_>) -> Result<Reply, Fault> {
    const KEY: [&str; 3] = ["Operation", "Service", "Type"];
    let wanted = KEY.map(|property| call.input.text(property));
    let mut entries = seeds::catalog().iter().filter_map(Value::as_object);
    let Some(entry) = entries.find(|entry| KEY.map(|property| entry.text(property)) == wanted)
    else {
        let [operation, service, resource_type] = wanted;
        return Err(fault::NO_SUCH_RESOURCE.says(format!(
            "The catalogue has no '{resource_type}' of '{operation}' of the service '{service}'."
        )));
    };
    let mut price = Object::new();
    for property in [KEY[0], KEY[1], KEY[2], UNIT, "UnitPrice"] {
        price.put(property, entry.get(property).cloned());
    }
    price.put("Currency", CURRENCY);
    Ok(Reply::of("UnitPriceEntry", price))
}
