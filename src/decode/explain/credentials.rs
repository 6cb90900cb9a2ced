//! Getting at passwords, hashes and tickets.

use super::rule::{Rule, command, text};

/// The rules.
pub(super) const RULES: &[Rule] = &[
    command(
        &["rundll32"],
        &["~comsvcs", "~minidump|~#24|~#+24|~24 ", "~ full"],
        "dumps the memory of process {last-2} to {last-1} with comsvcs.dll, as is done with LSASS",
        "T1003.001",
    ),
    command(
        &["procdump", "procdump64"],
        &["~lsass"],
        "dumps the memory of LSASS[ to {last}]",
        "T1003.001",
    ),
    command(&["procdump", "procdump64"], &["/ma|/mp|/mm"], "dumps the memory of {1}", "T1003.001"),
    command(&["rdrleakdiag"], &["/fullmemdmp"], "dumps the memory of process {/p}", "T1003.001"),
    command(
        &["sqldumper", "createdump", "dumpminitool"],
        &["~lsass|~0x01100|~/f|~-u|~--full"],
        "dumps the memory of a process: {all}",
        "T1003.001",
    ),
    text(&["minidumpwritedump", "out-minidump"], &[], "dumps the memory of a process", "T1003.001"),
    text(
        &["sekurlsa::", "lsadump::", "privilege::debug", "invoke-mimikatz", "kerberos::golden"],
        &[],
        "runs Mimikatz, which reads credentials from memory",
        "T1003.001",
    ),
    text(
        &["lsadump::dcsync", "invoke-dcsync"],
        &[],
        "asks a domain controller for password hashes (DCSync)",
        "T1003.006",
    ),
    command(
        &["reg"],
        &["1:save|1:export", "~\\sam"],
        "saves the registry hive of local passwords (SAM)[ to {3}]",
        "T1003.002",
    ),
    command(
        &["reg"],
        &["1:save|1:export", "~\\security"],
        "saves the registry hive SECURITY, which holds secrets[ to {3}]",
        "T1003.002",
    ),
    command(
        &["reg"],
        &["1:save|1:export", "~\\system"],
        "saves the registry hive SYSTEM, which holds the key to the others[ to {3}]",
        "T1003.002",
    ),
    command(
        &["ntdsutil"],
        &["~ifm|~ntds"],
        "copies the directory's database with all password hashes",
        "T1003.003",
    ),
    command(
        &["vssadmin"],
        &["create", "shadow"],
        "makes a shadow copy, from which locked files can be read",
        "T1003.003",
    ),
    command(
        &["copy", "xcopy", "copy-item", "robocopy", "esentutl"],
        &["~ntds.dit"],
        "copies the directory's database with all password hashes",
        "T1003.003",
    ),
    command(
        &["copy", "xcopy", "copy-item", "cmd", "esentutl"],
        &["~harddiskvolumeshadowcopy"],
        "copies {1} out of a shadow copy",
        "T1003.003",
    ),
    command(
        &["netsh"],
        &["wlan", "show", "~key=clear"],
        "shows the passwords of wireless networks",
        "T1555",
    ),
    command(&["vaultcmd"], &["/listcreds|/list"], "lists stored credentials", "T1555.004"),
    command(&["rundll32"], &["~keymgr.dll"], "opens the stored credentials", "T1555.004"),
    text(
        &["\\login data", "\\logins.json", "\\key4.db"],
        &["~copy|~cp |~chrome|~edge|~firefox|~mozilla"],
        "reaches for the passwords stored in a browser",
        "T1555.003",
    ),
    text(
        &["kerberosrequestorsecuritytoken", "invoke-kerberoast", "kerberoast"],
        &[],
        "asks for service tickets whose passwords can be cracked (Kerberoasting)",
        "T1558.003",
    ),
    command(&["setspn"], &["/q|/t"], "lists service accounts: {all}", "T1558.003"),
    command(
        &["reg"],
        &["1:query", "~password|/f=password|~autologon|~defaultpassword|~winlogon"],
        "searches the registry for passwords",
        "T1552.002",
    ),
    text(
        &["get-keystrokes", "getasynckeystate", "setwindowshookex"],
        &[],
        "records keystrokes",
        "T1056.001",
    ),
];
