//! The table of every record: which are listed, in which order, what is counted, what rows say.
//! What the sample holds is told by `assets/sample/README.md`.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is absent fails the test")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use spawnscope::model::{RecordIndex, TimeRange};
use spawnscope::session::events::{Doer, EventColumn, EventGroup, Only, value};
use spawnscope::session::{Command, Selection, Session, Tab, Whole};
use spawnscope::view::events::{self, Sign};

use crate::events::{Make, record, security, sysmon, time};
use crate::session::{fresh, incident, wait};

/// The sample incident with the table shown.
fn table() -> Session {
    let mut session = incident();
    session.apply(Command::ShowTab(Tab::Events));
    session
}

/// Records of the sample.
fn total(session: &Session) -> usize {
    session.analysis().events.len()
}

fn row(session: &Session, at: u32) -> events::Row {
    events::row(session, RecordIndex(at), false).unwrap()
}

/// The listed records' texts in one column.
fn column(session: &Session, column: EventColumn) -> Vec<String> {
    let order = &session.events().order;
    order.iter().map(|at| row(session, *at).cell(column).to_owned()).collect()
}

fn process(session: &Session, name: &str, pid: u32) -> spawnscope::model::ProcessIndex {
    let mut all = session.analysis().tree.iter();
    all.find(|(_, found)| found.name() == name && found.pid == Some(pid)).unwrap().0
}

#[test]
fn every_record_is_listed_in_the_order_of_the_analysis() {
    let session = table();
    let all: Vec<u32> = (0..u32::try_from(session.analysis().events.len()).unwrap()).collect();
    assert_eq!(session.events().order, all);
    let view = events::events(&session);
    assert_eq!(view.counted, format!("{} records", all.len()));
    assert_eq!((view.limits, view.empty, view.note), (Vec::new(), None, None));
}

#[test]
fn nothing_is_listed_while_nobody_looks() {
    let mut session = incident();
    assert!(session.events().order.is_empty());
    session.apply(Command::ShowTab(Tab::Events));
    assert!(!session.events().order.is_empty());
}

#[test]
fn sorting_keeps_equals_in_order_and_puts_nothing_last() {
    let mut session = table();
    let all = session.events().order.clone();
    for sorted in EventColumn::ALL.into_iter().filter(|column| column.is_sortable()) {
        let is_host = sorted == EventColumn::Host;
        let other = if is_host { EventColumn::Record } else { EventColumn::Host };
        session.apply(Command::SortEvents(other));
        session.apply(Command::SortEvents(sorted));
        let mut up = session.events().order.clone();
        let texts = column(&session, sorted);
        let filled = texts.iter().take_while(|text| !text.is_empty()).count();
        assert!(texts.iter().skip(filled).all(String::is_empty), "{sorted:?}: {texts:?}");
        let is_number = texts.iter().take(filled).all(|text| text.parse::<u64>().is_ok());
        let key = |text: &String| {
            let number = text.parse::<u64>().ok().filter(|_| is_number);
            (number, text.to_lowercase())
        };
        let keys: Vec<_> = texts.iter().take(filled).map(key).collect();
        assert!(keys.is_sorted(), "{sorted:?}: {texts:?}");
        for (at, pair) in up.windows(2).enumerate() {
            if texts[at].to_lowercase() == texts[at + 1].to_lowercase() {
                assert!(pair[0] < pair[1], "{sorted:?}: equals change places");
            }
        }
        session.apply(Command::SortEvents(sorted));
        let lower = |text: &String| text.to_lowercase();
        let down: Vec<String> = column(&session, sorted).iter().map(lower).collect();
        let mut turned: Vec<String> = texts.iter().take(filled).rev().map(lower).collect();
        turned.extend(texts.iter().skip(filled).map(lower));
        assert_eq!(down, turned, "{sorted:?}");
        up.sort_unstable();
        assert_eq!(up, all, "{sorted:?} loses records");
        session.apply(Command::SortEvents(EventColumn::Host));
        session.apply(Command::SortEvents(EventColumn::Time));
        assert_eq!(session.events().order, all, "back in time order");
    }
}

