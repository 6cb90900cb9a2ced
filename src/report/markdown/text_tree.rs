//! The Zoom chains as text trees in box drawing.

use crate::report::content::{Content, TreeRow};
use crate::report::escape;

use super::Page;

/// Characters of a command that a row of the text tree shows.
const TREE_CHARS: usize = 100;

impl Page {
    pub(super) fn trees(&mut self, content: &Content) {
        if content.trees.is_empty() {
            return;
        }
        self.heading(2, "Zoom chain");
        for rows in &content.trees {
            let drawn = self.drawn(rows);
            self.fence(&drawn);
        }
    }

    /// Rows with box drawing; name, start and level in columns, decoded text on a line of its own.
    fn drawn(&self, rows: &[TreeRow]) -> String {
        let heads: Vec<String> = rows.iter().map(|row| escape::visible(&row_head(row))).collect();
        let width = heads.iter().map(|head| head.chars().count()).max().unwrap_or(0).min(60);
        let mut out = String::new();
        let levels = rows.iter().filter_map(|row| row.severity).map(|level| level.name().len());
        let level_width = levels.max().unwrap_or(0);
        for (at, (row, head)) in rows.iter().zip(heads).enumerate() {
            let start = row.start.map_or_else(String::new, |start| start.clock(false));
            let level = row.severity.map_or("", |level| level.name());
            let command = row
                .command_line
                .as_deref()
                .map_or_else(String::new, |line| self.elided(arguments_of(line)));
            let line = format!("{head:width$}  {start:8}  {level:level_width$}  {command}");
            out.push_str(line.trim_end());
            out.push('\n');
            if let Some(decoded) = &row.decoded {
                let guide = guides(&row.open, true);
                let next = rows.get(at + 1);
                let has_child = next.is_some_and(|next| next.open.len() > row.open.len());
                let stem = if has_child { "│  " } else { "   " };
                out.extend([&guide, stem, "decoded: ", &self.elided(decoded), "\n"]);
            }
        }
        out
    }

    fn elided(&self, text: &str) -> String {
        let shown = escape::visible(&self.defanger.text(text));
        if shown.chars().count() <= TREE_CHARS {
            return shown;
        }
        let start: String = shown.chars().take(TREE_CHARS).collect();
        format!("{start}…")
    }
}

/// What is drawn before a row: `│  ` for each level that goes on, and the row's own branch.
fn guides(open: &[bool], is_below: bool) -> String {
    let mut out = String::new();
    let own = open.len().saturating_sub(1);
    for (level, more) in open.iter().enumerate() {
        out.push_str(match (level == own && !is_below, more) {
            (true, true) => "├─ ",
            (true, false) => "└─ ",
            (false, true) => "│  ",
            (false, false) => "   ",
        });
    }
    out
}

fn row_head(row: &TreeRow) -> String {
    let branch = guides(&row.open, false);
    match (&row.process, &row.words) {
        (Some(person), _) => {
            let stub = if person.is_stub { " (not in these logs)" } else { "" };
            format!("{branch}{}{stub}", person.words())
        }
        (None, Some(words)) => format!("{branch}{words}"),
        (None, None) => branch,
    }
}

/// The command line without the program, which the row names already.
fn arguments_of(line: &str) -> &str {
    let line = line.trim();
    let rest = match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').map_or("", |(_, rest)| rest),
        None => line.split_once(char::is_whitespace).map_or("", |(_, rest)| rest),
    };
    rest.trim_start()
}
