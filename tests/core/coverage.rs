//! What the logs cover and where they have holes.
#![expect(clippy::unwrap_used, reason = "a test that panics is a failing test")]

use std::sync::Arc;

use spawnscope::{
    detect::coverage::coverage,
    model::{Coverage, CoverageState, Event, Telemetry},
};

use crate::made::{self, SYSMON, TASKS, at};

fn judge(mut events: Vec<Event>) -> Vec<Coverage> {
    events.sort_by_key(|event| event.time);
    coverage(&events, &|host| host.to_uppercase())
}

fn of(all: &[Coverage], kind: Telemetry) -> Coverage {
    all.iter().find(|entry| entry.telemetry == kind).unwrap().clone()
}

/// One record of this log every ten seconds from one time to before the other, in minutes of the hour.
fn beat(channel: &str, event_id: u32, from: u32, to: u32) -> Vec<Event> {
    (from * 6..to * 6)
        .map(|tick| {
            let clock = format!("14:{:02}:{:02}", tick / 6, tick % 6 * 10);
            made::event(channel, event_id, &clock, &[("CommandLine", "x")])
        })
        .collect()
}

fn spans(entry: &Coverage) -> Vec<(String, String)> {
    entry.gaps.iter().map(|gap| (gap.from.clock(false), gap.to.clock(false))).collect()
}

fn pair(from: &str, to: &str) -> (String, String) {
    (from.to_owned(), to.to_owned())
}

#[test]
fn every_host_has_every_kind_and_spellings_are_one_host() {
    let mut other = made::event("Security", 4624, "14:00:01", &[]);
    Arc::make_mut(&mut other.origin).host = "pc1".into();
    let all = judge(vec![made::event("Security", 4624, "14:00:00", &[]), other]);
    assert_eq!(all.len(), 8);
    let logons = of(&all, Telemetry::Logons);
    assert_eq!((logons.host.as_str(), logons.records), ("PC1", 2));
    assert_eq!((logons.first, logons.last), (Some(at("14:00:00")), Some(at("14:00:01"))));
    assert_eq!(logons.state, CoverageState::Present);
    let starts = of(&all, Telemetry::ProcessSecurity);
    assert_eq!(starts.state, CoverageState::Absent);
    assert_eq!(starts.note.unwrap(), "the Security log is there, without these records");
    assert_eq!(of(&all, Telemetry::Network).note.unwrap(), "no Sysmon log");
}

#[test]
fn kinds_go_by_provider_then_channel_and_id() {
    let cases = [
        ("ForwardedEvents", "Microsoft-Windows-Sysmon", 3, Some(Telemetry::Network)),
        ("microsoft-windows-sysmon/operational", "", 13, Some(Telemetry::Registry)),
        (SYSMON, "", 11, Some(Telemetry::Files)),
        (TASKS, "", 201, Some(Telemetry::Tasks)),
        ("Security", "", 4698, Some(Telemetry::Tasks)),
        ("PowerShellCore/Operational", "", 4104, Some(Telemetry::Scripts)),
        ("Windows PowerShell", "", 4104, None),
        ("System", "", 1, None),
    ];
    for (channel, provider, id, wanted) in cases {
        let mut event = made::event(channel, id, "14:00:00", &[]);
        Arc::make_mut(&mut event.origin).provider = provider.into();
        let all = judge(vec![event]);
        let got = all.iter().find(|entry| entry.records > 0).map(|entry| entry.telemetry);
        assert_eq!(got, wanted, "{channel} {provider} {id}");
    }
}

