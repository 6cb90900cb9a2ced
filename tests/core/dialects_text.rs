//! The sample incident as XML and as tables gives the tree and the findings of its event logs.
//! What a form cannot carry is named here.

use crate::support::dialects::{
    Carried, StoryRecord, assert_same_story, story, tables, windows_xml,
};

#[test]
fn xml_tells_the_story() {
    for (form, text) in [
        ("Event Viewer", windows_xml::event_viewer(story())),
        ("wevtutil", windows_xml::wevtutil(story())),
        ("evtx_dump", windows_xml::evtx_dump(story())),
    ] {
        assert!(text.len() > 1_000, "{form}");
        let analysis = assert_same_story("windows_event", text.as_bytes(), &Carried::ALL);
        assert!(!analysis.zoom_roots.is_empty(), "{form}");
    }
}

#[test]
fn evtxecmd_tells_the_story() {
    // .NET prints a GUID without braces.
    let carried = Carried { field: &|_, _, value| Some(tables::bare_guid(value)), ..Carried::ALL };
    let analysis = assert_same_story("evtxecmd", tables::evtxecmd(story()).as_bytes(), &carried);
    assert!(!analysis.zoom_roots.is_empty());
}

#[test]
fn hayabusa_tells_the_story() {
    // It names no provider, no logging process and no account, and leaves out empty fields. What
    // PowerShell and the task scheduler log hangs on the process that logged it, which no column
    // names.
    let names_its_process = |record: &StoryRecord| {
        !record.channel.contains("PowerShell") && !record.channel.contains("TaskScheduler")
    };
    let records = story().iter().filter(|record| names_its_process(record)).cloned();
    let text = tables::hayabusa(&records.collect::<Vec<_>>());
    let carried = Carried {
        record: &names_its_process,
        field: &|_, _, value| (!value.is_empty()).then(|| tables::bare_guid(value)),
    };
    let analysis = assert_same_story("hayabusa", text.as_bytes(), &carried);
    assert!(!analysis.zoom_roots.is_empty());
}

#[test]
fn defender_tells_of_the_starts() {
    // The table holds starts only, and has no GUIDs, no working directory and one hash.
    let carried = Carried {
        record: &|record| record.is_sysmon(1),
        field: &|_, name, value| match name {
            "Hashes" => Some(format!("SHA256={}", tables::sha256(value))),
            "UtcTime" | "ProcessId" | "Image" | "OriginalFileName" | "CommandLine" | "User"
            | "LogonId" | "IntegrityLevel" | "ParentProcessId" | "ParentImage"
            | "ParentCommandLine" => Some(value.to_owned()),
            _ => None,
        },
    };
    let analysis = assert_same_story("defender", tables::defender(story()).as_bytes(), &carried);
    assert!(!analysis.zoom_roots.is_empty());
}
