//! Which records speak of one host, one process, one image.

use crate::events::{
    guid, parent_of, process, record, security_start, show, sysmon_start, time, tree_of,
};
use spawnscope::model::ParentLink;

const ZOOM: &str = r"C:\Users\m\AppData\Roaming\Zoom\bin\Zoom.exe";
const CMD: &str = r"C:\Windows\System32\cmd.exe";

#[test]
fn hosts_are_one_or_two() {
    let cases: [(&str, &[&str], usize, &str); 7] = [
        ("letter case", &["PC1", "pc1"], 1, "PC1"),
        ("short and FQDN", &["PC1", "pc1.corp.example"], 1, "pc1.corp.example"),
        ("trailing dot", &["pc1.corp.example", "pc1.corp.example."], 1, "pc1.corp.example."),
        ("two FQDNs", &["pc1.a.example", "pc1.b.example"], 2, "pc1.a.example"),
        ("two FQDNs and short", &["pc1.a.example", "PC1", "pc1.b.example"], 3, "PC1"),
        ("other short name", &["PC1", "PC10.corp.example"], 2, "PC1"),
        ("addresses", &["10.0.0.1", "10.0.0.2", "10"], 3, "10"),
    ];
    for (what, names, count, first) in cases {
        let events: Vec<_> = names
            .iter()
            .map(|name| {
                sysmon_start(&guid("10:00:00", 1), 10, CMD, "10:00:00.000").host(name).done()
            })
            .collect();
        let tree = spawnscope::tree::build(&events);
        assert_eq!(tree.processes.len(), count, "{what}\n{}", show(&tree));
        assert_eq!(tree.processes[0].host, first, "{what}");
    }
}

#[test]
fn guid_case_and_braces_do_not_count() {
    let braced = guid("10:00:00", 0xabcd);
    let bare = braced.trim_matches(['{', '}']).to_uppercase();
    let tree = tree_of([
        sysmon_start(&braced, 10, ZOOM, "10:00:00.000"),
        sysmon_start(&guid("10:00:05", 2), 11, CMD, "10:00:05.000").parent(&bare, 10, ZOOM),
    ]);
    assert_eq!(tree.processes.len(), 2, "{}", show(&tree));
    assert_eq!(process(&tree, "cmd.exe", 11).parent_link, Some(ParentLink::Guid));
    let expected = braced.trim_matches(['{', '}']).to_owned();
    assert_eq!(process(&tree, "Zoom.exe", 10).key, format!("pc1|{expected}"));
    assert_eq!(process(&tree, "Zoom.exe", 10).guid, Some(expected.into()));
}

#[test]
fn zero_guid_continues_by_pid() {
    let zero = "{00000000-0000-0000-0000-000000000000}";
    let tree = tree_of([
        sysmon_start(zero, 10, ZOOM, "10:00:00.000"),
        sysmon_start(zero, 11, CMD, "10:00:05.000").parent(zero, 10, ZOOM),
    ]);
    let child = process(&tree, "cmd.exe", 11);
    assert_eq!((tree.processes.len(), child.guid.as_deref()), (2, None));
    assert_eq!(child.parent_link, Some(ParentLink::Pid));
    assert_eq!(child.key, "pc1|11|2026-04-12T10:00:05.000Z");
}

#[test]
fn one_guid_on_two_hosts_is_two_processes() {
    let id = guid("10:00:00", 1);
    let tree = tree_of([
        sysmon_start(&id, 10, CMD, "10:00:00.000"),
        sysmon_start(&id, 10, CMD, "10:00:00.000").host("PC2"),
    ]);
    assert_eq!(tree.processes.len(), 2);
}

#[test]
fn two_records_of_one_guid_are_one_process() {
    let id = guid("10:00:00", 1);
    let tree = tree_of([
        sysmon_start(&id, 10, ZOOM, "10:00:03.000"),
        sysmon_start(&id, 10, CMD, "10:00:00.000"),
    ]);
    assert_eq!(tree.processes.len(), 1);
    assert_eq!(tree.processes[0].image.as_deref(), Some(CMD), "the first in time wins");
    assert_eq!(tree.processes[0].witnesses.len(), 2);
}

