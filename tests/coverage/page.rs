//! The page of `mockscale coverage --format html` in a real browser, from a file.
//!
//! Skipped, with a word on standard error, where there is no Chromium; `CHROMIUM` names one. With
//! `MOCKSCALE_PICTURES=DIR` pictures of the page are kept there to be looked at.

use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mockscale::{Cloud, Coverage, Dimension, Value, json};
use tempfile::TempDir;

use super::browser::{Browser, found};
use super::collected;

/// A browser, and the address of a page.
fn opened() -> Option<(Browser, String, TempDir)> {
    let Some(chromium) = found() else {
        eprintln!("skipped: no Chromium is found; name one with CHROMIUM");
        return None;
    };
    let data = collected();
    let coverage = Coverage::load(data.path()).expect("coverage");
    let folder = tempfile::tempdir().expect("a directory");
    let file = folder.path().join("page.html");
    fs::write(&file, coverage.to_html()).expect("written");
    let url = format!("file://{}", file.display());
    let mut browser = Browser::start(&chromium);
    browser.look(1280, 900, false);
    browser.open(&url);
    Some((browser, url, folder))
}

/// What stands in the first column of the rows that a table shows.
fn shown(browser: &mut Browser, table: &str) -> Vec<String> {
    let rows = browser.value(&format!(
        "[...document.querySelectorAll('#{table} tbody tr')]
            .filter((row) => row.checkVisibility())
            .map((row) => row.cells[0].textContent)"
    ));
    serde_json::from_value(rows).expect("texts")
}

/// How many errors there are.
fn error_codes() -> usize {
    Cloud::new().coverage().figures()[Dimension::ErrorCodes].known as usize
}

#[test]
fn the_page_loads_without_a_complaint_and_without_the_network() {
    let Some((mut browser, url, _folder)) = opened() else {
        return;
    };
    assert_eq!(browser.complaints(), [&Value::Null; 0]);
    let requested = browser.requested();
    let outside: Vec<_> = requested
        .iter()
        .filter(|it| !it.starts_with("data:") && **it != url)
        .collect();
    assert!(outside.is_empty(), "{outside:?}");
    assert!(requested.contains(&url.as_str()), "{requested:?}");
    assert_eq!(shown(&mut browser, "operations").len(), 223);
    assert_eq!(shown(&mut browser, "families").len(), 49);
    let filter = browser.value("document.querySelector('#controls').hidden");
    assert_eq!(filter, json!(false), "the script shows what filters");
}

#[test]
fn typing_filters() {
    let Some((mut browser, _, _folder)) = opened() else {
        return;
    };
    browser.click("#filter");
    browser.write("readvms netids");
    assert_eq!(
        shown(&mut browser, "request-fields"),
        [
            "Filters.NetIds",
            "Filters.NicNetIds",
            "Filters.NicSubnetIds",
            "Filters.SubnetIds"
        ],
        "what matches is opened and shown"
    );
    assert_eq!(shown(&mut browser, "operations"), [""; 0]);
    let told = browser.value("document.querySelector('#told').textContent");
    assert_eq!(told, "4 rows");
    // The address now leads here again.
    let fragment = browser.value("location.hash");
    assert_eq!(fragment, "#filter=readvms+netids");
    browser.click("#clear");
    assert_eq!(shown(&mut browser, "operations").len(), 223);
    assert_eq!(browser.complaints(), [&Value::Null; 0]);
}

