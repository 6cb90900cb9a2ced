//! Real recordings of attacks, and the sample incident: every conclusion that is drawn of them.
//!
//! What really happened is known of each: from its name, its publisher's notes and its records, read
//! with `evtx_dump`.

use std::path::{Path, PathBuf};

use spawnscope::{
    detect::{Engine, Rules},
    ingest::{Options, Silent, load},
    model::{Analysis, Inferred, InferredReason},
    report::json::Tree,
    session::analyse::analyse,
};

use super::lines;
use crate::support::samples;

fn analysis(path: PathBuf) -> Analysis {
    analyse(load(&[path], &Options::default(), &Silent), &Engine::new(Rules::default()), 1)
}

/// File, and the conclusions that name a process.
const ASKED: &[(&str, &[&str])] = &[
    ("sysmon_10_1_ppid_spoofing", &["cmd.exe 7708 <= powershell.exe 8004: spoofed parent, sure"]),
    ("tutto_malseclogon", &["MalSeclogon.exe 6072 <= MalSeclogon.exe 8612: spoofed parent, sure"]),
    ("sysmon_privesc_psexec_dwell", &["mspaint.exe 7988 <= psexecprivesc.exe 13004: PsExec, sure"]),
    (
        "sysmon_1_11_exec_as_system_via_schedtask",
        &[
            "cmd.exe 1860 <= schtasks.exe 3876: scheduled task, likely",
            "cmd.exe 1860 <= schtasks.exe 3752: task run on demand, likely",
        ],
    ),
    ("Sysmon_UACME_34", &["cmd.exe 1380 <= schtasks.exe 1268: task run on demand, likely"]),
    ("sysmon_exec_from_vss_persistence", &["svhost64.exe 1260 <= WMIC.exe 2840: WMI, sure"]),
    ("panache_sysmon_vs_EDRTestingScript", &["calc.exe 3872 <= cscript.exe 264: WMI, sure"]),
    (
        "sysmon_1_13_11_cmstp_ini_uacbypass",
        &["cmd.exe 544 <= cmstp.exe 3840: COM activation, likely"],
    ),
    (
        "susp_explorer_exec",
        &[
            "explorer.exe 6000 <= explorer.exe 1052: handed over by Explorer, likely",
            "wscript.exe 8180 <= explorer.exe 1052: handed over by Explorer, likely",
        ],
    ),
    (
        "LM_wmi_PoisonHandler",
        &["explorer.exe 6020 <= explorer.exe 3828: handed over by Explorer, likely"],
    ),
];

/// In no other recording a process is named.
#[test]
fn who_asked_in_real_recordings() {
    let Some(evtx) = samples::folder("evtx") else { return };
    let json = samples::folder("json").unwrap_or_default();
    let files = samples::files(&evtx, ".evtx").into_iter().chain(samples::files(&json, ".zip"));
    for path in files {
        let tree = analysis(path.clone()).tree;
        let mut named = tree.clone();
        named.inferred.retain(|it| it.parent.is_some());
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let expected = ASKED.iter().find(|(known, _)| name.starts_with(known));
        let expected = expected.map(|(_, lines)| *lines).unwrap_or_default();
        assert_eq!(lines(&named), expected, "{name}");
    }
}

/// File, and the words of a conclusion that names no process.
const TOLD: &[(&str, &str, &str)] = &[
    ("evtx", "LM_WMI_4624_4688_TargetHost", r"network by EXAMPLE\Administrator from 10.0.2.17"),
    ("evtx", "LM_DCOM_MSHTA_LethalHTA", r"Runs for IEWIN7\IEUser in session 0"),
    ("evtx", "sysmon_13_1_meterpreter_getsystem", "Service msdhch installed 07:46:15"),
    ("json", "covenant_dcom_registerxll", r"network by THESHIRE\pgustavo from 172.18.39.5"),
    ("json", "covenant_sharpsc_stop", r"Run by the task \Microsoft\Windows\Workplace Join"),
];

#[test]
fn how_it_came_in_real_recordings() {
    for (folder, name, words) in TOLD {
        let Some(folder) = samples::folder(folder) else { return };
        let ending = if folder.ends_with("evtx") { ".evtx" } else { ".zip" };
        let mut files = samples::files(&folder, ending);
        files.retain(|path| {
            path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name))
        });
        let tree = analysis(files.remove(0)).tree;
        assert!(
            tree.inferred.iter().any(|it| it.text.contains(words)),
            "{name}: {:?}",
            tree.inferred
        );
    }
}

#[test]
fn the_sample_incident_holds_two() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
    let mut tree = analysis(sample).tree;
    let (named, hints): (Vec<Inferred>, Vec<Inferred>) =
        std::mem::take(&mut tree.inferred).into_iter().partition(|it| it.parent.is_some());
    // Robocopy.exe 9904 was started through WMI from the other host.
    let (by_wmi, hints): (Vec<Inferred>, Vec<Inferred>) =
        hints.into_iter().partition(|it| it.reason == InferredReason::Wmi);
    let by_wmi: Vec<Option<u32>> = by_wmi.iter().map(|it| tree.process(it.child)?.pid).collect();
    assert_eq!(by_wmi, [Some(9904)]);
    assert!(hints.iter().all(|it| it.text.starts_with("Run by the task ")));
    tree.inferred = named;
    assert_eq!(
        lines(&tree),
        [
            "Sysmon64.exe 3284 <= Sysmon64.exe 14772: service, likely",
            "rundll32.exe 13020 <= schtasks.exe 12212: scheduled task, sure",
        ]
    );
    assert_eq!(tree.inferred[1].text, "Task ZoomCrashCheck made by schtasks.exe 12212");
}

#[test]
fn the_json_names_who_asked_and_the_session() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
    let analysis = analysis(sample);
    let all = analysis.tree.iter().map(|(at, _)| at);
    let document = serde_json::to_value(Tree::of(&analysis, all)).unwrap();
    let find = |pid: u64, name: &str| {
        let all = document["processes"].as_array().unwrap();
        let mut found = all.iter().filter(|it| {
            it["pid"] == pid && it["image"].as_str().is_some_and(|image| image.ends_with(name))
        });
        found.next().unwrap()
    };
    let (task, maker) = (find(13020, "rundll32.exe"), find(12212, "schtasks.exe"));
    let asked = &task["inferred_parents"][0];
    assert_eq!(asked["key"], maker["key"]);
    assert_eq!(
        (&asked["reason"], &asked["confidence"]),
        (&"scheduled_task".into(), &"high".into())
    );
    assert_eq!(asked["text"], "Task ZoomCrashCheck made by schtasks.exe 12212");
    assert_eq!(asked["records"].as_array().map(Vec::len), Some(4));
    assert_ne!(task["parent_key"], asked["key"], "the logged parent stays");
    assert_eq!(task["lineage_hints"], serde_json::json!([]));
    assert_eq!(task["logon"]["logon_id"], "0x47b1d");
    let ordinary = find(14016, "rundll32.exe");
    assert_eq!(ordinary["inferred_parents"], serde_json::json!([]));
    assert_eq!(ordinary["lineage_hints"][0]["reason"], "scheduled_task");
    assert_eq!(ordinary["logon"]["words"], "the system itself");
}
