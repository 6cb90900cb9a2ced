//! Real recordings and other programs' JSON: they are read to the end, and processes are counted
//! as another reader counts them. Skipped where no sample logs are.

use std::collections::BTreeSet;
use std::path::Path;

use evtx::EvtxParser;
use serde_json::Value as Json;

use super::{list, printed, text};
use crate::support::samples;

/// The distinct `ProcessGuid`s of Sysmon 1 in a file, by the JSON of the evtx crate.
fn sysmon_starts(path: &Path) -> BTreeSet<String> {
    let mut parser = EvtxParser::from_path(path).unwrap();
    parser
        .records_json_value()
        .filter_map(Result::ok)
        .filter_map(|record| {
            let system = &record.data["Event"]["System"];
            let id = &system["EventID"];
            let id = id.get("#text").unwrap_or(id);
            let is_start = *id == 1 || *id == "1";
            let is_sysmon = system["Channel"] == "Microsoft-Windows-Sysmon/Operational";
            let guid = record.data["Event"]["EventData"]["ProcessGuid"].as_str()?;
            (is_start && is_sysmon).then(|| guid.to_lowercase())
        })
        .collect()
}

#[test]
fn every_recording_is_read_and_its_processes_are_as_many_as_its_guids() {
    let Some(folder) = samples::folder("evtx") else { return };
    let mut starts = 0;
    for file in samples::files(&folder, ".evtx") {
        let path = file.to_str().unwrap();
        let (shown, status) = printed(&["tree", path, "--format", "json"]);
        assert!(matches!(status, 0 | 3), "{path} ends with {status}");
        let tree: Json = serde_json::from_str(&shown).unwrap();
        let by_sysmon = list(&tree["processes"])
            .iter()
            .filter(|process| list(&process["sources"]).iter().any(|from| from == "sysmon/1"))
            .count();
        let guids = sysmon_starts(&file);
        assert_eq!(by_sysmon, guids.len(), "{path}");
        starts += guids.len();
    }
    assert!(starts > 50, "only {starts} starts in the sample logs");
}

#[test]
fn all_recordings_at_once_are_scanned() {
    let Some(folder) = samples::folder("evtx") else { return };
    let (shown, status) = printed(&["scan", folder.to_str().unwrap(), "--format", "json"]);
    assert!(matches!(status, 0 | 3), "ends with {status}");
    let scan: Json = serde_json::from_str(&shown).unwrap();
    assert_eq!(list(&scan["sources"]).len(), samples::files(&folder, ".evtx").len());
    for finding in list(&scan["findings"]) {
        let id = text(&finding["rule"]["id"]);
        assert!(!id.starts_with("spawnscope-zoom-child"), "none of them holds a Zoom: {finding}");
    }
}

#[test]
fn every_dialect_of_evtx_dump_is_scanned() {
    let Some(folder) = samples::folder("dialects") else { return };
    let files = samples::files(&folder, ".jsonl");
    let files: Vec<_> = files
        .iter()
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("evtx_dump"))
        .collect();
    assert!(!files.is_empty());
    for file in files {
        let (shown, status) = printed(&["scan", file.to_str().unwrap(), "--format", "json"]);
        assert!(matches!(status, 0 | 3), "{} ends with {status}", file.display());
        let scan: Json = serde_json::from_str(&shown).unwrap();
        let source = &list(&scan["sources"])[0];
        assert_eq!(source["format"], "json");
        assert!(text(&source["dialect"]).starts_with("evtx_dump"));
        let lines = std::fs::read_to_string(file).unwrap();
        let objects = lines.lines().filter(|line| !line.trim().is_empty()).count() as u64;
        assert_eq!(source["records"].as_u64(), Some(objects), "{}", file.display());
    }
}
