//! The shell's second process.

use super::{SVCHOST, assert_inferred, start, under};
use crate::events::Make;

const EXPLORER: &str = r"C:\Windows\explorer.exe";
const EVIL: &str = r"C:\Temp\evil.exe";
const FACTORY: &str = r"explorer.exe /factory,{75dff2b7-6936-4c06-a8bb-676a7b00b24b} -Embedding";

fn second() -> Make {
    under(start(6000, EXPLORER, FACTORY, "10:00:05.000"), 600, SVCHOST, "08:00:00.000")
}

fn asker(line: &str, clock: &str) -> Make {
    start(1052, EXPLORER, line, clock)
}

fn child() -> Make {
    under(start(8180, EVIL, EVIL, "10:00:05.300"), 6000, EXPLORER, "10:00:05.000")
}

#[test]
fn hits_and_near_misses() {
    let opened = "explorer.exe 6000 <= explorer.exe 1052: handed over by Explorer, likely";
    assert_inferred(
        "a path",
        vec![asker(r"explorer.exe C:\Temp\evil.exe", "10:00:04.900"), second(), child()],
        [opened, "evil.exe 8180 <= explorer.exe 1052: handed over by Explorer, sure"],
    );
    assert_inferred(
        "a shell folder",
        vec![asker("explorer.exe shell:::{769f9427}", "10:00:04.900"), second(), child()],
        [opened, "evil.exe 8180 <= explorer.exe 1052: handed over by Explorer, likely"],
    );
    assert_inferred(
        "the desktop itself",
        vec![asker("explorer.exe", "10:00:04.900"), second(), child()],
        [],
    );
    assert_inferred(
        "a minute before",
        vec![asker(r"explorer.exe C:\Temp\evil.exe", "09:59:04.900"), second(), child()],
        [],
    );
    assert_inferred(
        "in another session",
        vec![
            asker(r"explorer.exe C:\Temp\evil.exe", "10:00:04.900").field("TerminalSessionId", "2"),
            second(),
            child(),
        ],
        [],
    );
}
