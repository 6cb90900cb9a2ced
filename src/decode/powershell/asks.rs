//! What a call of PowerShell asks for, in the reader's words.

/// One thing that is asked for; the order is that of the words shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Asks {
    /// `-WindowStyle Hidden`.
    HiddenWindow,
    /// `-WindowStyle Minimized`.
    MinimizedWindow,
    /// `-NoProfile`.
    NoProfile,
    /// `-NonInteractive`.
    NonInteractive,
    /// `-ExecutionPolicy Bypass`.
    PolicyBypassed,
    /// `-ExecutionPolicy Unrestricted`.
    PolicyUnrestricted,
    /// `-Version 2`: the engine of Windows PowerShell 2, without script block logging and AMSI.
    OldEngine,
    /// `-Command -` and its like.
    StandardInput,
    /// `-EncodedCommand`.
    Encoded,
    /// `-EncodedArguments`.
    EncodedArguments,
}

impl Asks {
    /// In words.
    pub(in super::super) const fn words(self) -> &'static str {
        match self {
            Self::HiddenWindow => "hidden window",
            Self::MinimizedWindow => "minimised window",
            Self::NoProfile => "no profile",
            Self::NonInteractive => "non-interactive",
            Self::PolicyBypassed => "policy bypassed",
            Self::PolicyUnrestricted => "policy unrestricted",
            Self::OldEngine => "PowerShell 2",
            Self::StandardInput => "commands from standard input",
            Self::Encoded => "encoded",
            Self::EncodedArguments => "encoded arguments",
        }
    }

    /// What a parameter without a value asks for.
    pub(super) fn of_flag(name: &str) -> Option<Self> {
        match name {
            "noprofile" => Some(Self::NoProfile),
            "noninteractive" => Some(Self::NonInteractive),
            _ => None,
        }
    }

    /// What a parameter with a value asks for. A window style may be cut short or given as a
    /// number of `ProcessWindowStyle`; a policy is a whole word.
    pub(super) fn of_value(name: &str, value: &str) -> Option<Self> {
        let value = value.trim().to_lowercase();
        let is_start = |full: &str, shortest: usize| {
            value.len() >= shortest && full.starts_with(value.as_str())
        };
        match name {
            "windowstyle" if value == "1" || is_start("hidden", 1) => Some(Self::HiddenWindow),
            "windowstyle" if value == "2" || is_start("minimized", 2) => {
                Some(Self::MinimizedWindow)
            }
            "executionpolicy" | "ep" if value == "bypass" => Some(Self::PolicyBypassed),
            "executionpolicy" | "ep" if value == "unrestricted" => Some(Self::PolicyUnrestricted),
            "version" if value == "2" || value == "2.0" => Some(Self::OldEngine),
            _ => None,
        }
    }
}
