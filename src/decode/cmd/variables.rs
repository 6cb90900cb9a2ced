//! The environment of a `cmd.exe` line: what Windows sets, what the line sets, what is not known.
//!
//! Values are those of an ordinary installation on drive C. Sources: Microsoft, "Recognized
//! environment variables" (User State Migration) and "Environment Variables"; `cmd /?` and
//! `set /?` for the dynamic ones; the page `about_PSModulePath`.

use std::collections::BTreeMap;

use super::unit::{Marks, Unit, Units};

/// A value that Windows sets: its beginning, and its end where the middle depends on the computer.
type Known = (&'static str, &'static str, Option<&'static str>);

/// Names in lower case. An entry with an end is known in part, one with two empty parts not at all.
const WINDOWS: &[Known] = &[
    ("allusersprofile", "C:\\ProgramData", None),
    ("cmdextversion", "2", None),
    ("commonprogramfiles", "C:\\Program Files\\Common Files", None),
    ("commonprogramfiles(x86)", "C:\\Program Files (x86)\\Common Files", None),
    ("commonprogramw6432", "C:\\Program Files\\Common Files", None),
    ("comspec", "C:\\Windows\\system32\\cmd.exe", None),
    ("driverdata", "C:\\Windows\\System32\\Drivers\\DriverData", None),
    ("homedrive", "C:", None),
    ("os", "Windows_NT", None),
    ("pathext", ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC", None),
    ("processor_architecture", "AMD64", None),
    ("programdata", "C:\\ProgramData", None),
    ("programfiles", "C:\\Program Files", None),
    ("programfiles(x86)", "C:\\Program Files (x86)", None),
    ("programw6432", "C:\\Program Files", None),
    ("prompt", "$P$G", None),
    ("public", "C:\\Users\\Public", None),
    ("systemdrive", "C:", None),
    ("systemroot", "C:\\Windows", None),
    ("windir", "C:\\Windows", None),
    ("appdata", "C:\\Users\\", Some("\\AppData\\Roaming")),
    ("homepath", "\\Users\\", Some("")),
    ("localappdata", "C:\\Users\\", Some("\\AppData\\Local")),
    ("logonserver", "\\\\", Some("")),
    (
        "psmodulepath",
        "C:\\Program Files\\WindowsPowerShell\\Modules;C:\\Windows\\system32\\WindowsPowerShell\\v1.0\\Modules",
        Some(""),
    ),
    ("temp", "C:\\Users\\", Some("\\AppData\\Local\\Temp")),
    ("tmp", "C:\\Users\\", Some("\\AppData\\Local\\Temp")),
    ("userprofile", "C:\\Users\\", Some("")),
    ("cd", "", Some("")),
    ("clientname", "", Some("")),
    ("cmdcmdline", "", Some("")),
    ("computername", "", Some("")),
    ("date", "", Some("")),
    ("errorlevel", "", Some("")),
    ("number_of_processors", "", Some("")),
    ("onedrive", "", Some("")),
    ("path", "", Some("")),
    ("processor_identifier", "", Some("")),
    ("processor_level", "", Some("")),
    ("processor_revision", "", Some("")),
    ("random", "", Some("")),
    ("sessionname", "", Some("")),
    ("time", "", Some("")),
    ("userdnsdomain", "", Some("")),
    ("userdomain", "", Some("")),
    ("username", "", Some("")),
];

/// The longest value, in characters: `cmd.exe` reads no line over 8,191 (Microsoft, "Command
/// prompt line string limitation").
pub(super) const MAX_VALUE: usize = 8191;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Set on the line.
    Set(Units),
    /// Set by Windows, known from end to end.
    Windows(&'static str),
    /// Set by Windows, known at its ends only.
    Partly(&'static str, &'static str),
    /// Set on the line to what cannot be known.
    Unknown,
    /// Not set, so far as the line tells.
    Unset,
}

/// The variables as the line sees them.
#[derive(Clone, Debug, Default)]
pub(super) struct Environment {
    /// By name in lower case. `None`: taken away. A value with [`Marks::OPAQUE`] alone: not known.
    set: BTreeMap<String, Option<Units>>,
    /// Counts settings, so that each can be told from the one before.
    settings: BTreeMap<String, usize>,
}

impl Environment {
    /// The value of `name`, in any letter case.
    pub(super) fn value(&self, name: &str) -> Value {
        match self.set.get(name) {
            Some(Some(units)) if units.is_empty() => Value::Unknown,
            Some(Some(units)) => Value::Set(units.clone()),
            Some(None) => Value::Unset,
            None => windows(name),
        }
    }

    /// Sets `name` (lower case) or, with an empty value, takes it away.
    pub(super) fn set(&mut self, name: String, value: Units, setting: usize) {
        self.settings.insert(name.clone(), setting);
        self.set.insert(name, Some(value).filter(|units| !units.is_empty()));
    }

    /// From here on nobody knows the value of `name`.
    pub(super) fn forget(&mut self, name: String) {
        self.settings.remove(&name);
        self.set.insert(name, Some(Units::new()));
    }

    /// The number of the `set` that gave `name` its value.
    pub(super) fn setting(&self, name: &str) -> Option<usize> {
        self.settings.get(name).copied()
    }

    /// The value that the line gave `name`, where it is known.
    pub(super) fn set_value(&self, name: &str) -> Option<&Units> {
        self.set.get(name)?.as_ref().filter(|units| !units.is_empty())
    }

    /// Whether `name` stands for anything.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.set.get(name).map_or_else(|| windows(name) != Value::Unset, Option::is_some)
    }

    /// What a copy of it costs.
    pub(super) fn size(&self) -> usize {
        self.set.iter().map(|(name, value)| name.len() + value.as_ref().map_or(1, Vec::len)).sum()
    }

    /// The names set on the line.
    pub(super) fn names(&self) -> impl Iterator<Item = (&String, Option<&Units>)> {
        self.set.iter().map(|(name, units)| (name, units.as_ref()))
    }
}

/// What Windows sets `name` (lower case) to.
pub(super) fn windows(name: &str) -> Value {
    match WINDOWS.iter().find(|(known, _, _)| *known == name) {
        Some((_, value, None)) => Value::Windows(value),
        Some((_, head, Some(tail))) => Value::Partly(head, tail),
        None => Value::Unset,
    }
}

/// The lines of `set` for what Windows sets, as far as they are known.
pub(super) fn windows_lines() -> impl Iterator<Item = (String, &'static str)> {
    const SPELLED: &[(&str, &str)] = &[
        ("allusersprofile", "ALLUSERSPROFILE"),
        ("commonprogramfiles", "CommonProgramFiles"),
        ("comspec", "ComSpec"),
        ("os", "OS"),
        ("pathext", "PATHEXT"),
        ("processor_architecture", "PROCESSOR_ARCHITECTURE"),
        ("programdata", "ProgramData"),
        ("programfiles", "ProgramFiles"),
        ("psmodulepath", "PSModulePath"),
        ("public", "PUBLIC"),
        ("systemdrive", "SystemDrive"),
        ("systemroot", "SystemRoot"),
        ("windir", "windir"),
    ];
    SPELLED.iter().filter_map(|(name, spelled)| {
        let (_, value, _) = WINDOWS.iter().find(|(known, _, _)| known == name)?;
        Some(((*spelled).to_owned(), *value))
    })
}

/// A known text as if it stood in place of `at`.
pub(super) fn spelled(text: &str, at: Unit, marks: Marks) -> impl Iterator<Item = Unit> {
    text.chars().map(move |c| Unit { c, marks, ..at })
}
