//! What Sysmon recorded.

use super::{Host, Kind, Log, check, guid, loaded, whose};
use crate::support::samples;
use serde_json::json;

#[test]
fn sysmon_2_time_set_back() {
    check(
        "json",
        vec![(
            "psh_register_cimprovider_execute_dll.zip",
            Log::Sysmon,
            2,
            ("TargetFilename", "Y4ZZYCN4Q9QZGP6CR52U.temp"),
            Kind::File,
            r"C:\Users\wardog\AppData\Roaming\Microsoft\Windows\Recent\CustomDestinations\Y4ZZYCN4Q9QZGP6CR52U.temp",
            json!({"action": "time_changed", "created_utc": "2020-10-17 10:00:19.074", "previous_created_utc": "2020-10-23 06:05:09.868"}),
            guid("RuntimeBroker.exe", 1656),
        )],
    );
}

#[test]
fn sysmon_3_connection() {
    check(
        "json",
        vec![(
            "auditpol_system_user_auditpolicy_modification.zip",
            Log::Sysmon,
            3,
            ("SourcePort", "49678"),
            Kind::Network,
            "192.168.56.40:8443",
            json!({"direction": "outbound", "protocol": "tcp", "source_address": "192.168.56.44", "source_port": 49678,
            "destination_address": "192.168.56.40", "destination_port": 8443, "destination_name": null,
            "remote_address": "192.168.56.40", "remote_port": 8443}),
            guid("payload.exe", 3432),
        )],
    );
}

#[test]
fn sysmon_6_driver() {
    check(
        "evtx",
        vec![(
            "DE_sysmon-3-rdp-tun.evtx",
            Log::Sysmon,
            6,
            ("ImageLoaded", "rdpdd.dll"),
            Kind::Module,
            r"C:\Windows\System32\rdpdd.dll",
            json!({"driver": true, "signed": true, "signer": "Microsoft Windows", "signature_status": "Valid",
            "hashes": "SHA1=853533AD0FD5081E57931D98CF5B1CD4ACBF0601"}),
            Host,
        )],
    );
}

#[test]
fn sysmon_7_module_and_8_remote_thread() {
    check(
        "evtx",
        vec![
            (
                "CA_keefarce_keepass_credump.evtx",
                Log::Sysmon,
                7,
                ("ImageLoaded", "BootstrapDLL.dll"),
                Kind::Module,
                r"C:\Users\Public\BootstrapDLL.dll",
                json!({"driver": false, "signed": false, "signer": null, "signature_status": "Unavailable", "company": null}),
                guid("KeePass.exe", 2364),
            ),
            (
                "CA_keefarce_keepass_credump.evtx",
                Log::Sysmon,
                8,
                ("StartFunction", "LoadManagedProject"),
                Kind::Access,
                r"remote thread in C:\Program Files\KeePass Password Safe 2\KeePass.exe",
                json!({"target_image": r"C:\Program Files\KeePass Password Safe 2\KeePass.exe", "target_pid": 2364,
                "thread_id": 1920, "start_address": "0x5A801260", "start_module": r"C:\Users\Public\BootstrapDLL.dll",
                "start_function": "LoadManagedProject"}),
                guid("KeeFarce.exe", 1288),
            ),
        ],
    );
}

#[test]
fn sysmon_9_raw_read() {
    check(
        "json",
        vec![(
            "covenant_sharpsc_stop_dcerpc_smb_svcctl.zip",
            Log::Sysmon,
            9,
            ("ProcessId", "3716"),
            Kind::Other,
            r"\Device\HarddiskVolume2",
            json!({"device": r"\Device\HarddiskVolume2"}),
            guid("svchost.exe", 3716),
        )],
    );
}

