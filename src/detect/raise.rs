//! Raises the level of a Zoom finding by what the process was really told to do, and words its
//! title. Not a rule engine: which rule matched is decided before.

use crate::model::{Process, RuleInfo, Severity, is_same_text};

/// Rule id of the brief's first rule: an interpreter started by Zoom.
pub const ZOOM_CHILD: &str = "spawnscope-zoom-child";
/// Rule id of the brief's second rule: such an interpreter with a suspicious command line.
pub const ZOOM_COMMAND_LINE: &str = "spawnscope-zoom-child-commandline";
/// Rule id of our own rule: an interpreter deeper below Zoom.
pub const ZOOM_DESCENDANT: &str = "spawnscope-zoom-descendant";

/// Longest title that the findings list shows whole.
const TITLE_CHARS: usize = 38;

/// Severity and title of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "the name that findings and JSON documents use")]
pub struct Raised {
    /// The rule's level, one higher for each fact of `raised_by`, at most critical.
    pub severity: Severity,
    /// The facts, in words, in fixed order.
    pub raised_by: Vec<String>,
    /// What happened, in at most 38 characters for the Zoom rules; else the rule's title.
    pub title: String,
}

/// Judges a match of `rule` on `process`, whose command line is decoded already.
///
/// Only the three Zoom rules are raised: their parent says where the process came from, so what
/// it was told to do weighs more than it does alone.
pub fn raise(rule: &RuleInfo, process: Option<&Process>) -> Raised {
    if !is_zoom_rule(&rule.id) {
        return Raised { severity: rule.level, raised_by: Vec::new(), title: rule.title.clone() };
    }
    let facts = process.map(Facts::of).unwrap_or_default();
    let raised_by = facts.words();
    Raised {
        severity: rule.level.raised(raised_by.len()),
        raised_by,
        title: title(&rule.id, process, facts),
    }
}

/// Whether the rule is one of the three on interpreters below Zoom.
pub fn is_zoom_rule(id: &str) -> bool {
    matches!(id, ZOOM_CHILD | ZOOM_COMMAND_LINE | ZOOM_DESCENDANT)
}

#[derive(Clone, Copy, Debug, Default)]
struct Facts {
    hidden: bool,
    encoded: bool,
    downloads: bool,
    in_memory: bool,
}

impl Facts {
    fn of(process: &Process) -> Self {
        let Some(decoding) = &process.decoding else { return Self::default() };
        let has = |word: &str| {
            decoding.traits.iter().any(|known| known.to_ascii_lowercase().contains(word))
        };
        let is_base64 =
            decoding.layers.iter().any(|layer| layer.trick.to_ascii_lowercase().contains("base64"));
        Self {
            hidden: has("hidden"),
            encoded: is_base64 || has("encoded"),
            downloads: has("download"),
            in_memory: has("in memory"),
        }
    }

    fn words(self) -> Vec<String> {
        [
            (self.hidden, "hidden window"),
            (self.encoded, "encoded command"),
            (self.downloads, "downloads"),
            (self.in_memory, "runs in memory"),
        ]
        .into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, words)| words.to_owned())
        .collect()
    }
}

/// The interpreter in the words of its maker, and whether its file bears another's name.
fn interpreter(process: Option<&Process>) -> (&'static str, bool) {
    const NAMES: [(&str, &str); 4] = [
        ("powershell.exe", "PowerShell"),
        ("pwsh.exe", "PowerShell 7"),
        ("powershell_ise.exe", "PowerShell ISE"),
        ("cmd.exe", "cmd"),
    ];
    let Some(process) = process else { return ("an interpreter", false) };
    let words_of = |name: &str| {
        // PowerShell 7 is linked as pwsh.dll.
        let name = if is_same_text(name, "pwsh.dll") { "pwsh.exe" } else { name };
        NAMES.into_iter().find(|(file, _)| is_same_text(file, name)).map(|(_, words)| words)
    };
    let by_file = process.image.as_deref().and_then(|_| words_of(process.name()));
    if let Some(words) = by_file {
        return (words, false);
    }
    match process.original_file_name.as_deref().and_then(words_of) {
        Some(words) => (words, process.image.is_some()),
        None => ("an interpreter", false),
    }
}

fn title(rule: &str, process: Option<&Process>, facts: Facts) -> String {
    let (name, is_renamed) = interpreter(process);
    let how = if is_renamed {
        "renamed "
    } else if facts.hidden {
        "hidden "
    } else if facts.encoded {
        "encoded "
    } else {
        ""
    };
    let (wanted, plain) = match rule {
        ZOOM_CHILD => (format!("Zoom started {how}{name}"), "Zoom started an interpreter"),
        ZOOM_DESCENDANT => {
            (sentence(&format!("{how}{name} deeper below Zoom")), "Interpreter deeper below Zoom")
        }
        _ if facts.downloads && facts.in_memory => (
            format!("{} runs a download in memory", sentence(name)),
            "Download run in memory under Zoom",
        ),
        _ if facts.downloads => {
            (format!("{} under Zoom downloads", sentence(name)), "Download command under Zoom")
        }
        _ if facts.encoded => {
            (format!("Encoded {name} command under Zoom"), "Encoded command under Zoom")
        }
        _ if facts.hidden => {
            (format!("Hidden {name} command under Zoom"), "Hidden command under Zoom")
        }
        _ => (format!("Suspicious {name} command under Zoom"), "Suspicious command under Zoom"),
    };
    if wanted.chars().count() <= TITLE_CHARS && name != "an interpreter" {
        wanted
    } else {
        plain.to_owned()
    }
}

/// With a capital first letter, but for names that are written small.
fn sentence(text: &str) -> String {
    if text.starts_with("cmd") {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
