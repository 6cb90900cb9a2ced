//! The tables `Device…Events` of Microsoft Defender's hunting.
//!
//! Defender is no Windows log. What it says of a process, a connection, a file, a registry value or
//! an image is put into the words of the Sysmon record of the same thing, so that rules and the
//! tree understand it; the provider says who wrote it. Every column without such a word stays under
//! its own name, and other kinds of rows are events of the id 0.
//! Source: Microsoft, "Advanced hunting schema", the tables of these names. A column is only there
//! where the query asked for it.

use crate::model::{SourceIndex, Timestamp};

use super::{
    super::json::Assembler, Read, Row, RowError, finish, push, set_channel, set_host, set_provider,
    time,
};

/// What the time of a row is called, in the portal and in Azure's tables.
pub(super) const TIMES: [&str; 4] =
    ["Timestamp", "Timestamp [UTC]", "TimeGenerated [UTC]", "TimeGenerated"];
const PROVIDER: &str = "Microsoft Defender for Endpoint";
const SYSMON: &str = "Microsoft-Windows-Sysmon/Operational";

/// Which Sysmon record says the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Start,
    Connection,
    ImageLoad,
    FileCreate,
    RegistrySet,
    Other,
}

impl Kind {
    fn of(row: &Row<'_>) -> Self {
        match row.get("ActionType").map(str::trim) {
            Some("ProcessCreated") => Self::Start,
            Some("ConnectionSuccess") => Self::Connection,
            Some("ImageLoaded") => Self::ImageLoad,
            Some("FileCreated") => Self::FileCreate,
            Some("RegistryValueSet") => Self::RegistrySet,
            None if row.get("ProcessCommandLine").is_some() && row.get("ProcessId").is_some() => {
                Self::Start
            }
            Some(_) | None => Self::Other,
        }
    }

    const fn event_id(self) -> u32 {
        match self {
            Self::Start => 1,
            Self::Connection => 3,
            Self::ImageLoad => 7,
            Self::FileCreate => 11,
            Self::RegistrySet => 13,
            Self::Other => 0,
        }
    }
}

