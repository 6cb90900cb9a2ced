//! Scheduled tasks.

use super::{SVCHOST, assert_inferred, inferred, start, under};
use crate::events::{Make, record, security, sysmon};

const SCHTASKS: &str = r"C:\Windows\System32\schtasks.exe";
const RUNDLL32: &str = r"C:\Windows\System32\rundll32.exe";
const LINE: &str = r"rundll32.exe C:\Users\m\z.dll,Start";

fn scheduler() -> Make {
    start(1744, SVCHOST, "svchost.exe -k netsvcs -p -s Schedule", "08:00:00.000")
}

fn made_by_tool() -> Make {
    let line = r#"schtasks /create /sc minute /mo 30 /tn CrashCheck /tr "rundll32.exe C:\Users\m\z.dll,Start""#;
    start(12, SCHTASKS, line, "10:00:00.000")
}

fn task_log(event_id: u32, clock: &str) -> Make {
    let channel = "Microsoft-Windows-TaskScheduler/Operational";
    record("Microsoft-Windows-TaskScheduler", channel, event_id, clock)
        .field("TaskName", r"\CrashCheck")
        .logger(1744)
}

/// 4698 as Windows 10 2004 and later write it.
fn made_by_client(pid: u32) -> Make {
    let xml = r#"<?xml version="1.0" encoding="UTF-16"?><Task><Actions Context="Author"><Exec>
<Command>rundll32.exe</Command><Arguments>C:\Users\m\z.dll,Start</Arguments></Exec></Actions></Task>"#;
    security(4698, "10:00:00.200")
        .field("TaskName", r"\CrashCheck")
        .field("TaskContent", xml)
        .field("ClientProcessId", &pid.to_string())
}

fn child(line: &str) -> Make {
    under(start(13020, RUNDLL32, line, "10:30:00.000"), 1744, SVCHOST, "08:00:00.000")
}

fn created(pid: u32, clock: &str) -> Make {
    task_log(129, clock).field("Path", RUNDLL32).field("ProcessID", &pid.to_string())
}

#[test]
fn the_scheduler_names_the_process_and_the_log_its_maker() {
    let events = vec![
        scheduler(),
        made_by_tool(),
        task_log(106, "10:00:00.100"),
        made_by_client(12),
        child(LINE),
        created(13020, "10:30:00.004"),
    ];
    let tree = inferred(events.clone());
    assert_eq!(tree.inferred[0].text, "Task CrashCheck made by schtasks.exe 12");
    // 106, 4698 and 129.
    assert_eq!(tree.inferred[0].records.len(), 3);
    let logged = tree.process(tree.inferred[0].child).and_then(|it| tree.process(it.parent?));
    assert_eq!(logged.and_then(|it| it.pid), Some(1744), "the logged parent stays");
    assert_inferred("all", events, ["rundll32.exe 13020 <= schtasks.exe 12: scheduled task, sure"]);
}

#[test]
fn hits_and_near_misses() {
    let sure = "rundll32.exe 13020 <= schtasks.exe 12: scheduled task, sure";
    let hint = "rundll32.exe 13020 <= ?: scheduled task, sure";
    assert_inferred("the command alone", vec![scheduler(), made_by_tool(), child(LINE)], [sure]);
    assert_inferred(
        "another command",
        vec![scheduler(), made_by_tool(), child("rundll32.exe shell32.dll,Control_RunDLL")],
        [],
    );
    assert_inferred(
        "made after it ran",
        vec![
            scheduler(),
            child(LINE),
            start(12, SCHTASKS, "schtasks /create /tn CrashCheck /tr z", "10:40:00.000"),
        ],
        [],
    );
    assert_inferred(
        "on another computer",
        vec![
            scheduler(),
            start(
                12,
                SCHTASKS,
                &format!("schtasks /create /s FS01 /tn CrashCheck /tr \"{LINE}\""),
                "10:00:00.000",
            ),
            child(LINE),
        ],
        [],
    );
    assert_inferred(
        "only asked for its state",
        vec![
            scheduler(),
            start(
                12,
                SCHTASKS,
                &format!("schtasks /query /tn CrashCheck /tr \"{LINE}\""),
                "10:00:00.000",
            ),
            child(LINE),
        ],
        [],
    );
    assert_inferred(
        "not a child of the scheduler",
        vec![
            start(1744, SVCHOST, "svchost.exe -k DcomLaunch -p", "08:00:00.000"),
            made_by_tool(),
            child(LINE),
        ],
        [],
    );
    assert_inferred(
        "a task that nobody made here",
        vec![scheduler(), child(LINE), created(13020, "10:30:00.004")],
        [hint],
    );
    assert_inferred(
        "the id was another process's an hour before",
        vec![scheduler(), child(LINE), created(13020, "09:30:00.004")],
        [],
    );
}

#[test]
fn a_task_without_a_logged_action_is_found_by_its_name() {
    let by_xml =
        start(12, SCHTASKS, r"schtasks /create /xml c:\x.xml /tn elevator", "10:00:00.000");
    let run = |clock: &str| start(14, SCHTASKS, "schtasks /run /tn elevator", clock);
    assert_inferred(
        "made, then run on demand",
        vec![scheduler(), by_xml.clone(), run("10:29:59.500"), child(LINE)],
        [
            "rundll32.exe 13020 <= schtasks.exe 12: scheduled task, likely",
            "rundll32.exe 13020 <= schtasks.exe 14: task run on demand, likely",
        ],
    );
    assert_inferred(
        "run on demand long before",
        vec![scheduler(), by_xml.clone(), run("10:20:00.000"), child(LINE)],
        [],
    );
    let other = r"schtasks /create /tn elevator /tr C:\Windows\System32\calc.exe";
    assert_inferred(
        "the task runs something else",
        vec![
            scheduler(),
            start(12, SCHTASKS, other, "10:00:00.000"),
            run("10:29:59.500"),
            child(LINE),
        ],
        [],
    );
}

#[test]
fn a_script_or_a_writer_of_the_file_makes_a_task_too() {
    let script = |text: &str| {
        record(
            "Microsoft-Windows-PowerShell",
            "Microsoft-Windows-PowerShell/Operational",
            4104,
            "10:00:00.000",
        )
        .logger(77)
        .field("ScriptBlockText", text)
    };
    let shell = || start(77, super::POWERSHELL, "powershell.exe", "09:00:00.000");
    let events = |text: &str| {
        vec![
            scheduler(),
            shell(),
            script(text),
            task_log(106, "10:00:00.100"),
            child(LINE),
            created(13020, "10:30:00.004"),
        ]
    };
    assert_inferred(
        "a script that names it",
        events("Register-ScheduledTask -TaskName 'CrashCheck' -Action $a"),
        ["rundll32.exe 13020 <= powershell.exe 77: scheduled task, likely"],
    );
    assert_inferred(
        "a script that names another",
        events("Register-ScheduledTask -TaskName 'CrashChecker' -Action $a"),
        ["rundll32.exe 13020 <= ?: scheduled task, sure"],
    );
    let file = sysmon(11, "10:00:00.100")
        .field("ProcessGuid", &crate::events::guid("09:00:00", 77))
        .field("ProcessId", "77")
        .field("Image", super::POWERSHELL)
        .field("TargetFilename", r"C:\Windows\System32\Tasks\CrashCheck");
    assert_inferred(
        "the file of the task, not by the scheduler",
        vec![scheduler(), shell(), file, child(LINE), created(13020, "10:30:00.004")],
        ["rundll32.exe 13020 <= powershell.exe 77: scheduled task, sure"],
    );
}