#[test]
fn words_are_found_in_fields_names_numbers_and_decoded_text() {
    let mut session = table();
    let all = total(&session);
    let mut found = |words: &str| {
        session.apply(Command::Filter(words.to_owned()));
        session.events().order.len()
    };
    let sysmon_1 = found("sysmon ProcessCreate");
    assert_eq!(sysmon_1, 0, "names of fields and of kinds are no values");
    assert!(found("198.51.100.23") > 1);
    assert_eq!(found("4104"), found("4104 powershell"));
    assert!(found("U.PS1") > 0, "any letter case");
    assert_eq!(found("u.ps1"), found("U.PS1"));
    assert!(found("11872 4104") > 0, "the process id of the record's process");
    assert!(found("downloadstring sysmon") > 0, "what the command really says, at its start");
    assert_eq!(found("no such thing"), 0);
    let everything = found("");
    assert_eq!(everything, all);
}

#[test]
fn records_whose_fields_stayed_in_the_evidence_are_told_of() {
    let mut session = table();
    let skeletons =
        session.analysis().events.iter().filter(|event| event.is_skeleton).count() as u64;
    assert!(skeletons > 0);
    session.apply(Command::Filter("no such thing".to_owned()));
    assert_eq!(session.events().unsearched, skeletons);
    let view = events::events(&session);
    let note = format!("{skeletons} records not searched: fields stay in the evidence");
    assert_eq!(view.note, Some(note));
    let empty = view.empty.unwrap();
    assert_eq!((&*empty.words, empty.is_limited), ("Nothing matches", true));
    session.apply(Command::ClearLimits);
    assert_eq!(session.events().unsearched, 0);
    assert_eq!(session.events().order.len(), total(&session));
}

#[test]
fn their_fields_are_read_when_they_are_looked_at() {
    // A record of a log that nothing judges.
    let folder = tempfile::tempdir().unwrap();
    let log = r##"{"Event":{"System":{"Provider":{"#attributes":{"Name":"Printer"}},"EventID":7,"TimeCreated":{"#attributes":{"SystemTime":"2026-04-12T14:00:00Z"}},"EventRecordID":1,"Channel":"Printer/Operational","Computer":"PC1"},"EventData":{"Job":"12","Pages":"3"}}}"##;
    fs::write(folder.path().join("log.json"), log).unwrap();
    let mut session = fresh();
    session.apply(Command::Open(vec![folder.path().to_path_buf()]));
    wait(&mut session, |session| session.load().is_none());
    session.apply(Command::ShowTab(Tab::Events));
    let at = RecordIndex(0);
    assert!(matches!(session.whole_record(at), Some(Whole::Unread)));
    assert_eq!(row(&session, at.0).summary, "Reading the fields …");
    session.apply(Command::ReadRecords(vec![at]));
    wait(&mut session, |session| !matches!(session.whole_record(at), Some(Whole::Unread)));
    let Some(Whole::Is(event)) = session.whole_record(at) else {
        unreachable!("it is in a plain file")
    };
    assert_eq!((event.event_id, event.field("Pages")), (7, Some("3")));
    assert_eq!(row(&session, at.0).summary, "Job: 12, Pages: 3");
    session.apply(Command::SelectRecord(at));
    let view = spawnscope::view::inspector::inspector(&session);
    let spawnscope::view::inspector::Inspector::Record(facts) = view else {
        unreachable!("a record is selected")
    };
    assert_eq!(facts.facts.fields.len(), 2);
    drop(folder);
}

#[test]
fn a_time_range_lists_what_lies_in_it() {
    let mut session = table();
    let range = TimeRange::between(time("14:36:00"), time("14:20:00")).unwrap();
    session.apply(Command::LimitTime(Some(range)));
    let times = column(&session, EventColumn::Time);
    let in_range = |text: &String| ("14:20:00".."14:36:00").contains(&text.as_str());
    assert!(times.iter().all(in_range), "{times:?}");
    let by_hand = session.analysis().events.iter().filter_map(|event| event.time);
    let by_hand = by_hand.filter(|time| range.holds(*time)).count();
    assert_eq!(times.len(), by_hand);
    let view = events::events(&session);
    let limit = view.limits.first().unwrap();
    assert_eq!((&*limit.label, &*limit.words), ("Time", "14:20:00–14:36:00"));
    assert_eq!(view.counted, format!("{by_hand} of {} records", total(&session)));
    session.apply(Command::LimitTime(None));
    assert_eq!(session.events().order.len(), total(&session));
    assert_eq!(TimeRange::between(time("14:20:00"), time("14:20:00")), None);
}

