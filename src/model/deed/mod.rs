//! What one record says was done, with the fields that a responder needs, by name and type.
//!
//! Read from the record when somebody asks and never kept. Values are as logged where nothing else
//! is said; numbers and flags that Windows puts into words only on screen are put into words here.
//! Nothing is judged.

mod access;
mod account;
mod antivirus;
mod bits;
mod file;
mod image;
mod logon;
mod network;
mod policy;
mod registry;
mod rights;
mod script;
mod service;
mod task;
mod task_xml;
mod wmi;
mod words;

use serde::Serialize;

use super::{ActivityKind, Event, Log};

pub use self::{
    access::{
        AccessAction, ObjectAccess, PrivilegeUse, ProcessAccess, RawRead, RemoteThread, Tampering,
    },
    account::{AccountChange, AuditChange, GroupChange, LogCleared, ShareAccess},
    antivirus::{AntivirusChange, Verdict},
    bits::BitsJob,
    file::{FileAction, FileDeed, StreamWritten},
    image::{Module, Pipe, PipeAction},
    logon::{DesktopSession, ExplicitCredentials, LogonDeed},
    network::{Direction, Dns, Network},
    policy::FilePolicy,
    registry::{Registry, RegistryAction},
    script::{PowerShell, ScriptBlock},
    service::{ServiceChange, ServiceInstall},
    task::Task,
    wmi::{WmiActivity, WmiSubscription},
};
pub(crate) use self::{
    antivirus::process_in,
    bits::job_id,
    policy::process_image,
    script::{host_application, host_id},
    wmi::{client_machine, client_pid},
};

