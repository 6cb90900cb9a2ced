//! What the Security log recorded.

use super::{Host, Kind, Log, by_id, check};
use serde_json::json;

#[test]
fn security_logons() {
    check(
        "evtx",
        vec![
            (
                "4624 LT3 AnonymousLogon Localhost - JuicyPotato.evtx",
                Log::Security,
                4624,
                ("TargetLogonId", "0x1d12916"),
                Kind::Logon,
                r"NT AUTHORITY\ANONYMOUS LOGON from 127.0.0.1",
                json!({"logon_type": 3, "logon_type_words": "network", "source_port": 59336, "workstation": null, "logon_id": "0x1d12916",
                "logon_guid": null, "package": "NTLM", "impersonation": "impersonation", "elevated": null, "by": null}),
                Host,
            ),
            (
                "DE_RDP_Tunnel_5156.evtx",
                Log::Security,
                4648,
                ("ProcessId", "0x704"),
                Kind::Logon,
                r"EXAMPLE\user01 to localhost from 127.0.0.1",
                json!({"account": r"EXAMPLE\user01", "server": "localhost", "by": r"EXAMPLE\PC01$", "source_port": null}),
                Host,
            ),
        ],
    );
    check(
        "json",
        vec![(
            "auditpol_system_user_auditpolicy_modification.zip",
            Log::Security,
            4624,
            ("LogonType", "5"),
            Kind::Logon,
            r"NT AUTHORITY\SYSTEM",
            json!({"logon_type_words": "service", "elevated": true, "by": r"WORKGROUP\PEDRO-COMPUTER$", "source_address": null}),
            by_id("services.exe", 600),
        )],
    );
}

#[test]
fn security_4656_4663_objects() {
    let file = "CA_hashdump_4663_4656_lsass_access.evtx";
    check(
        "evtx",
        vec![
            (
                file,
                Log::Security,
                4656,
                ("ProcessId", "0x1688"),
                Kind::Access,
                r"0x1f3fff on \Device\HarddiskVolume1\Windows\System32\lsass.exe",
                json!({"action": "handle_requested", "object_type": "Process"}),
                Host,
            ),
            (
                file,
                Log::Security,
                4663,
                ("ProcessId", "0x1688"),
                Kind::Access,
                r"0x10 on \Device\HarddiskVolume1\Windows\System32\lsass.exe",
                json!({"action": "accessed", "access_mask": "0x10", "rights": ["read its memory"]}),
                Host,
            ),
        ],
    );
}

#[test]
fn security_4673_privilege() {
    check(
        "json",
        vec![(
            "auditpol_system_user_auditpolicy_modification.zip",
            Log::Security,
            4673,
            ("ProcessId", "0x1658"),
            Kind::Other,
            "SeTcbPrivilege",
            json!({"privileges": ["SeTcbPrivilege"], "program": "powershell_ise.exe", "service": null}),
            by_id("PowerShell_ISE.exe", 5720),
        )],
    );
}

#[test]
fn security_tasks() {
    let file = "PrivEsc_SeImpersonatePriv_enabled_back_for_upnp_localsvc_4698.evtx";
    check(
        "evtx",
        vec![
            (
                file,
                Log::Security,
                4698,
                ("TaskName", "FullPowersTask"),
                Kind::Task,
                r"\FullPowersTask",
                json!({"action": "created", "command": r"C:\Users\Public\Tools\TokenManip\FullPowers.exe", "arguments": "-t 4932",
                "actions": [r"C:\Users\Public\Tools\TokenManip\FullPowers.exe -t 4932"], "triggers": [], "run_as": "S-1-5-19",
                "run_level": "LeastPrivilege", "hidden": false, "enabled": true, "by": r"NT AUTHORITY\LOCAL SERVICE"}),
                Host,
            ),
            (
                file,
                Log::Security,
                4699,
                ("TaskName", "FullPowersTask"),
                Kind::Task,
                r"\FullPowersTask",
                json!({"action": "deleted", "command": null}),
                Host,
            ),
        ],
    );
    check(
        "json",
        vec![(
            "covenant_sharpsc_stop_dcerpc_smb_svcctl.zip",
            Log::Security,
            4702,
            ("TaskName", "SvcRestartTask"),
            Kind::Task,
            r"\Microsoft\Windows\SoftwareProtectionPlatform\SvcRestartTask",
            json!({"action": "updated", "by": r"THESHIRE\MORDORDC$"}),
            Host,
        )],
    );
}

