//! PowerShell: script blocks, pipelines, engines.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;

use crate::model::{Event, Log, file_name};

use super::words::{any, first_line, in_lines};

/// Characters of a script that are joined; what is past them is counted.
const MOST_CHARS: usize = 200_000;
/// Missing parts that are named one by one.
const MOST_MISSING: usize = 64;

/// A script block (PowerShell 4104), joined from its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScriptBlock<'a> {
    /// `ScriptBlockId`.
    pub block_id: Option<&'a str>,
    /// The file it came from; missing where it was typed or handed over.
    pub path: Option<&'a str>,
    /// Parts that are there.
    pub parts: u64,
    /// Parts that PowerShell says there are.
    pub parts_total: u64,
    /// Numbers of those that are not there, the first of them.
    pub missing_parts: Vec<u64>,
    /// The script; a line in square brackets stands for each hole.
    pub script: Cow<'a, str>,
    /// Whether the script goes on past what is kept here.
    pub truncated: bool,
    /// The first part that is there.
    #[serde(skip)]
    first: &'a str,
}

impl<'a> ScriptBlock<'a> {
    /// Of the records of one block, in any order.
    ///
    /// Source: Microsoft, "`about_Logging_Windows`": long blocks are split into numbered parts.
    pub(super) fn of(records: impl Iterator<Item = &'a Event>) -> Self {
        let mut parts: BTreeMap<u64, &'a Event> = BTreeMap::new();
        let mut total = 1;
        let (mut block_id, mut path) = (None, None);
        for event in records {
            parts.entry(event.number("MessageNumber").unwrap_or(1)).or_insert(event);
            total = total.max(event.number("MessageTotal").unwrap_or(1));
            block_id = block_id.or_else(|| event.field("ScriptBlockId"));
            path = path.or_else(|| event.field("Path"));
        }
        let present = parts.len() as u64;
        let (script, truncated) = joined(&parts, total);
        // A record may claim any number of parts.
        let missing = (1..=total).take(parts.len() + MOST_MISSING);
        Self {
            block_id,
            path,
            parts: present,
            parts_total: total,
            missing_parts: missing
                .filter(|number| !parts.contains_key(number))
                .take(MOST_MISSING)
                .collect(),
            script,
            truncated,
            first: parts.first_key_value().map_or("", |(_, event)| text_of(event)),
        }
    }

    pub(super) fn text(&self) -> String {
        let name = match self.path {
            Some(path) => file_name(path).to_owned(),
            None => first_line(self.first),
        };
        if self.parts >= self.parts_total {
            return name;
        }
        format!("{name}, {} of {} parts logged", self.parts, self.parts_total)
    }
}

fn text_of(event: &Event) -> &str {
    event.raw("ScriptBlockText").unwrap_or_default()
}

fn joined<'a>(parts: &BTreeMap<u64, &'a Event>, total: u64) -> (Cow<'a, str>, bool) {
    if let (Some((_, only)), 1, 0 | 1) = (parts.first_key_value(), parts.len(), total) {
        return cut(text_of(only));
    }
    let mut script = String::new();
    let mut next = 1;
    let hole = |script: &mut String, from: u64, to: u64| {
        let parts =
            if from == to { format!("part {from}") } else { format!("parts {from} to {to}") };
        script.extend(["\n[", &parts, " not logged]\n"]);
    };
    for (number, event) in parts {
        if *number > next {
            hole(&mut script, next, number - 1);
        }
        script.push_str(text_of(event));
        next = number.saturating_add(1);
    }
    if total >= next {
        hole(&mut script, next, total);
    }
    let end = script.char_indices().nth(MOST_CHARS).map(|(end, _)| end);
    if let Some(end) = end {
        script.truncate(end);
    }
    (Cow::Owned(script), end.is_some())
}

fn cut(text: &str) -> (Cow<'_, str>, bool) {
    match text.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => (Cow::Borrowed(text.get(..end).unwrap_or_default()), true),
        None => (Cow::Borrowed(text), false),
    }
}