pub(super) fn read(
    row: &Row<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Read, RowError> {
    let kind = Kind::of(row);
    let host = row.get_any(&["DeviceName", "DeviceId"]);
    let host = host.ok_or(RowError::NotARecord { missing: "DeviceName" })?;
    let time = row.get_any(&TIMES).and_then(time::parse);
    assembler.head.event_id = Some(kind.event_id());
    assembler.head.time = time.map(|time| time.time);
    set_host(assembler, Some(host));
    set_provider(assembler, Some(PROVIDER));
    set_channel(assembler, (kind != Kind::Other).then_some(SYSMON));
    if assembler.keeps_fields() {
        assembler.expect_shape();
        Fields { row, assembler, used: Vec::new() }.push_all(kind);
    }
    let event = finish(assembler, source)?;
    let is_utc = row.get_any(&["Timestamp [UTC]", "TimeGenerated [UTC]"]).is_some();
    let is_zoneless = !is_utc && time.is_some_and(|time| !time.is_zoned);
    Ok(Read { event, is_zoneless, is_data_broken: false })
}

/// The fields of one row.
struct Fields<'r, 'a> {
    row: &'r Row<'a>,
    assembler: &'r mut Assembler,
    /// Columns that became a field.
    used: Vec<&'static str>,
}

impl<'a> Fields<'_, 'a> {
    fn push_all(mut self, kind: Kind) {
        match kind {
            Kind::Start => self.start(),
            Kind::Connection => {
                self.actor();
                self.renamed("Protocol", "Protocol");
                self.renamed("SourceIp", "LocalIP");
                self.renamed("SourcePort", "LocalPort");
                self.renamed("DestinationIp", "RemoteIP");
                self.renamed("DestinationPort", "RemotePort");
                self.renamed("DestinationHostname", "RemoteUrl");
            }
            Kind::ImageLoad => {
                self.actor();
                self.path("ImageLoaded", "FolderPath", "FileName");
                self.hashes();
            }
            Kind::FileCreate => {
                self.actor();
                self.path("TargetFilename", "FolderPath", "FileName");
                self.hashes();
            }
            Kind::RegistrySet => {
                self.actor();
                self.joined("TargetObject", "RegistryKey", "RegistryValueName");
                self.renamed("Details", "RegistryValueData");
            }
            Kind::Other => {}
        }
        for (name, value) in self.row.0 {
            let is_used = self.used.iter().any(|used| super::same_name(name, used));
            let is_head = TIMES.iter().any(|time| super::same_name(name, time));
            if !is_used && !is_head && !super::same_name(name, "DeviceName") && !value.is_empty() {
                push(self.assembler, name.trim(), value);
            }
        }
    }

    fn start(&mut self) {
        self.time("UtcTime", "ProcessCreationTime");
        self.renamed("ProcessId", "ProcessId");
        self.path("Image", "FolderPath", "FileName");
        self.renamed("Description", "ProcessVersionInfoFileDescription");
        self.renamed("Product", "ProcessVersionInfoProductName");
        self.renamed("Company", "ProcessVersionInfoCompanyName");
        self.renamed("OriginalFileName", "ProcessVersionInfoOriginalFileName");
        self.renamed("CommandLine", "ProcessCommandLine");
        self.joined("User", "AccountDomain", "AccountName");
        if let Some(id) = self.take("LogonId") {
            // Sysmon writes it in hexadecimal.
            let id = id.parse::<u64>().map_or_else(|_| id.to_owned(), |id| format!("{id:#x}"));
            push(self.assembler, "LogonId", &id);
        }
        self.renamed("IntegrityLevel", "ProcessIntegrityLevel");
        self.hashes();
        self.renamed("ParentProcessId", "InitiatingProcessId");
        self.path("ParentImage", "InitiatingProcessFolderPath", "InitiatingProcessFileName");
        self.renamed("ParentCommandLine", "InitiatingProcessCommandLine");
        self.joined("ParentUser", "InitiatingProcessAccountDomain", "InitiatingProcessAccountName");
    }

    /// The process that did what the row is about.
    fn actor(&mut self) {
        self.renamed("ProcessId", "InitiatingProcessId");
        self.path("Image", "InitiatingProcessFolderPath", "InitiatingProcessFileName");
        self.joined("User", "InitiatingProcessAccountDomain", "InitiatingProcessAccountName");
    }

    fn take(&mut self, column: &'static str) -> Option<&'a str> {
        let value = self.row.get(column)?;
        self.used.push(column);
        Some(value)
    }

    fn renamed(&mut self, name: &str, column: &'static str) {
        if let Some(value) = self.take(column) {
            push(self.assembler, name, value);
        }
    }

    /// A time in the form of Sysmon's.
    fn time(&mut self, name: &str, column: &'static str) {
        let Some(value) = self.row.get(column) else { return };
        if let Some(time) = time::parse(value) {
            self.used.push(column);
            push(self.assembler, name, &sysmon_time(time.time));
        }
    }

    /// Folder and file. The folder may hold the file's name already.
    fn path(&mut self, name: &str, folder: &'static str, file: &'static str) {
        let is_whole = self
            .row
            .get(folder)
            .is_some_and(|folder| self.row.get(file).is_none_or(|file| ends_with(folder, file)));
        if is_whole {
            self.used.push(file);
            self.renamed(name, folder);
        } else {
            self.joined(name, folder, file);
        }
    }

    /// Folder and file, domain and account, key and value.
    fn joined(&mut self, name: &str, first: &'static str, second: &'static str) {
        let joined = match (self.take(first), self.take(second)) {
            (Some(first), Some(second)) => {
                format!("{}\\{second}", first.trim_end_matches('\\'))
            }
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => return,
        };
        push(self.assembler, name, &joined);
    }

    fn hashes(&mut self) {
        let mut hashes = Vec::new();
        for kind in ["SHA1", "MD5", "SHA256"] {
            if let Some(hash) = self.take(kind) {
                hashes.push(format!("{kind}={}", hash.to_ascii_uppercase()));
            }
        }
        if !hashes.is_empty() {
            push(self.assembler, "Hashes", &hashes.join(","));
        }
    }
}

fn ends_with(folder: &str, file: &str) -> bool {
    let name = folder.rsplit('\\').next().unwrap_or(folder);
    name.eq_ignore_ascii_case(file)
}

/// `2026-04-12 14:21:07.412`.
fn sysmon_time(time: Timestamp) -> String {
    time.to_string().replace('T', " ").trim_end_matches('Z').to_owned()
}
