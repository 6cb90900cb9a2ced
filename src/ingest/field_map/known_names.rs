//! What programs call the parts of a record and the fields of Windows. Compares nothing.

/// What programs call a part of the head, the surest first. Compared without letter case and
/// without what stands between words.
pub(super) type Calls = &'static [&'static str];

pub(super) const TIME: Calls = &[
    "timestamp",
    "timecreated",
    "systemtime",
    "eventtime",
    "eventtimestamp",
    "datetime",
    "utctime",
    "time",
    "ts",
    "logtime",
    "generatedtime",
    "createdat",
    "created",
    "date",
    "when",
];
pub(super) const HOST: Calls = &[
    "computername",
    "computer",
    "hostname",
    "devicename",
    "machinename",
    "agenthostname",
    "endpointname",
    "host",
    "machine",
    "device",
    "endpoint",
    "workstation",
    "agentname",
];
pub(super) const CHANNEL: Calls = &["channel", "logname", "eventchannel", "eventlog", "logchannel"];
pub(super) const PROVIDER: Calls =
    &["providername", "provider", "sourcename", "eventprovider", "eventsource"];
pub(super) const EVENT_ID: Calls = &["eventid", "eventcode", "evtid", "eid", "eventnumber", "code"];
pub(super) const EVENT_KIND: Calls = &[
    "eventtype",
    "eventaction",
    "eventname",
    "actiontype",
    "eventkind",
    "action",
    "type",
    "activity",
];
pub(super) const RECORD_ID: Calls =
    &["eventrecordid", "recordid", "recordnumber", "eventrecordnumber"];
pub(super) const LOGGER_PID: Calls = &["executionprocessid", "loggerpid", "loggingprocessid"];
pub(super) const USER_SID: Calls = &["usersid", "accountsid", "userid", "sid"];

/// Words for the start of a process.
pub(super) const STARTS: Calls = &[
    "processstart",
    "processstarted",
    "processcreate",
    "processcreated",
    "processcreation",
    "createprocess",
    "newprocess",
    "processexec",
    "exec",
    "processlaunch",
    "processrollup2",
];

/// A field: Sysmon's name, Security's where it is another, and what programs call it.
pub(super) type FieldRow = (&'static str, Option<&'static str>, Calls);

/// Of the process that a record is about, and of its parent where the name says so.
pub(super) const OF_PROCESS: [FieldRow; 6] = [
    ("CommandLine", None, &["commandline", "cmdline", "cmdl", "processcommandline", "cmd"]),
    (
        "Image",
        Some("NewProcessName"),
        &[
            "image",
            "imagepath",
            "processpath",
            "processexecutable",
            "executablepath",
            "exepath",
            "executable",
            "processimage",
            "imagefilename",
            "exe",
            "processexe",
            "processfilepath",
        ],
    ),
    ("ProcessId", Some("NewProcessId"), &["processid", "pid", "processpid", "procid"]),
    ("ProcessGuid", None, &["processguid", "processuuid", "processentityid", "entityid", "guid"]),
    (
        "User",
        Some("SubjectUserName"),
        &["username", "user", "accountname", "account", "processuser"],
    ),
    ("OriginalFileName", None, &["originalfilename", "originalname", "peoriginalfilename"]),
];
/// Sysmon's names of the same of the parent, and Security's.
pub(super) const OF_PARENT: [(&str, Option<&str>); 5] = [
    ("ParentCommandLine", None),
    ("ParentImage", Some("ParentProcessName")),
    ("ParentProcessId", Some("ProcessId")),
    ("ParentProcessGuid", None),
    ("ParentUser", None),
];
/// Of anything else.
pub(super) const OTHERS: [FieldRow; 13] = [
    ("CurrentDirectory", None, &["currentdirectory", "workingdirectory", "cwd", "workdir"]),
    ("IntegrityLevel", None, &["integritylevel", "integrity"]),
    ("Hashes", None, &["hashes"]),
    ("LogonId", Some("SubjectLogonId"), &["logonid", "userlogonid"]),
    (
        "DestinationIp",
        None,
        &["destinationip", "dstip", "destip", "remoteip", "remoteaddress", "raddr"],
    ),
    ("DestinationPort", None, &["destinationport", "dstport", "destport", "remoteport", "rport"]),
    ("DestinationHostname", None, &["destinationhostname", "remotehostname", "destinationdomain"]),
    ("SourceIp", None, &["sourceip", "srcip", "localip", "localaddress", "laddr"]),
    ("SourcePort", None, &["sourceport", "srcport", "localport", "lport"]),
    ("TargetFilename", None, &["targetfilename", "targetfilepath", "filepath", "targetpath"]),
    ("TargetObject", None, &["targetobject", "registrykey", "regkey", "registrypath", "keypath"]),
    ("QueryName", None, &["queryname", "dnsquestionname", "dnsquery", "querieddomain"]),
    ("ImageLoaded", None, &["imageloaded", "loadedimage", "dllpath", "modulepath"]),
];
/// Fields whose own names are unmistakable.
pub(super) const EXACT: [&str; 22] = [
    "CommandLine",
    "Company",
    "CurrentDirectory",
    "Description",
    "Details",
    "FileVersion",
    "Hashes",
    "Image",
    "ImageLoaded",
    "NewProcessId",
    "NewProcessName",
    "OriginalFileName",
    "ParentCommandLine",
    "ParentImage",
    "ParentProcessGuid",
    "ParentProcessId",
    "ParentProcessName",
    "ProcessGuid",
    "SubjectUserName",
    "TargetFilename",
    "TargetUserName",
    "UtcTime",
];
