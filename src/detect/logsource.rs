//! Log sources: which channels and event ids a rule is about.
//!
//! A rule is only ever tried on records of its log source: without that a rule on processes would
//! match whatever record happens to hold the same words.
//! Sources: Sigma appendix on taxonomy, Windows folder; Microsoft's page on Sysmon.

use super::{
    error::{Reason, RuleError},
    windows_channels::service_channels,
    yaml::Entry,
};

/// The log source of a rule, as the rule names it, in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSource {
    /// A kind of event whatever program logs it, for example `process_creation`.
    pub category: Option<String>,
    /// The system or program, for example `windows`.
    pub product: Option<String>,
    /// A log of it, for example `security`.
    pub service: Option<String>,
}

/// Records that a rule is tried on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// Channel in lower case; `None` is every channel.
    pub(super) channel: Option<String>,
    /// Event ids; empty is every id.
    pub(super) event_ids: Vec<u32>,
}

const SYSMON: &str = "microsoft-windows-sysmon/operational";
const SECURITY: &str = "security";
const POWERSHELL: &str = "microsoft-windows-powershell/operational";
const POWERSHELL_CORE: &str = "powershellcore/operational";
const POWERSHELL_CLASSIC: &str = "windows powershell";

impl LogSource {
    /// Reads the `logsource` entry of a rule.
    pub(super) fn parse(entry: &Entry) -> Result<Self, RuleError> {
        let part = |name| entry.value.text(name).map(|text| text.trim().to_lowercase());
        let found =
            Self { category: part("category"), product: part("product"), service: part("service") };
        if found == Self::default() {
            let (what, expected) =
                ("logsource".to_owned(), "a map with category, product or service");
            return Err(RuleError::new(entry.line, Reason::Wrong { what, expected }));
        }
        Ok(found)
    }

    /// The name to count a rule under that is about no log of Windows: those of other systems, and
    /// events that Windows hands to listeners but writes to no log.
    pub(super) fn foreign(&self) -> Option<String> {
        if self.is_windows() {
            let is_unlogged =
                matches!(self.category.as_deref(), Some("file_access" | "file_rename"));
            return is_unlogged.then(|| self.label());
        }
        Some(self.product.clone().unwrap_or_else(|| self.label()))
    }

    fn is_windows(&self) -> bool {
        match self.product.as_deref() {
            Some(product) => product == "windows",
            None => {
                self.category.as_deref().is_none_or(|name| category_events(name).is_some())
                    && self.service.as_deref().is_none_or(|name| service_channels(name).is_some())
            }
        }
    }

    /// The source for messages: `windows/process_creation`.
    pub fn label(&self) -> String {
        let parts = [&self.product, &self.category, &self.service];
        let parts: Vec<&str> = parts.into_iter().filter_map(Option::as_deref).collect();
        parts.join("/")
    }

    /// The records that a rule of this source is tried on; `None` where no Windows log is meant.
    pub(super) fn scopes(&self) -> Option<Vec<Scope>> {
        if !self.is_windows() {
            return None;
        }
        let channels = match self.service.as_deref() {
            Some(service) => Some(service_channels(service)?),
            None => None,
        };
        let Some(category) = self.category.as_deref() else {
            let whole = |channel| Scope { channel, event_ids: Vec::new() };
            return Some(match channels {
                Some(channels) => {
                    channels.iter().map(|channel| whole(Some(channel.to_lowercase()))).collect()
                }
                None => vec![whole(None)],
            });
        };
        let is_meant = |channel: &str| {
            channels.is_none_or(|known| known.iter().any(|one| one.eq_ignore_ascii_case(channel)))
        };
        let scopes: Vec<Scope> = category_events(category)?
            .iter()
            .filter(|(channel, _)| is_meant(channel))
            .map(|(channel, event_ids)| Scope {
                channel: Some((*channel).to_owned()),
                event_ids: event_ids.to_vec(),
            })
            .collect();
        (!scopes.is_empty()).then_some(scopes)
    }
}

type Events = &'static [(&'static str, &'static [u32])];

/// The channels and event ids of a category.
fn category_events(category: &str) -> Option<Events> {
    Some(match category {
        "process_creation" => &[(SYSMON, &[1]), (SECURITY, &[4688])],
        "file_change" => &[(SYSMON, &[2])],
        "network_connection" => &[(SYSMON, &[3]), (SECURITY, &[5156])],
        "sysmon_status" => &[(SYSMON, &[4, 16])],
        "process_termination" => &[(SYSMON, &[5])],
        "driver_load" => &[(SYSMON, &[6])],
        "image_load" => &[(SYSMON, &[7])],
        "create_remote_thread" => &[(SYSMON, &[8])],
        "raw_access_thread" => &[(SYSMON, &[9])],
        "process_access" => &[(SYSMON, &[10])],
        "file_event" => &[(SYSMON, &[11])],
        "registry_add" | "registry_delete" => &[(SYSMON, &[12])],
        "registry_set" => &[(SYSMON, &[13]), (SECURITY, &[4657])],
        "registry_rename" => &[(SYSMON, &[14])],
        "registry_event" => &[(SYSMON, &[12, 13, 14]), (SECURITY, &[4657])],
        "create_stream_hash" => &[(SYSMON, &[15])],
        "pipe_created" => &[(SYSMON, &[17, 18])],
        "wmi_event" => &[(SYSMON, &[19, 20, 21])],
        "dns_query" => &[(SYSMON, &[22])],
        "file_delete" => &[(SYSMON, &[23, 26])],
        "file_delete_detected" => &[(SYSMON, &[26])],
        "clipboard_change" | "clipboard_capture" => &[(SYSMON, &[24])],
        "process_tampering" => &[(SYSMON, &[25])],
        "file_block_executable" => &[(SYSMON, &[27])],
        "file_block_shredding" => &[(SYSMON, &[28])],
        "file_executable_detected" => &[(SYSMON, &[29])],
        "sysmon_error" => &[(SYSMON, &[255])],
        "ps_module" => &[(POWERSHELL, &[4103]), (POWERSHELL_CORE, &[4103])],
        "ps_script" => &[(POWERSHELL, &[4104]), (POWERSHELL_CORE, &[4104])],
        "ps_classic_start" => &[(POWERSHELL_CLASSIC, &[400])],
        "ps_classic_provider_start" => &[(POWERSHELL_CLASSIC, &[600])],
        "ps_classic_script" => &[(POWERSHELL_CLASSIC, &[800])],
        _ => return None,
    })
}
