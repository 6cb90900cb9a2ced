//! The sections of the Markdown report, in the order of the page.

use std::collections::BTreeSet;

use crate::model::{CoverageState, IndicatorKind, StepState, grouped};
use crate::report::content::{Advice, Aim, Content, IndicatorLine, span_words};
use crate::report::{defang, escape};

use super::{Page, stamp};

/// Evidence files that the head of the report names; all stand under Evidence.
const HEAD_FILES: usize = 12;

/// Files left out of the case that are named.
const LEFT_OUT_FILES: usize = 200;

impl Page {
    pub(super) fn write(&mut self, content: &Content) {
        self.head(content);
        self.summary(content);
        self.coverage(content);
        self.findings(content);
        self.trees(content);
        self.chain(content);
        self.decoded(content);
        self.indicators(content);
        self.advice(&content.advice);
        self.issues(content);
        self.evidence(content);
        self.method(content);
    }

    fn head(&mut self, content: &Content) {
        let title = self.safe(&content.title);
        self.heading(1, &title);
        self.words(&format!(
            "Made with Spawnscope {}. All times are UTC. Addresses are written hxxp, [.] and [@] \
             so that nobody follows them by accident; under Decoded commands they are exact.",
            content.tool_version
        ));
        let hosts: Vec<String> = content.hosts.iter().map(|host| self.code(host)).collect();
        if !hosts.is_empty() {
            self.raw_item(&format!("Hosts: {}", hosts.join(", ")));
        }
        if let (Some(first), Some(last)) = (content.first, content.last) {
            self.raw_item(&format!("Time range of the records: {} UTC", span_words(first, last)));
        }
        let files = if content.evidence.len() == 1 { "file" } else { "files" };
        let lost: u64 = content.evidence.iter().map(|file| file.unreadable_records).sum();
        let unread =
            if lost > 0 { format!(", {} could not be read", grouped(lost)) } else { String::new() };
        self.raw_item(&format!(
            "Evidence: {} {files}, {} records{unread}{}",
            content.evidence.len(),
            grouped(content.records),
            match content.left_out.len() {
                0 => String::new(),
                1 => "; 1 file was left out".to_owned(),
                count => format!("; {count} files were left out"),
            }
        ));
        if content.evidence.is_empty() {
            return;
        }
        let rows: Vec<Vec<String>> = content
            .evidence
            .iter()
            .take(HEAD_FILES)
            .map(|file| vec![escape::text(&file.file), sha256(file.sha256.as_deref())])
            .collect();
        self.table(&["File", "SHA-256"], rows);
        let more = content.evidence.len().saturating_sub(HEAD_FILES);
        if more > 0 {
            self.words(&format!("{more} more files are listed under Evidence."));
        }
    }

    fn summary(&mut self, content: &Content) {
        self.heading(2, "Summary");
        for paragraph in &content.summary {
            if paragraph.is_item {
                self.item(&paragraph.text);
            } else {
                self.prose(&paragraph.text);
            }
            if let Some(command) = &paragraph.command {
                let harmless = self.defanger.text(command);
                self.fence(&harmless);
            }
        }
    }

    fn coverage(&mut self, content: &Content) {
        self.heading(2, "What the evidence covers and cannot show");
        if content.coverage.is_empty() {
            self.words("No record of a known log was read.");
        } else {
            let rows: Vec<Vec<String>> = content
                .coverage
                .iter()
                .map(|line| {
                    vec![
                        self.safe(&line.host),
                        line.telemetry.clone(),
                        match line.state {
                            CoverageState::Present => "full",
                            CoverageState::Partial => "partial",
                            CoverageState::Absent => "none",
                        }
                        .to_owned(),
                        grouped(line.records),
                        stamp(line.first),
                        stamp(line.last),
                        self.safe(&line.remarks.join("; ")),
                    ]
                })
                .collect();
            let head = ["Host", "Telemetry", "State", "Records", "First", "Last", "Remarks"];
            self.table(&head, rows);
        }
        if !content.limits.is_empty() {
            self.words("This evidence does not show:");
        }
        for limit in &content.limits {
            self.item(limit);
        }
    }

