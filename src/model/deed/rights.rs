//! Access rights: the bits of a mask in words. Not whether they were granted.

use super::words::listed;

/// Bits 16 to 31 mean the same for every kind of object. Source: Microsoft, "Access Mask Format"
/// and "Standard Access Rights".
const STANDARD: [(u64, &str); 10] = [
    (0x0001_0000, "delete"),
    (0x0002_0000, "read permissions"),
    (0x0004_0000, "change permissions"),
    (0x0008_0000, "take ownership"),
    (0x0010_0000, "synchronize"),
    (0x0100_0000, "access the audit settings"),
    (0x0200_0000, "all access that is allowed"),
    (0x1000_0000, "all access"),
    (0x2000_0000, "execute"),
    (0x4000_0000, "write"),
];

/// Source: Microsoft, "Process Security and Access Rights".
const PROCESS: [(u64, &str); 14] = [
    (0x0001, "terminate the process"),
    (0x0002, "create a thread in the process"),
    (0x0004, "set the session"),
    (0x0008, "change its virtual memory"),
    (0x0010, "read its memory"),
    (0x0020, "write its memory"),
    (0x0040, "duplicate handles"),
    (0x0080, "create a child process"),
    (0x0100, "set quotas"),
    (0x0200, "set process information"),
    (0x0400, "query process information"),
    (0x0800, "suspend or resume"),
    (0x1000, "query limited information"),
    (0x2000, "set limited information"),
];

/// Source: Microsoft, "File Access Rights Constants".
const FILE: [(u64, &str); 9] = [
    (0x0001, "read data or list"),
    (0x0002, "write data or add file"),
    (0x0004, "append data or add folder"),
    (0x0008, "read extended attributes"),
    (0x0010, "write extended attributes"),
    (0x0020, "execute or traverse"),
    (0x0040, "delete child"),
    (0x0080, "read attributes"),
    (0x0100, "write attributes"),
];

/// Source: Microsoft, "Registry Key Security and Access Rights".
const KEY: [(u64, &str); 6] = [
    (0x0001, "read key value"),
    (0x0002, "set key value"),
    (0x0004, "create subkey"),
    (0x0008, "list subkeys"),
    (0x0010, "watch the key"),
    (0x0020, "create link"),
];

/// `PROCESS_ALL_ACCESS` before Windows Vista and since.
const PROCESS_ALL: [u64; 2] = [0x001f_0fff, 0x001f_ffff];

/// The rights of a mask on a process, lowest bit first.
pub(super) fn of_process(mask: u64) -> Vec<&'static str> {
    if PROCESS_ALL.contains(&mask) {
        return vec!["all access"];
    }
    of(&PROCESS, mask)
}

/// The rights that a record lists, else those of its mask.
pub(super) fn of_object<'a>(
    object_type: Option<&str>,
    list: Option<&'a str>,
    mask: Option<u64>,
) -> Vec<&'a str> {
    let listed: Vec<&str> = list.map(|list| listed(list).collect()).unwrap_or_default();
    match (listed.is_empty(), mask) {
        (true, Some(mask)) => match object_type {
            Some("File") => of(&FILE, mask),
            Some("Key") => of(&KEY, mask),
            Some("Process") => of_process(mask),
            _ => of(&[], mask),
        },
        _ => listed,
    }
}

fn of(own: &[(u64, &'static str)], mask: u64) -> Vec<&'static str> {
    let rest = [(0x8000_0000, "read")];
    own.iter()
        .chain(&STANDARD)
        .chain(&rest)
        .filter(|(bit, _)| mask & bit != 0)
        .map(|(_, words)| *words)
        .collect()
}