/// What a record says was done.
///
/// As JSON it is the object of its fields, the kind left out; a missing value is `null`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each says what it is")]
pub enum Deed<'a> {
    Network(Network<'a>),
    Dns(Dns<'a>),
    File(FileDeed<'a>),
    Stream(StreamWritten<'a>),
    Registry(Registry<'a>),
    Pipe(Pipe<'a>),
    Module(Module<'a>),
    ProcessAccess(ProcessAccess<'a>),
    RemoteThread(RemoteThread<'a>),
    Tampering(Tampering<'a>),
    RawRead(RawRead<'a>),
    ObjectAccess(ObjectAccess<'a>),
    PrivilegeUse(PrivilegeUse<'a>),
    WmiSubscription(WmiSubscription<'a>),
    WmiActivity(WmiActivity<'a>),
    Task(Task<'a>),
    ServiceInstall(ServiceInstall<'a>),
    ServiceChange(ServiceChange<'a>),
    ScriptBlock(ScriptBlock<'a>),
    PowerShell(PowerShell<'a>),
    Logon(LogonDeed<'a>),
    ExplicitCredentials(ExplicitCredentials<'a>),
    Session(DesktopSession<'a>),
    Share(ShareAccess<'a>),
    AccountChange(AccountChange<'a>),
    GroupChange(GroupChange<'a>),
    LogCleared(LogCleared<'a>),
    AuditChange(AuditChange<'a>),
    Bits(BitsJob<'a>),
    Verdict(Verdict<'a>),
    AntivirusChange(AntivirusChange<'a>),
    FilePolicy(FilePolicy<'a>),
}

impl<'a> Deed<'a> {
    /// What the record says; `None` for records that tell of no deed.
    pub fn of(event: &'a Event) -> Option<Self> {
        use ActivityKind as Kind;
        let log = Log::of(event)?;
        let id = event.event_id;
        Some(match ActivityKind::of_record(log, id)? {
            Kind::Network => Self::Network(Network::of(log, event)),
            Kind::Dns => Self::Dns(Dns::of(event)),
            Kind::File if id == 15 => Self::Stream(StreamWritten::of(event)),
            Kind::File => Self::File(FileDeed::of(event)),
            Kind::Registry => Self::Registry(Registry::of(log, event)),
            Kind::Pipe => Self::Pipe(Pipe::of(event)),
            Kind::Module => Self::Module(Module::of(event)),
            Kind::Access => match id {
                8 => Self::RemoteThread(RemoteThread::of(event)),
                10 => Self::ProcessAccess(ProcessAccess::of(event)),
                25 => Self::Tampering(Tampering::of(event)),
                _ => Self::ObjectAccess(ObjectAccess::of(event)),
            },
            Kind::Wmi if log == Log::Sysmon => Self::WmiSubscription(WmiSubscription::of(event)),
            Kind::Wmi => Self::WmiActivity(WmiActivity::of(event)),
            Kind::Task => Self::Task(Task::of(log, event)),
            Kind::Service if service::is_install(log, id) => {
                Self::ServiceInstall(ServiceInstall::of(event))
            }
            Kind::Service => Self::ServiceChange(ServiceChange::of(event)),
            Kind::Script if id == 4104 => Self::of_script(std::iter::once(event)),
            Kind::Script => Self::PowerShell(PowerShell::of(log, event)),
            Kind::Logon if id == 4648 => Self::ExplicitCredentials(ExplicitCredentials::of(event)),
            Kind::Logon => Self::Logon(LogonDeed::of(event)),
            Kind::Session => Self::Session(DesktopSession::of(log, event)),
            Kind::Share => Self::Share(ShareAccess::of(event)),
            Kind::Account => match id {
                4728 | 4729 | 4732 | 4733 | 4756 | 4757 => {
                    Self::GroupChange(GroupChange::of(event))
                }
                _ => Self::AccountChange(AccountChange::of(event)),
            },
            Kind::Log => Self::LogCleared(LogCleared::of(log, event)),
            Kind::Bits => Self::Bits(BitsJob::of(event)),
            Kind::Defender if antivirus::is_change(id) => {
                Self::AntivirusChange(AntivirusChange::of(event))
            }
            Kind::Defender => Self::Verdict(Verdict::of(event)),
            Kind::Policy if log == Log::Security => Self::AuditChange(AuditChange::of(event)),
            Kind::Policy => Self::FilePolicy(FilePolicy::of(log, event)),
            Kind::Other if log == Log::Security => Self::PrivilegeUse(PrivilegeUse::of(event)),
            Kind::Other => Self::RawRead(RawRead::of(event)),
        })
    }

    /// A script block from the records of its parts, in any order.
    pub fn of_script(parts: impl Iterator<Item = &'a Event>) -> Self {
        Self::ScriptBlock(ScriptBlock::of(parts))
    }

    /// The line that says it: network `address:port`, registry `key\value = data`, file its full
    /// path, else a name or what was done to what. Empty where the record lacks the field.
    pub fn text(&self) -> String {
        match self {
            Self::Network(deed) => deed.text(),
            Self::Dns(deed) => deed.text(),
            Self::File(deed) => deed.text(),
            Self::Stream(deed) => deed.text(),
            Self::Registry(deed) => deed.text(),
            Self::Pipe(deed) => deed.text(),
            Self::Module(deed) => deed.text(),
            Self::ProcessAccess(deed) => deed.text(),
            Self::RemoteThread(deed) => deed.text(),
            Self::Tampering(deed) => deed.text(),
            Self::RawRead(deed) => deed.text(),
            Self::ObjectAccess(deed) => deed.text(),
            Self::PrivilegeUse(deed) => deed.text(),
            Self::WmiSubscription(deed) => deed.text(),
            Self::WmiActivity(deed) => deed.text(),
            Self::Task(deed) => deed.text(),
            Self::ServiceInstall(deed) => deed.text(),
            Self::ServiceChange(deed) => deed.text(),
            Self::ScriptBlock(deed) => deed.text(),
            Self::PowerShell(deed) => deed.text(),
            Self::Logon(deed) => deed.text(),
            Self::ExplicitCredentials(deed) => deed.text(),
            Self::Session(deed) => deed.text(),
            Self::Share(deed) => deed.text(),
            Self::AccountChange(deed) => deed.text(),
            Self::GroupChange(deed) => deed.text(),
            Self::LogCleared(deed) => deed.text(),
            Self::AuditChange(deed) => deed.text(),
            Self::Bits(deed) => deed.text(),
            Self::Verdict(deed) => deed.text(),
            Self::AntivirusChange(deed) => deed.text(),
            Self::FilePolicy(deed) => deed.text(),
        }
    }
}
