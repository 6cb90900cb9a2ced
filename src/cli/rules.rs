//! `spawnscope rules`.

use std::fmt::Write as _;
use std::path::Path;

use crate::cli::{Exit, output, text};
use crate::detect::Rules;

/// Prints the bundled rules: level, id, title.
pub(super) fn list() -> anyhow::Result<Exit> {
    let mut lines = String::new();
    for rule in &Rules::bundled() {
        let info = &rule.info;
        // Writing to a string cannot fail.
        writeln!(lines, "{:<13}  {:<44}  {}", info.level, info.id, info.title).unwrap_or_default();
    }
    output::print(&lines)?;
    Ok(Exit::Done)
}

/// Loads a folder of rules and says what does not load.
pub(super) fn check(dir: &Path) -> anyhow::Result<Exit> {
    let (rules, issues) = Rules::load_dir(dir);
    for issue in &issues {
        output::tell(&text::issue(issue));
    }
    let loaded = rules.iter().count();
    output::print(&format!("{loaded} rules load, {} do not\n", issues.len()))?;
    Ok(match (loaded, issues.is_empty()) {
        (0, _) => Exit::NothingRead,
        (_, true) => Exit::Done,
        (_, false) => Exit::ReadInPart,
    })
}
