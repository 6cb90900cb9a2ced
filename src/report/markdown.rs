//! The report as Markdown: `CommonMark` with tables. What it says is decided in
//! [`content`](super::content).

mod proof;
mod sections;
mod text_tree;

use crate::model::{Analysis, IndicatorKind, Timestamp};

use super::{
    content::{Content, Options, Piece, Prose, content},
    defang::Defanger,
    escape,
};

/// The report of an analysis as Markdown, the same for the same analysis and options.
///
/// Prose, lists, tables and the text tree are defanged; decoded commands and the evidence's own
/// names are exact. Text from logs cannot become markup.
pub fn markdown(analysis: &Analysis, options: &Options) -> String {
    let content = content(analysis, options);
    let mut page = Page::new(&content);
    page.write(&content);
    page.out
}

/// The page being written.
#[derive(Debug)]
struct Page {
    out: String,
    defanger: Defanger,
}

impl Page {
    fn new(content: &Content) -> Self {
        let hosts = content.indicators.iter().filter_map(|line| match line.kind {
            IndicatorKind::Domain => Some(line.value.clone()),
            IndicatorKind::Url => url_host(&line.value).map(str::to_owned),
            _ => None,
        });
        Self { out: String::new(), defanger: Defanger::new(hosts) }
    }

    /// A heading that is Markdown already.
    fn heading(&mut self, level: usize, words: &str) {
        self.gap();
        self.out.push_str(&"#".repeat(level));
        self.out.push(' ');
        self.out.push_str(words);
        self.out.push('\n');
    }

    /// An empty line, but for the first.
    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A paragraph that is Markdown already, as our own words are.
    fn words(&mut self, words: &str) {
        self.gap();
        self.out.push_str(words);
        self.out.push('\n');
    }

    fn prose(&mut self, prose: &Prose) {
        self.gap();
        let line = self.line(prose);
        self.out.push_str(&line);
        self.out.push('\n');
    }

    /// A list item; the first of a list wants an empty line before it.
    fn item(&mut self, prose: &Prose) {
        let line = self.line(prose);
        self.raw_item(&line);
    }

    /// A list item that is Markdown already.
    fn raw_item(&mut self, line: &str) {
        if !self.out.ends_with('\n') || !self.last_line().starts_with("- ") {
            self.gap();
        }
        self.out.push_str("- ");
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn last_line(&self) -> &str {
        self.out.trim_end_matches('\n').rsplit('\n').next().unwrap_or_default()
    }

    fn fence(&mut self, text: &str) {
        self.gap();
        self.out.push_str(&escape::fence(text));
    }

    /// A table of cells that are Markdown already.
    fn table(&mut self, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        self.gap();
        self.row(&head.join(" | "));
        self.row(&vec!["---"; head.len()].join(" | "));
        for row in rows {
            self.row(&row.join(" | "));
        }
    }

    fn row(&mut self, cells: &str) {
        self.out.push_str("| ");
        self.out.push_str(cells);
        self.out.push_str(" |\n");
    }

    fn line(&self, prose: &Prose) -> String {
        prose
            .pieces
            .iter()
            .map(|piece| match piece {
                // Our own words hold no markup and nothing from a log.
                Piece::Words(words) => words.clone(),
                Piece::Strong(words) => format!("**{}**", self.safe(words)),
                Piece::Log(text) => self.code(text),
                Piece::Plain(text) => self.safe(text),
                Piece::Record(record) => self.safe(&record.words()),
            })
            .collect()
    }

    /// Any text as inert, harmless Markdown on one line.
    fn safe(&self, text: &str) -> String {
        escape::text(&self.defanger.text(text))
    }

    /// Text from a log as a harmless code span.
    fn code(&self, text: &str) -> String {
        escape::code(&self.defanger.text(text))
    }
}

/// `2026-04-12 14:21:07`, or a dash that is told from an empty cell.
fn stamp(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "–".to_owned(), |time| format!("{} {}", time.date(), time.clock(false)))
}

fn url_host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
    host.split(':').next()
}
