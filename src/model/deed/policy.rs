//! What may run: the verdicts of `AppLocker` and of Windows Defender Application Control.

use serde::Serialize;

use crate::model::{Event, Log};

use super::words::any;

/// A file that a policy judged (`AppLocker` 8002 to 8007, `CodeIntegrity` 3076 3077).
///
/// Sources: Microsoft, "Using Event Viewer with `AppLocker`", "Understanding App Control event IDs".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FilePolicy<'a> {
    /// `allowed`, `audited` (it ran, and would not have run were the policy enforced) or `blocked`.
    pub verdict: &'static str,
    /// `AppLocker` or `CodeIntegrity`.
    pub product: &'static str,
    /// The file, as logged: `AppLocker` writes `%OSDRIVE%` and the like.
    pub path: Option<&'a str>,
    /// Its hash.
    pub hash: Option<&'a str>,
    /// Publisher, product, file and version (`AppLocker`).
    pub publisher: Option<&'a str>,
    /// Which collection of rules, or which policy.
    pub policy: Option<&'a str>,
    /// The rule that decided (`AppLocker`).
    pub rule: Option<&'a str>,
    /// SID of whose it was (`AppLocker`).
    pub user_sid: Option<&'a str>,
    /// The process (`AppLocker`).
    pub process_id: Option<u32>,
    /// The program that loads it (`CodeIntegrity`).
    pub process_image: Option<&'a str>,
    /// The name it was linked under (`CodeIntegrity`).
    pub original_file_name: Option<&'a str>,
}

impl<'a> FilePolicy<'a> {
    pub(super) fn of(log: Log, event: &'a Event) -> Self {
        let is_locker = log == Log::AppLocker;
        Self {
            verdict: match event.event_id {
                8002 | 8005 => "allowed",
                8003 | 8006 | 3076 => "audited",
                _ => "blocked",
            },
            product: if is_locker { "AppLocker" } else { "CodeIntegrity" },
            path: any(
                event,
                &["FullFilePath", "FilePath", "FilePathBuffer", "File Name", "FileName"],
            ),
            hash: any(
                event,
                &["FileHash", "SHA256 Flat Hash", "SHA256 Hash", "SHA256FlatHash", "SHA256Hash"],
            ),
            publisher: event.field("Fqbn"),
            policy: any(event, &["PolicyName", "PolicyNameBuffer"]),
            rule: any(event, &["RuleName", "RuleNameBuffer"]),
            user_sid: event.field("TargetUser"),
            process_id: event.pid("TargetProcessId"),
            process_image: process_image(event),
            original_file_name: event.field("OriginalFileName"),
        }
    }

    pub(super) fn text(&self) -> String {
        self.path.unwrap_or_default().to_owned()
    }
}

/// The program that loads the file, in the form of the kernel.
pub(crate) fn process_image(event: &Event) -> Option<&str> {
    any(event, &["Process Name", "ProcessName"])
}
