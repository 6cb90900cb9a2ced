//! Scheduled tasks: made, changed, run.

use std::borrow::Cow;

use serde::Serialize;

use crate::model::{Event, Log};

use super::{
    task_xml::{self, Definition},
    words::{any, pair, subject},
};

/// A scheduled task (Security 4698 to 4702, `TaskScheduler` 106 129 140 141 200 201; ATT&CK
/// T1053.005).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Task<'a> {
    /// `created`, `deleted`, `enabled`, `disabled`, `updated`, `registered`, `process_started`,
    /// `action_started`, `action_completed`.
    pub action: &'static str,
    /// Its path in the task library.
    pub name: Option<&'a str>,
    /// Who did it.
    pub by: Option<Cow<'a, str>>,
    /// The first program that it runs, from its definition.
    pub command: Option<String>,
    /// The arguments of that.
    pub arguments: Option<String>,
    /// The folder that starts in.
    pub working_directory: Option<String>,
    /// All that it does: command lines, COM classes, mails, messages.
    pub actions: Vec<String>,
    /// When it runs, in words.
    pub triggers: Vec<String>,
    /// The account it runs as.
    pub run_as: Option<String>,
    /// `HighestAvailable` or `LeastPrivilege`.
    pub run_level: Option<String>,
    /// Whether it is hidden from the task list.
    pub hidden: Option<bool>,
    /// Whether it is enabled.
    pub enabled: Option<bool>,
    /// The author that its definition names; whoever made it can write anything there.
    pub author: Option<String>,
    /// What ran (129 200 201).
    pub ran: Option<&'a str>,
    /// The process that was started (129).
    pub started_pid: Option<u32>,
    /// The result of what ran (201), as logged.
    pub result: Option<&'a str>,
}

impl<'a> Task<'a> {
    pub(super) fn of(log: Log, event: &'a Event) -> Self {
        let action = match (log, event.event_id) {
            (Log::Security, 4698) => "created",
            (Log::Security, 4699) | (_, 141) => "deleted",
            (Log::Security, 4700) => "enabled",
            (Log::Security, 4701) => "disabled",
            (Log::Security, _) | (_, 140) => "updated",
            (_, 106) => "registered",
            (_, 129) => "process_started",
            (_, 200) => "action_started",
            _ => "action_completed",
        };
        let xml = any(event, &["TaskContent", "TaskContentNew"]);
        let Definition { actions, triggers, run_as, run_level, hidden, enabled, author } =
            xml.map(task_xml::read).unwrap_or_default();
        let lines = actions.iter().map(task_xml::Action::line).collect();
        let first = actions.into_iter().find(|action| !action.command.is_empty());
        let (command, arguments, folder) = first
            .map(|first| (Some(first.command), first.arguments, first.working_directory))
            .unwrap_or_default();
        let user = || any(event, &["UserName", "UserContext"]).map(Cow::Borrowed);
        Self {
            action,
            name: event.field("TaskName"),
            by: subject(event).or_else(user),
            command,
            arguments,
            working_directory: folder,
            actions: lines,
            triggers,
            run_as,
            run_level,
            hidden,
            enabled,
            author,
            ran: match action {
                "process_started" => event.field("Path"),
                _ => event.field("ActionName"),
            },
            started_pid: event.pid("ProcessID").filter(|_| action == "process_started"),
            result: event.field("ResultCode"),
        }
    }

    pub(super) fn text(&self) -> String {
        pair(self.name.unwrap_or_default(), " runs ", self.ran)
    }
}
