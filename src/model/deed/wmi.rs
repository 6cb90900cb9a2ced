//! WMI: subscriptions, and what it was asked.

use std::borrow::Cow;

use serde::Serialize;

use crate::model::Event;

use super::words::{any, in_lines, in_message, pair, unquoted};

/// A filter, consumer or binding (Sysmon 19 20 21, ATT&CK T1546.003).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WmiSubscription<'a> {
    /// `filter`, `consumer` or `binding`.
    pub part: &'static str,
    /// `Created`, `Modified`, `Deleted`.
    pub operation: Option<&'a str>,
    /// Who did it.
    pub user: Option<&'a str>,
    /// Name of the filter or consumer.
    pub name: Option<&'a str>,
    /// Namespace whose events the filter listens to.
    pub namespace: Option<&'a str>,
    /// The filter's query.
    pub query: Option<&'a str>,
    /// `Command Line`, `Script`, `Log File`, …
    pub consumer_type: Option<&'a str>,
    /// What the consumer runs or writes.
    pub destination: Option<&'a str>,
    /// Path of the consumer that is bound.
    pub consumer: Option<&'a str>,
    /// Path of the filter that it is bound to.
    pub filter: Option<&'a str>,
    #[serde(skip)]
    event: &'a Event,
}

impl<'a> WmiSubscription<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let bare = |name: &str| logged(event, name).map(unquoted);
        Self {
            part: match event.event_id {
                19 => "filter",
                20 => "consumer",
                _ => "binding",
            },
            operation: logged(event, "Operation"),
            user: logged(event, "User"),
            name: bare("Name"),
            namespace: bare("EventNamespace"),
            query: bare("Query"),
            consumer_type: logged(event, "Type"),
            destination: bare("Destination"),
            consumer: bare("Consumer"),
            filter: bare("Filter"),
            event,
        }
    }

    /// Values as logged, quotation marks and all.
    pub(super) fn text(&self) -> String {
        let field = |name: &str| logged(self.event, name);
        if self.part == "binding" {
            return pair(field("Filter").unwrap_or_default(), " to ", field("Consumer"));
        }
        let value = field("Query").or_else(|| field("Destination"));
        pair(field("Name").unwrap_or_default(), " = ", value)
    }
}

/// The field; where an export kept the rendered message alone, what stands there behind its name.
fn logged<'a>(event: &'a Event, name: &str) -> Option<&'a str> {
    if let Some(value) = event.field(name) {
        return Some(value);
    }
    if name == "Destination" {
        // It is the last and may have many lines.
        let (_, rest) = event.field("Message")?.split_once("\nDestination:")?;
        return Some(rest.trim());
    }
    in_lines(event, name, ':')
}

/// What WMI-Activity tells (5857 to 5861).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WmiActivity<'a> {
    /// `provider_started` (5857), `operation_failed` (5858), `filter_activated` (5859),
    /// `temporary_subscription` (5860) or `permanent_subscription` (5861).
    pub action: &'static str,
    /// The provider, and the file it lies in.
    pub provider: Option<&'a str>,
    /// `ProviderPath`.
    pub provider_path: Option<&'a str>,
    /// Process id of the provider's host (5857), or of who asked, on [`Self::client_machine`].
    pub process_id: Option<u32>,
    /// The computer that asked.
    pub client_machine: Option<&'a str>,
    /// Who asked.
    pub user: Option<&'a str>,
    /// Namespace.
    pub namespace: Option<&'a str>,
    /// What was asked: `Start IWbemServices::ExecMethod - root\cimv2 : Win32_Process::Create`.
    pub operation: Option<&'a str>,
    /// The query of a subscription.
    pub query: Option<Cow<'a, str>>,
    /// The filter of a permanent one.
    pub filter: Option<&'a str>,
    /// The consumer of a permanent one.
    pub consumer: Option<&'a str>,
    /// What the consumer runs: command line, script or script file.
    pub destination: Option<Cow<'a, str>>,
    /// Result as logged, `0x80041032`.
    pub result: Option<&'a str>,
}