    fn chain(&mut self, content: &Content) {
        if content.chain.is_empty() {
            return;
        }
        self.heading(2, "Attack chain");
        let rows: Vec<Vec<String>> = content
            .chain
            .iter()
            .map(|line| {
                let seen = line.seen.as_deref().map_or_else(String::new, |seen| self.safe(seen));
                let cited = line.first_record.as_ref().map(|record| self.safe(&record.words()));
                let (state, detail) = match line.state {
                    StepState::Observed => {
                        let join = if seen.is_empty() { "" } else { "; " };
                        let first = cited.map_or_else(String::new, |c| format!("{join}first: {c}"));
                        ("observed", format!("{seen}{first}"))
                    }
                    StepState::NotObserved => ("not observed", not_observed(line.caveat)),
                    StepState::CannotBeKnown => (
                        "cannot be known",
                        format!("missing: {}", self.safe(&line.missing.join("; "))),
                    ),
                };
                vec![
                    line.step.to_string(),
                    self.safe(&line.name),
                    state.to_owned(),
                    stamp(line.first),
                    if line.records == 0 { "–".to_owned() } else { grouped(line.records) },
                    detail,
                ]
            })
            .collect();
        self.table(&["Step", "What", "State", "First", "Records", "Evidence"], rows);
    }

    fn indicators(&mut self, content: &Content) {
        if content.indicators.is_empty() {
            return;
        }
        self.heading(2, "Indicators");
        self.words(
            "Named by the command lines and records of the chain. A legitimate service or file \
             can be among them: check before blocking.",
        );
        let rows: Vec<Vec<String>> =
            content.indicators.iter().map(|line| self.indicator(line)).collect();
        self.table(&["Kind", "Value", "Count", "First seen", "Processes"], rows);
    }

    fn indicator(&self, line: &IndicatorLine) -> Vec<String> {
        const NAMED: usize = 3;
        let (kind, value) = match line.kind {
            IndicatorKind::Url => ("URL", self.defanger.text(&line.value)),
            IndicatorKind::Ip if line.value.contains(':') => ("IP", defang::ipv6(&line.value)),
            IndicatorKind::Ip => ("IP", defang::address(&line.value)),
            IndicatorKind::Domain => ("domain", defang::address(&line.value)),
            IndicatorKind::Email => ("e-mail", defang::address(&line.value)),
            IndicatorKind::Path => ("file", self.defanger.text(&line.value)),
            IndicatorKind::Share => ("share", self.defanger.text(&line.value)),
            IndicatorKind::Hash => ("hash", line.value.clone()),
            IndicatorKind::RegistryKey => ("registry key", self.defanger.text(&line.value)),
            IndicatorKind::Task => ("task", self.defanger.text(&line.value)),
            IndicatorKind::Host => ("computer", line.value.clone()),
            IndicatorKind::User => ("account", self.defanger.text(&line.value)),
            IndicatorKind::Pipe => ("pipe", self.defanger.text(&line.value)),
            IndicatorKind::Port => ("port", line.value.clone()),
        };
        let mut processes: Vec<String> =
            line.processes.iter().take(NAMED).map(|person| self.safe(&person.words())).collect();
        let more = line.processes.len().saturating_sub(NAMED);
        if more > 0 {
            processes.push(format!("{more} more"));
        }
        vec![
            kind.to_owned(),
            escape::text(&value),
            grouped(line.count),
            stamp(line.first),
            processes.join(", "),
        ]
    }

