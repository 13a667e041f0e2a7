//! How coverage reads: the text, the list of what is missing, the JSON and the page.

use mockscale::{Coverage, Dimension, json};

use crate::http::send;
use crate::support::{UNSERVED, builder, cloud, with_unserved};

/// A small conversation of two clients.
async fn told() -> Coverage {
    let cloud = builder().contract(with_unserved()).start();
    cloud.report();
    let volume = json!({ "SubregionName": "eu-west-2a", "Size": 10 });
    cloud.call("CreateVolume", volume).ok();
    cloud
        .call(
            "ReadVolumes",
            json!({ "Filters": { "VolumeTypes": ["standard"] } }),
        )
        .ok();
    cloud.call("DeleteVolume", json!({ "VolumeId": "vol-00000000" }));
    cloud.call("DeleteVolume", json!({ "Volume": "vol-00000000" }));
    cloud.call(UNSERVED, json!({}));
    let agent = vec![("user-agent", "<b>tool</b>/1 \"&\"".to_owned())];
    send(&cloud, "/api/v1/ReadRegions", agent, b"{}".to_vec()).await;
    cloud.coverage()
}

#[tokio::test]
async fn the_text_is_for_one_screen() {
    let text = told().await.to_text();
    insta::with_settings!({ snapshot_path => "../../../snapshots/report", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("the_text_is_for_one_screen", text);
    });
}

#[tokio::test]
async fn what_is_missing_is_listed() {
    let missing = told().await.missing();
    for line in [
        "operations not exercised: 220",
        "    PredictWeather (not served)",
        "    UpdateVolume",
        "    ReadVolumes Filters.VolumeIds",
        "    CreateVms Performance=high",
        "    ReadVmTemplates VmTemplates.CpuPerformance=high (reply)",
        "  5065 no-such-vpc",
        "    Vm.State: pending → running",
    ] {
        assert!(
            missing.lines().any(|it| it == line),
            "no line '{line}' in:\n{missing}"
        );
    }
    for line in [
        "    ReadVolumes",
        "    ReadVolumes Filters.VolumeTypes",
        "  5064 no-such-volume",
    ] {
        assert!(
            missing.lines().all(|it| it != line),
            "'{line}' was exercised"
        );
    }
}

#[tokio::test]
async fn the_json_says_everything() {
    let coverage = told().await;
    let report = coverage.to_json();
    assert_eq!(report["format"], 1);
    assert_eq!(report["api"], "1.99.0");
    assert_eq!(
        report["calls"],
        json!({ "asked": 6, "answered": 4, "refused_by_contract": 1, "not_answered": 1 })
    );
    assert_eq!(
        report["figures"]["operations"],
        json!({ "exercised": 4, "known": 224, "percent": 1.7 })
    );
    assert_eq!(report["families"]["Volume"]["operations"]["exercised"], 3);
    assert_eq!(report["families"]["Volume"]["error_codes"]["known"], 0);
    assert_eq!(report["clients"][1]["client"], "<b>tool</b>/1 \"&\"");
    assert_eq!(
        report["clients"][1]["figures"]["operations"]["exercised"],
        1
    );
    for (dimension, figure) in coverage.figures().iter() {
        let rows = report[dimension.name().replace('-', "_")]
            .as_array()
            .expect("rows");
        let exercised = rows.iter().filter(|row| row["count"] != 0);
        assert_eq!(rows.len(), figure.known as usize, "{dimension}");
        assert_eq!(exercised.count(), figure.exercised as usize, "{dimension}");
        assert!(
            rows.iter().all(|row| row["clients"].is_array()),
            "{dimension}"
        );
        let with_family = dimension != Dimension::ErrorCodes;
        assert!(
            rows.iter()
                .all(|row| row["family"].is_string() == with_family),
            "{dimension}"
        );
    }
}

#[tokio::test]
async fn families_and_clients_add_up() {
    let coverage = told().await;
    let figures = coverage.figures();
    let families = coverage.by_family();
    assert_eq!(families.len(), 49);
    for (dimension, whole) in figures
        .iter()
        .filter(|(it, _)| *it != Dimension::ErrorCodes)
    {
        let sum = |of: fn(mockscale::Figure) -> u32| {
            families.values().map(|it| of(it[dimension])).sum::<u32>()
        };
        assert_eq!(sum(|it| it.known), whole.known, "{dimension}");
        assert_eq!(sum(|it| it.exercised), whole.exercised, "{dimension}");
    }
    for of_client in coverage.by_client().values() {
        for (dimension, figure) in of_client.iter() {
            assert_eq!(figure.known, figures[dimension].known, "{dimension}");
            assert!(
                figure.exercised <= figures[dimension].exercised,
                "{dimension}"
            );
        }
    }
}

#[tokio::test]
async fn the_page_loads_nothing_and_takes_nothing_for_markup() {
    let coverage = told().await;
    let page = coverage.to_html();
    assert!(
        page.contains("&lt;b&gt;tool&lt;/b&gt;/1 &quot;&amp;&quot;"),
        "the client's name is escaped"
    );
    assert!(!page.contains("<b>tool"));
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "the page names {outside}");
    }
    let rows = page.matches("<tr").count();
    let known: u32 = coverage
        .figures()
        .iter()
        .map(|(_, figure)| figure.known)
        .sum();
    assert!(rows > known as usize, "{rows} rows for {known}");
    assert!(page.contains("scope=\"row\"") && page.contains("scope=\"col\""));
}

#[test]
fn nothing_said_is_nothing_exercised() {
    let coverage = cloud().coverage();
    assert!(coverage.figures().are_zero());
    assert!(
        coverage
            .to_text()
            .starts_with("Coverage of API 1.33.1: 0 calls by 0 clients\n")
    );
    assert_eq!(
        Coverage::of(&cloud().transcript()).to_json(),
        coverage.to_json()
    );
}