impl<'a> WmiActivity<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        // The rendered message says `Eventfilter`, the record `ESS`.
        let text = |names: &[&str]| {
            any(event, names).or_else(|| names.iter().find_map(|name| in_message(event, name)))
        };
        let cause = event.field("PossibleCause").or_else(|| {
            let (_, rest) = event.field("Message")?.split_once("PossibleCause = ")?;
            Some(rest)
        });
        let told = |name: &str| property(cause?, name).map(Cow::Owned);
        let process_id = client_pid(event);
        Self {
            action: match event.event_id {
                5857 => "provider_started",
                5858 => "operation_failed",
                5859 => "filter_activated",
                5860 => "temporary_subscription",
                _ => "permanent_subscription",
            },
            provider: text(&["ProviderName", "Provider", "providerName"])
                .or_else(|| started_provider(event)),
            provider_path: text(&["ProviderPath"]),
            process_id,
            client_machine: client_machine(event),
            user: text(&["User"]),
            namespace: text(&["NamespaceName", "Namespace"]),
            operation: text(&["Operation"]),
            query: told("Query").or_else(|| text(&["Query"]).map(Cow::Borrowed)),
            filter: text(&["ESS", "Eventfilter"])
                .map(|filter| filter.split(" (refer").next().unwrap_or(filter)),
            consumer: text(&["CONSUMER", "Consumer"]),
            destination: ["CommandLineTemplate", "ScriptFileName", "ScriptText", "ExecutablePath"]
                .into_iter()
                .find_map(told),
            result: text(&["ResultCode", "Code"]).or_else(|| result_code(event)),
        }
    }

    pub(super) fn text(&self) -> String {
        let provider = self.provider.unwrap_or_default();
        match self.action {
            "provider_started" => pair(provider, " in ", self.provider_path),
            "operation_failed" => self.operation.unwrap_or_default().to_owned(),
            "permanent_subscription" => {
                pair(self.filter.unwrap_or_default(), " to ", self.consumer)
            }
            _ => self.query.as_deref().unwrap_or_default().to_owned(),
        }
    }
}

/// The process that the record names: the host of a provider, else who asked.
pub(crate) fn client_pid(event: &Event) -> Option<u32> {
    const NAMES: [&str; 4] = ["ClientProcessId", "ProcessID", "Processid", "processid"];
    let said = || NAMES.iter().find_map(|name| in_message(event, name)?.parse().ok());
    NAMES.iter().find_map(|name| event.pid(name)).or_else(said).filter(|pid| *pid != 0)
}

/// The computer that asked.
pub(crate) fn client_machine(event: &Event) -> Option<&str> {
    const NAMES: [&str; 2] = ["ClientMachine", "MachineName"];
    any(event, &NAMES).or_else(|| NAMES.iter().find_map(|name| in_message(event, name)))
}

/// `dsccore provider started with result code 0x0. …`, where an export kept no more.
fn started_provider(event: &Event) -> Option<&str> {
    let (name, _) = event.field("Message")?.split_once(" provider started with result code")?;
    Some(name)
}

fn result_code(event: &Event) -> Option<&str> {
    let (_, rest) = event.field("Message")?.split_once("provider started with result code ")?;
    rest.split_once(". ").map(|(code, _)| code)
}

/// The value of `name = "…";` in MOF text, with what its backslashes stand for.
///
/// Source: DMTF, "CIM Infrastructure Specification", string constants.
fn property(mof: &str, name: &str) -> Option<String> {
    let at = mof.match_indices(name).find_map(|(at, _)| {
        let is_word = mof.get(..at)?.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let rest = mof.get(at + name.len()..)?.trim_start().strip_prefix('=')?;
        is_word.then(|| rest.trim_start().strip_prefix('"')).flatten()
    })?;
    let mut value = String::new();
    let mut letters = at.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return Some(value),
            '\\' => match letters.next()? {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    // Windows cuts long ones off.
    Some(value)
}
