//! A set of rules: the bundled ones, and those of a folder.
//!
//! A rule that cannot be loaded is an issue with file and line; the others work.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use super::{
    bundled::BUNDLED,
    error::{Reason, RuleError},
    rule::Rule,
    yaml,
};
use crate::model::{Issue, IssueKind};

/// A file longer than this is no rule.
const MAX_BYTES: u64 = 1 << 20;

/// Rules in a fixed order, with distinct ids.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
}

impl Rules {
    /// The rules that come with the program.
    ///
    /// All of them load, which a test proves; one that did not would be left out.
    pub fn bundled() -> Self {
        let mut found = Self::default();
        for (_, text) in BUNDLED {
            found.rules.extend(parse(text).into_iter().filter_map(Result::ok));
        }
        found
    }

    /// The rules in a text of one or more YAML documents.
    pub fn from_text(text: &str) -> (Self, Vec<RuleError>) {
        let mut found = Self::default();
        let mut errors = Vec::new();
        for parsed in parse(text) {
            match parsed {
                Ok(rule) => found.rules.push(rule),
                Err(error) => errors.push(error),
            }
        }
        (found, errors)
    }

    /// The rules in the `.yml` and `.yaml` files of a folder and its folders, or in one file.
    ///
    /// Rules on other systems than Windows are left out and counted in one issue.
    pub fn load_dir(path: &Path) -> (Self, Vec<Issue>) {
        let mut loader = Loader::default();
        for entry in WalkDir::new(path).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    if entry.depth() == 0 || is_rule_file(entry.path()) {
                        loader.file(entry.path());
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(path).to_path_buf();
                    let message = format!("Rules were not read: {error}.");
                    loader.issue(path, IssueKind::CannotOpen, message);
                }
            }
        }
        loader.finish(path)
    }

    /// Adds the rules of another set. A rule with the id of one that is there takes its place, so
    /// that an adapted copy of a bundled rule counts.
    pub fn extend(&mut self, other: Self) {
        let mut places = self.places();
        for rule in other.rules {
            let next = self.rules.len();
            let place = *places.entry(rule.info.id.clone()).or_insert(next);
            match self.rules.get_mut(place) {
                Some(known) => *known = rule,
                None => self.rules.push(rule),
            }
        }
    }

    fn places(&self) -> BTreeMap<String, usize> {
        self.iter().enumerate().map(|(at, rule)| (rule.info.id.clone(), at)).collect()
    }

    /// The rules in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Rule> {
        self.rules.iter()
    }

    /// The rule at a position.
    pub fn get(&self, at: usize) -> Option<&Rule> {
        self.rules.get(at)
    }

    /// The rule of an id: its `name`, or its UUID in any letter case.
    pub fn by_id(&self, id: &str) -> Option<&Rule> {
        let is_uuid = |uuid: &String| uuid.eq_ignore_ascii_case(id);
        self.iter().find(|rule| rule.info.id == id || rule.info.uuid.as_ref().is_some_and(is_uuid))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl<'r> IntoIterator for &'r Rules {
    type IntoIter = std::slice::Iter<'r, Rule>;
    type Item = &'r Rule;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn parse(text: &str) -> Vec<Result<Rule, RuleError>> {
    yaml::documents(text).iter().map(Rule::parse).collect()
}

fn is_rule_file(path: &Path) -> bool {
    let is_yaml = |ending: &std::ffi::OsStr| {
        ending.eq_ignore_ascii_case("yml") || ending.eq_ignore_ascii_case("yaml")
    };
    path.extension().is_some_and(is_yaml)
}

#[derive(Default)]
struct Loader {
    rules: Rules,
    issues: Vec<Issue>,
    /// Where each id comes from.
    origins: BTreeMap<String, PathBuf>,
    /// How many rules on each log source that is none of ours.
    left_out: BTreeMap<String, usize>,
}

impl Loader {
    fn file(&mut self, path: &Path) {
        let text = match read(path) {
            Ok(text) => text,
            Err((kind, message)) => return self.issue(path.to_path_buf(), kind, message),
        };
        for parsed in parse(&text) {
            let added = parsed.and_then(|rule| self.add(rule, path));
            if let Err(error) = added {
                let message =
                    format!("A rule was left out, the others work: {}, {error}.", path.display());
                self.issue(path.to_path_buf(), IssueKind::BadRule, message);
            }
        }
    }

    fn add(&mut self, mut rule: Rule, path: &Path) -> Result<(), RuleError> {
        if let Some(source) = rule.log_source.foreign() {
            *self.left_out.entry(source).or_default() += 1;
            return Ok(());
        }
        if rule.log_source.scopes().is_none() {
            return Err(RuleError::new(rule.line, Reason::LogSource(rule.log_source.label())));
        }
        if let Some(first) = self.origins.get(&rule.info.id) {
            let reason = Reason::Duplicate(rule.info.id, first.display().to_string());
            return Err(RuleError::new(rule.line, reason));
        }
        self.origins.insert(rule.info.id.clone(), path.to_path_buf());
        rule.path = Some(path.to_path_buf());
        self.rules.rules.push(rule);
        Ok(())
    }

    fn issue(&mut self, path: PathBuf, kind: IssueKind, message: String) {
        self.issues.push(Issue { path, member: None, offset: None, kind, message });
    }

    fn finish(mut self, path: &Path) -> (Rules, Vec<Issue>) {
        let total: usize = self.left_out.values().sum();
        if total > 0 {
            let counts: Vec<String> =
                self.left_out.iter().map(|(source, count)| format!("{source} {count}")).collect();
            let message = format!(
                "Rules about other logs than those of Windows were left out: {total} ({}).",
                counts.join(", ")
            );
            self.issue(path.to_path_buf(), IssueKind::BadRule, message);
        }
        (self.rules, self.issues)
    }
}

fn read(path: &Path) -> Result<String, (IssueKind, String)> {
    let cannot = |error: std::io::Error| {
        (IssueKind::CannotOpen, format!("A rule file was not read: {error}."))
    };
    if fs::metadata(path).map_err(cannot)?.len() > MAX_BYTES {
        let message = format!("{} is over 1 MiB; no rule is that long.", path.display());
        return Err((IssueKind::BadRule, message));
    }
    String::from_utf8(fs::read(path).map_err(cannot)?).map_err(|error| {
        let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', valid).count() + 1;
        let message =
            format!("A rule file was left out: {}, line {line}: not UTF-8.", path.display());
        (IssueKind::BadRule, message)
    })
}
