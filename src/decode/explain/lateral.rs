//! Reaching other computers, which are named.

use super::rule::{Rule, command, text};

/// The rules.
pub(super) const RULES: &[Rule] = &[
    command(
        &["psexec", "psexec64", "paexec", "psexesvc", "remcom", "csexec"],
        &[],
        "runs a command on {host} with PsExec[ as {/u}]",
        "T1569.002",
    ),
    command(
        &["wmic"],
        &["/node", "create"],
        "runs a command on {/node} by WMI[ as {/user}]",
        "T1047",
    ),
    command(&["wmic"], &["/node"], "asks {/node} by WMI[ as {/user}]", "T1047"),
    command(&["wmic"], &["process", "call", "create"], "starts a process by WMI", "T1047"),
    command(
        &["invoke-wmimethod", "iwmi", "invoke-cimmethod"],
        &["/computername"],
        "runs a command on {/computername} by WMI",
        "T1047",
    ),
    text(
        &["win32_process"],
        &["~create", "~wmiclass|~invoke-wmimethod|~invoke-cimmethod|~iwmi"],
        "starts a process by WMI",
        "T1047",
    ),
    command(
        &["winrs"],
        &["/r"],
        "runs a command on {/r} by Windows Remote Management[ as {/u}]",
        "T1021.006",
    ),
    command(
        &["invoke-command", "icm"],
        &["/computername|/cn|/session"],
        "runs a command on[ {/computername|/session}] by Windows Remote Management",
        "T1021.006",
    ),
    command(
        &["enter-pssession", "new-pssession", "etsn", "nsn"],
        &["/computername|/cn"],
        "opens a session on {/computername} by Windows Remote Management",
        "T1021.006",
    ),
    command(
        &["enter-pssession", "new-pssession"],
        &["!/computername"],
        "opens a session on {1} by Windows Remote Management",
        "T1021.006",
    ),
    command(
        &["sc"],
        &["start", "~\\\\"],
        "starts the service {after:start} on {host}",
        "T1569.002",
    ),
    command(
        &["schtasks"],
        &["/s", "/create|/run"],
        "uses a scheduled task on {/s}[ as {/u}]",
        "T1053.005",
    ),
    command(
        &["net", "net1"],
        &["1:use", "/user", "~\\\\"],
        "opens {share} as {/user}",
        "T1021.002",
    ),
    command(
        &["net", "net1"],
        &["1:use", "~\\\\", "!/delete|/del|/d"],
        "opens {share}",
        "T1021.002",
    ),
    command(&["new-psdrive", "new-smbmapping"], &["~\\\\"], "opens {share}", "T1021.002"),
    command(
        &["copy", "xcopy", "move", "robocopy", "copy-item", "cp", "cpi", "move-item"],
        &["~\\\\"],
        "copies files to or from {share}",
        "T1570",
    ),
    command(&["mstsc"], &["/v"], "opens a remote desktop on {/v}", "T1021.001"),
    command(
        &["reg"],
        &["~\\\\", "1:add|1:save|1:query|1:delete"],
        "reaches the registry of {host}",
        "T1112",
    ),
    command(
        &["pth-winexe", "wmiexec", "smbexec", "atexec", "dcomexec"],
        &["~@"],
        "runs commands on another computer: {all}",
        "T1021.002",
    ),
    text(
        &["gettypefromprogid", "gettypefromclsid"],
        &["~mmc20|~shellwindows|~shellbrowserwindow|~excel|~9ba05972|~c08afd90"],
        "starts a program on another computer by DCOM",
        "T1047",
    ),
];
