//! The vocabulary every layer shares: plain data, no input or output, no drawing.
//!
//! Read it in this order: [`Timestamp`], [`Event`] (one log record, flat), [`Source`] and
//! [`Issue`] (where records come from and what could not be read), [`Process`] and
//! [`ProcessTree`], [`Activity`] (what a process did) and [`Deed`] (what its record says of it), [`Decoding`], [`Finding`],
//! [`ChainStep`], [`Coverage`], and [`Analysis`], which holds them all.

mod activity;
mod analysis;
mod chain;
mod coverage;
mod crossing;
mod decoding;
mod deed;
mod event;
mod fields;
mod finding;
mod finding_group;
mod inferred;
mod issue;
mod log;
mod logon;
mod message_parameter;
mod number;
mod parent_evidence;
mod per_kind;
mod process;
mod process_field;
mod provider_channel;
mod severity;
mod source;
mod text;
mod time;
mod time_range;
mod windows_path;

pub(crate) use self::deed::{
    client_machine, client_pid, host_application, host_id, job_id, process_image, process_in,
};
pub use self::{
    activity::{Activity, ActivityKind, AttachedBy, HostActivity},
    analysis::{Analysis, Host, Mark, RecordMark},
    chain::{ChainStep, StepState},
    coverage::{Coverage, CoverageState, Gap, Telemetry},
    crossing::{Crossing, CrossingEnd, CrossingKind, Lead, LeadState},
    decoding::{
        Blob, Decoding, Explanation, FailedDecode, Indicator, IndicatorKind, IndicatorNote, Layer,
        Span, Technique,
    },
    deed::{
        AccessAction, AccountChange, AntivirusChange, AuditChange, BitsJob, Deed, DesktopSession,
        Direction, Dns, ExplicitCredentials, FileAction, FileDeed, FilePolicy, GroupChange,
        LogCleared, LogonDeed, Module, Network, ObjectAccess, Pipe, PipeAction, PowerShell,
        PrivilegeUse, ProcessAccess, RawRead, Registry, RegistryAction, RemoteThread, ScriptBlock,
        ServiceChange, ServiceInstall, ShareAccess, StreamWritten, Tampering, Task, Verdict,
        WmiActivity, WmiSubscription,
    },
    event::{AlsoAt, Event, Origin, RecordIndex, is_missing},
    fields::{Fields, FieldsBuilder, Name, Shape},
    finding::{Finding, Matched, RuleInfo},
    finding_group::FindingGroup,
    inferred::{Confidence, Inferred, InferredReason},
    issue::{Issue, IssueKind},
    log::Log,
    logon::{Connection, Logon, LogonIndex, logon_type_words, well_known_logon},
    message_parameter::{message_parameter, with_meanings},
    number::grouped,
    parent_evidence::{ParentCertainty, ParentEvidence},
    per_kind::PerKind,
    process::{ParentLink, Process, ProcessIndex, ProcessTree, StubReason, Witness},
    process_field::{Disagreement, FieldSaid, ProcessField},
    provider_channel::{DEFENDER, ELASTIC_ENDPOINT, short_channel},
    severity::Severity,
    source::{Format, LeftOut, Source, SourceIndex},
    text::Text,
    time::Timestamp,
    time_range::TimeRange,
    windows_path::{bare_path, file_name, is_same_text, program},
};
