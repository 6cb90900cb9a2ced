//! Damage: backups, services, the system itself.

use super::rule::{Rule, command, text};

/// The rules.
pub(super) const RULES: &[Rule] = &[
    command(&["vssadmin"], &["delete", "shadows"], "deletes the shadow copies", "T1490"),
    command(
        &["vssadmin"],
        &["resize", "shadowstorage"],
        "makes the storage of shadow copies smaller, which deletes them",
        "T1490",
    ),
    command(&["wmic"], &["shadowcopy", "delete"], "deletes the shadow copies", "T1490"),
    text(
        &["win32_shadowcopy"],
        &["~delete(|~remove-|~.delete"],
        "deletes the shadow copies",
        "T1490",
    ),
    command(&["diskshadow"], &["/s"], "runs the diskshadow script {/s}", "T1490"),
    command(&["wbadmin"], &["delete"], "deletes backups: {all}", "T1490"),
    command(&["bcdedit"], &["~recoveryenabled", "~no"], "turns automatic repair off", "T1490"),
    command(
        &["bcdedit"],
        &["~bootstatuspolicy", "~ignoreallfailures"],
        "makes Windows ignore failed starts",
        "T1490",
    ),
    command(&["reagentc"], &["/disable"], "turns the recovery environment off", "T1490"),
    command(&["disable-computerrestore"], &[], "turns system restore off", "T1490"),
    command(
        &["taskkill"],
        &["/im|/pid", "/f"],
        "ends the process [{/im|/pid}][ on {/s}] by force",
        "T1489",
    ),
    command(&["net", "net1"], &["1:stop"], "stops the service {2}", "T1489"),
    command(
        &["sc"],
        &["stop|delete"],
        "stops or deletes the service {after:stop|delete}[ on {host}]",
        "T1489",
    ),
    command(&["stop-service"], &[], "stops the service[ {/name|1}]", "T1489"),
    command(&["shutdown"], &["/r"], "restarts the computer[ {/m}]", "T1529"),
    command(&["shutdown"], &["/s|/p"], "shuts the computer[ {/m}] down", "T1529"),
    command(&["format"], &["~:", "/q|/y|/fs"], "formats {1}", "T1485"),
    command(
        &["logoff", "rwinsta"],
        &["~0|~1|~2|~3|~4|~5|~6|~7|~8|~9"],
        "ends the session {1}",
        "T1531",
    ),
];
