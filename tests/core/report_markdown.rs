//! The whole report: how it reads, and that no text of a log becomes markup in it.

use proptest::prelude::*;
use spawnscope::{
    model::{Analysis, Telemetry},
    report::{Options, markdown},
};

use crate::{
    report_escape::{HOSTILE, markup},
    report_sample::{hostile, incident},
};

fn report(analysis: &Analysis) -> String {
    let options = Options { title: "IR-2026-0412".to_owned(), tool_version: "1.0.0".to_owned() };
    markdown(analysis, &options)
}

#[test]
fn the_report_of_an_incident() {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("report_of_an_incident", report(&incident()));
    });
}

#[test]
fn the_report_where_nothing_was_found() {
    let mut analysis = incident();
    analysis.findings.clear();
    analysis.chain.clear();
    analysis.zoom_roots.clear();
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("report_of_nothing_found", report(&analysis));
    });
}

#[test]
fn without_process_starts_the_answer_is_not_known() {
    let mut analysis = incident();
    analysis.findings.clear();
    analysis.chain.clear();
    analysis.zoom_roots.clear();
    analysis.coverage.retain(|entry| entry.telemetry == Telemetry::Logons);
    let page = report(&analysis);
    assert!(page.contains("Whether Zoom started an interpreter cannot be known"), "{page}");
    assert!(!page.contains("No interpreter under Zoom was found"));
}

#[test]
fn an_empty_analysis_still_makes_a_report() {
    let page = report(&Analysis::default());
    assert!(page.starts_with("# IR-2026-0412\n"));
    assert!(page.contains("cannot be known"));
}

#[test]
fn an_untitled_report_has_a_plain_title() {
    let options = Options { title: " ".to_owned(), tool_version: "1.0.0".to_owned() };
    assert!(markdown(&incident(), &options).starts_with("# Zoom triage report\n"));
}

#[test]
fn addresses_are_harmless_but_for_the_decoded_commands() {
    let page = report(&incident());
    let (before, rest) = page.split_once("## Decoded commands").unwrap();
    let (decoded, after) = rest.split_once("## Indicators").unwrap();
    assert!(decoded.contains("DownloadString('http://198.51.100.23/u.ps1')"));
    for part in [before, after] {
        assert!(!part.contains("http:"), "{part}");
        assert!(!part.contains("198.51.100.23"), "{part}");
        assert!(!part.contains("203.0.113.44"), "{part}");
        assert!(!part.contains("cdn.evil.example"), "{part}");
    }
}

/// The shape of the page: its markup without the text.
fn shape(text: &str) -> Vec<String> {
    markup(&report(&hostile(text)))
}

/// The same as for text of letters only.
fn check(text: &str) {
    let got = shape(text);
    let known =
        ["Heading", "List", "Item", "Table", "TableHead", "TableRow", "TableCell", "Strong"];
    for part in &got {
        assert!(known.contains(&part.as_str()), "{part} from {text:?}");
    }
    let count = |parts: &[String], name: &str| parts.iter().filter(|part| *part == name).count();
    // Headings and tables are the report's own; all rows of a table have its number of cells.
    let plain = shape("plain");
    for name in ["Heading", "Table", "TableHead", "Strong"] {
        assert_eq!(count(&got, name), count(&plain, name), "{name} from {text:?}");
    }
}

#[test]
fn hostile_text_in_every_field_changes_nothing_but_words() {
    for text in HOSTILE {
        check(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_text_in_every_field_changes_nothing_but_words(
        text in r"[\\`*_\[\]<>!|#~:/.@ \n(){}=+\-a-c1-3$^&;]{1,24}|\PC{1,24}"
    ) {
        check(&text);
    }
}
