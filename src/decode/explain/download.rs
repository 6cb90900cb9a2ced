//! Fetching something from the network. Uploads are in `collection`.

use super::rule::{Rule, command, text};

/// The rules.
pub(super) const RULES: &[Rule] = &[
    text(
        &[".downloadstring(", ".downloaddata(", ".downloadstringasync(", ".openread("],
        &["~iex|~invoke-expression|~scriptblock|~.invoke("],
        "downloads [{url} ]and runs it in memory",
        "T1059.001",
    ),
    text(
        &[".downloaddata("],
        &["~assembly]::load"],
        "downloads a .NET program[ from {url}] and loads it into memory",
        "T1620",
    ),
    text(&[".downloadfile(", ".downloadfileasync("], &[], "downloads {url}[ to {path}]", "T1105"),
    text(&[".downloadfile(", ".downloadfileasync("], &[], "downloads a file[ to {path}]", "T1105"),
    text(&[".downloadstring(", ".downloaddata(", ".openread("], &[], "downloads {url}", "T1105"),
    text(
        &["invoke-webrequest", "invoke-restmethod", "iwr ", "irm ", "start-bitstransfer"],
        &["~iex|~invoke-expression|~scriptblock]::create", "!~-method post", "!~-outfile"],
        "downloads [{url} ]and runs it in memory",
        "T1059.001",
    ),
    command(
        &["invoke-webrequest", "iwr", "invoke-restmethod", "irm", "wget", "curl"],
        &["/outfile", "!/infile"],
        "downloads {url} to {/outfile}",
        "T1105",
    ),
    command(
        &["curl", "wget", "iwr", "invoke-webrequest", "irm", "invoke-restmethod"],
        &[
            "-o|-O|/output|/output-document",
            "!-T|/upload-file|-d|/data|/data-binary|-F|/form",
            "~://",
        ],
        "downloads {url}[ to {-o|-O|/output|/output-document}]",
        "T1105",
    ),
    command(
        &["curl", "wget", "invoke-webrequest", "iwr", "invoke-restmethod", "irm"],
        &[
            "!-T|/upload-file|-d|/data|/data-binary|-F|/form|/infile|/body|-X=post|/request=post|/method=post|/method=put",
        ],
        "fetches {url}",
        "T1105",
    ),
    command(
        &["start-bitstransfer"],
        &["!/transfertype=upload"],
        "downloads {url}[ to {/destination}] as a BITS job",
        "T1197",
    ),
    command(
        &["bitsadmin"],
        &["/transfer|/addfile", "!/upload"],
        "downloads {url}[ to {path}] as a BITS job",
        "T1197",
    ),
    command(
        &["certutil"],
        &["/urlcache|/verifyctl|/url"],
        "downloads {url}[ to {last}] with certutil",
        "T1105",
    ),
    command(&["certutil"], &["/decode"], "decodes the base64 file {1} to {2}", "T1140"),
    command(&["certutil"], &["/decodehex"], "decodes the hexadecimal file {1} to {2}", "T1140"),
    command(&["expand"], &["~:"], "unpacks {1} to {2}", "T1140"),
    command(
        &["desktopimgdownldr"],
        &["~lockscreenurl"],
        "downloads {url} with desktopimgdownldr",
        "T1105",
    ),
    command(
        &["mpcmdrun"],
        &["/downloadfile"],
        "downloads {url}[ to {/path}] with Defender's own program",
        "T1105",
    ),
    command(&["esentutl"], &["/y", "~http|~\\\\"], "copies {/y}[ to {/d}] with esentutl", "T1105"),
    command(&["ftp"], &["/s"], "runs the FTP commands of {/s}", "T1105"),
    command(&["tftp"], &["get"], "downloads {all} by TFTP", "T1105"),
    command(&["finger"], &["~@"], "fetches text from {1} with finger", "T1105"),
    command(&["winget"], &["1:install"], "installs {2} with winget", "T1105"),
    // Here, so that it is not said beside a download that is run.
    command(&["iex", "invoke-expression"], &["~$"], "runs text from a variable", "T1059.001"),
];
