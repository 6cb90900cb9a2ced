//! The little of a task's definition that a responder asks for first: what it runs, when, as whom.
//!
//! No XML reader: it walks the tags once, keeps the text of the elements it knows, and never fails.
//! Source of the elements: Microsoft, "Task Scheduler Schema".

/// What a definition says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Definition {
    pub(super) actions: Vec<Action>,
    pub(super) triggers: Vec<String>,
    pub(super) run_as: Option<String>,
    pub(super) run_level: Option<String>,
    pub(super) hidden: Option<bool>,
    pub(super) enabled: Option<bool>,
    pub(super) author: Option<String>,
}

/// One action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Action {
    pub(super) command: String,
    pub(super) arguments: Option<String>,
    pub(super) working_directory: Option<String>,
    /// COM class, mail or message, in words.
    other: String,
}

impl Action {
    /// The action in one line.
    pub(super) fn line(&self) -> String {
        match &self.arguments {
            _ if self.command.is_empty() => self.other.clone(),
            Some(arguments) => format!("{} {arguments}", self.command),
            None => self.command.clone(),
        }
    }
}

/// A trigger while it is read.
#[derive(Debug, Default)]
struct Trigger {
    name: String,
    start: Option<String>,
    every: Option<String>,
    repeats: Option<String>,
    user: Option<String>,
    days: Vec<String>,
    is_disabled: bool,
}

/// The schema allows 32 actions and 48 triggers; what is past these is no task of Windows.
const MOST_PARTS: usize = 48;
/// Elements in elements that are followed.
const DEPTH: usize = 16;
/// Bytes of a definition that are read.
const MOST_BYTES: usize = 1 << 20;

/// Reads a definition. Some exports write it with its tags escaped.
pub(super) fn read(xml: &str) -> Definition {
    let end = (0..=MOST_BYTES.min(xml.len())).rev().find(|end| xml.is_char_boundary(*end));
    let xml = xml.get(..end.unwrap_or(0)).unwrap_or_default();
    if !xml.contains('<') && xml.contains("&lt;") {
        return walk(&decoded(xml));
    }
    walk(xml)
}

fn walk(xml: &str) -> Definition {
    let mut definition = Definition::default();
    let mut path: Vec<&str> = Vec::new();
    let mut trigger = Trigger::default();
    let mut pieces = xml.split('<');
    pieces.next();
    for piece in pieces {
        let Some((tag, text)) = piece.split_once('>') else { continue };
        if tag.starts_with(['?', '!']) {
            continue;
        }
        if let Some(closed) = tag.strip_prefix('/') {
            let closed = local(closed);
            if let Some(at) = path.iter().rposition(|open| *open == closed) {
                path.truncate(at);
            }
            if let ["Task", "Triggers"] = path.as_slice() {
                end_trigger(&mut definition, &mut trigger);
            }
            continue;
        }
        let name = local(tag);
        path.push(name);
        match path.as_slice() {
            ["Task", "Triggers", kind] => (*kind).clone_into(&mut trigger.name),
            ["Task", "Actions", _] if definition.actions.len() < MOST_PARTS => {
                definition.actions.push(Action::default());
            }
            _ => {}
        }
        let value = decoded(text.trim());
        if let ["Task", "Triggers", _, rest @ ..] = path.as_slice() {
            note_trigger(&mut trigger, rest, value);
        } else {
            note(&mut definition, path.as_slice(), value);
        }
        if tag.ends_with('/') {
            path.pop();
            if let ["Task", "Triggers"] = path.as_slice() {
                end_trigger(&mut definition, &mut trigger);
            }
        }
        path.truncate(DEPTH);
    }
    definition
}

/// The name of a tag without prefix and attributes.
fn local(tag: &str) -> &str {
    let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or(tag);
    name.rsplit_once(':').map_or(name, |(_, name)| name)
}

