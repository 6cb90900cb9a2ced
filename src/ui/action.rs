//! The one table of actions: name, shortcut, tooltip. Menus, shortcuts, tooltips and the list of
//! keys are made from it. What an action does is in `app`.

use eframe::egui::{Key, KeyboardShortcut, Modifiers};

/// Something the user can do from a menu or by a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Choose a folder of logs.
    OpenFolder,
    /// Choose log files.
    OpenFiles,
    /// Choose a folder of logs to read besides what is open.
    AddFolder,
    /// Choose log files to read besides what is open.
    AddFiles,
    /// Load the sample incident.
    OpenSample,
    /// Back to the start screen.
    CloseBundle,
    /// Write the Markdown report.
    ExportReport,
    /// Give a password for encrypted logs.
    EnterPassword,
    /// End the program.
    Quit,
    /// Copy the selected command line as logged.
    CopyCommand,
    /// Copy what the selected command line really runs.
    CopyDecoded,
    /// Put the cursor into the filter.
    FocusFilter,
    /// Cancel reading, close what is open, clear the filter.
    Escape,
    /// Go to the next panel.
    NextPanel,
    /// Select the next finding.
    NextFinding,
    /// Select the finding before.
    PreviousFinding,
    /// The process tree.
    ShowTree,
    /// The timeline.
    ShowTimeline,
    /// The table of records.
    ShowEvents,
    /// Show all times again.
    ClearRange,
    /// Show only Zoom chains, or everything.
    ToggleChainOnly,
    /// Show or hide conclusions on who asked for a process.
    ToggleInferred,
    /// Unfold everything.
    ExpandAll,
    /// Fold all but the Zoom chains.
    CollapseAll,
    /// Show or hide the left side.
    ToggleLeft,
    /// Show or hide the inspector.
    ToggleInspector,
    /// Dark colours.
    DarkTheme,
    /// Light colours.
    LightTheme,
    /// The system's colours.
    SystemTheme,
    /// Larger text.
    ZoomIn,
    /// Smaller text.
    ZoomOut,
    /// Text as it was.
    ZoomReset,
    /// The list of keys.
    ShowKeys,
    /// Version and licences.
    ShowAbout,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The action.
    pub action: Action,
    /// Its name in menus, sentence case.
    pub name: &'static str,
    /// Its keys; the first is shown.
    pub keys: &'static [KeyboardShortcut],
}

const fn command(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

const fn command_shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key)
}

const fn bare(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::NONE, key)
}

const fn shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::SHIFT, key)
}

const fn entry(action: Action, name: &'static str, keys: &'static [KeyboardShortcut]) -> Entry {
    Entry { action, name, keys }
}

/// Every action. A shortcut with more modifiers stands before one with fewer on the same key.
pub const TABLE: &[Entry] = &[
    entry(Action::OpenFiles, "Open files", &[command_shift(Key::O)]),
    entry(Action::OpenFolder, "Open folder", &[command(Key::O)]),
    entry(Action::AddFolder, "Add folder", &[]),
    entry(Action::AddFiles, "Add files", &[]),
    entry(Action::OpenSample, "Open sample incident", &[]),
    entry(Action::CloseBundle, "Close logs", &[command(Key::W)]),
    entry(Action::ExportReport, "Export report", &[command(Key::E)]),
    entry(Action::EnterPassword, "Enter password", &[]),
    entry(Action::Quit, "Quit", &[command(Key::Q)]),
    entry(Action::CopyDecoded, "Copy decoded command", &[command_shift(Key::C)]),
    entry(Action::CopyCommand, "Copy command line as logged", &[command(Key::C)]),
    entry(Action::FocusFilter, "Filter", &[bare(Key::Slash), command(Key::F)]),
    entry(Action::Escape, "Clear or cancel", &[bare(Key::Escape)]),
    entry(Action::NextPanel, "Next panel", &[bare(Key::F6)]),
    entry(Action::PreviousFinding, "Previous finding", &[shift(Key::N)]),
    entry(Action::NextFinding, "Next finding", &[bare(Key::N)]),
    entry(Action::ShowTree, "Process tree", &[command(Key::Num1)]),
    entry(Action::ShowTimeline, "Timeline", &[command(Key::Num2)]),
    entry(Action::ShowEvents, "Events", &[command(Key::Num3)]),
    entry(Action::ClearRange, "Clear range", &[]),
    entry(Action::ToggleChainOnly, "Zoom chain only", &[bare(Key::Z)]),
    entry(Action::ToggleInferred, "Inferred parents", &[]),
    entry(Action::ExpandAll, "Expand all", &[]),
    entry(Action::CollapseAll, "Collapse to the chains", &[]),
    entry(Action::ToggleLeft, "Findings panel", &[command(Key::B)]),
    entry(Action::ToggleInspector, "Inspector", &[command(Key::I)]),
    entry(Action::DarkTheme, "Dark", &[]),
    entry(Action::LightTheme, "Light", &[]),
    entry(Action::SystemTheme, "As the system", &[]),
    entry(Action::ZoomIn, "Larger", &[command(Key::Plus), command(Key::Equals)]),
    entry(Action::ZoomOut, "Smaller", &[command(Key::Minus)]),
    entry(Action::ZoomReset, "Original size", &[command(Key::Num0)]),
    entry(Action::ShowKeys, "Keys", &[bare(Key::F1)]),
    entry(Action::ShowAbout, "About Spawnscope", &[]),
];

impl Action {
    /// The action's line in the table.
    pub fn entry(self) -> Option<&'static Entry> {
        TABLE.iter().find(|entry| entry.action == self)
    }

    /// Its name in menus.
    pub fn name(self) -> &'static str {
        self.entry().map_or("", |entry| entry.name)
    }

    /// Its first shortcut as text, such as `Ctrl Shift O`; empty where it has none.
    pub fn keys(self) -> String {
        self.entry().and_then(|entry| entry.keys.first().copied()).map_or_else(String::new, spelled)
    }
}

/// Whether a shortcut is a letter or sign that belongs to a text field which has the focus.
pub fn is_typed(shortcut: KeyboardShortcut) -> bool {
    !shortcut.modifiers.command && !matches!(shortcut.logical_key, Key::Escape | Key::F1 | Key::F6)
}

/// A shortcut as the screen writes it.
pub fn spelled(shortcut: KeyboardShortcut) -> String {
    let mut words = Vec::new();
    let modifiers = shortcut.modifiers;
    if modifiers.command || modifiers.ctrl {
        words.push(if cfg!(target_os = "macos") { "Cmd" } else { "Ctrl" });
    }
    if modifiers.shift {
        words.push("Shift");
    }
    words.push(match shortcut.logical_key {
        Key::Slash => "/",
        Key::Escape => "Esc",
        Key::Plus => "+",
        Key::Minus => "-",
        Key::Equals => "=",
        Key::Num0 => "0",
        Key::Num1 => "1",
        Key::Num2 => "2",
        Key::Num3 => "3",
        key => key.name(),
    });
    words.join(" ")
}
