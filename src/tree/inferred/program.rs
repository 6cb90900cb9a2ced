//! What a process is for who looks for broken lineage: Windows' helpers, and the tools that call on
//! them. A name is no proof of anything; it only says where to look.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::model::{Process, Text, file_name};

/// A program that takes part in a mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Program {
    Other,
    /// Not known at all.
    Unknown,
    Svchost,
    Services,
    /// The engine of tasks before Windows 8.
    TaskEngine,
    /// `WmiPrvSE.exe`, and `scrcons.exe`, which runs script consumers.
    WmiHost,
    WinRmHost,
    DllHost,
    Explorer,
    PsExecService,
    Consent,
    /// `conhost.exe` opens every program of its console.
    Console,
    /// What starts processes in other sessions or opens all others as its daily work.
    Trusted,
    Wmic,
    PowerShell,
    ScriptHost,
    Schtasks,
    Sc,
    Net,
    WinRs,
    PsExec,
    Cmstp,
}

impl Program {
    fn of_name(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "svchost.exe" => Self::Svchost,
            "services.exe" => Self::Services,
            "taskeng.exe" => Self::TaskEngine,
            "wmiprvse.exe" | "scrcons.exe" => Self::WmiHost,
            "wsmprovhost.exe" | "winrshost.exe" => Self::WinRmHost,
            "dllhost.exe" => Self::DllHost,
            "explorer.exe" => Self::Explorer,
            "psexesvc.exe" | "psexesvc.c" => Self::PsExecService,
            "consent.exe" => Self::Consent,
            "conhost.exe" => Self::Console,
            "system" | "smss.exe" | "csrss.exe" | "wininit.exe" | "winlogon.exe" | "lsass.exe"
            | "lsm.exe" | "userinit.exe" | "werfault.exe" | "msmpeng.exe" => Self::Trusted,
            "wmic.exe" => Self::Wmic,
            "powershell.exe" | "pwsh.exe" | "pwsh.dll" | "powershell_ise.exe" => Self::PowerShell,
            "cscript.exe" | "wscript.exe" | "mshta.exe" | "rundll32.exe" => Self::ScriptHost,
            "schtasks.exe" | "sctasks.exe" | "at.exe" => Self::Schtasks,
            "sc.exe" => Self::Sc,
            "net.exe" | "net1.exe" => Self::Net,
            "winrs.exe" => Self::WinRs,
            "psexec.exe" | "psexec64.exe" | "psexec.c" => Self::PsExec,
            "cmstp.exe" => Self::Cmstp,
            _ => Self::Other,
        }
    }

    /// Whether its command line may ask Windows for a process.
    pub(super) const fn is_tool(self) -> bool {
        matches!(
            self,
            Self::Wmic
                | Self::PowerShell
                | Self::ScriptHost
                | Self::Schtasks
                | Self::Sc
                | Self::Net
                | Self::WinRs
                | Self::PsExec
                | Self::Cmstp
        )
    }

    /// Whether it opens other processes, or starts some for others, all day.
    pub(super) const fn opens_others(self) -> bool {
        matches!(
            self,
            Self::Svchost
                | Self::Services
                | Self::Trusted
                | Self::Consent
                | Self::Console
                | Self::WmiHost
                | Self::Unknown
        )
    }
}

/// Answers by the addresses of the texts, which processes share.
#[derive(Default)]
pub(super) struct Programs(HashMap<(usize, usize), Program, RandomState>);

impl Programs {
    pub(super) fn of(&mut self, process: &Process) -> Program {
        let address = |text: Option<&Text>| text.map_or(0, |text| text.as_str().as_ptr().addr());
        let key = (address(process.image.as_ref()), address(process.original_file_name.as_ref()));
        *self.0.entry(key).or_insert_with(|| {
            let Some(image) = &process.image else { return Program::Unknown };
            let by_image = Program::of_name(file_name(image));
            let original = process.original_file_name.as_deref().map(Program::of_name);
            // A copy of a tool under another name is still the tool.
            let is_renamed = by_image == Program::Other;
            let renamed =
                original.filter(|it| is_renamed && (it.is_tool() || *it == Program::PsExecService));
            renamed.unwrap_or(by_image)
        })
    }
}
