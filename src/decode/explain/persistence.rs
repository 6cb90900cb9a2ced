//! What starts again by itself: tasks, services, run keys, WMI subscriptions.

use super::rule::{Rule, command, text};

const RUN: &str = "~currentversion\\run|~currentversion\\policies\\explorer\\run";

/// The rules.
pub(super) const RULES: &[Rule] = &[
    command(
        &["schtasks"],
        &["/create", "/xml"],
        "creates the scheduled task {/tn} from the file {/xml}[ on {/s}]",
        "T1053.005",
    ),
    command(
        &["schtasks"],
        &["/create", "/sc=minute"],
        "creates the scheduled task {/tn} that runs {/tr} every [{/mo} ]minutes[ as {/ru}][ on {/s}]",
        "T1053.005",
    ),
    command(
        &["schtasks"],
        &["/create", "/sc=hourly"],
        "creates the scheduled task {/tn} that runs {/tr} every [{/mo} ]hours[ as {/ru}][ on {/s}]",
        "T1053.005",
    ),
    command(
        &["schtasks"],
        &["/create", "/sc=onlogon"],
        "creates the scheduled task {/tn} that runs {/tr} at logon[ as {/ru}][ on {/s}]",
        "T1053.005",
    ),
    command(
        &["schtasks"],
        &["/create", "/sc=onstart"],
        "creates the scheduled task {/tn} that runs {/tr} at system start[ as {/ru}][ on {/s}]",
        "T1053.005",
    ),
    command(
        &["schtasks"],
        &["/create", "/sc"],
        "creates the scheduled task {/tn} that runs {/tr} ({/sc}[ at {/st}])[ as {/ru}][ on {/s}]",
        "T1053.005",
    ),
    command(&["schtasks"], &["/run"], "starts the scheduled task {/tn}[ on {/s}]", "T1053.005"),
    command(
        &["schtasks"],
        &["/change", "/tr"],
        "makes the scheduled task {/tn} run {/tr}",
        "T1053.005",
    ),
    command(&["schtasks"], &["/delete"], "deletes the scheduled task {/tn}[ on {/s}]", "T1053.005"),
    command(
        &["register-scheduledtask"],
        &[],
        "creates the scheduled task[ {/taskname}]",
        "T1053.005",
    ),
    command(
        &["at"],
        &["~:", "~.exe|~cmd|~powershell|~.bat"],
        "has a command run at a time: {all}",
        "T1053.002",
    ),
    command(
        &["sc"],
        &["create"],
        "creates the service {after:create}[ on {host}] that runs {binpath=}",
        "T1543.003",
    ),
    command(
        &["sc"],
        &["config", "~binpath"],
        "makes the service {after:config}[ on {host}] run {binpath=}",
        "T1543.003",
    ),
    command(
        &["sc"],
        &["failure", "~command="],
        "has the service {after:failure} run {command=} when it fails",
        "T1543.003",
    ),
    command(
        &["new-service"],
        &[],
        "creates the service {/name} that runs {/binarypathname}",
        "T1543.003",
    ),
    command(
        &["reg"],
        &["1:add", RUN, "/v"],
        "adds the run key value {/v}[ that starts {/d}]",
        "T1547.001",
    ),
    command(
        &["set-itemproperty", "new-itemproperty", "sp"],
        &[RUN],
        "adds the run key value {/name}[ that starts {/value}]",
        "T1547.001",
    ),
    text(&["currentversion\\run"], &["~regwrite"], "adds a run key value", "T1547.001"),
    command(
        &["reg"],
        &["1:add", "~winlogon", "/v=shell|/v=userinit"],
        "makes logon start {/d} (Winlogon {/v})",
        "T1547.004",
    ),
    command(
        &["reg"],
        &[
            "1:add",
            "~image file execution options",
            "/v=debugger",
            "~sethc|~utilman|~osk.exe|~narrator|~magnify|~displayswitch|~atbroker",
        ],
        "starts {/d} in place of an accessibility program",
        "T1546.008",
    ),
    command(
        &["reg"],
        &["1:add", "~image file execution options|~silentprocessexit", "/d"],
        "starts {/d} with or in place of another program",
        "T1546.012",
    ),
    command(
        &["copy", "move", "xcopy", "copy-item", "cp", "cpi", "move-item"],
        &["~\\start menu\\programs\\startup|~shell:startup"],
        "puts {1} into the startup folder",
        "T1547.001",
    ),
    text(
        &["commandlineeventconsumer", "activescripteventconsumer", "__eventfilter"],
        &[],
        "sets up a WMI event subscription, which runs a command when something happens",
        "T1546.003",
    ),
    command(&["bitsadmin"], &["/setnotifycmdline"], "makes a BITS job run a program", "T1197"),
];
