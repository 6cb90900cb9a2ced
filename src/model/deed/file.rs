//! Files and their streams. Not accesses that only ask for a handle: those are in `access`.

use serde::Serialize;

use crate::model::Event;

use super::words::flag;

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileAction {
    /// Sysmon 11: created, or written over.
    Created,
    /// An endpoint sensor tells the two apart.
    Overwritten,
    /// An endpoint sensor.
    Renamed,
    /// Sysmon 2: its creation time was set to another, ATT&CK T1070.006.
    TimeChanged,
    /// Sysmon 23: deleted; [`FileDeed::archived`] says whether Sysmon kept a copy.
    DeletedArchived,
    /// Sysmon 26: deleted, and no copy kept.
    Deleted,
    /// Sysmon 27: Sysmon kept an executable from being written.
    ExecutableBlocked,
    /// Sysmon 28: Sysmon kept a file from being wiped.
    ShreddingBlocked,
    /// Sysmon 29: an executable was written.
    ExecutableDetected,
}

/// A file created, changed or deleted (Sysmon 2 11 23 26 27 28 29).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileDeed<'a> {
    /// What happened.
    pub action: FileAction,
    /// Full path.
    pub path: Option<&'a str>,
    /// Its path before it was renamed.
    pub previous_path: Option<&'a str>,
    /// `CreationUtcTime`: the creation time the file has now.
    pub created_utc: Option<&'a str>,
    /// `PreviousCreationUtcTime`: the one it had before somebody set it.
    pub previous_created_utc: Option<&'a str>,
    /// `Hashes` as logged, `SHA1=…,MD5=…`.
    pub hashes: Option<&'a str>,
    /// Whether it is a program.
    pub executable: Option<bool>,
    /// Whether Sysmon kept a copy in its archive folder.
    pub archived: Option<bool>,
}

impl<'a> FileDeed<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let action = match (event.event_id, event.field("event.action")) {
            (11, Some("rename")) => FileAction::Renamed,
            (11, Some("overwrite")) => FileAction::Overwritten,
            (2, _) => FileAction::TimeChanged,
            (23, _) => FileAction::DeletedArchived,
            (26, _) => FileAction::Deleted,
            (27, _) => FileAction::ExecutableBlocked,
            (28, _) => FileAction::ShreddingBlocked,
            (29, _) => FileAction::ExecutableDetected,
            _ => FileAction::Created,
        };
        Self {
            action,
            path: event.field("TargetFilename"),
            previous_path: event.field("file.Ext.original.path"),
            created_utc: event.field("CreationUtcTime"),
            previous_created_utc: event.field("PreviousCreationUtcTime"),
            hashes: event.field("Hashes"),
            executable: flag(event, "IsExecutable"),
            archived: flag(event, "Archived"),
        }
    }

    pub(super) fn text(&self) -> String {
        self.path.unwrap_or_default().to_owned()
    }
}

/// A named stream written to a file (Sysmon 15), and the Mark of the Web where it is one.
///
/// Sources: Sysmon's manifest, `Hash` and `Contents`; Microsoft, `URLZONE`, and "[MS-FSCC] 5.6.1,
/// `Zone.Identifier` stream name" for what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StreamWritten<'a> {
    /// File and stream, as logged.
    pub path: Option<&'a str>,
    /// The file alone.
    pub file: Option<&'a str>,
    /// The name of the stream.
    pub stream: Option<&'a str>,
    /// Hashes of the stream's contents.
    pub hashes: Option<&'a str>,
    /// When the file was created.
    pub created_utc: Option<&'a str>,
    /// `ZoneId`: 3 is the internet.
    pub zone_id: Option<u32>,
    /// The zone in words.
    pub zone: Option<&'static str>,
    /// Where it was downloaded from.
    pub host_url: Option<&'a str>,
    /// The page that led there.
    pub referrer_url: Option<&'a str>,
    /// The contents as logged: Sysmon keeps those of text only.
    pub contents: Option<&'a str>,
}

impl<'a> StreamWritten<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let path = event.field("TargetFilename");
        // The first colon may be that of the drive; a stream's stands behind the last backslash.
        let name_at = path.and_then(|path| path.rfind(['\\', '/'])).map_or(0, |at| at + 1);
        let split = path.and_then(|path| {
            let colon = name_at + path.get(name_at..)?.find(':')?;
            Some((path.get(..colon)?, path.get(colon + 1..)?))
        });
        let contents = event.field("Contents");
        let value = |key: &str| {
            let lines = contents?.split(['\r', '\n']);
            let mut values = lines.filter_map(|line| {
                let (name, value) = line.trim().split_once('=')?;
                name.trim().eq_ignore_ascii_case(key).then(|| value.trim())
            });
            values.find(|value| !value.is_empty())
        };
        // Sysmon may write the lines one after another with blanks between.
        let value = |key: &str| value(key).or_else(|| in_one_line(contents, key));
        let zone_id = value("ZoneId").and_then(|zone| zone.split_whitespace().next()?.parse().ok());
        Self {
            path,
            file: split.map_or(path, |(file, _)| Some(file)),
            stream: split.map(|(_, stream)| stream),
            hashes: event.field("Hash").or_else(|| event.field("Hashes")),
            created_utc: event.field("CreationUtcTime"),
            zone_id,
            zone: zone_id.and_then(zone),
            host_url: value("HostUrl"),
            referrer_url: value("ReferrerUrl"),
            contents,
        }
    }

    pub(super) fn text(&self) -> String {
        self.path.unwrap_or_default().to_owned()
    }
}

/// A value where the lines were joined by blanks.
fn in_one_line<'a>(contents: Option<&'a str>, key: &str) -> Option<&'a str> {
    let (_, rest) = contents?.split_once(key)?;
    rest.strip_prefix('=')?.split_whitespace().next()
}

const fn zone(id: u32) -> Option<&'static str> {
    Some(match id {
        0 => "local machine",
        1 => "intranet",
        2 => "trusted sites",
        3 => "internet",
        4 => "restricted sites",
        _ => return None,
    })
}
