//! Archives in archives.

use spawnscope::model::IssueKind;

use super::{folder, incident, kinds, members, one_log, open, pack, said};

#[test]
fn a_zip_a_7z_and_a_tar_in_a_zip() {
    let folder = folder();
    let logs = incident();
    let inner: [(&str, Vec<u8>); 6] = [
        ("logs.zip", pack::zip(&logs)),
        ("logs.7z", pack::seven(&logs, true)),
        ("logs.tar", pack::tar(&logs)),
        ("logs.tar.gz", pack::gz(&pack::tar(&logs))),
        ("logs.tar.xz", pack::xz(&pack::tar(&logs))),
        ("logs.tar.zst", pack::zst(&pack::tar(&logs))),
    ];
    for (name, archive) in inner {
        let files = [(format!("host/{name}"), archive)];
        for outer in [pack::zip(&files), pack::seven(&files, true), pack::tar(&files)] {
            let loaded = open("outer", &outer);
            assert_eq!(kinds(&loaded), [], "{name}");
            assert_eq!(said(&loaded), said(folder), "{name}");
            let expected = format!("host/{name}/WS-0413/Security.evtx");
            assert!(members(&loaded).contains(&expected.as_str()), "{:?}", members(&loaded));
        }
    }
}

#[test]
fn packed_logs_in_a_tar_and_in_a_zip() {
    let (_, log) = one_log();
    let plain = open("Security.evtx", &log);
    let files = [("logs/Security.evtx.gz".to_owned(), pack::gz(&log))];
    for archive in [pack::gz(&pack::tar(&files)), pack::zip(&files)] {
        let loaded = open("logs.tgz", &archive);
        assert_eq!(kinds(&loaded), []);
        assert_eq!(members(&loaded), ["logs/Security.evtx.gz/Security.evtx"]);
        assert_eq!(said(&loaded), said(&plain));
    }
}

#[test]
fn too_deep_is_told() {
    let mut archive = pack::zip(&[one_log()]);
    for _ in 0..3 {
        archive = pack::zip(&[("a.zip".to_owned(), archive)]);
    }
    let loaded = open("a.zip", &archive);
    assert_eq!(kinds(&loaded), [IssueKind::Limit]);
    assert_eq!(loaded.issues[0].member.as_deref(), Some("a.zip/a.zip/a.zip"));
    assert_eq!(loaded.events, []);
}

#[test]
fn members_of_one_name_are_told_apart() {
    let mut tar = pack::tar_header("Security.evtx", one_log().1.len(), b'0');
    tar.extend(pack::tar_content(&one_log().1));
    let line = br#"{"Event":{"System":{"EventID":1,"EventRecordID":5,"Channel":"Security","Computer":"PC","TimeCreated":{"SystemTime":"2026-04-12T14:21:07Z"}},"EventData":{"A":"b"}}}"#;
    tar.extend(pack::tar_header("Security.evtx", line.len(), b'0'));
    tar.extend(pack::tar_content(line));
    tar.extend([0; 1024]);
    let loaded = open("a.tar", &tar);
    assert_eq!(members(&loaded), ["Security.evtx", "Security.evtx (2)"]);
    assert_eq!(loaded.sources[2].dialect, Some("evtx_dump"));
    assert_eq!(loaded.sources[2].records, 1);
}
