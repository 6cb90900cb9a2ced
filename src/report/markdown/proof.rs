//! Findings with their proof, and decoded commands in full.

use crate::model::grouped;
use crate::report::content::{Content, DecodedCommand, FindingDetail};
use crate::report::escape;

use super::Page;

/// Characters of a decoded command that a finding shows; the whole stands on its own.
const DECODED_CHARS: usize = 300;

/// Characters shown before and after the matched part of a long value.
const AROUND_CHARS: usize = 80;

impl Page {
    pub(super) fn findings(&mut self, content: &Content) {
        self.heading(2, "Findings");
        if content.findings.is_empty() {
            self.words("No rule matched.");
        }
        for (at, finding) in content.findings.iter().enumerate() {
            self.finding(at + 1, finding);
        }
        if !content.findings_left_out.is_empty() {
            let levels: Vec<String> = content
                .findings_left_out
                .iter()
                .map(|(level, count)| format!("{} {level}", grouped(*count)))
                .collect();
            self.words(&format!("Not listed here: {}.", levels.join(", ")));
        }
        if !content.techniques.is_empty() {
            let ids: Vec<String> = content
                .techniques
                .iter()
                .map(|(id, count)| format!("{} ({})", self.safe(id), grouped(*count)))
                .collect();
            self.words(&format!(
                "ATT&CK techniques named by the rules, with findings: {}.",
                ids.join(", ")
            ));
        }
    }

    fn finding(&mut self, number: usize, finding: &FindingDetail) {
        let title = self.safe(&finding.title);
        self.heading(3, &format!("{number}. {title} ({})", finding.severity));
        let mut place = format!("{} on {}", full_stamp(finding), self.code(&finding.host));
        if let Some(user) = &finding.user {
            place = format!("{place}, as {}", self.code(user));
        }
        self.raw_item(&place);
        if let Some(secs) = finding.every_secs {
            self.raw_item(&format!("Again and again, at even distances of {secs} s"));
        }
        let mut rule = format!(
            "Rule: {} ({}), level {}",
            self.safe(&finding.rule.title),
            self.safe(&finding.rule.id),
            finding.rule.level
        );
        if !finding.raised_by.is_empty() {
            let why = self.safe(&finding.raised_by.join(", "));
            rule = format!("{rule}, raised to {} by: {why}", finding.severity);
        }
        self.raw_item(&rule);
        if let Some(process) = &finding.process {
            let lineage: Vec<String> = finding
                .ancestors
                .iter()
                .chain([process])
                .map(|person| {
                    let stub = if person.is_stub { " (not in these logs)" } else { "" };
                    format!("{}{stub}", self.code(&person.words()))
                })
                .collect();
            self.raw_item(&format!("Process: {}", lineage.join(" → ")));
        }
        let is_told = |text: &str| finding.matched.iter().any(|matched| matched.value == text);
        if let Some(image) = finding.image.as_deref().filter(|image| !is_told(image)) {
            let line = format!("Image: {}", self.code(image));
            self.raw_item(&line);
        }
        if let Some(command) = finding.command_line.as_deref().filter(|line| !is_told(line)) {
            let line = format!("Command line: {}", self.code(command));
            self.raw_item(&line);
        }
        if let Some(decoded) = &finding.decoded {
            let mut shown: String = decoded.chars().take(DECODED_CHARS).collect();
            if shown.len() < decoded.len() {
                shown.push('…');
            }
            let line = format!("Decoded: {}", self.code(&shown));
            self.raw_item(&line);
        }
        for matched in &finding.matched {
            let source = if matched.derived { " (from other records or decoded)" } else { "" };
            let line = format!(
                "Matched {}: {}{source}, by the pattern {}",
                self.safe(&matched.field),
                self.code(&matched.shown(AROUND_CHARS)),
                self.code(&matched.pattern)
            );
            self.raw_item(&line);
        }
        for record in &finding.records {
            let id = record
                .record_id
                .map_or_else(|| "without record id".to_owned(), |id| format!("record {id}"));
            let line = format!(
                "Record: {}, channel {}, event {}, {id}",
                escape::code(&record.file),
                self.code(&record.channel),
                record.event_id
            );
            self.raw_item(&line);
        }
        if finding.more_records > 0 {
            self.raw_item(&format!("{} more records", grouped(finding.more_records)));
        }
    }

    pub(super) fn decoded(&mut self, content: &Content) {
        if content.decoded.is_empty() {
            return;
        }
        self.heading(2, "Decoded commands");
        self.words(
            "Exact, not defanged, and never executed here. Characters that cannot be seen are \
             written as escapes such as `\\u{202e}`.",
        );
        for command in &content.decoded {
            self.command(command);
        }
    }

    fn command(&mut self, command: &DecodedCommand) {
        let start = command.start.map_or_else(String::new, |start| {
            format!(", {} {} UTC", start.date(), start.clock(true))
        });
        let (name, host) = (self.safe(&command.process.words()), self.safe(&command.host));
        self.heading(3, &format!("{name} on {host}{start}"));
        if let Some(words) = command.repeat_words() {
            self.words(&words);
        }
        self.words("Command line as logged:");
        self.fence(&command.command_line);
        for (at, layer) in command.layers.iter().enumerate() {
            let from = layer.from.as_deref().map_or_else(String::new, |from| {
                if from.starts_with(['-', '/']) {
                    format!(", from {}", self.code(from))
                } else {
                    format!(", from {}", self.safe(from))
                }
            });
            let before =
                if at == 0 { "the command line".to_owned() } else { format!("layer {at}") };
            let line = format!(
                "Layer {}: {}{from}, bytes {} to {} of {before}:",
                at + 1,
                self.safe(&layer.trick),
                layer.span.from,
                layer.span.to
            );
            self.gap();
            self.out.push_str(&line);
            self.out.push('\n');
            self.fence(&layer.text);
        }
        let text = text_name(command.layers.len());
        for said in &command.explained {
            let technique =
                said.technique.map_or_else(String::new, |(id, name)| format!(" ({id} {name})"));
            let line = format!(
                "It {}{technique}: bytes {} to {} of {}",
                self.safe(&said.text),
                said.span.from,
                said.span.to,
                text_name(said.layer)
            );
            self.raw_item(&line);
        }
        for data in &command.data {
            let line = format!(
                "Data in {}: {}, {} bytes, SHA-256 {}",
                text_name(data.layer),
                self.safe(&data.what),
                grouped(data.size as u64),
                data.sha256
            );
            self.raw_item(&line);
        }
        for failed in &command.failed {
            let line = format!(
                "Not decoded: {} at bytes {} to {} of {text}: {}",
                self.safe(&failed.trick),
                failed.span.from,
                failed.span.to,
                self.safe(&failed.reason)
            );
            self.raw_item(&line);
        }
    }
}

/// The text that a layer number means.
fn text_name(layer: usize) -> String {
    if layer == 0 { "the command line".to_owned() } else { format!("layer {layer}") }
}

fn full_stamp(finding: &FindingDetail) -> String {
    finding.time.map_or_else(
        || "At an unknown time".to_owned(),
        |time| format!("{} {} UTC", time.date(), time.clock(true)),
    )
}
