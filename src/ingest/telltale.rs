//! Says in words why a file was taken for what it is. Does not recognise: `recognise` and
//! `json::dialect` do, and this names what of their signs the file shows.

use super::{
    json::{Dialect, Keys},
    recognise::Kind,
};

/// Names that are said of one file.
const NAMED: usize = 4;

/// Why the file is of this kind; `None` for an empty one.
pub(super) fn recognised_by(kind: &Kind) -> Option<String> {
    Some(match kind {
        Kind::Evtx { is_header_damaged: false, .. } => "signature ElfFile".to_owned(),
        Kind::Evtx { is_header_damaged: true, .. } => "signature ElfChnk at byte 4096".to_owned(),
        Kind::Image => "signatures ElfChnk inside it".to_owned(),
        Kind::Json { dialect: Some(dialect), keys } => {
            let signs = signs(*dialect).iter().copied();
            let mut shown = signs.filter(|sign| keys.has(sign)).take(NAMED).collect::<Vec<_>>();
            if shown.is_empty() {
                shown = first_names(keys);
            }
            format!("names {}", shown.join(", "))
        }
        Kind::Json { dialect: None, keys } => {
            format!("an object of no known program, names {}", first_names(keys).join(", "))
        }
        Kind::Xml => "element Event of Windows".to_owned(),
        Kind::Csv(program) => format!("columns as {} writes them", program.name()),
        Kind::Archive(container) => format!("signature of {}", container.name()),
        Kind::Empty => return None,
        Kind::Other(looks_like) => format!("first bytes of {looks_like}"),
    })
}

fn first_names(keys: &Keys) -> Vec<&str> {
    keys.top.iter().take(NAMED).map(String::as_str).collect()
}

/// Names that only this program gives, the most telling first; those it shares with others after.
const fn signs(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::EvtxDump => &["Event.System", "Event.System.EventID", "Event.System.Channel"],
        Dialect::EvtxDumpSeparate => {
            &["Event_attributes", "Event.System.TimeCreated_attributes", "Event.System"]
        }
        Dialect::NxLog => &[
            "SourceModuleName",
            "EventReceivedTime",
            "SourceName",
            "Hostname",
            "EventID",
            "Channel",
            "@timestamp",
        ],
        Dialect::Winlogbeat => &[
            "winlog.channel",
            "winlog.event_id",
            "winlog.provider_name",
            "_source.winlog.channel",
            "event_data",
            "log_name",
            "event_id",
        ],
        Dialect::ElasticEndpoint => {
            &["agent.type", "data_stream.dataset", "event.module", "event.dataset"]
        }
        Dialect::EvtxEcmd => {
            &["Payload", "MapDescription", "ChunkNumber", "ExtraDataOffset", "EventId"]
        }
        Dialect::Velociraptor => &[
            "System.EventID.Value",
            "_Source",
            "OSPath",
            "FullPath",
            "EventData",
            "Computer",
            "EventTime",
        ],
        Dialect::Hayabusa => &["RuleTitle", "RuleID", "RuleFile", "Details", "AllFieldInfo"],
        Dialect::ChainsawHunt => {
            &["document.data.Event.System", "documents[].data.Event.System", "group"]
        }
        Dialect::Defender => &[
            "ActionType",
            "properties.ActionType",
            "DeviceName",
            "DeviceId",
            "InitiatingProcessFileName",
        ],
        Dialect::Splunk => {
            &["sourcetype", "_raw", "_time", "result.sourcetype", "result._raw", "EventCode"]
        }
        Dialect::Mapped { .. } => &[],
        Dialect::PowerShell => &["ProviderName", "LogName", "Id", "Properties", "RecordId"],
    }
}
