//! The list of findings: grouped by severity, worst first, then what the logs cannot tell.

use serde::Serialize;

use crate::model::{Analysis, CoverageState, Finding, FindingGroup, Severity, Telemetry};
use crate::session::Session;
use crate::view::visible::visible_text;

/// The findings panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// `Findings`, or `Findings so far` while reading.
    pub title: &'static str,
    /// Entries of the list.
    pub total: usize,
    /// One group for each severity that occurs, worst first.
    pub groups: Vec<Group>,
    /// What the logs cannot tell, one short sentence each.
    pub cannot_tell: Vec<String>,
}

/// The findings of one severity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The severity.
    pub severity: Severity,
    /// Whether the group is unfolded.
    pub is_open: bool,
    /// Its findings.
    pub items: Vec<Item>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Position of the finding, or of the first of a series, among all findings.
    pub index: usize,
    /// What happened.
    pub title: String,
    /// Process name and id, or the channel where no process is known.
    pub subject: String,
    /// Clock time, UTC.
    pub time: String,
    /// Whether it is selected.
    pub is_selected: bool,
    /// What a screen reader says.
    pub spoken: String,
}

/// The panel's content.
pub fn findings(session: &Session) -> Findings {
    let analysis = session.analysis();
    let selected = session.selected_group();
    let groups = Severity::WORST_FIRST
        .into_iter()
        .filter_map(|severity| {
            let items: Vec<Item> = session
                .groups()
                .iter()
                .enumerate()
                .filter_map(|(at, group)| {
                    let finding = analysis.findings.get(group.first())?;
                    (finding.severity == severity && is_in_range(session, group))
                        .then(|| item(analysis, group, finding, selected == Some(at)))
                })
                .collect();
            let is_open = session.expansion().is_group_open(severity);
            (!items.is_empty()).then_some(Group { severity, is_open, items })
        })
        .collect();
    Findings {
        title: if session.load().is_some() { "Findings so far" } else { "Findings" },
        total: session.groups().iter().filter(|group| is_in_range(session, group)).count(),
        groups,
        cannot_tell: if session.load().is_some() { Vec::new() } else { cannot_tell(analysis) },
    }
}

/// Whether the group, or any of its records, lies in the time that everything is limited to.
fn is_in_range(session: &Session, group: &FindingGroup) -> bool {
    let Some(range) = session.time_range() else { return true };
    let analysis = session.analysis();
    let mut findings = group.findings.iter().filter_map(|at| analysis.findings.get(*at));
    let records = analysis.records_in(range);
    findings.any(|finding| {
        finding.time.is_some_and(|time| range.holds(time))
            || finding.records.iter().any(|record| records.contains(&(record.0 as usize)))
    })
}

fn item(analysis: &Analysis, group: &FindingGroup, finding: &Finding, is_selected: bool) -> Item {
    let process = finding.process.and_then(|at| analysis.tree.process(at));
    let subject = match process {
        Some(process) => match process.pid {
            Some(pid) => format!("{} {pid}", visible_text(process.name())),
            None => visible_text(process.name()).into_owned(),
        },
        None => finding
            .records
            .first()
            .and_then(|record| analysis.event(*record))
            .map_or_else(String::new, |event| visible_text(event.channel()).into_owned()),
    };
    let time = finding.time.map_or_else(|| "no time".to_owned(), |time| time.clock(false));
    let title = title(analysis, group, finding);
    Item {
        index: group.first(),
        spoken: format!("{}: {title}, {time}", finding.severity.label()),
        title,
        subject,
        time,
        is_selected,
    }
}

/// The finding's title; for a series, what the series is.
fn title(analysis: &Analysis, group: &FindingGroup, finding: &Finding) -> String {
    let count = group.findings.len();
    let is_network = finding
        .records
        .first()
        .and_then(|record| analysis.event(*record))
        .is_some_and(|event| event.event_id == 3 || event.event_id == 5156);
    match (count, group.even_interval_secs(analysis)) {
        (1, _) => finding.title.clone(),
        (_, Some(secs)) if is_network => {
            format!("{count} connections at even {secs} s intervals")
        }
        _ => format!("{} ({count})", finding.title),
    }
}

/// What is missing: files not read whole, then holes, then telemetry that is not there at all; one
/// sentence each, hosts with a Zoom chain first.
pub fn cannot_tell(analysis: &Analysis) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for issue in analysis.issues.iter().filter(|issue| issue.kind.is_loss()) {
        let name = issue.path.file_name().unwrap_or(issue.path.as_os_str()).to_string_lossy();
        told.push(format!("Not read whole: {}", visible_text(&name)));
    }
    told.dedup();
    let mut hosts: Vec<&str> = analysis.hosts.iter().map(|host| host.name.as_str()).collect();
    let has_chain = |host: &str| {
        let mut roots = analysis.zoom_roots.iter().filter_map(|at| analysis.tree.process(*at));
        roots.any(|root| root.host == host)
    };
    hosts.sort_by_key(|host| !has_chain(host));
    for host in &hosts {
        told.extend(holes(analysis, host));
    }
    for host in hosts {
        told.extend(absent(analysis, host));
    }
    told
}

/// The holes of one host; one that hits several kinds of telemetry is told once.
fn holes(analysis: &Analysis, host: &str) -> Vec<String> {
    let of_host = analysis.coverage.iter().filter(|coverage| coverage.host == host);
    let mut gaps: Vec<_> = of_host
        .flat_map(|coverage| {
            // Where only 4688 is missing, Sysmon still tells of starts: the smaller loss.
            let is_small = coverage.telemetry == Telemetry::ProcessSecurity;
            coverage.gaps.iter().map(move |gap| (is_small, gap.from, gap.to, gap.why.as_str()))
        })
        .collect();
    gaps.sort_unstable();
    gaps.dedup_by_key(|(_, from, to, why)| (*from, *to, *why));
    let host = short_host(host);
    gaps.into_iter()
        .map(|(_, from, to, why)| {
            format!("{host}: {} {} to {}", short_why(why), from.clock(false), to.clock(false))
        })
        .collect()
}

/// The reason of a hole in the words there is room for.
pub fn short_why(why: &str) -> &str {
    match why {
        "Sysmon service stopped" => "Sysmon off",
        // What shows it stands behind the colon.
        other => other.split_once(':').map_or(other, |(what, _)| what),
    }
}

fn absent(analysis: &Analysis, host: &str) -> Option<String> {
    let names: Vec<&str> = analysis
        .coverage
        .iter()
        .filter(|coverage| coverage.host == host && coverage.state == CoverageState::Absent)
        .map(|coverage| coverage.telemetry.label())
        .collect();
    let host = short_host(host);
    (!names.is_empty()).then(|| format!("{host}: not logged: {}", names.join("; ")))
}

/// The host's name without its domain, as the screen shows it.
pub fn short_host(host: &str) -> String {
    let is_address = host.split('.').all(|part| part.parse::<u8>().is_ok());
    let short = if is_address { host } else { host.split('.').next().unwrap_or(host) };
    if short.is_empty() { "Unknown host".to_owned() } else { visible_text(short).into_owned() }
}