#[test]
fn counts_are_of_the_listed_records_and_add_up() {
    let mut session = table();
    let all = total(&session) as u64;
    let field = EventGroup::Field("Image".into());
    let groups = [
        EventGroup::Host,
        EventGroup::Source,
        EventGroup::EventId,
        EventGroup::Provider,
        EventGroup::Process,
        EventGroup::User,
        EventGroup::File,
        field,
    ];
    for group in groups {
        session.apply(Command::GroupEvents(Some(group.clone())));
        let list = session.events().clone();
        let counted: u64 = list.values.iter().map(|value| value.count).sum();
        assert_eq!(counted + list.rare.1, all, "{group:?}");
        let mut by_hand: BTreeMap<Option<String>, u64> = BTreeMap::new();
        for at in 0..u32::try_from(all).unwrap() {
            let text = value(session.analysis(), RecordIndex(at), &group);
            *by_hand.entry(text.map(std::borrow::Cow::into_owned)).or_default() += 1;
        }
        let listed: BTreeMap<Option<String>, u64> =
            list.values.iter().map(|one| (one.value.clone(), one.count)).collect();
        assert_eq!(listed, by_hand, "{group:?}");
        let first = list.values.first().unwrap().clone();
        let only = Only { group: group.clone(), value: first.value.clone(), is_left_out: false };
        session.apply(Command::OnlyEvents(only.clone()));
        assert_eq!(session.events().order.len() as u64, first.count, "{group:?}");
        session.apply(Command::OnlyEvents(Only { is_left_out: true, ..only.clone() }));
        assert!(session.events().order.is_empty(), "with it and without it is nothing");
        session.apply(Command::AnyEvents(only.clone()));
        assert_eq!(session.events().order.len() as u64, all - first.count, "{group:?}");
        session.apply(Command::AnyEvents(Only { is_left_out: true, ..only }));
        assert_eq!(session.events().order.len(), total(&session));
    }
    session.apply(Command::GroupEvents(Some(EventGroup::EventId)));
    let view = events::events(&session);
    let values = view.values.unwrap();
    assert_eq!(values.title, "By event id");
    let counts: Vec<u64> = session.events().values.iter().map(|value| value.count).collect();
    assert!(counts.is_sorted_by(|one, next| one >= next), "{counts:?}");
    assert!(values.rows.iter().any(|value| value.words == "Sysmon 1"), "{:?}", values.rows);
    assert_eq!(values.rows.first().map(|value| value.percent), Some(100));
}

#[test]
fn another_value_of_the_same_replaces_the_first() {
    let mut session = table();
    let only = |value: &str| {
        let value = Some(value.to_owned());
        Only { group: EventGroup::Source, value, is_left_out: false }
    };
    session.apply(Command::OnlyEvents(only("Security")));
    session.apply(Command::OnlyEvents(only("System")));
    assert_eq!(session.event_query().only, [only("System")]);
    let out = |value: &str| Only { is_left_out: true, ..only(value) };
    session.apply(Command::OnlyEvents(out("Security")));
    session.apply(Command::OnlyEvents(out("Application")));
    assert_eq!(session.event_query().only.len(), 3, "several may be left out");
}

#[test]
fn a_process_and_its_records_lead_to_each_other() {
    let mut session = incident();
    let shell = process(&session, "powershell.exe", 11872);
    session.apply(Command::ShowRecordsOf(Some(Doer::One(shell))));
    assert_eq!(session.tab(), Tab::Events);
    let own = session.events().order.clone();
    let found = session.analysis().tree.process(shell).unwrap();
    assert!(own.len() >= found.witnesses.len() + found.activity.len());
    assert!(own.iter().all(|at| row(&session, *at).linked == Some(shell)));
    session.apply(Command::ShowRecordsOf(Some(Doer::Under(shell))));
    assert!(session.events().order.len() > own.len());
    let first = RecordIndex(own[0]);
    session.apply(Command::SelectRecord(first));
    assert_eq!(session.selection().record(), Some(first));
    assert_eq!(session.selection().process(), Some(shell));
    session.apply(Command::ShowInTree(shell));
    assert_eq!(session.tab(), Tab::ProcessTree);
    assert_eq!(session.selection(), Selection::Process { process: shell, finding: None });
}

