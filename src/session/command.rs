//! Everything the screen can ask the session to do.

use std::path::PathBuf;

use crate::model::{LeftOut, ProcessIndex, RecordIndex, Severity, SourceIndex, TimeRange};
use crate::session::events::{Doer, EventColumn, EventGroup, Only};
use crate::session::{Password, Tab};

/// One wish of the user. [`Session::apply`](super::Session::apply) carries it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Load these files and folders as a new bundle.
    Open(Vec<PathBuf>),
    /// Load these files and folders besides those that are open; with none or the sample open, as a
    /// new bundle.
    Add(Vec<PathBuf>),
    /// Read the open bundle again without this file, or this member of an archive.
    LeaveOut(LeftOut),
    /// Read the open bundle again with this file, which was left out.
    PutBack(LeftOut),
    /// Read the open bundle again with everything that was left out.
    PutBackAll,
    /// Read the open bundle again with one more password for what is encrypted in it.
    Unlock(Password),
    /// Load the bundled sample incident.
    OpenSample,
    /// Stop loading; what was read so far stays.
    CancelLoad,
    /// Go back to the start screen.
    Close,
    /// Select a process and make its row visible.
    SelectProcess(ProcessIndex),
    /// Select a finding, by its position, and the process it is about.
    SelectFinding(usize),
    /// Select the next finding, or the one before.
    StepFinding(Direction),
    /// Select a record.
    SelectRecord(RecordIndex),
    /// Read the fields of these records, which stayed in the evidence.
    ReadRecords(Vec<RecordIndex>),
    /// Show another tab of the centre.
    ShowTab(Tab),
    /// Show a process in the tree.
    ShowInTree(ProcessIndex),
    /// Show the records of these processes only, in the table; `None` shows those of all again.
    ShowRecordsOf(Option<Doer>),
    /// Sort the table by this column; the other way round where it is sorted by it already.
    SortEvents(EventColumn),
    /// Count the records of the table by this, or by nothing.
    GroupEvents(Option<EventGroup>),
    /// Keep only records of the table with this value, or without it.
    OnlyEvents(Only),
    /// Take back one of those limits.
    AnyEvents(Only),
    /// Show everything again: no words, no time range, no limit of the table.
    ClearLimits,
    /// Limit everything to this time, or to none.
    LimitTime(Option<TimeRange>),
    /// Select a file of the evidence.
    SelectSource(SourceIndex),
    /// Select a host, by its position.
    SelectHost(usize),
    /// Select nothing.
    ClearSelection,
    /// Fold or unfold the children of a process.
    ToggleProcess(ProcessIndex),
    /// Fold or unfold a host, by its position.
    ToggleHost(usize),
    /// Fold or unfold a group of findings.
    ToggleGroup(Severity),
    /// Unfold everything.
    ExpandAll,
    /// Fold everything but the Zoom chains.
    CollapseAll,
    /// Show the Zoom chains only, or everything again.
    ShowChainOnly(bool),
    /// Show who is concluded to have asked for a process, or only what is logged.
    ShowInferred(bool),
    /// Keep only rows that hold all these words.
    Filter(String),
    /// Show another Zoom chain in the answer, by its position.
    ShowChain(usize),
    /// Write the Markdown report to this file.
    ExportReport(PathBuf),
    /// Take a bundle off the list of recent ones.
    ForgetRecent(usize),
    /// Something that failed outside the session, for the status bar.
    Tell(String),
    /// The notice was read.
    DismissNotice,
}

/// Which way to step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the next one, after the last to the first.
    Next,
    /// To the one before, before the first to the last.
    Previous,
}
