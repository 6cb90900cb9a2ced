//! Windows' own programs that run what is not theirs.
//!
//! Source: ATT&CK T1218 and its sub-techniques; what each program accepts: Microsoft's references.

use super::rule::{Rule, command, text};

/// The rules.
pub(super) const RULES: &[Rule] = &[
    command(&["regsvr32"], &["/i", "~http"], "regsvr32 loads the scriptlet {url}", "T1218.010"),
    command(&["regsvr32"], &["/i", "~scrobj"], "regsvr32 loads the scriptlet {/i}", "T1218.010"),
    command(
        &["regsvr32"],
        &[
            "~\\users\\|~\\temp\\|~%temp%|~%appdata%|~\\programdata\\|~\\public\\|~%public%|~%programdata%",
        ],
        "regsvr32 loads {last} from a folder that users can write",
        "T1218.010",
    ),
    command(&["mshta"], &["~http"], "mshta runs the page {url}", "T1218.005"),
    command(&["mshta"], &["~vbscript:"], "mshta runs VBScript from the command line", "T1218.005"),
    command(
        &["mshta"],
        &["~javascript:|~about:"],
        "mshta runs JavaScript from the command line",
        "T1218.005",
    ),
    command(&["mshta"], &["~\\|~.hta"], "mshta runs {1}", "T1218.005"),
    command(
        &["rundll32"],
        &["~javascript:"],
        "rundll32 runs JavaScript from the command line",
        "T1218.011",
    ),
    command(
        &["rundll32"],
        &[
            "~url.dll|~ieframe.dll|~shdocvw.dll|~mshtml.dll|~zipfldr.dll|~advpack.dll|~pcwutl.dll|~shell32.dll,shellexec",
            "!~shell32.dll,control_rundll",
        ],
        "rundll32 starts something by way of {1}",
        "T1218.011",
    ),
    command(
        &["rundll32"],
        &[
            "~\\users\\|~\\temp\\|~%temp%|~%appdata%|~%localappdata%|~\\programdata\\|~\\public\\|~%public%|~%programdata%|~$env:",
        ],
        "rundll32 runs {1} from a folder that users can write",
        "T1218.011",
    ),
    command(&["rundll32"], &["~\\\\"], "rundll32 runs {1} from a share", "T1218.011"),
    command(&["control"], &["~.cpl"], "control runs {1}", "T1218.002"),
    command(
        &["msiexec"],
        &["~http", "/i|/package|/y|/z|/q|/qn|/quiet"],
        "installs {url} with msiexec",
        "T1218.007",
    ),
    command(&["msiexec"], &["/y|/z"], "msiexec loads[ {/y|/z}]", "T1218.007"),
    command(
        &["msbuild"],
        &["~.xml|~.csproj|~.proj|~.targets|~.txt"],
        "builds and runs the project {1} with MSBuild",
        "T1127.001",
    ),
    command(&["installutil"], &["/u|/logfile"], "runs {last} by way of InstallUtil", "T1218.004"),
    command(
        &["regasm", "regsvcs"],
        &["~.dll|~.exe"],
        "runs {last} by way of regasm or regsvcs",
        "T1218.009",
    ),
    command(
        &["odbcconf"],
        &["/a|/f", "~regsvr|~.rsp|~.dll"],
        "odbcconf loads a DLL: {all}",
        "T1218.008",
    ),
    command(&["cmstp"], &["/s|/ni|/au", "~.inf"], "cmstp installs the profile {last}", "T1218.003"),
    command(&["hh"], &["~http|~.chm"], "opens the help file {1}", "T1218.001"),
    command(&["wmic"], &["/format", "~http|~.xsl"], "wmic runs the style sheet {/format}", "T1220"),
    command(&["msxsl"], &["~.xsl|~http"], "msxsl runs the style sheet {2}", "T1220"),
    command(&["pcalua"], &["/a"], "starts {/a} by way of pcalua", "T1202"),
    command(&["forfiles"], &["/c"], "starts {/c} by way of forfiles", "T1202"),
    command(
        &["conhost"],
        &["~cmd|~powershell|~.exe|~http"],
        "starts {all} by way of conhost",
        "T1202",
    ),
    command(
        &["scriptrunner"],
        &["/appvscript"],
        "starts {/appvscript} by way of ScriptRunner",
        "T1202",
    ),
    text(
        &["getobject(\"script:http", "getobject('script:http", "script:http"],
        &[],
        "loads the scriptlet {url}",
        "T1218.010",
    ),
];
