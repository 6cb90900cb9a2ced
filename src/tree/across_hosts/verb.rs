//! The programs and cmdlets that can act on another host, by name, and how each names it.

use crate::model::{CrossingKind, file_name};

/// What comes next, after a word that announces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A host, or a list of them.
    Host(CrossingKind),
    /// A host, unless an option comes first.
    HostUnlessOption(CrossingKind),
    /// A host after the comma: the second argument of a call.
    SecondArgument,
    /// An account.
    User,
    /// The value of an option of `ssh`; a host after it.
    SshOption,
}

/// Programs and cmdlets that can act on another host, as far as they differ in how they name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Sc,
    PsExec,
    Reg,
    Tasks,
    Wmic,
    WinRs,
    RemoteDesktop,
    CmdKey,
    Ssh,
    Scp,
    /// `tasklist`, `taskkill`, `systeminfo`: `/s HOST`, over WMI.
    WmiTool,
    /// Cmdlets of a session: `Enter-PSSession HOST`.
    Session,
    WmiCmdlet,
    ServiceCmdlet,
    /// Attackers' cmdlets with `-Target`.
    InvokeExec(CrossingKind),
    /// `GetTypeFromProgID(name, host)`.
    TypeOfHost,
}

/// The program or cmdlet of this name, and what comes after it.
pub(super) fn verb(word: &str) -> Option<(Verb, Option<Next>)> {
    let name = file_name(word);
    let name = name.strip_suffix(".exe").or_else(|| name.strip_suffix(".EXE")).unwrap_or(name);
    if name.len() > 32 {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let session = Some(Next::HostUnlessOption(CrossingKind::WinRm));
    Some(match name.as_str() {
        "sc" => (Verb::Sc, None),
        "psexec" | "psexec64" | "psexesvc" | "paexec" | "csexec" | "remcom" => (Verb::PsExec, None),
        "reg" => (Verb::Reg, None),
        "schtasks" | "at" => (Verb::Tasks, None),
        "wmic" => (Verb::Wmic, None),
        "winrs" | "wevtutil" => (Verb::WinRs, None),
        "mstsc" => (Verb::RemoteDesktop, None),
        "cmdkey" => (Verb::CmdKey, None),
        "ssh" | "plink" => (Verb::Ssh, Some(Next::HostUnlessOption(CrossingKind::Ssh))),
        "scp" | "sftp" | "pscp" => (Verb::Scp, None),
        "tasklist" | "taskkill" | "systeminfo" | "driverquery" | "getmac" | "openfiles" => {
            (Verb::WmiTool, None)
        }
        "enter-pssession" | "etsn" | "new-pssession" | "nsn" | "connect-pssession" => {
            (Verb::Session, session)
        }
        "invoke-command" | "icm" => (Verb::Session, session),
        "invoke-wmimethod" | "iwmi" | "get-wmiobject" | "gwmi" | "set-wmiinstance" | "swmi"
        | "remove-wmiobject" | "rwmi" | "register-wmievent" | "invoke-cimmethod" | "icim"
        | "get-ciminstance" | "gcim" | "new-ciminstance" | "ncim" | "new-cimsession" | "ncms" => {
            (Verb::WmiCmdlet, None)
        }
        "get-service" | "set-service" | "gsv" => (Verb::ServiceCmdlet, None),
        "invoke-wmiexec" => (Verb::InvokeExec(CrossingKind::Wmi), None),
        "invoke-smbexec" | "invoke-psexec" => (Verb::InvokeExec(CrossingKind::Service), None),
        "gettypefromprogid" | "gettypefromclsid" => (Verb::TypeOfHost, Some(Next::SecondArgument)),
        name if name.ends_with("::gettypefromprogid") || name.ends_with("::gettypefromclsid") => {
            (Verb::TypeOfHost, Some(Next::SecondArgument))
        }
        _ => return None,
    })
}
