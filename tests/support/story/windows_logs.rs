//! Records of the System, task scheduler and PowerShell logs, as those providers write them.

use super::cast::SYSTEM;
use super::clock::Moment;
use super::evtx_writer::{Data, Guid, Value};
use super::log::{Entry, Log, Source, text};
use super::stage::Process;

static SERVICE_CONTROL: Source = Source {
    name: "Service Control Manager",
    guid: Some(0x5559_08d1_a6d7_4695_8e1e_2693_1d20_12f4),
    source_name: Some("Service Control Manager"),
    log: Log::System,
    keywords: 0x8080_0000_0000_0000,
    level: 4,
    pid: 884,
};

static EVENT_LOG: Source = Source {
    name: "EventLog",
    guid: None,
    source_name: None,
    log: Log::System,
    keywords: 0x0080_0000_0000_0000,
    level: 4,
    pid: 0,
};

static KERNEL_GENERAL: Source = Source {
    name: "Microsoft-Windows-Kernel-General",
    guid: Some(0xa68c_a8b7_004f_d7b6_a698_07e2_de0f_1f5d),
    source_name: None,
    log: Log::System,
    keywords: 0x8000_0000_0000_0080,
    level: 4,
    pid: 4,
};

static UPDATE_CLIENT: Source = Source {
    name: "Microsoft-Windows-WindowsUpdateClient",
    guid: Some(0x945a_8954_c147_4acd_923f_40c4_5405_a658),
    source_name: None,
    log: Log::System,
    keywords: 0x8000_0000_0000_0018,
    level: 4,
    pid: 5640,
};

static USER32: Source = Source {
    name: "User32",
    guid: Some(0xb0aa_8734_56f7_41cc_b2f4_de22_8e98_b946),
    source_name: Some("User32"),
    log: Log::System,
    keywords: 0x8080_0000_0000_0000,
    level: 4,
    pid: 772,
};

static TASK_SCHEDULER: Source = Source {
    name: "Microsoft-Windows-TaskScheduler",
    guid: Some(0xde7b_24ea_73c8_4a09_985d_5bda_dcfa_9017),
    source_name: None,
    log: Log::Tasks,
    keywords: 0x8000_0000_0000_0000,
    level: 4,
    pid: 1744,
};

static POWERSHELL: Source = Source {
    name: "Microsoft-Windows-PowerShell",
    guid: Some(0xa0c1_853b_5c40_4b15_8766_3cf1_c58f_985a),
    source_name: None,
    log: Log::PowerShell,
    keywords: 0,
    level: 4,
    pid: 0,
};

/// 7036: a service entered a state.
pub(crate) fn service_state(when: Moment, service: (&str, &str), state: &str) -> Entry {
    let (display, short) = service;
    let code = if state == "running" { '4' } else { '1' };
    let binary = format!("{short}/{code}\0");
    let binary = binary.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let fields = [("param1", text(display)), ("param2", text(state)), ("", Value::Binary(binary))];
    Entry {
        qualifiers: Some(16_384),
        ..Entry::new(&SERVICE_CONTROL, when, (7036, 0, 0), Data::named(fields))
    }
}

/// 7045: a service was installed.
pub(crate) fn service_installed(when: Moment, name: &str, path: &str) -> Entry {
    let fields = [
        ("ServiceName", text(name)),
        ("ImagePath", text(path)),
        ("ServiceType", text("user mode service")),
        ("StartType", text("demand start")),
        ("AccountName", text("LocalSystem")),
    ];
    Entry {
        qualifiers: Some(16_384),
        user_sid: Some(SYSTEM.sid()),
        ..Entry::new(&SERVICE_CONTROL, when, (7045, 0, 0), Data::named(fields))
    }
}

