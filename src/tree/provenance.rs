//! Which record said what of a process, told on demand from the records. It keeps nothing.

use super::{
    draft::account,
    mention::doer,
    record::{Log, image, log_of, pid},
};
use crate::model::{Event, FieldSaid, ProcessField, ProcessIndex, ProcessTree, RecordIndex};

/// Children and deeds asked about a process that has no record of its own start.
const MOST_MENTIONS: usize = 256;

/// Everything that records say of the process at this position, field by field.
///
/// First the records of its start in their order, then those that only mention it, which are the
/// starts of its children and, where it has no start record, what it did.
/// The events must be those the tree was built from.
pub fn provenance(tree: &ProcessTree, at: ProcessIndex, events: &[Event]) -> Vec<FieldSaid> {
    let mut said = Vec::new();
    let Some(process) = tree.process(at) else { return said };
    let event = |record: RecordIndex| events.get(record.0 as usize);
    for witness in &process.witnesses {
        if let Some(event) = event(witness.record) {
            note(&mut said, own_words(event), witness.kind, witness.record);
        }
    }
    let children = tree.children_of(at).iter().filter_map(|child| tree.process(*child));
    let starts = children.flat_map(|child| child.witnesses.iter()).map(|witness| witness.record);
    let starts = starts.filter(|record| event(*record).is_some_and(is_start));
    for record in starts.take(MOST_MENTIONS) {
        let words = event(record).map(parent_words).unwrap_or_default();
        note(&mut said, words, "mention", record);
    }
    if process.stub.is_some() {
        for record in process.activity.iter().map(|deed| deed.record).take(MOST_MENTIONS) {
            let words = event(record).map(doer_words).unwrap_or_default();
            note(&mut said, words, "mention", record);
        }
    }
    said.sort_by_key(|said| said.field);
    said
}

type Words = Vec<(ProcessField, Option<String>)>;

fn note(said: &mut Vec<FieldSaid>, words: Words, kind: &'static str, record: RecordIndex) {
    let told = words.into_iter().filter_map(|(field, value)| Some((field, value?)));
    said.extend(told.map(|(field, value)| FieldSaid { field, value, kind, record }));
}

fn is_start(event: &Event) -> bool {
    matches!((log_of(event), event.event_id), (Some(Log::Sysmon), 1) | (Some(Log::Security), 4688))
}

/// What the record of a start or an end says of its process.
fn own_words(event: &Event) -> Words {
    use ProcessField as Field;
    let field = |name: &str| event.field(name).map(str::to_owned);
    let path = |name: &str| image(event, name).map(str::to_owned);
    let number = |name: &str| pid(event, name).map(|pid| pid.to_string());
    match (log_of(event), event.event_id) {
        (Some(Log::Sysmon), 1) => vec![
            (Field::Image, path("Image")),
            (Field::OriginalFileName, field("OriginalFileName")),
            (Field::CommandLine, field("CommandLine")),
            (Field::User, field("User")),
            (Field::CurrentDirectory, field("CurrentDirectory")),
            (Field::Integrity, field("IntegrityLevel")),
            (Field::LogonId, field("LogonId")),
            (Field::Hashes, field("Hashes")),
            (Field::ParentPid, number("ParentProcessId")),
            (Field::ParentGuid, field("ParentProcessGuid")),
            (Field::ParentImage, path("ParentImage")),
            (Field::ParentCommandLine, field("ParentCommandLine")),
        ],
        (Some(Log::Security), 4688) => {
            let target = account(event, "TargetDomainName", "TargetUserName");
            let logon = if target.is_some() { "TargetLogonId" } else { "SubjectLogonId" };
            vec![
                (Field::Image, path("NewProcessName")),
                (Field::CommandLine, field("CommandLine")),
                (
                    Field::User,
                    target.or_else(|| account(event, "SubjectDomainName", "SubjectUserName")),
                ),
                (Field::Integrity, field("MandatoryLabel")),
                (Field::LogonId, field(logon)),
                (Field::ParentPid, number("ProcessId")),
                (Field::ParentImage, path("ParentProcessName")),
            ]
        }
        (Some(Log::Security), 4689) => vec![(Field::Image, path("ProcessName"))],
        _ => doer_words(event),
    }
}

/// What the record of a child's start says of its parent.
fn parent_words(event: &Event) -> Words {
    use ProcessField as Field;
    let field = |name: &str| event.field(name).map(str::to_owned);
    let path = |name: &str| image(event, name).map(str::to_owned);
    match log_of(event) {
        Some(Log::Security) => vec![(Field::Image, path("ParentProcessName"))],
        _ => vec![
            (Field::Image, path("ParentImage")),
            (Field::CommandLine, field("ParentCommandLine")),
            (Field::User, field("ParentUser")),
        ],
    }
}

/// What another Sysmon record says of who did what it tells.
fn doer_words(event: &Event) -> Words {
    use ProcessField as Field;
    if log_of(event) != Some(Log::Sysmon) {
        return Vec::new();
    }
    let [_, path, user] = doer(event).names();
    vec![
        (Field::Image, image(event, path).map(str::to_owned)),
        (Field::User, event.field(user).map(str::to_owned)),
    ]
}