#[test]
fn a_finding_is_shown_by_its_record_where_the_table_is() {
    let mut session = table();
    session.apply(Command::SelectFinding(0));
    let finding = &session.analysis().findings[0];
    assert_eq!(session.selection().record(), finding.records.first().copied());
    assert_eq!(session.selection().finding(), Some(0));
    let view = events::events(&session);
    assert_eq!(view.selected, Some(finding.records[0].0 as usize));
}

/// Of a script in several parts only the first is a deed in the tree.
#[test]
fn all_parts_of_a_script_belong_to_its_process() {
    let mut session = table();
    session.apply(Command::Filter("4104".to_owned()));
    let rows: Vec<_> = session.events().order.iter().map(|at| row(&session, *at)).collect();
    let parts: Vec<_> = rows.iter().filter(|row| row.summary.contains(" of 3")).collect();
    assert_eq!(parts.len(), 2, "parts 1 and 2 are logged");
    for row in parts {
        assert_eq!((&*row.process, &*row.pid), ("powershell.exe", "11872"));
        assert_eq!(row.sign, Sign::Activity(spawnscope::model::ActivityKind::Script));
    }
}

/// More records than are listed within a frame.
fn many(count: usize) -> (tempfile::TempDir, Session) {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for at in 0..count {
        writeln!(
            text,
            r##"{{"Event":{{"System":{{"Provider":{{"#attributes":{{"Name":"Microsoft-Windows-Sysmon"}}}},"EventID":22,"TimeCreated":{{"#attributes":{{"SystemTime":"2026-04-12T14:{:02}:{:02}Z"}}}},"EventRecordID":{at},"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"PC1"}},"EventData":{{"QueryName":"host{}.example","Image":"C:\\a.exe"}}}}}}"##,
            at / 60 % 60,
            at % 60,
            at % 100,
        )
        .unwrap();
    }
    fs::write(folder.path().join("log.json"), text).unwrap();
    let mut session = fresh();
    session.apply(Command::Open(vec![folder.path().to_path_buf()]));
    wait(&mut session, |session| session.load().is_none());
    (folder, session)
}

#[test]
fn a_long_list_is_made_aside_and_the_newest_request_wins() {
    let (folder, mut session) = many(5_000);
    session.apply(Command::ShowTab(Tab::Events));
    assert!(session.is_listing(), "nothing is waited for");
    assert_eq!(events::events(&session).empty.unwrap().words, "Searching …");
    wait(&mut session, |session| !session.is_listing());
    assert_eq!(session.events().order.len(), 5_000);
    for words in ["host1", "host1.", "host17."] {
        session.apply(Command::Filter(words.to_owned()));
    }
    assert_eq!(session.events().order.len(), 5_000, "the last list stays until then");
    wait(&mut session, |session| !session.is_listing());
    assert_eq!(session.events().order.len(), 50);
    session.apply(Command::Filter("host".to_owned()));
    session.apply(Command::Filter("host17.".to_owned()));
    assert!(!session.is_listing(), "what is shown already is not made again");
    session.apply(Command::GroupEvents(Some(EventGroup::Field("QueryName".into()))));
    session.apply(Command::Filter(String::new()));
    wait(&mut session, |session| !session.is_listing());
    assert_eq!(session.events().values.len(), 100);
    assert!(session.events().values.iter().all(|value| value.count == 50));
    drop(folder);
}

#[test]
fn the_names_of_fields_are_offered() {
    let (folder, mut session) = many(100);
    session.apply(Command::ShowTab(Tab::Events));
    assert_eq!(session.events().fields.len(), 2, "{:?}", session.events().fields);
    session.apply(Command::GroupEvents(Some(EventGroup::Field("QueryName".into()))));
    assert_eq!((session.events().values.len(), session.events().rare), (100, (0, 0)));
    drop(folder);
}