/// 19: an update was installed.
pub(crate) fn update_installed(when: Moment, title: &str, update: u128) -> Entry {
    let fields = [
        ("updateTitle", text(title)),
        ("updateGuid", Value::Guid(Guid(update))),
        ("updateRevisionNumber", Value::U32(200)),
        ("serviceGuid", Value::Guid(Guid(0x7971_f918_a847_4430_9279_4a52_d1ef_e18d))),
    ];
    Entry {
        opcode: 13,
        user_sid: Some(SYSTEM.sid()),
        ..Entry::new(&UPDATE_CLIENT, when, (19, 1, 1), Data::named(fields))
    }
}

/// 1074, 6006 and 13, then 12 and 6005: a planned restart.
pub(crate) fn restart(host: &str, asked: Moment, down: Moment, up: Moment) -> Vec<Entry> {
    let asked_fields = [
        ("param1", text(r"C:\WINDOWS\uus\packages\preview\amd64\MoUsoCoreWorker.exe")),
        ("param2", text(host)),
        ("param3", text("Operating System: Service pack (Planned)")),
        ("param4", text("0x80020010")),
        ("param5", text("restart")),
        ("param6", text("")),
        ("param7", text(r"NT AUTHORITY\SYSTEM")),
    ];
    let classic = |when, event_id| Entry {
        qualifiers: Some(32_768),
        ..Entry::new(
            &EVENT_LOG,
            when,
            (event_id, 0, 0),
            Data::named([("", Value::Binary(vec![1, 0, 0, 0]))]),
        )
    };
    let stop = Data::named([("StopTime", Value::FileTime(down.filetime()))]);
    let start = Data::named([
        ("MajorVersion", Value::U32(10)),
        ("MinorVersion", Value::U32(0)),
        ("BuildVersion", Value::U32(22_621)),
        ("QfeVersion", Value::U32(3447)),
        ("ServiceVersion", Value::U32(0)),
        ("BootMode", Value::U32(0)),
        ("StartTime", Value::FileTime(up.filetime())),
    ]);
    vec![
        Entry {
            qualifiers: Some(32_768),
            user_sid: Some(SYSTEM.sid()),
            ..Entry::new(&USER32, asked, (1074, 0, 0), Data::named(asked_fields))
        },
        classic(down.plus(-2_410), 6006),
        Entry { opcode: 2, ..Entry::new(&KERNEL_GENERAL, down, (13, 0, 2), stop) },
        Entry { opcode: 1, ..Entry::new(&KERNEL_GENERAL, up, (12, 1, 1), start) },
        classic(up.plus(6_220), 6005),
    ]
}

fn task(when: Moment, event: (u16, u8), name: &'static str, fields: Vec<(&str, Value)>) -> Entry {
    let own = |(name, value): (&str, Value)| (name.to_owned(), value);
    let data = Data::Event { name: Some(name), fields: fields.into_iter().map(own).collect() };
    let (id, version) = event;
    Entry {
        user_sid: Some(SYSTEM.sid()),
        ..Entry::new(&TASK_SCHEDULER, when, (id, version, id), data)
    }
}

/// 106: a task was registered.
pub(crate) fn task_registered(when: Moment, name: &str, user: &str) -> Entry {
    let fields = vec![("TaskName", text(name)), ("UserContext", text(user))];
    task(when, (106, 0), "TaskRegisteredEvent", fields)
}

/// 140: a task was changed.
pub(crate) fn task_updated(when: Moment, name: &str, user: &str) -> Entry {
    let fields = vec![("TaskName", text(name)), ("UserName", text(user))];
    task(when, (140, 0), "TaskUpdated", fields)
}

