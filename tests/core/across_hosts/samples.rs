//! Real recordings that hold both ends. The expected pairs were read off the records by hand: the
//! address and port of a logon on one host and of a connection on another.

use spawnscope::{
    ingest::{self, Silent},
    tree::{self, Hosts},
};

use super::Found;
use crate::support::samples;

#[test]
fn recordings_with_both_ends_are_paired() {
    let Some(folder) = samples::folder("json") else { return };
    let pair = |from: &str, to: &str| {
        format!("{from} on WORKSTATION5 > a record of {to}.theshire.local, Connection, High")
    };
    let six = "WORKSTATION6";
    let table: [(&str, Vec<String>); 4] = [
        (
            "covenant_dcom_registerxll",
            vec![pair("svchost.exe", six), pair("MoveExcelXLL.exe", six)],
        ),
        (
            "covenant_wmi_remote_event_subscription_ActiveScriptEventConsumers",
            vec![pair("svchost.exe", six), pair("MoveWMI.exe", six)],
        ),
        (
            "covenant_sharpsc_stop_dcerpc_smb_svcctl",
            vec![
                pair("System", six),
                "GruntHTTP.exe on WORKSTATION5 > svchost.exe on WORKSTATION6, Connection, High"
                    .to_owned(),
            ],
        ),
        ("empire_dcsync_dcerpc_drsuapi_DsGetNCChanges", vec![pair("powershell.exe", "MORDORDC")]),
    ];
    for (name, mut expected) in table {
        let path = folder.join(format!("{name}.zip"));
        if !path.is_file() {
            continue;
        }
        let loaded = ingest::load(&[path], &ingest::Options::default(), &Silent);
        let hosts = Hosts::of(&loaded.events);
        let tree = tree::build(&loaded.events);
        let found = tree::across_hosts(&loaded.events, &hosts, &tree);
        let mut pairs = Found { tree, found }.pairs();
        pairs.sort_unstable();
        expected.sort_unstable();
        assert_eq!(pairs, expected, "{name}");
    }
}
