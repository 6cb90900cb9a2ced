//! Gathering data and sending it out.

use super::rule::{Rule, command, text};

/// The rules.
pub(super) const RULES: &[Rule] = &[
    command(
        &["rar", "winrar", "unrar"],
        &["1:a", "/hp|~-hp|~-p"],
        "packs files into {2} with a password",
        "T1560.001",
    ),
    command(&["rar", "winrar"], &["1:a"], "packs files into {2}", "T1560.001"),
    command(
        &["7z", "7za", "7zr"],
        &["1:a", "~-p"],
        "packs files into {2} with a password",
        "T1560.001",
    ),
    command(&["7z", "7za", "7zr"], &["1:a"], "packs files into {2}", "T1560.001"),
    command(&["compress-archive"], &[], "packs [{/path} ]into[ {/destinationpath}]", "T1560.001"),
    command(&["makecab"], &["~\\"], "packs {1}[ into {2}]", "T1560.001"),
    command(&["tar"], &["~-c|~c"], "packs files: {all}", "T1560.001"),
    command(&["curl"], &["-T|/upload-file"], "uploads[ {-T|/upload-file}] to {url}", "T1048"),
    command(
        &["curl"],
        &["-F|/form|-d|/data|/data-binary|-X=post|/request=post"],
        "sends data to {url}",
        "T1048",
    ),
    command(
        &["invoke-webrequest", "iwr", "invoke-restmethod", "irm"],
        &["/infile"],
        "uploads {/infile} to[ {url|/uri}]",
        "T1048",
    ),
    command(
        &["invoke-webrequest", "iwr", "invoke-restmethod", "irm"],
        &["/method=post|/method=put"],
        "sends data to {url}",
        "T1048",
    ),
    text(
        &[".uploadfile(", ".uploaddata(", ".uploadstring(", ".uploadvalues("],
        &[],
        "uploads data to {url}",
        "T1048",
    ),
    text(
        &[".uploadfile(", ".uploaddata(", ".uploadstring(", ".uploadvalues("],
        &[],
        "uploads data",
        "T1048",
    ),
    command(&["bitsadmin"], &["/upload"], "uploads to {url} as a BITS job", "T1197"),
    command(
        &["rclone"],
        &["copy|sync|move|copyto"],
        "copies files to cloud storage with rclone: {all}",
        "T1567.002",
    ),
    command(
        &["megaput", "megacopy", "megacmd", "mega-put"],
        &[],
        "uploads to MEGA: {all}",
        "T1567.002",
    ),
    command(
        &["winscp", "pscp", "scp", "sftp"],
        &["~@|/command|/script"],
        "copies files by SSH: {all}",
        "T1048",
    ),
    command(&["send-mailmessage"], &["/attachments"], "mails {/attachments}[ to {/to}]", "T1048"),
    text(&["copyfromscreen"], &[], "takes a picture of the screen", "T1113"),
    command(
        &["psr"],
        &["/start|/gui"],
        "records the screen with Steps Recorder[ to {/output}]",
        "T1113",
    ),
    command(&["get-clipboard", "gcb"], &[], "reads the clipboard", "T1115"),
    text(
        &["[windows.clipboard]::gettext", "forms.clipboard]::gettext"],
        &[],
        "reads the clipboard",
        "T1115",
    ),
];
