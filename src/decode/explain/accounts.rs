//! Accounts and groups made, changed and let in.

use super::rule::{Rule, command};

/// The rules.
pub(super) const RULES: &[Rule] = &[
    command(
        &["net", "net1"],
        &["1:user", "/add", "/domain"],
        "creates the domain account {2}",
        "T1136.002",
    ),
    command(&["net", "net1"], &["1:user", "/add"], "creates the account {2}", "T1136.001"),
    command(&["net", "net1"], &["1:user", "/delete|/del"], "deletes the account {2}", "T1531"),
    command(&["net", "net1"], &["1:user", "/active=yes"], "enables the account {2}", "T1098"),
    command(&["net", "net1"], &["1:user", "/active=no"], "disables the account {2}", "T1531"),
    command(
        &["net", "net1"],
        &["1:localgroup", "/add"],
        "adds {3} to the local group {2}",
        "T1098.007",
    ),
    command(
        &["net", "net1"],
        &["1:group", "/add"],
        "adds {3} to the domain group {2}",
        "T1098.007",
    ),
    command(
        &["net", "net1"],
        &["1:localgroup|1:group", "/delete|/del"],
        "takes {3} out of the group {2}",
        "T1098",
    ),
    command(&["new-localuser"], &[], "creates the account[ {/name}]", "T1136.001"),
    command(&["new-aduser"], &[], "creates the domain account[ {/name}]", "T1136.002"),
    command(
        &["add-localgroupmember"],
        &[],
        "adds {/member} to the local group {/group}",
        "T1098.007",
    ),
    command(
        &["add-adgroupmember"],
        &[],
        "adds {/members} to the domain group {/identity}",
        "T1098.007",
    ),
    command(
        &["reg"],
        &["1:add", "~specialaccounts\\userlist"],
        "hides the account {/v} from the logon screen",
        "T1564.002",
    ),
    // Last, since what stands above has three words too.
    command(
        &["net", "net1"],
        &["1:user", "#3", "!/times|/expires|/domain|/dom"],
        "sets the password of the account {2}",
        "T1098",
    ),
];
