//! Who and what appears: accounts, programs, hosts. Nobody acts here.

use super::clock::{Moment, at};
use super::evtx_writer::{Guid, Sid};
use sha2::{Digest as _, Sha256};

/// The domain's part of the SIDs of its accounts.
const DOMAIN_SID: [u32; 4] = [21, 3_217_845_901, 1_194_820_537, 2_870_316_644];

/// Someone a process can run as.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) domain: &'static str,
    pub(crate) name: &'static str,
    /// Relative id in the domain; `None` for the accounts of the machine itself.
    pub(crate) rid: Option<u32>,
    /// The machine account's `S-1-5-…`.
    pub(crate) local_sid: u32,
    pub(crate) logon_id: u64,
    pub(crate) logon_at: Moment,
    pub(crate) session: u32,
    pub(crate) integrity: &'static str,
}

impl Account {
    pub(crate) fn sid(&self) -> Sid {
        self.rid.map_or_else(
            || Sid::new(5, &[self.local_sid]),
            |rid| {
                let [authority, a, b, c] = DOMAIN_SID;
                Sid::new(5, &[authority, a, b, c, rid])
            },
        )
    }

    /// `DOMAIN\name`.
    pub(crate) fn full_name(&self) -> String {
        format!("{}\\{}", self.domain, self.name)
    }
}

const fn machine(name: &'static str, local_sid: u32, logon_id: u64) -> Account {
    Account {
        domain: "NT AUTHORITY",
        name,
        rid: None,
        local_sid,
        logon_id,
        logon_at: at(7, 51, 9_310),
        session: 0,
        integrity: "System",
    }
}

const fn person(name: &'static str, rid: u32, logon_id: u64, logon_at: Moment) -> Account {
    Account {
        domain: "CONTOSO",
        name,
        rid: Some(rid),
        local_sid: 0,
        logon_id,
        logon_at,
        session: 1,
        integrity: "Medium",
    }
}

pub(crate) static SYSTEM: Account = machine("SYSTEM", 18, 0x3e7);
pub(crate) static LOCAL_SERVICE: Account = machine("LOCAL SERVICE", 19, 0x3e5);
pub(crate) static NETWORK_SERVICE: Account = machine("NETWORK SERVICE", 20, 0x3e4);
/// The victim, on LAPTOP-7F2K.
pub(crate) static MLOPEZ: Account = person("mlopez", 1147, 0x0004_7b1d, at(7, 58, 41_206));
/// The user of WS-0413, after its restart.
pub(crate) static RPATEL: Account = person("rpatel", 1152, 0x0003_9c50, at(13, 38, 2_118));
/// The same user's session before the restart.
pub(crate) static RPATEL_BEFORE: Account = person("rpatel", 1152, 0x0006_e1f8, at(8, 12, 36_440));
/// An administrator on WS-0413.
pub(crate) static ADMIN: Account = Account {
    integrity: "High",
    session: 2,
    ..person("adm-kvogt", 1109, 0x0009_4f62, at(14, 6, 30_540))
};

/// The same account on WS-0413, in the session of a command that comes from the laptop.
pub(crate) static ADMIN_FROM_AFAR: Account = Account {
    integrity: "High",
    session: 0,
    ..person("adm-kvogt", 1109, 0x000a_8731, at(14, 31, 36_611))
};

/// An executable or library with what Sysmon knows of it.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) path: &'static str,
    pub(crate) version: &'static str,
    pub(crate) description: &'static str,
    pub(crate) product: &'static str,
    pub(crate) company: &'static str,
    pub(crate) original: &'static str,
    /// Set where the real hash is well known; else one is made up from the path.
    pub(crate) sha256: Option<&'static str>,
}

impl Program {
    /// `MD5=…,SHA256=…,IMPHASH=…`, the same for the same program everywhere.
    pub(crate) fn hashes(&self) -> String {
        let digest =
            |salt: &str| hex(&Sha256::digest(format!("{salt}|{}|{}", self.path, self.version)));
        let short = |salt: &str| digest(salt).chars().take(32).collect::<String>();
        let sha256 = (self.sha256).map_or_else(|| digest("image"), ToOwned::to_owned);
        format!("MD5={},SHA256={sha256},IMPHASH={}", short("md5"), short("imports"))
    }
}