/// Sysmon saw starts that auditing did not: auditing was off then, however busy the Security log was.
#[test]
fn what_one_witness_of_starts_holds_shows_the_other_was_off() {
    let sysmon = beat(SYSMON, 1, 0, 30);
    let cases = [
        // (4688 from, to, holes of it): from the first start that only Sysmon saw to its own first.
        (10, 30, vec![pair("14:00:00", "14:10:00")]),
        (0, 20, vec![pair("14:19:50", "14:29:50")]),
        (0, 30, vec![]),
    ];
    for (from, to, holes) in cases {
        let mut events = sysmon.clone();
        events.extend(beat("Security", 4624, 0, 30));
        events.extend(beat("Security", 4688, from, to));
        let all = judge(events);
        let starts = of(&all, Telemetry::ProcessSecurity);
        assert_eq!(spans(&starts), holes, "4688 from {from} to {to}");
        assert_eq!(starts.state == CoverageState::Present, holes.is_empty(), "{from} to {to}");
        assert_eq!(of(&all, Telemetry::ProcessSysmon).gaps, [], "Sysmon was on");
    }
    // Two starts more may be what the configuration of the other log leaves out.
    let mut events = beat(SYSMON, 1, 0, 30);
    events.extend(beat("Security", 4688, 0, 30).into_iter().skip(3));
    assert_eq!(of(&judge(events), Telemetry::ProcessSecurity).gaps, []);
}

#[test]
fn a_4688_without_any_command_line_is_partial() {
    let bare = made::event("Security", 4688, "14:00:00", &[("CommandLine", "")]);
    let full = made::event("Security", 4688, "14:00:01", &[("CommandLine", "cmd /c x")]);
    let entry = of(&judge(vec![bare.clone()]), Telemetry::ProcessSecurity);
    assert_eq!(entry.state, CoverageState::Partial);
    assert_eq!(entry.note.as_deref(), Some("no command lines"));
    let entry = of(&judge(vec![bare, full]), Telemetry::ProcessSecurity);
    assert_eq!((entry.state, entry.note), (CoverageState::Present, None));
}

#[test]
fn a_stopped_sysmon_is_a_hole_until_it_starts() {
    let mut events = [beat(SYSMON, 1, 0, 2), beat(SYSMON, 1, 20, 30)].concat();
    events.push(made::event(SYSMON, 4, "14:02:11", &[("State", "Stopped")]));
    events.push(made::event(SYSMON, 4, "14:19:03", &[("State", "Started")]));
    let entry = of(&judge(events), Telemetry::ProcessSysmon);
    assert_eq!(entry.state, CoverageState::Partial);
    assert_eq!(spans(&entry), [pair("14:02:11", "14:19:03")]);
    assert_eq!(entry.gaps[0].why, "Sysmon service stopped");
}

#[test]
fn the_service_manager_tells_of_a_stop_too() {
    let cases = [
        (7036, vec![("param1", "Sysmon64"), ("param2", "stopped")], 1),
        (7036, vec![("param1", "Sysmon64"), ("param2", "running")], 0),
        (7036, vec![("param1", "Spooler"), ("param2", "stopped")], 0),
        (7034, vec![("param1", "Sysmon")], 1),
        (7040, vec![("param1", "Sysmon"), ("param3", "disabled")], 1),
        (7040, vec![("param1", "Sysmon"), ("param3", "demand start")], 0),
    ];
    for (id, fields, gaps) in cases {
        // No other log goes on, so that the silence alone says nothing.
        let mut events = [beat(SYSMON, 1, 0, 2), beat(SYSMON, 1, 20, 30)].concat();
        events.push(made::event("System", id, "14:02:05", &fields));
        let entry = of(&judge(events), Telemetry::ProcessSysmon);
        assert_eq!(entry.gaps.len(), gaps, "{id} {fields:?}");
    }
}

#[test]
fn a_disabled_start_type_alone_is_no_hole() {
    let mut events = beat(SYSMON, 1, 0, 30);
    let fields = [("param1", "Sysmon"), ("param3", "disabled")];
    events.push(made::event("System", 7040, "14:02:05", &fields));
    assert_eq!(of(&judge(events), Telemetry::ProcessSysmon).state, CoverageState::Present);
}

