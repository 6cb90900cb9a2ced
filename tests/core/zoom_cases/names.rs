//! Which names are Zoom and an interpreter, and which only look like it.

use super::{
    AT, CMD, Case, EXPLORER, HELPER, NOTEPAD, POWERSHELL, ZOOM,
    bundle::{Rec, audit, start},
    check, zoom,
};

/// A child, 200, of a parent, 100, that both have a Sysmon record.
fn pair(parent: &str, child: &str) -> Vec<Rec> {
    vec![start(100, parent, AT), start(200, child, "10:00:00.000").by(100, parent, AT)]
}

/// A child of which the parent has no record.
fn alone(parent: &str, child: Rec) -> Vec<Rec> {
    vec![child.by(100, parent, AT)]
}

fn child(image: &str) -> Rec {
    start(200, image, "10:00:00.000")
}

#[test]
fn a_name_counts_in_any_letter_case_and_only_as_a_whole() {
    check(&[
        Case {
            name: "upper case",
            records: pair(r"C:\X\ZOOM.EXE", r"C:\WINDOWS\SYSTEM32\CMD.EXE"),
            findings: &["child CMD.EXE/200"],
            links: &["CMD.EXE/200 guid ZOOM.EXE/100"],
        },
        Case {
            name: "lower and mixed case",
            records: pair(r"c:\x\zoom.exe", r"C:\Windows\PowerShell.exe"),
            findings: &["child PowerShell.exe/200"],
            links: &["PowerShell.exe/200 guid zoom.exe/100"],
        },
        Case {
            name: "another program whose name ends so",
            records: pair(r"C:\X\NotZoom.exe", CMD),
            findings: &[],
            links: &["cmd.exe/200 guid NotZoom.exe/100"],
        },
        Case {
            name: "a name that goes on",
            records: pair(r"C:\X\Zoom.exe.bak", CMD),
            findings: &[],
            links: &["cmd.exe/200 guid Zoom.exe.bak/100"],
        },
        Case {
            name: "the installer",
            records: pair(r"C:\X\ZoomInstaller.exe", CMD),
            findings: &[],
            links: &["cmd.exe/200 guid ZoomInstaller.exe/100"],
        },
        Case {
            name: "a folder of that name",
            records: pair(r"C:\Zoom.exe\cmd.exe", CMD),
            findings: &[],
            links: &["cmd.exe/200 guid cmd.exe/100"],
        },
        Case {
            name: "an interpreter in a folder of that name under Zoom",
            records: pair(ZOOM, r"C:\Zoom.exe\cmd.exe"),
            findings: &["child cmd.exe/200"],
            links: &["cmd.exe/200 guid Zoom.exe/100"],
        },
        Case {
            name: "the explorer nearby",
            records: vec![
                start(90, EXPLORER, "08:00:00.000"),
                zoom().by(90, EXPLORER, "08:00:00.000"),
                child(CMD).by(90, EXPLORER, "08:00:00.000"),
            ],
            findings: &[],
            links: &["Zoom.exe/100 guid explorer.exe/90", "cmd.exe/200 guid explorer.exe/90"],
        },
        Case {
            name: "a child that is no interpreter",
            records: pair(ZOOM, HELPER),
            findings: &[],
            links: &["CptHost.exe/200 guid Zoom.exe/100"],
        },
        Case {
            name: "names that begin as an interpreter's do",
            records: pair(ZOOM, r"C:\X\cmd.exe.exe"),
            findings: &[],
            links: &["cmd.exe.exe/200 guid Zoom.exe/100"],
        },
    ]);
}