/// Records of Sysmon, and what their rows say.
fn of_sysmon() -> Vec<(Make, &'static str)> {
    vec![
        (
            sysmon(3, "14:00:00")
                .field("DestinationIp", "198.51.100.23")
                .field("DestinationPort", "80")
                .field("Protocol", "tcp")
                .field("Initiated", "true"),
            "Connected to 198.51.100.23:80, tcp",
        ),
        (
            sysmon(3, "14:00:00")
                .field("DestinationIp", "10.0.0.5")
                .field("DestinationPort", "445")
                .field("Protocol", "tcp")
                .field("Initiated", "false")
                .field("SourceIp", "10.0.0.9"),
            "Connection with 10.0.0.9, on 10.0.0.5:445, tcp",
        ),
        (
            sysmon(3, "14:00:00").field("DestinationIp", "fe80::1").field("DestinationPort", "80"),
            "Connected to [fe80::1]:80",
        ),
        (sysmon(11, "14:00:00").field("TargetFilename", "C:\\a.dll"), "Created C:\\a.dll"),
        (
            sysmon(13, "14:00:00").field("TargetObject", "HKLM\\a").field("Details", "1"),
            "Set HKLM\\a = 1",
        ),
        (
            sysmon(12, "14:00:00").field("TargetObject", "HKLM\\a").field("EventType", "DeleteKey"),
            "Deleted HKLM\\a",
        ),
        (sysmon(22, "14:00:00").field("QueryName", "a.example"), "Looked up a.example"),
        (
            sysmon(10, "14:00:00")
                .field("TargetImage", "C:\\w\\lsass.exe")
                .field("TargetProcessId", "700")
                .field("GrantedAccess", "0x1010"),
            "Opened lsass.exe 700 with 0x1010",
        ),
    ]
}

/// Records of other logs.
fn of_others() -> Vec<(Make, &'static str)> {
    vec![
        (
            security(4624, "14:00:00")
                .field("TargetUserName", "a")
                .field("TargetDomainName", "B")
                .field("LogonType", "10")
                .field("IpAddress", "10.0.0.9"),
            "Logon of B\\a from 10.0.0.9, type 10 remote interactive",
        ),
        (
            security(4625, "14:00:00").field("TargetUserName", "a").field("LogonType", "3"),
            "Failed logon of a, type 3 network",
        ),
        (security(5140, "14:00:00").field("ShareName", "\\\\*\\C$"), "Opened share \\\\*\\C$"),
        (
            security(4688, "14:00:00").field("NewProcessName", "C:\\a.exe"),
            "Started C:\\a.exe, no command line logged",
        ),
        (security(1102, "14:00:00"), "The audit log was cleared"),
        (
            record("Service Control Manager", "System", 7045, "14:00:00")
                .field("ServiceName", "s")
                .field("ImagePath", "C:\\s.exe"),
            "Installed service s: C:\\s.exe",
        ),
        // Forwarded, in the collector's own log.
        (
            record("Microsoft-Windows-Sysmon", "ForwardedEvents", 22, "14:00:00")
                .field("QueryName", "a.example"),
            "Looked up a.example",
        ),
        // A kind without a sentence, and one that lacks what its sentence is about.
        (
            record("X", "X/Operational", 7, "14:00:00")
                .field("A", "1")
                .field("B", "-")
                .field("C", "2"),
            "A: 1, C: 2",
        ),
        (sysmon(22, "14:00:00"), "UtcTime: 2026-04-12 14:00:00"),
        (record("X", "X", 7, "14:00:00"), "No fields"),
        // Nothing in it is left unseen.
        (
            sysmon(11, "14:00:00").field("TargetFilename", "C:\\a\u{202e}fdp.exe"),
            "Created C:\\a\\u{202e}fdp.exe",
        ),
    ]
}

#[test]
fn rows_say_what_happened() {
    const SYSMON: &str = "Microsoft-Windows-Sysmon/Operational";
    for (make, expected) in of_sysmon().into_iter().chain(of_others()) {
        let event = make.done();
        assert_eq!(events::summary(&event).words, expected, "{event:?}");
    }
    let start = sysmon(1, "14:00:00").field("CommandLine", "cmd  /c\twhoami").done();
    let said = events::summary(&start);
    assert_eq!((&*said.words, said.is_code), ("cmd /c whoami", true));
    assert_eq!(events::short_source(SYSMON), "Sysmon");
    assert_eq!(events::short_source(""), "No channel");
}

#[test]
fn long_text_is_not_shown_whole() {
    let long = "a".repeat(1_000_000);
    let event = record("X", "X", 7, "14:00:00").field("A", &long).done();
    let said = events::summary(&event).words;
    assert!(said.chars().count() < 500 && said.ends_with('…'), "{} characters", said.len());
}