#[test]
fn a_silence_counts_only_while_the_other_logs_go_on() {
    let silent = || [beat(SYSMON, 1, 0, 5), beat(SYSMON, 1, 15, 30)].concat();
    let entry = of(&judge(silent()), Telemetry::ProcessSysmon);
    assert_eq!(entry.gaps, [], "no other log");
    let busy = [silent(), beat("Security", 4624, 0, 30)].concat();
    let entry = of(&judge(busy), Telemetry::ProcessSysmon);
    assert_eq!(spans(&entry), [pair("14:04:50", "14:15:00")]);
    let short = [beat(SYSMON, 1, 0, 5), beat(SYSMON, 1, 9, 30), beat("Security", 4624, 0, 30)];
    let entry = of(&judge(short.concat()), Telemetry::ProcessSysmon);
    assert_eq!(entry.gaps, [], "under five minutes");
}

#[test]
fn a_slow_log_may_be_silent_for_long() {
    // A record every two minutes: 99 of 100 waits are that long, so ten minutes are no sign.
    let mut events = beat("Security", 4624, 0, 59);
    for minute in (0..30).step_by(2).chain((40..59).step_by(2)) {
        events.push(made::event(SYSMON, 1, &format!("14:{minute:02}:00"), &[]));
    }
    assert_eq!(of(&judge(events), Telemetry::ProcessSysmon).gaps, []);
}

#[test]
fn a_host_that_was_off_has_no_hole() {
    let on = |from, to| [beat(SYSMON, 1, from, to), beat("Security", 4624, from, to)].concat();
    for ids in [&[6006, 6005][..], &[12, 41, 6008][..]] {
        let mut events = [on(0, 10), on(30, 40)].concat();
        events.push(made::event(SYSMON, 4, "14:09:55", &[("State", "Stopped")]));
        for id in ids {
            let clock = if *id == 6006 { "14:09:58" } else { "14:29:30" };
            events.push(made::event("System", *id, clock, &[]));
        }
        assert_eq!(of(&judge(events), Telemetry::ProcessSysmon).gaps, [], "{ids:?}");
    }
}

#[test]
fn a_cleared_log_has_a_hole_before_the_clearing() {
    let mut events = [beat(SYSMON, 1, 0, 30), beat("Security", 4688, 20, 30)].concat();
    events.push(made::event("Security", 1102, "14:19:30", &[]));
    let all = judge(events.clone());
    let entry = of(&all, Telemetry::ProcessSecurity);
    assert_eq!(spans(&entry), [pair("14:00:00", "14:19:30")]);
    assert_eq!(entry.note.as_deref(), Some("log cleared 2026-04-12 14:19:30 UTC"));
    assert_eq!(of(&all, Telemetry::ProcessSysmon).state, CoverageState::Present);

    events.push(made::event("System", 104, "14:29:55", &[("Channel", SYSMON)]));
    let entry = of(&judge(events), Telemetry::ProcessSysmon);
    assert_eq!(entry.gaps[0].why, "Sysmon log cleared");
    assert_eq!(spans(&entry), [pair("14:29:50", "14:29:55")], "what was kept is no hole");
}

#[test]
fn a_log_that_starts_later_than_the_others_has_a_hole_before() {
    let events = [beat(SYSMON, 1, 20, 30), beat("Security", 4624, 0, 30)].concat();
    let entry = of(&judge(events), Telemetry::ProcessSysmon);
    assert_eq!(spans(&entry), [pair("14:00:00", "14:20:00")]);
    assert_eq!(entry.gaps[0].why, "the Sysmon log starts here, the other logs earlier");
}

#[test]
fn records_without_time_or_host_are_counted() {
    let mut event = made::event(SYSMON, 1, "14:00:00", &[]);
    event.time = None;
    Arc::make_mut(&mut event.origin).host = "".into();
    let entry = of(&judge(vec![event]), Telemetry::ProcessSysmon);
    assert_eq!((entry.records, entry.first, entry.host.as_str()), (1, None, ""));
}