#[test]
fn the_same_4688_from_two_files_is_one_process() {
    let start = || security_start(10, CMD, "10:00:00.1234567").record_id(77);
    let cases = [
        ("same record", start().source(1), 1),
        ("export cut the fraction", start().source(1).written("10:00:00"), 1),
        ("another second", start().record_id(78).written("10:00:01.1234567"), 2),
        ("another id", security_start(12, CMD, "10:00:00.1234567").record_id(77), 2),
    ];
    for (what, second, count) in cases {
        let tree = tree_of([start(), second]);
        assert_eq!(tree.processes.len(), count, "{what}\n{}", show(&tree));
        assert_eq!(
            tree.processes.iter().map(|process| process.witnesses.len()).sum::<usize>(),
            2,
            "{what}"
        );
    }
}

#[test]
fn images_are_the_same_or_contradict() {
    let zoom = r"C:\Program Files\Zoom\bin\Zoom.exe";
    let cases = [
        (zoom, r"c:\program files\zoom\BIN\zoom.EXE", true),
        (zoom, r"\??\C:\Program Files\Zoom\bin\Zoom.exe", true),
        (zoom, r"\\?\C:\Program Files\Zoom\bin\Zoom.exe", true),
        (zoom, r"\Device\HarddiskVolume12\Program Files\Zoom\bin\Zoom.exe", true),
        (zoom, r"\device\harddiskvolume3\program files\zoom\bin\zoom.exe", true),
        (zoom, "Zoom.exe", true),
        (r"C:\Windows\System32\smss.exe", r"\SystemRoot\System32\smss.exe", true),
        (r"\\fs1\tools\a.exe", r"\Device\Mup\fs1\tools\a.exe", true),
        (zoom, r"C:\Users\m\Zoom\bin\Zoom.exe", false),
        (zoom, r"C:\Program Files\Zoom\bin\NotZoom.exe", false),
        (zoom, r"\??\UNC\pc1\c$\Program Files\Zoom\bin\Zoom.exe", false),
        (zoom, r"\\?\GLOBALROOT\Device\HarddiskVolume3\Program Files\Zoom\bin\Zoom.exe", true),
        (
            zoom,
            r"\??\Volume{8b21f9a4-0000-0000-0000-100000000000}\Program Files\Zoom\bin\Zoom.exe",
            true,
        ),
        (zoom, r"D:\Program Files\Zoom\bin\Zoom.exe", false),
        (r"\\fs1\tools\a.exe", r"\??\UNC\fs1\tools\a.exe", true),
        (r"C:\Windows\System32\smss.exe", r"%SystemRoot%\system32\smss.exe", true),
        (zoom, r"C:\PROGRA~1\Zoom\bin\Zoom.exe", true),
        (zoom, r"C:\PROGRA~2\Zoom\bin\Zoom.exe", true),
        (r"C:\Program Files (x86)\a.exe", r"\??\c:\progra~2\A.EXE", true),
        (zoom, r"C:\PROGRB~1\Zoom\bin\Zoom.exe", false),
        (zoom, r"C:\PROGRA~1\Zoom\Zoom.exe", false),
        (r"C:\W\powershell.exe", r"C:\W\POWERS~1.EXE", true),
        (r"C:\W\powershell_ise.exe", r"C:\W\POWERS~2.EXE", true),
        (r"C:\W\powershell.exe", r"C:\W\PO4A3F~1.EXE", true),
        (r"C:\W\powershell.exe", r"C:\W\POZZZZ~1.EXE", false),
        (r"C:\W\powershell.exe", r"C:\W\POWERS~1.COM", false),
        (r"C:\W\powershell.exe", r"C:\W\POWER~10.EXE", true),
        (r"C:\W\powershell.exe", r"C:\W\POWER~1.EXE", false),
        (r"C:\W\cmd.exe", r"C:\W\CMD~1.EXE", false),
        (r"C:\Users\cyberjunkie\a.exe", r"C:\Users\CYBERJ~1\a.exe", true),
        (r"C:\my tools\a.b.exe", r"C:\MYTOOL~1\AB~1.EXE", true),
        (r"C:\W\a+b.exe", r"C:\W\A_B~1.EXE", true),
        (r"C:\Users\Zoë Müller\a.exe", r"C:\Users\ZOMLLE~1\a.exe", false),
        (r"C:\Users\Zoë Müller\a.exe", r"C:\Users\ZO_M_L~1\a.exe", true),
        (zoom, "NotZoom.exe", false),
        (r"C:\Windows\System32\smss.exe", r"\SystemRoot\smss.exe", false),
        (r"C:\a.exe", r"\Device\HarddiskVolume2\b\a.exe", false),
    ];
    for (image, said, linked) in cases {
        let tree = tree_of([
            security_start(10, image, "10:00:00.000"),
            security_start(11, CMD, "10:00:05.000").creator(10).creator_image(said),
        ]);
        let link = process(&tree, "cmd.exe", 11).parent_link;
        let expected = if linked { ParentLink::Pid } else { ParentLink::Stub };
        assert_eq!(link, Some(expected), "{image} and {said}");
    }
}