#[test]
fn sysmon_10_access() {
    check(
        "evtx",
        vec![(
            "DE_BYOV_Zam64_CA_Memdump_sysmon_7_10.evtx",
            Log::Sysmon,
            10,
            ("SourceImage", "ppldump.exe"),
            Kind::Access,
            r"0x1fffff on C:\Windows\system32\lsass.exe",
            json!({"target_image": r"C:\Windows\system32\lsass.exe", "target_pid": 624, "granted_access": "0x1fffff",
            "rights": ["all access"], "called_from_unknown_memory": false}),
            guid("ppldump.exe", 5016),
        )],
    );
    check(
        "json",
        vec![(
            "auditpol_system_user_auditpolicy_modification.zip",
            Log::Sysmon,
            10,
            ("GrantedAccess", "0x1400"),
            Kind::Access,
            r"0x1400 on C:\Windows\system32\winlogon.exe",
            json!({"rights": ["query process information", "query limited information"]}),
            guid("VBoxService.exe", 1136),
        )],
    );
}

#[test]
fn sysmon_11_file_12_13_registry() {
    check(
        "json",
        vec![(
            "auditpol_system_user_auditpolicy_modification.zip",
            Log::Sysmon,
            11,
            ("TargetFilename", "awyvrrhf.tmp"),
            Kind::File,
            r"C:\Users\pedro-admin\AppData\Local\Microsoft_Corporation\PowerShell_ISE.exe_StrongName_lw2v2vm3wmtzzpebq33gybmeoxukb04w\3.0.0.0\AutoSaveInformation\awyvrrhf.tmp",
            json!({"action": "created", "created_utc": "2022-08-18 13:55:58.960"}),
            guid("PowerShell_ISE.exe", 5720),
        )],
    );
    let policies = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\policies\system";
    check(
        "evtx",
        vec![
            (
                "DE_UAC_Disabled_Sysmon_12_13.evtx",
                Log::Sysmon,
                12,
                ("EventType", "CreateKey"),
                Kind::Registry,
                policies,
                json!({"action": "create_key", "key": policies, "value": null, "data": null}),
                guid("reg.exe", 3788),
            ),
            (
                "DE_UAC_Disabled_Sysmon_12_13.evtx",
                Log::Sysmon,
                13,
                ("TargetObject", "EnableLUA"),
                Kind::Registry,
                r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\policies\system\EnableLUA = DWORD (0x00000000)",
                json!({"action": "set_value", "key": policies, "value": "EnableLUA", "data": "DWORD (0x00000000)"}),
                guid("reg.exe", 3788),
            ),
        ],
    );
}

#[test]
fn sysmon_17_18_pipes() {
    let file = "EfsPotato_sysmon_17_18_privesc_seimpersonate_to_system.evtx";
    let pipe = r"\dd4c18dc-bff6-42ce-b707-62c114b84291\pipe\srvsvc";
    check(
        "evtx",
        vec![
            (
                file,
                Log::Sysmon,
                17,
                ("PipeName", "dd4c18dc"),
                Kind::Pipe,
                pipe,
                json!({"action": "created", "name": pipe}),
                guid("EfsPotato.exe", 14048),
            ),
            (
                file,
                Log::Sysmon,
                18,
                ("PipeName", r"\lsass"),
                Kind::Pipe,
                r"\lsass",
                json!({"action": "connected", "name": r"\lsass"}),
                guid("System", 4),
            ),
        ],
    );
}

