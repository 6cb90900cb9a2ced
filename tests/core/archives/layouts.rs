//! The incident as collectors pack it, against the folder.

use std::sync::Arc;

use spawnscope::{
    detect::{Engine, Rules},
    ingest::{Loaded, Options},
    model::Format,
    session::analyse::analyse,
};
use zip::CompressionMethod;

use super::{Packed, folder, incident, kinds, members, open, open_folder, open_with, pack, said};

/// The logs renamed as a collector lays them out, with what else it puts beside them.
fn laid_out(name: impl Fn(&str, &str) -> String, beside: &[(&str, &str)]) -> Vec<Packed> {
    let logs = incident().into_iter().map(|(path, bytes)| {
        let (host, log) = path.split_once('/').unwrap();
        (name(host, log), bytes)
    });
    let beside = beside.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
    logs.chain(beside).collect()
}

fn plain() -> Vec<Packed> {
    laid_out(|host, log| format!("{host}/winevt/Logs/{log}"), &[])
}

fn kape() -> Vec<Packed> {
    laid_out(
        |host, log| format!("{host}/C/Windows/System32/winevt/logs/{log}"),
        &[
            ("2026-04-12T150000_ConsoleLog.txt", "KAPE version 1.3.0.2"),
            ("WS-0413/C/$MFT", "FILE0"),
            ("WS-0413/2026-04-12_CopyLog.csv", "CopiedTimestamp,SourceFile,DestinationFile\n"),
        ],
    )
}

