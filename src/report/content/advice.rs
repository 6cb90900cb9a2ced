//! What to do next: the brief's recommendations, chosen by what was found and what the logs lack.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{CoverageState, IndicatorKind, ProcessIndex, Severity, StepState, Telemetry};

use super::{Facts, indicators::IndicatorLine, prose::Prose};

/// What a recommendation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// Stop the harm.
    Contain,
    /// Find out what is not known yet.
    Verify,
    /// See it, or stop it, the next time.
    Harden,
}

impl Aim {
    /// The aim as a heading.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Contain => "Contain",
            Self::Verify => "Verify",
            Self::Harden => "Harden",
        }
    }
}

/// One recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// What it is for.
    pub aim: Aim,
    /// What to do and why.
    pub text: Prose,
}

pub(super) fn advice(facts: &Facts<'_>, indicators: &[IndicatorLine]) -> Vec<Advice> {
    let mut all = Vec::new();
    if !facts.interpreters.is_empty() {
        all.extend(contain(facts, indicators).into_iter().map(|text| (Aim::Contain, text)));
        all.extend(verify(facts).into_iter().map(|text| (Aim::Verify, text)));
    }
    all.extend(harden(facts).into_iter().map(|text| (Aim::Harden, text)));
    all.into_iter().map(|(aim, text)| Advice { aim, text }).collect()
}

fn is_observed(facts: &Facts<'_>, name: &str) -> bool {
    let mut chain = facts.analysis.zoom_chain().iter();
    chain.any(|step| step.name == name && step.state == StepState::Observed)
}

/// The hosts and users of these processes.
fn hosts_and_users<'a>(
    facts: &'a Facts<'_>,
    processes: &[ProcessIndex],
) -> (BTreeSet<&'a str>, BTreeSet<&'a str>) {
    let known = || processes.iter().filter_map(|at| facts.process(*at));
    (
        known().map(|process| process.host.as_str()).collect(),
        known().filter_map(|process| process.user.as_deref()).collect(),
    )
}

fn contain(facts: &Facts<'_>, indicators: &[IndicatorLine]) -> Vec<Prose> {
    let (hosts, users) = hosts_and_users(facts, &facts.interpreters);
    let level = |at: &ProcessIndex| facts.worst.get(at).copied();
    let is_grave = facts.interpreters.iter().filter_map(level).any(|worst| worst >= Severity::High);
    let first = if is_grave { "Take " } else { "Until the finding is explained, consider taking " };
    let mut all =
        vec![Prose::new(first).logs(some_of(hosts.into_iter().collect())).words(
            " off the network but leave it powered on: memory may hold what the logs lack.",
        )];
    if is_observed(facts, "Persistence") {
        all.push(Prose::new(
            "Remove the persistence named under Attack chain, after saving it and the program it \
             starts as evidence.",
        ));
    }
    let is_address = |line: &&IndicatorLine| {
        matches!(line.kind, IndicatorKind::Url | IndicatorKind::Ip | IndicatorKind::Domain)
    };
    if indicators.iter().any(|line| is_address(&line)) {
        all.push(Prose::new(
            "Block the addresses under Indicators after checking that none is a shared service, \
             and look for them in the proxy, DNS and firewall logs of all hosts.",
        ));
    }
    if is_grave && !users.is_empty() {
        let users = some_of(users.into_iter().collect());
        all.push(
            Prose::new("Reset the credentials and end the sessions of ")
                .logs(users)
                .words(": whatever ran under Zoom could use them."),
        );
    }
    all
}

fn verify(facts: &Facts<'_>) -> Vec<Prose> {
    let mut all = vec![
        Prose::new(
            "Review the command lines and network connections of every process in the Zoom chain. \
             Ask the user and the help desk whether a support tool was at work.",
        ),
        Prose::new(
            "Check the Zoom.exe itself: path, signature, version. A program of that name may be \
             another's, and a parent can be forged (ATT&CK T1134.004).",
        ),
    ];
    if !is_observed(facts, "Initial access or lure") {
        all.push(Prose::new(
            "Find what led to it: Zoom chat and invitations, mail, browser history and downloads \
             of the half hour before.",
        ));
    }
    if is_observed(facts, "Lateral movement") {
        all.push(Prose::new(
            "Collect the logs of the hosts named under Lateral movement and look for the same \
             account and time.",
        ));
    }
    all
}

fn harden(facts: &Facts<'_>) -> Vec<Prose> {
    let mut all = vec![Prose::new(
        "Deploy the Sigma rule \"Suspicious Zoom Child Process\" to the SIEM and tune it to the tools \
         that may start a shell from Zoom in this network.",
    )];
    let lacking = |kind: Telemetry, is_lacking: &dyn Fn(CoverageState) -> bool| -> Vec<&str> {
        let entries = facts.analysis.coverage.iter();
        entries
            .filter(|entry| entry.telemetry == kind && is_lacking(entry.state))
            .map(|entry| entry.host.as_str())
            .collect()
    };
    let absent = |state| state == CoverageState::Absent;
    let not_full = |state| state != CoverageState::Present;
    for (kind, is_lacking, words) in [
        (
            Telemetry::ProcessSysmon,
            &not_full as &dyn Fn(CoverageState) -> bool,
            "Log process starts with Sysmon (event 1), which the rule needs, and raise an alarm \
             when Sysmon stops. Missing or with holes on ",
        ),
        (
            Telemetry::ProcessSecurity,
            &not_full,
            "Audit process creation (Security 4688) with command lines, and watch Zoom.exe and \
             its children there too. Missing or incomplete on ",
        ),
        (Telemetry::Network, &absent, "Log network connections with Sysmon (event 3). Missing on "),
        (Telemetry::Scripts, &absent, "Turn on PowerShell script block logging. Missing on "),
    ] {
        let hosts = lacking(kind, is_lacking);
        if !hosts.is_empty() {
            all.push(Prose::new(words).logs(some_of(hosts)).words("."));
        }
    }
    if !facts.interpreters.is_empty() {
        all.push(Prose::new(
            "Restrict interpreters by application control (App Control for Business, AppLocker) \
             for users who do not need them, in audit mode first: these policies judge a program, \
             not what started it. Keep Zoom up to date.",
        ));
    }
    all
}

/// A fleet is not listed name by name.
fn some_of(hosts: Vec<&str>) -> Vec<String> {
    const NAMED: usize = 5;
    let more = hosts.len().saturating_sub(NAMED);
    let mut names: Vec<String> = hosts.into_iter().take(NAMED).map(str::to_owned).collect();
    if more > 0 {
        names.push(format!("{more} more"));
    }
    names
}