#[test]
fn sysmon_19_20_21_and_wmi_5861_subscription() {
    let file = "covenant_wmi_remote_event_subscription_ActiveScriptEventConsumers.zip";
    let query = "select * from __InstanceCreationEvent within 5 where TargetInstance Isa 'Win32_LogonSession'";
    check(
        "json",
        vec![
            (
                file,
                Log::Sysmon,
                19,
                ("Operation", "Created"),
                Kind::Wmi,
                "\"WSUS_QQTJ7\" = \"select * from __InstanceCreationEvent within 5 where TargetInstance Isa 'Win32_LogonSession'\"",
                json!({"part": "filter", "operation": "Created", "name": "WSUS_QQTJ7", "namespace": r"\\root\\cimv2", "query": query, "user": r"THESHIRE\pgustavo"}),
                Host,
            ),
            (
                file,
                Log::Sysmon,
                21,
                ("Operation", "Created"),
                Kind::Wmi,
                r#""__EventFilter.Name=\"WSUS_QQTJ7\"" to "ActiveScriptEventConsumer.Name=\"WSUS_RP5ZB\"""#,
                json!({"part": "binding", "consumer": r#"ActiveScriptEventConsumer.Name=\"WSUS_RP5ZB\""#, "filter": r#"__EventFilter.Name=\"WSUS_QQTJ7\""#}),
                Host,
            ),
            (
                file,
                Log::WmiActivity,
                5861,
                ("", ""),
                Kind::Wmi,
                r#"WSUS_QQTJ7 to ActiveScriptEventConsumer="WSUS_RP5ZB""#,
                json!({"action": "permanent_subscription", "namespace": "//./root/subscription", "filter": "WSUS_QQTJ7",
                "consumer": "ActiveScriptEventConsumer=\"WSUS_RP5ZB\"", "query": query}),
                Host,
            ),
        ],
    );
}

#[test]
fn sysmon_20_consumer() {
    let Some(folder) = samples::folder("json") else { return };
    let loaded = loaded(
        &folder.join("covenant_wmi_remote_event_subscription_ActiveScriptEventConsumers.zip"),
    );
    let record = loaded
        .events
        .iter()
        .position(|event| Log::of(event) == Some(Log::Sysmon) && event.event_id == 20);
    let (found, kind, text, detail) = whose(&loaded, record.unwrap()).unwrap();
    assert_eq!((found, kind), (None, Kind::Wmi));
    assert!(text.starts_with("\"WSUS_RP5ZB\" = \"Function Base64ToStream(b,l)"), "{text}");
    assert_eq!(detail["consumer_type"], "Script");
    assert!(detail["destination"].as_str().unwrap().starts_with("Function Base64ToStream"));
}

#[test]
fn sysmon_22_lookup() {
    check(
        "json",
        vec![
            (
                "auditpol_system_user_auditpolicy_modification.zip",
                Log::Sysmon,
                22,
                ("QueryName", "checkappexec.microsoft.com"),
                Kind::Dns,
                "checkappexec.microsoft.com",
                json!({"status": 1460, "status_words": "timed out", "answers": []}),
                guid("smartscreen.exe", 5624),
            ),
            (
                "covenant_sharpsc_stop_dcerpc_smb_svcctl.zip",
                Log::Sysmon,
                22,
                ("QueryName", "MORDORDC.theshire.local"),
                Kind::Dns,
                "MORDORDC.theshire.local",
                json!({"status": 0, "answers": ["fe80::3816:b2ee:1b9b:324b", "172.18.38.5"]}),
                Host,
            ),
        ],
    );
}

#[test]
fn sysmon_23_26_deleted() {
    check(
        "json",
        vec![
            (
                "psh_register_cimprovider_execute_dll.zip",
                Log::Sysmon,
                23,
                ("TargetFilename", "RF1969ad9d.TMP"),
                Kind::File,
                r"C:\Users\wardog\AppData\Roaming\Microsoft\Windows\Recent\CustomDestinations\ff99ba2fb2e34b73.customDestinations-ms~RF1969ad9d.TMP",
                json!({"action": "deleted_archived", "archived": true, "executable": false}),
                guid("RuntimeBroker.exe", 1656),
            ),
            (
                "auditpol_system_user_auditpolicy_modification.zip",
                Log::Sysmon,
                26,
                ("TargetFilename", "CHXSMARTSCREEN.EXE-E41A46F3.pf"),
                Kind::File,
                r"C:\Windows\Prefetch\CHXSMARTSCREEN.EXE-E41A46F3.pf",
                json!({"action": "deleted", "archived": null, "executable": false}),
                guid("svchost.exe", 1240),
            ),
        ],
    );
}