#[test]
fn every_interpreter_counts_by_its_file_name_and_by_its_original_name() {
    check(&[
        Case {
            name: "PowerShell renamed",
            records: alone(
                ZOOM,
                child(r"C:\Temp\svch0st.exe").with("OriginalFileName", "PowerShell.EXE"),
            ),
            findings: &["child svch0st.exe/200"],
            links: &["svch0st.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "cmd renamed",
            records: alone(ZOOM, child(r"C:\Temp\a.exe").with("OriginalFileName", "Cmd.Exe")),
            findings: &["child a.exe/200"],
            links: &["a.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "pwsh by name",
            records: alone(ZOOM, child(r"C:\Program Files\PowerShell\7\pwsh.exe")),
            findings: &["child pwsh.exe/200"],
            links: &["pwsh.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "pwsh renamed, as it is linked",
            records: alone(ZOOM, child(r"C:\Temp\a.exe").with("OriginalFileName", "pwsh.dll")),
            findings: &["child a.exe/200"],
            links: &["a.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "pwsh renamed, as some builds say",
            records: alone(ZOOM, child(r"C:\Temp\a.exe").with("OriginalFileName", "pwsh.exe")),
            findings: &["child a.exe/200"],
            links: &["a.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "ISE by name",
            records: alone(
                ZOOM,
                child(r"C:\Windows\System32\WindowsPowerShell\v1.0\PowerShell_ISE.exe"),
            ),
            findings: &["child PowerShell_ISE.exe/200"],
            links: &["PowerShell_ISE.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "ISE renamed",
            records: alone(
                ZOOM,
                child(r"C:\Temp\a.exe").with("OriginalFileName", "powershell_ise.EXE"),
            ),
            findings: &["child a.exe/200"],
            links: &["a.exe/200 stub Zoom.exe/100"],
        },
    ]);
}

#[test]
fn an_original_name_counts_only_where_it_is_one() {
    check(&[
        Case {
            name: "another program's original name",
            records: alone(
                ZOOM,
                child(r"C:\Temp\a.exe").with("OriginalFileName", "mypowershell.exe"),
            ),
            findings: &[],
            links: &["a.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "renamed, with a 4688 that cannot know the original name",
            records: vec![
                zoom(),
                child(r"C:\Temp\a.exe")
                    .with("OriginalFileName", "PowerShell.EXE")
                    .by(100, ZOOM, AT),
                audit(200, r"C:\Temp\a.exe", "10:00:00.004", 100),
            ],
            findings: &["child a.exe/200"],
            links: &["a.exe/200 guid Zoom.exe/100"],
        },
        Case {
            name: "a renamed interpreter further down",
            records: vec![
                zoom(),
                start(150, HELPER, "09:30:00.000").by(100, ZOOM, AT),
                child(r"C:\Temp\a.exe").with("OriginalFileName", "pwsh.exe").by(
                    150,
                    HELPER,
                    "09:30:00.000",
                ),
            ],
            findings: &["descendant a.exe/200"],
            links: &["CptHost.exe/150 guid Zoom.exe/100", "a.exe/200 guid CptHost.exe/150"],
        },
    ]);
}

#[test]
fn every_spelling_of_a_path_is_read() {
    check(&[
        Case {
            name: "a parent without a path",
            records: alone("Zoom.exe", child("cmd.exe")),
            findings: &["child cmd.exe/200"],
            links: &["cmd.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "quoted paths",
            records: alone(&format!("\"{ZOOM}\""), child(&format!("\"{CMD}\""))),
            findings: &["child cmd.exe/200"],
            links: &["cmd.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "the kernel's path",
            records: vec![
                audit(
                    200,
                    r"\Device\HarddiskVolume3\Windows\System32\cmd.exe",
                    "10:00:00.000",
                    100,
                )
                .with("ParentProcessName", r"\Device\HarddiskVolume3\Zoom\bin\Zoom.exe"),
            ],
            findings: &["child cmd.exe/200"],
            links: &["cmd.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "forward slashes",
            records: alone("C:/Zoom/bin/Zoom.exe", child("C:/Windows/System32/cmd.exe")),
            findings: &["child cmd.exe/200"],
            links: &["cmd.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "a path that ends in zero bytes and blanks",
            records: alone(&format!("{ZOOM}\0"), child(&format!("{CMD} \0"))),
            findings: &["child cmd.exe/200"],
            links: &["cmd.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "no image of the parent but its command line",
            records: vec![
                child(CMD)
                    .by(100, "-", AT)
                    .with("ParentCommandLine", &format!("\"{ZOOM}\" --url=zoommtg://x")),
            ],
            findings: &["child cmd.exe/200"],
            links: &["cmd.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "no image of the parent and Zoom only among its arguments",
            records: vec![
                child(CMD)
                    .by(100, "-", AT)
                    .with("ParentCommandLine", &format!("{NOTEPAD} \"{ZOOM}\"")),
            ],
            findings: &[],
            links: &["cmd.exe/200 stub notepad.exe/100"],
        },
        Case {
            name: "nothing of the parent but its id",
            records: vec![child(POWERSHELL).by(100, "-", AT).with("ParentCommandLine", "-")],
            findings: &[],
            links: &["powershell.exe/200 stub ?/100"],
        },
    ]);
}