/// 129, 200 and, where the process ends, 201: a task ran this process.
pub(crate) fn task_ran(name: &str, process: &Process) -> Vec<Entry> {
    let path = process.program.path;
    let instance =
        (u128::from(process.start.filetime()) << 64) | (u128::from(process.pid) * 0x1_0001);
    let instance = || Value::Guid(Guid(instance));
    let started = task(
        process.start.plus(3),
        (129, 0),
        "CreatedTaskProcess",
        vec![
            ("TaskName", text(name)),
            ("Path", text(path)),
            ("ProcessID", Value::U32(process.pid)),
            ("Priority", Value::U32(16_384)),
        ],
    );
    let action = Entry {
        opcode: 1,
        ..task(
            process.start.plus(4),
            (200, 1),
            "ActionStart",
            vec![
                ("TaskName", text(name)),
                ("ActionName", text(path)),
                ("TaskInstanceId", instance()),
                ("EnginePID", Value::U32(1744)),
            ],
        )
    };
    let done = process.end.map(|(end, status)| Entry {
        opcode: 2,
        ..task(
            end.plus(11),
            (201, 2),
            "ActionSuccess",
            vec![
                ("TaskName", text(name)),
                ("TaskInstanceId", instance()),
                ("ActionName", text(path)),
                ("ResultCode", Value::U32(status)),
                ("EnginePID", Value::U32(1744)),
            ],
        )
    });
    [started, action].into_iter().chain(done).collect()
}

fn powershell(process: &Process, when: Moment, event: (u16, u8, u16), data: Data) -> Entry {
    let activity = 0x5a0f_91c4_7d21_0001_0000_0000_0000_0000 | u128::from(process.pid) << 8;
    Entry {
        pid: process.pid,
        user_sid: Some(process.user.sid()),
        activity_id: Some(Guid(activity)),
        ..Entry::new(&POWERSHELL, when, event, data)
    }
}

/// 40961, 53504 and 40962: a console starts.
pub(crate) fn console_starts(process: &Process) -> Vec<Entry> {
    let when = process.start;
    let none = || Data::named::<&str>([]);
    let pipe = Data::named([
        ("param1", text(process.pid.to_string())),
        ("param2", text("DefaultAppDomain")),
    ]);
    vec![
        Entry { opcode: 1, ..powershell(process, when.plus(388), (40_961, 1, 4), none()) },
        Entry { opcode: 10, ..powershell(process, when.plus(441), (53_504, 1, 111), pipe) },
        Entry { opcode: 2, ..powershell(process, when.plus(502), (40_962, 1, 4), none()) },
    ]
}

/// Part `number` of `total` of a script block.
#[derive(Debug)]
pub(crate) struct ScriptPart<'a> {
    pub(crate) number: u32,
    pub(crate) total: u32,
    pub(crate) id: u128,
    pub(crate) text: &'a str,
    pub(crate) path: &'a str,
    /// Whether PowerShell itself found it suspicious, which makes it a warning.
    pub(crate) suspicious: bool,
}

/// 4104.
pub(crate) fn script_block(process: &Process, when: Moment, part: &ScriptPart<'_>) -> Entry {
    let id = Guid(part.id).to_string();
    let fields = [
        ("MessageNumber", Value::U32(part.number)),
        ("MessageTotal", Value::U32(part.total)),
        ("ScriptBlockText", text(part.text)),
        ("ScriptBlockId", text(id.trim_matches(['{', '}']))),
        ("Path", text(part.path)),
    ];
    Entry {
        opcode: 15,
        level: if part.suspicious { 3 } else { 5 },
        ..powershell(process, when, (4104, 1, 2), Data::named(fields))
    }
}

/// 4103: a command ran, with its bound parameters.
pub(crate) fn command_ran(process: &Process, when: Moment, payload: &str) -> Entry {
    let user = process.user.full_name();
    let context = format!(
        "        Severity = Informational\r\n        Host Name = ConsoleHost\r\n        \
         Host Version = 5.1.22621.2506\r\n        Host Application = {}\r\n        \
         Engine Version = 5.1.22621.2506\r\n        User = {user}\r\n        \
         Connected User = \r\n        Shell ID = Microsoft.PowerShell\r\n",
        process.command
    );
    let fields =
        [("ContextInfo", text(context)), ("UserData", text("")), ("Payload", text(payload))];
    Entry { opcode: 20, ..powershell(process, when, (4103, 1, 106), Data::named(fields)) }
}