#[test]
fn the_other_filters() {
    let Some((mut browser, _, _folder)) = opened() else {
        return;
    };
    let choose = |what: &str| {
        format!(
            "(() => {{ {what}; document.querySelector('#filter').dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        )
    };
    browser.value(&choose("document.querySelector('#family').value = 'Net'"));
    assert_eq!(
        shown(&mut browser, "operations"),
        ["CreateNet", "DeleteNet", "ReadNets", "UpdateNet"]
    );
    browser.click("#missing");
    assert_eq!(shown(&mut browser, "operations"), ["UpdateNet"]);
    browser.click("#missing");
    browser.value(&choose("document.querySelector('#client').value = '0'"));
    assert_eq!(
        shown(&mut browser, "operations"),
        ["CreateNet", "DeleteNet", "ReadNets"]
    );
}

#[test]
fn a_fragment_filters_as_the_page_opens() {
    let Some((mut browser, url, _folder)) = opened() else {
        return;
    };
    browser.open(&format!("{url}#filter=Net&family=Net&client=(in+process)"));
    assert_eq!(
        shown(&mut browser, "operations"),
        ["CreateNet", "DeleteNet", "ReadNets"]
    );
    browser.open(&format!("{url}#error-codes"));
    assert_eq!(shown(&mut browser, "error-codes").len(), error_codes());
    // What nobody understands does no harm.
    browser.open(&format!("{url}#family=Nonsense&client=nobody"));
    assert_eq!(shown(&mut browser, "operations").len(), 223);
    assert_eq!(browser.complaints(), [&Value::Null; 0]);
}

#[test]
fn columns_sort_both_ways() {
    let Some((mut browser, _, _folder)) = opened() else {
        return;
    };
    let sorted = |browser: &mut Browser, column: u8| {
        let head = format!("#operations thead th:nth-child({column})");
        browser.click(&format!("{head} button"));
        browser.value(&format!(
            "document.querySelector({head:?}).getAttribute('aria-sort')"
        ))
    };
    // Answered: the most at first.
    assert_eq!(sorted(&mut browser, 5), "descending");
    assert_eq!(shown(&mut browser, "operations")[0], "DeleteNet");
    assert_eq!(sorted(&mut browser, 5), "ascending");
    assert_eq!(shown(&mut browser, "operations")[222], "DeleteNet");
    assert_eq!(sorted(&mut browser, 1), "ascending");
    assert_eq!(shown(&mut browser, "operations")[0], "AcceptNetPeering");
    assert_eq!(sorted(&mut browser, 1), "descending");
    assert_eq!(shown(&mut browser, "operations")[0], "UpdateVpnConnection");
    let others =
        browser.value("document.querySelectorAll('#operations th[aria-sort=none]').length");
    assert_eq!(others, 5);
}

#[test]
fn without_its_script_the_page_is_whole() {
    let Some((mut browser, url, _folder)) = opened() else {
        return;
    };
    browser.ask(
        "Emulation.setScriptExecutionDisabled",
        &json!({ "value": true }),
    );
    browser.open(&url);
    assert_eq!(shown(&mut browser, "operations").len(), 223);
    let hidden = browser.value("document.querySelector('#controls').checkVisibility()");
    assert_eq!(hidden, json!(false), "what would do nothing is not shown");
    assert_eq!(
        browser.value("document.querySelectorAll('thead button').length"),
        0
    );
    browser.click("#error-codes summary");
    assert_eq!(shown(&mut browser, "error-codes").len(), error_codes());
}

#[test]
fn it_fits_wide_and_narrow_light_and_dark() {
    let Some((mut browser, url, _folder)) = opened() else {
        return;
    };
    let kept = std::env::var_os("MOCKSCALE_PICTURES").map(PathBuf::from);
    let mut grounds = Vec::new();
    for (width, dark) in [(1280, false), (1280, true), (400, false), (400, true)] {
        browser.look(width, 1000, dark);
        browser.open(&url);
        let broad = browser.value("document.documentElement.scrollWidth");
        assert_eq!(broad, width, "the page is broader than its window");
        grounds.push(browser.value("getComputedStyle(document.body).backgroundColor"));
        let picture = browser.picture();
        let picture = STANDARD.decode(picture).expect("base64");
        assert!(picture.starts_with(b"\x89PNG") && picture.len() > 10_000);
        if let Some(folder) = &kept {
            let name = format!("{width}-{}.png", if dark { "dark" } else { "light" });
            fs::write(folder.join(name), picture).expect("written");
        }
    }
    assert_eq!(grounds[0], grounds[2]);
    assert_ne!(grounds[0], grounds[1]);
}
