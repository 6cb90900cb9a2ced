//! Running code that is no file, or that is hidden from view.

use super::rule::{Rule, command, text};

/// The rules.
pub(super) const RULES: &[Rule] = &[
    text(
        &[
            "[reflection.assembly]::load",
            "[system.reflection.assembly]::load",
            "[appdomain]::currentdomain.load",
        ],
        &["!~::loadwithpartialname", "!~::loadfrom|~::loadfile"],
        "loads a .NET program from memory",
        "T1620",
    ),
    text(
        &["[reflection.assembly]::load", "[system.reflection.assembly]::load"],
        &["~::loadfrom|~::loadfile"],
        "loads the .NET program {path}",
        "T1620",
    ),
    text(
        &["virtualalloc"],
        &["~createthread|~marshal]::copy|~writeprocessmemory|~getdelegateforfunctionpointer"],
        "writes code into memory and runs it",
        "T1055",
    ),
    text(
        &["createremotethread", "queueuserapc", "ntmapviewofsection"],
        &[],
        "starts code in another process",
        "T1055",
    ),
    command(
        &["iex", "invoke-expression"],
        &["~frombase64string"],
        "runs text that is decoded first",
        "T1059.001",
    ),
    command(
        &["iex", "invoke-expression"],
        &["~get-content|~gc |~readalltext"],
        "runs the text of a file[, {path}]",
        "T1059.001",
    ),
    command(
        &["iex", "invoke-expression"],
        &["~get-itemproperty|~gp |~getvalue"],
        "runs text from the registry[, {key}]",
        "T1059.001",
    ),
    command(
        &["iex", "invoke-expression"],
        &["~get-clipboard|~gcb"],
        "runs the text of the clipboard",
        "T1059.001",
    ),
    text(&["tcpclient("], &["~getstream|~$"], "opens a TCP connection from a script", "T1095"),
    command(
        &["wscript", "cscript"],
        &["~.vbs|~.vbe|~:vbscript"],
        "runs the VBScript {1}",
        "T1059.005",
    ),
    command(
        &["wscript", "cscript"],
        &["~.js|~.jse|~:jscript"],
        "runs the JScript {1}",
        "T1059.007",
    ),
    command(&["wscript", "cscript"], &["~.wsf"], "runs the script {1}", "T1059.005"),
    command(
        &["start-process", "saps"],
        &["/verb=runas"],
        "asks for administrator rights to run {1}",
        "T1548.002",
    ),
    command(
        &["start-process", "saps"],
        &["/windowstyle=hidden"],
        "runs [{1} ]in a hidden window",
        "T1564.003",
    ),
    command(
        &["runas"],
        &["/user", "/netonly"],
        "runs {last} with the network credentials of {/user}",
        "T1550.002",
    ),
    command(&["wsl", "bash"], &["/e|/c|/exec"], "runs a Linux command: {all}", "T1202"),
];