#[test]
fn fields_of_sysmon_1() {
    let tree = tree_of([sysmon_start(&guid("10:00:00", 1), 10, CMD, "10:00:00.412")
        .field("OriginalFileName", "Cmd.Exe")
        .field("CommandLine", "cmd /c echo %%TEMP%%")
        .field("User", r"CORP\m")
        .field("CurrentDirectory", r"C:\Users\m\")
        .field("IntegrityLevel", "Medium")
        .field("LogonId", "0xC796")
        .field("TerminalSessionId", "1")
        .field("Company", "Microsoft Corporation")
        .field("Product", "?")
        .field("Hashes", "SHA1=AA,MD5=BB")]);
    let found = &tree.processes[0];
    assert_eq!(found.start, Some(time("10:00:00.412")));
    assert_eq!(found.command_line.as_deref(), Some("cmd /c echo %%TEMP%%"), "as logged");
    assert_eq!(found.logon_id.as_deref(), Some("0xc796"));
    assert_eq!(found.session, Some(1));
    assert_eq!(found.product, None);
    assert_eq!(found.hashes().collect::<Vec<_>>(), [("SHA1", "AA"), ("MD5", "BB")]);
    assert_eq!(parent_of(&tree, found), None);
}

#[test]
fn fields_of_4688_by_version() {
    // Version 0 as Windows 7 to 8.1 write it: no parent name, an empty command line.
    let v0 = security_start(0x5c4, CMD, "10:00:00.000").creator(0x2a8).field("CommandLine", "");
    let v2 = security_start(0x1968, CMD, "10:00:01.000")
        .creator(0x670)
        .creator_image(ZOOM)
        .field("TargetUserName", "m")
        .field("TargetDomainName", "CORP")
        .field("TargetLogonId", "0xC61D9")
        .field("MandatoryLabel", "S-1-16-12288")
        .field("CommandLine", "cmd.exe /c whoami");
    let tree = tree_of([v0, v2]);
    let v0 = process(&tree, "cmd.exe", 0x5c4);
    assert_eq!(v0.user.as_deref(), Some(r"CORP\PC1$"), "the subject where no target is set");
    assert_eq!((v0.command_line.as_deref(), v0.integrity.as_deref()), (None, None));
    assert_eq!((v0.parent_pid, v0.parent_image.as_deref()), (Some(0x2a8), None));
    assert_eq!(v0.logon_id.as_deref(), Some("0x3e7"));
    let v2 = process(&tree, "cmd.exe", 0x1968);
    assert_eq!(v2.user.as_deref(), Some(r"CORP\m"));
    assert_eq!(v2.logon_id.as_deref(), Some("0xc61d9"));
    assert_eq!(v2.integrity.as_deref(), Some("High"));
    assert_eq!((v2.parent_pid, v2.parent_image.as_deref()), (Some(0x670), Some(ZOOM)));
}

#[test]
fn records_are_known_by_provider_in_any_channel() {
    let forwarded =
        sysmon_start(&guid("10:00:00", 1), 10, CMD, "10:00:00.000").channel("ForwardedEvents");
    let other = record("Some-Provider", "Application", 1, "10:00:00.000")
        .field("ProcessId", "12")
        .field("Image", CMD);
    let tree = tree_of([forwarded, other]);
    assert_eq!(tree.processes.len(), 1, "{}", show(&tree));
}