fn velociraptor() -> Vec<Packed> {
    laid_out(
        |host, log| {
            let log = log.replace('%', "%25");
            format!("{host}/uploads/auto/C%3A/Windows/System32/winevt/Logs/{log}")
        },
        &[
            ("client_info.json", r#"{"client_id":"C.1","os_info":{"hostname":"WS-0413"}}"#),
            ("collection_context.json", r#"{"session_id":"F.1","total_uploaded_files":9}"#),
            ("uploads.json", r#"{"Timestamp":"2026-04-12T15:00:00Z","vfs_path":"a"}"#),
            ("results/Windows.KapeFiles.Targets%2FUploads.json", ""),
            ("results/Generic.Client.Info%2FBasicInformation.json", r#"{"Name":"velociraptor"}"#),
            ("log.json", r#"{"Timestamp":1,"level":"INFO","message":"done"}"#),
        ],
    )
}

fn cylr() -> Vec<Packed> {
    laid_out(
        |host, log| format!("{host}/C/Windows/System32/winevt/Logs/{log}"),
        &[("C/Windows/System32/config/SYSTEM", "regf"), ("C/$LogFile", "RSTR")],
    )
}

fn cylance() -> Vec<Packed> {
    laid_out(
        |host, log| format!("{host}/Case/RawData/EventLogs/{log}"),
        &[("Case/summary.xml", "<?xml version=\"1.0\"?><summary/>")],
    )
}

/// ORC gives its files names of volume, record and attribute, and no ending that says anything.
fn orc_inner() -> Vec<Packed> {
    laid_out(
        |host, log| format!("{host}/1A2B3C4D5E6F_700000000041A_3_{log}_{{0000-0000}}.evtx_data"),
        &[("GetThis.csv", "ComputerName,VolumeID\n"), ("GetThis.log", "done")],
    )
}

fn findings(loaded: Loaded) -> Vec<String> {
    let engine = Arc::new(Engine::new(Rules::bundled()));
    let analysis = analyse(loaded, &engine, 1);
    let line = |finding: &spawnscope::model::Finding| {
        format!("{} {} {:?}", finding.rule.id, finding.host, finding.time)
    };
    analysis.findings.iter().map(line).collect()
}

/// The archive says what the folder says, with any number of threads.
fn assert_same(name: &str, archive: &[u8], ignored: u64) {
    let folder = folder();
    let one = open_with(name, archive, &Options { threads: 1, ..Options::default() });
    let many = open_with(name, archive, &Options { threads: 4, ..Options::default() });
    for loaded in [&one, &many] {
        assert_eq!(kinds(loaded), [], "{name}");
        assert_eq!(said(loaded), said(folder), "{name}");
        assert_eq!(loaded.ignored_files, ignored, "{name}");
        assert_eq!(loaded.sources[0].format, Format::Archive);
        assert_eq!(loaded.sources[0].bytes, archive.len() as u64);
        assert!(loaded.sources[0].sha256.is_some());
        let logs = &loaded.sources[1..];
        assert_eq!(logs.len(), 9, "{name}");
        let mut hashes = logs.iter().map(|log| (log.sha256.clone(), log.bytes)).collect::<Vec<_>>();
        let of_folder = folder.sources.iter().map(|log| (log.sha256.clone(), log.bytes));
        let mut expected = of_folder.collect::<Vec<_>>();
        hashes.sort();
        expected.sort();
        assert_eq!(hashes, expected, "{name}");
    }
    assert_eq!(members(&one), members(&many), "{name}");
    let sources =
        |loaded: &Loaded| loaded.events.iter().map(|event| event.source).collect::<Vec<_>>();
    assert_eq!(sources(&one), sources(&many), "{name}");
}

#[test]
fn the_findings_are_those_of_the_folder() {
    let found = findings(open("kape.zip", &pack::zip(&kape())));
    assert!(found.iter().any(|line| line.starts_with("spawnscope-zoom-child")), "{found:?}");
    assert_eq!(found, findings(open_folder(&incident())));
}

#[test]
fn a_zip_by_kape() {
    let archive = pack::zip(&kape());
    assert_same("kape.zip", &archive, 3);
    let loaded = open("kape.zip", &archive);
    assert_eq!(
        members(&loaded)[0].split('/').next_back(),
        Some("Microsoft-Windows-PowerShell%4Operational.evtx")
    );
    assert!(members(&loaded).contains(&"WS-0413/C/Windows/System32/winevt/logs/Security.evtx"));
}

#[test]
fn a_zip_by_velociraptor_keeps_its_names_as_written() {
    let archive = pack::zip_streamed(&velociraptor());
    assert_same("collection.zip", &archive, 6);
    let loaded = open("collection.zip", &archive);
    let name = "WS-0413/uploads/auto/C%3A/Windows/System32/winevt/Logs/Security.evtx";
    assert!(members(&loaded).contains(&name));
}

#[test]
fn a_zip_by_cylr() {
    assert_same("WS-0413.zip", &pack::zip_by(&cylr(), CompressionMethod::Stored), 2);
}

#[test]
fn other_methods_of_zip() {
    for method in [CompressionMethod::BZIP2, CompressionMethod::XZ] {
        assert_same("logs.zip", &pack::zip_by(&plain(), method), 0);
    }
}

#[test]
fn a_7z_solid_or_not() {
    for is_solid in [true, false] {
        assert_same("cylance.7z", &pack::seven(&cylance(), is_solid), 1);
    }
}

#[test]
fn a_7z_in_a_7z_by_orc() {
    let files = orc_inner();
    let beside = vec![("GetThis.log".to_owned(), b"started".to_vec())];
    let outer = [
        ("DFIR-ORC_WS-0413_Event.7z".to_owned(), pack::seven(&files, true)),
        ("DFIR-ORC_WS-0413_General.7z".to_owned(), pack::seven(&beside, true)),
    ];
    assert_same("DFIR-ORC_WS-0413.7z", &pack::seven(&outer, false), 3);
}

#[test]
fn tars_packed_and_not() {
    let tar = pack::tar(&plain());
    assert_same("logs.tar", &tar, 0);
    assert_same("logs.tar.gz", &pack::gz(&tar), 0);
    assert_same("logs.tgz", &pack::gz(&pack::tar(&kape())), 3);
    assert_same("logs.tar.bz2", &pack::bz2(&tar), 0);
    assert_same("logs.tar.zst", &pack::zst(&tar), 0);
    assert_same("logs.tar.xz", &pack::xz(&tar), 0);
}

#[test]
fn a_single_log_packed() {
    let (_, log) = super::one_log();
    let plain = open("Security.evtx", &log);
    for (ending, packer) in pack::STREAMS {
        let loaded = open(&format!("Security.evtx.{ending}"), &packer(&log));
        assert_eq!(kinds(&loaded), []);
        assert_eq!(members(&loaded), ["Security.evtx"]);
        assert_eq!(said(&loaded), said(&plain));
        assert_eq!(loaded.sources[1].sha256, plain.sources[0].sha256);
        assert_eq!(loaded.sources[1].bytes, log.len() as u64);
        assert_eq!(loaded.sources[1].records, plain.sources[0].records);
    }
}

#[test]
fn an_archive_without_logs_says_so_only_where_it_is_expected() {
    let files = [("word/document.xml".to_owned(), b"<a/>".to_vec())];
    let archive = pack::zip(&files);
    let named = open("letter.docx", &archive);
    assert_eq!(kinds(&named), [spawnscope::model::IssueKind::Empty]);
    assert!(named.issues[0].message.contains("its one member is none"));
    let searched = open_folder(&[("letter.docx".to_owned(), archive)]);
    assert_eq!(kinds(&searched), []);
    assert_eq!(searched.sources, []);
    assert_eq!(searched.ignored_files, 1);
}