/// Upper-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|nibble| digit(nibble).to_ascii_uppercase()).collect()
}

/// A computer whose logs are in the sample.
#[derive(Debug)]
pub(crate) struct Host {
    /// Short name, and the folder of its logs.
    pub(crate) name: &'static str,
    pub(crate) fqdn: &'static str,
    pub(crate) address: &'static str,
    /// First part of every Sysmon GUID of the machine.
    pub(crate) machine_part: u32,
    /// How many times it has booted, the upper part of process start keys.
    pub(crate) boot: u16,
    /// When it booted within the log, the last of those times.
    pub(crate) restart: Option<Moment>,
    pub(crate) seed: u64,
    /// The log's first moment.
    pub(crate) from: Moment,
    /// When Sysmon was not running.
    pub(crate) sysmon_off: &'static [(Moment, Moment)],
    /// Since when the audit policy logs process creation.
    pub(crate) audit_from: Moment,
}

impl Host {
    /// Whether Sysmon saw what happened then.
    pub(crate) fn sysmon_sees(&self, when: Moment) -> bool {
        let off = |(from, to): &(Moment, Moment)| *from <= when && when < *to;
        self.from <= when && !self.sysmon_off.iter().any(off)
    }

    /// Whether the security log has process starts and ends of then.
    pub(crate) fn audit_sees(&self, when: Moment) -> bool {
        self.audit_from <= when
    }

    /// The GUID Sysmon gives a logon.
    pub(crate) fn logon_guid(&self, account: &Account) -> Guid {
        sysmon_guid(self.machine_part, account.logon_at, account.logon_id)
    }
}

/// Machine, start second (low half first), then eight bytes of a little-endian number.
pub(crate) fn sysmon_guid(machine: u32, when: Moment, number: u64) -> Guid {
    let secs = when.unix_secs().rotate_left(16);
    let tail = u64::from_be_bytes(number.to_le_bytes());
    Guid(u128::from(machine) << 96 | u128::from(secs) << 64 | u128::from(tail))
}

/// The victim's machine.
pub(crate) static LAPTOP: Host = Host {
    name: "LAPTOP-7F2K",
    fqdn: "LAPTOP-7F2K.contoso.example",
    address: "10.20.4.37",
    machine_part: 0x4e1c_97b2,
    boot: 0x2b,
    restart: None,
    seed: 0x7f2c,
    from: at(13, 30, 4_017),
    sysmon_off: &[(SYSMON_STOPS, SYSMON_STARTS)],
    audit_from: at(13, 40, 12_884),
};
pub(crate) const SYSMON_STOPS: Moment = at(14, 2, 3_512);
pub(crate) const SYSMON_STARTS: Moment = at(14, 20, 11_046);

/// A machine nearby, without a Zoom client.
pub(crate) static WORKSTATION: Host = Host {
    name: "WS-0413",
    fqdn: "WS-0413.contoso.example",
    address: "10.20.4.52",
    machine_part: 0xb06a_35d9,
    boot: 0x71,
    restart: Some(at(13, 36, 52_000)),
    seed: 0x0413,
    from: at(13, 30, 1_402),
    sysmon_off: &[(at(13, 36, 21_700), at(13, 37, 4_250))],
    audit_from: at(13, 30, 1_402),
};

/// The port from which the laptop reaches the workstation's WMI, and the one that RPC gives it there.
pub(crate) const WMI_PORTS: (u16, u16) = (50_627, 49_668);
/// What the laptop has the workstation run.
pub(crate) const REMOTE_COMMAND: &str =
    r"robocopy C:\Users\rpatel\Documents C:\Users\Public\Libraries\d *.xlsx";
/// The port from which the laptop reaches the workstation's shares.
pub(crate) const INTRUDER_PORT: u16 = 50_631;