#[test]
fn security_accounts() {
    let file = "samaccount_spoofing_CVE-2021-42287_CVE-2021-42278_DC_securitylogs.evtx";
    let whole = json!({"action": "enabled", "account": r"3B\DC012$", "by": r"3B\lgrove", "by_logon_id": "0x738ae4",
        "sid": "S-1-5-21-308926384-506822093-3341789130-220105"});
    check(
        "evtx",
        vec![
            (file, Log::Security, 4722, ("", ""), Kind::Account, "DC012$", whole, Host),
            (
                file,
                Log::Security,
                4724,
                ("", ""),
                Kind::Account,
                "DC012$",
                json!({"action": "password_reset"}),
                Host,
            ),
            (
                file,
                Log::Security,
                4781,
                ("", ""),
                Kind::Account,
                "DC012$ to 01566s-win16-ir",
                json!({"action": "renamed", "new_name": "01566s-win16-ir"}),
                Host,
            ),
        ],
    );
}

#[test]
fn security_shares() {
    check(
        "evtx",
        vec![(
            "CA_protectedstorage_5145_rpc_masterkey.evtx",
            Log::Security,
            5145,
            ("RelativeTargetName", "protected_storage"),
            Kind::Share,
            r"\\*\IPC$\protected_storage",
            json!({"share": r"\\*\IPC$", "local_path": null, "relative_name": "protected_storage", "account": r"3B\backdoor",
            "source_address": "172.16.66.1", "source_port": 52415, "access_mask": "0x12019f",
            "rights": ["read permissions", "synchronize", "read data or list", "write data or add file", "append data or add folder",
                "read extended attributes", "write extended attributes", "read attributes", "write attributes"]}),
            Host,
        )],
    );
    check(
        "json",
        vec![(
            "covenant_sharpsc_stop_dcerpc_smb_svcctl.zip",
            Log::Security,
            5140,
            ("IpPort", "65493"),
            Kind::Share,
            r"\\*\IPC$",
            json!({"relative_name": null, "account": r"THESHIRE\MORDORDC$", "rights": ["read data or list"]}),
            Host,
        )],
    );
}

#[test]
fn security_5156_5157_connections() {
    check(
        "json",
        vec![
            (
                "auditpol_system_user_auditpolicy_modification.zip",
                Log::Security,
                5156,
                ("SourcePort", "49678"),
                Kind::Network,
                "192.168.56.40:8443",
                json!({"direction": "outbound", "outcome": "permitted", "protocol": "tcp", "source_port": 49678, "remote_address": "192.168.56.40"}),
                by_id("payload.exe", 3432),
            ),
            (
                "covenant_sharpsc_stop_dcerpc_smb_svcctl.zip",
                Log::Security,
                5157,
                ("SourcePort", "55029"),
                Kind::Network,
                "172.18.39.6:50115",
                json!({"direction": "inbound", "outcome": "blocked", "remote_address": "172.18.39.5", "remote_port": 55029}),
                by_id("services.exe", 732),
            ),
        ],
    );
}

#[test]
fn logs_cleared_and_audit_changed() {
    check(
        "evtx",
        vec![
            (
                "4624 LT3 AnonymousLogon Localhost - JuicyPotato.evtx",
                Log::Security,
                1102,
                ("", ""),
                Kind::Log,
                "Security",
                json!({"action": "cleared", "by": r"insecurebank\bob", "by_logon_id": "0x1c363a4"}),
                Host,
            ),
            (
                "DE_104_system_log_cleared.evtx",
                Log::System,
                104,
                ("", ""),
                Kind::Log,
                "System",
                json!({"action": "cleared", "log": "System", "by": r"EXAMPLE\user01", "backup_path": null}),
                Host,
            ),
        ],
    );
    check(
        "json",
        vec![
            (
                "auditpol_system_user_auditpolicy_modification.zip",
                Log::System,
                104,
                ("", ""),
                Kind::Log,
                "Microsoft-Windows-PowerShell/Operational",
                json!({"by": null}),
                Host,
            ),
            (
                "cmd_bitsadmin_download_psh_script.zip",
                Log::Security,
                1102,
                ("", ""),
                Kind::Log,
                "Security",
                json!({"by": r"WORKSTATION5\wardog", "by_logon_id": "0xC61D9"}),
                Host,
            ),
            (
                "auditpol_system_user_auditpolicy_modification.zip",
                Log::Security,
                4719,
                ("SubcategoryId", "%%14336"),
                Kind::Policy,
                "Credential Validation: success auditing removed",
                json!({"category": "Account Logon", "by": r"PEDRO-COMPUTER\pedro-admin"}),
                Host,
            ),
        ],
    );
}