    fn advice(&mut self, advice: &[Advice]) {
        self.heading(2, "Recommendations");
        for aim in [Aim::Contain, Aim::Verify, Aim::Harden] {
            let mut of_aim = advice.iter().filter(|advice| advice.aim == aim).peekable();
            if of_aim.peek().is_some() {
                self.heading(3, aim.label());
            }
            for advice in of_aim {
                self.item(&advice.text);
            }
        }
    }

    fn issues(&mut self, content: &Content) {
        const LISTED: usize = 200;
        self.heading(2, "Issues while reading");
        if content.issues.is_empty() {
            self.words("None.");
            return;
        }
        let rows: Vec<Vec<String>> = content
            .issues
            .iter()
            .take(LISTED)
            .map(|issue| {
                let offset = issue.offset.map_or_else(|| "–".to_owned(), grouped);
                vec![escape::text(&issue.file), offset, self.safe(&issue.message)]
            })
            .collect();
        self.table(&["File", "At byte", "What"], rows);
        let more = content.issues.len().saturating_sub(LISTED);
        if more > 0 {
            self.words(&format!("{more} more issues are not listed."));
        }
    }

    fn evidence(&mut self, content: &Content) {
        self.heading(2, "Evidence");
        let rows: Vec<Vec<String>> = content
            .evidence
            .iter()
            .map(|file| {
                let format = match &file.dialect {
                    Some(dialect) => format!("{}, {dialect}", file.format.name()),
                    None => file.format.name().to_owned(),
                };
                let why = file.recognised_by.as_deref().unwrap_or("empty");
                let known = format!("{format}: {why}");
                // Of an unknown file the names are its own.
                let is_ours = file.dialect.is_some();
                vec![
                    escape::text(&file.file),
                    if is_ours { escape::text(&known) } else { self.safe(&known) },
                    grouped(file.bytes),
                    stamp(file.modified),
                    grouped(file.records),
                    grouped(file.unreadable_records),
                    grouped(file.recovered_records),
                    stamp(file.first),
                    stamp(file.last),
                    sha256(file.sha256.as_deref()),
                ]
            })
            .collect();
        let head = [
            "File",
            "Format, and known by",
            "Bytes",
            "Modified",
            "Records",
            "Not read",
            "Recovered",
            "First",
            "Last",
            "SHA-256",
        ];
        self.table(&head, rows);
        let readers: BTreeSet<(&str, &str)> = content
            .evidence
            .iter()
            .map(|file| (file.format.name(), file.reader.as_str()))
            .collect();
        for (format, reader) in readers {
            self.raw_item(&escape::text(&format!("Read by {reader}: {format}")));
        }
        if !content.left_out.is_empty() {
            self.words("Left out of this case on purpose, and not read:");
        }
        for file in content.left_out.iter().take(LEFT_OUT_FILES) {
            self.raw_item(&escape::text(file));
        }
        let more = content.left_out.len().saturating_sub(LEFT_OUT_FILES);
        if more > 0 {
            self.words(&format!("{more} more files that were left out are not listed."));
        }
    }

    fn method(&mut self, content: &Content) {
        self.heading(2, "How this was made");
        for words in [
            format!(
                "Spawnscope {} read the files above where they lie, changed nothing and used no \
                 network.",
                content.tool_version
            ),
            "Processes are told apart by Sysmon's ProcessGuid, else by host, process id and start; \
             a parent is linked by GUID, else by process id within its lifetime."
                .to_owned(),
            "Findings are matches of Sigma rules. Command lines were decoded as text; nothing was \
             run."
                .to_owned(),
            "Names and parents are what the logs say. Both can be forged, so a finding is a reason \
             to look, not a verdict."
                .to_owned(),
        ] {
            self.raw_item(&words);
        }
    }
}

fn not_observed(caveat: Option<&str>) -> String {
    let caveat = caveat.map_or_else(String::new, |caveat| format!("; {caveat}"));
    format!("the logs for it are there{caveat}")
}

fn sha256(hash: Option<&str>) -> String {
    hash.map_or_else(|| "not computed".to_owned(), escape::text)
}