/// A command of a pipeline (PowerShell 4103, Windows PowerShell 800), or the start or end of an
/// engine or provider (400 403 600).
///
/// Names in `ContextInfo` are in the language of the host; those of the classic log are not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PowerShell<'a> {
    /// `command`, `pipeline`, `engine_started`, `engine_stopped`, `provider_started`.
    pub action: &'static str,
    /// What ran: the command as typed (800), or as bound (4103).
    pub command: Option<&'a str>,
    /// The command's name.
    pub command_name: Option<&'a str>,
    /// Command line of the process that hosts PowerShell.
    pub host_application: Option<&'a str>,
    /// `ConsoleHost`, `Default Host`, `ServerRemoteHost`, …
    pub host_name: Option<&'a str>,
    /// Names the PowerShell in the process.
    pub host_id: Option<&'a str>,
    /// Version of the engine: 2.0 logs nothing of what it runs.
    pub engine_version: Option<&'a str>,
    /// The provider that started (600).
    pub provider: Option<&'a str>,
    /// The script that it is in.
    pub script: Option<&'a str>,
    /// Who ran it.
    pub user: Option<&'a str>,
    /// Who is connected from elsewhere (remoting).
    pub connected_user: Option<&'a str>,
}

impl<'a> PowerShell<'a> {
    pub(super) fn of(log: Log, event: &'a Event) -> Self {
        if log == Log::PowerShell {
            return Self::of_pipeline(event);
        }
        let value = |key: &str| in_lines(event, key, '=');
        let action = match event.event_id {
            400 => "engine_started",
            403 => "engine_stopped",
            600 => "provider_started",
            _ => "pipeline",
        };
        let command = match action {
            "pipeline" => piped(event),
            _ => value("CommandLine"),
        };
        Self {
            action,
            command,
            command_name: value("CommandName"),
            host_application: host_application(event),
            host_name: value("HostName"),
            host_id: host_id(event),
            engine_version: value("EngineVersion"),
            provider: value("ProviderName"),
            script: value("ScriptName"),
            user: value("UserId"),
            connected_user: None,
        }
    }

    fn of_pipeline(event: &'a Event) -> Self {
        let value = |key: &str| in_lines(event, key, '=');
        Self {
            action: "command",
            command: event.field("Payload"),
            command_name: value("Command Name"),
            host_application: host_application(event),
            host_name: value("Host Name"),
            host_id: host_id(event),
            engine_version: value("Engine Version"),
            provider: None,
            script: value("Script Name"),
            user: value("User"),
            connected_user: value("Connected User"),
        }
    }

    pub(super) fn text(&self) -> String {
        let engine = || self.host_application.or(self.provider);
        let text = match self.action {
            "command" | "pipeline" => self.command,
            _ => engine(),
        };
        first_line(text.unwrap_or_default())
    }
}

/// What was typed: the first value, or what the rendered message quotes.
fn piped(event: &Event) -> Option<&str> {
    if let Some(typed) = any(event, &["Data", "Data_1", "Data1"]) {
        return Some(typed);
    }
    let (_, rest) = event.field("Message")?.split_once("command line: ")?;
    let (typed, _) = rest.split_once("\r\n\r\nContext Information").unwrap_or((rest, ""));
    let typed = typed.trim_end();
    let typed = typed.strip_suffix('.').unwrap_or(typed).trim();
    (!typed.is_empty()).then_some(typed)
}

/// The command line of the process that hosts PowerShell.
pub(crate) fn host_application(event: &Event) -> Option<&str> {
    in_lines(event, "HostApplication", '=').or_else(|| in_lines(event, "Host Application", '='))
}

/// Names the PowerShell in the process: one for each host, a GUID.
pub(crate) fn host_id(event: &Event) -> Option<&str> {
    in_lines(event, "HostId", '=').or_else(|| in_lines(event, "Host ID", '='))
}