fn note(definition: &mut Definition, path: &[&str], value: String) {
    if value.is_empty() {
        return;
    }
    let flag = || match value.as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    };
    match path {
        ["Task", "RegistrationInfo", "Author"] => definition.author = Some(value),
        ["Task", "Principals", "Principal", "UserId" | "GroupId"] => {
            definition.run_as.get_or_insert(value);
        }
        ["Task", "Principals", "Principal", "RunLevel"] => {
            definition.run_level.get_or_insert(value);
        }
        ["Task", "Settings", "Hidden"] => definition.hidden = flag(),
        ["Task", "Settings", "Enabled"] => definition.enabled = flag(),
        ["Task", "Actions", kind, member] => {
            let Some(action) = definition.actions.last_mut() else { return };
            match (*kind, *member) {
                ("Exec", "Command") => action.command = value,
                ("Exec", "Arguments") => action.arguments = Some(value),
                ("Exec", "WorkingDirectory") => action.working_directory = Some(value),
                ("ComHandler", "ClassId") => action.other = format!("COM class {value}"),
                ("ComHandler", "Data") => action.other.extend([" with ", &value]),
                ("SendEmail", "To") => action.other = format!("mail to {value}"),
                ("ShowMessage", "Body") => action.other = format!("message {value}"),
                _ => {}
            }
        }
        _ => {}
    }
}

fn note_trigger(trigger: &mut Trigger, path: &[&str], value: String) {
    match path {
        ["StartBoundary"] => trigger.start = Some(value),
        ["Enabled"] => trigger.is_disabled = value == "false",
        ["UserId"] => trigger.user = Some(value),
        ["Repetition", "Interval"] => trigger.repeats = Some(value),
        ["ScheduleByDay"] => trigger.every = Some("daily".to_owned()),
        ["ScheduleByWeek"] => trigger.every = Some("weekly".to_owned()),
        ["ScheduleByMonth" | "ScheduleByMonthDayOfWeek"] => {
            trigger.every = Some("monthly".to_owned());
        }
        ["ScheduleByDay", "DaysInterval"] if value != "1" => {
            trigger.every = Some(format!("every {value} days"));
        }
        ["ScheduleByWeek", "WeeksInterval"] if value != "1" => {
            trigger.every = Some(format!("every {value} weeks"));
        }
        [.., "DaysOfWeek", day] if trigger.days.len() < 7 => trigger.days.push((*day).to_owned()),
        [.., "DaysOfMonth", "Day"] if trigger.days.len() < 32 => trigger.days.push(value),
        ["StateChange"] => trigger.every = Some(value),
        _ => {}
    }
}

fn end_trigger(definition: &mut Definition, trigger: &mut Trigger) {
    let trigger = std::mem::take(trigger);
    if trigger.name.is_empty() || definition.triggers.len() >= MOST_PARTS {
        return;
    }
    let mut words = match trigger.name.as_str() {
        "BootTrigger" => "at boot".to_owned(),
        "LogonTrigger" => "at logon".to_owned(),
        "TimeTrigger" => "once".to_owned(),
        "CalendarTrigger" => trigger.every.unwrap_or_else(|| "by calendar".to_owned()),
        "IdleTrigger" => "when idle".to_owned(),
        "RegistrationTrigger" => "when registered".to_owned(),
        "EventTrigger" => "on an event".to_owned(),
        "SessionStateChangeTrigger" => match trigger.every {
            Some(change) => format!("on session change: {change}"),
            None => "on session change".to_owned(),
        },
        "WnfStateChangeTrigger" => "on a state change of Windows".to_owned(),
        other => other.to_owned(),
    };
    let mut add = |before: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            words.extend([before, value.as_str()]);
        }
    };
    add(" on ", Some(trigger.days.join(", ")));
    add(" of ", trigger.user);
    add(" from ", trigger.start);
    add(", repeats every ", trigger.repeats);
    if trigger.is_disabled {
        words.push_str(", disabled");
    }
    definition.triggers.push(words);
}

/// The text with the five entities of XML and numbered ones replaced.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known =
            after.split_once(';').filter(|(name, _)| name.len() <= 8).and_then(|(name, next)| {
                let letter = match name {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "quot" => '"',
                    "apos" => '\'',
                    _ => {
                        let number = name.strip_prefix('#')?;
                        let code = match number.strip_prefix(['x', 'X']) {
                            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                            None => number.parse().ok()?,
                        };
                        char::from_u32(code)?
                    }
                };
                Some((letter, next))
            });
        let (letter, next) = known.unwrap_or(('&', after));
        out.push(letter);
        rest = next;
    }
    out.push_str(rest);
    out
}
