//! Values that every Windows has: the environment and PowerShell's automatic variables.
//!
//! Names are looked at, not whole values: a script cuts single letters out of them. Values are
//! those of Windows 10 and 11 with Windows PowerShell 5.1 in its usual place; what depends on the
//! user or the machine is not known. Sources: `about_Automatic_Variables`,
//! `about_Preference_Variables`, `about_Environment_Variables`.

use super::value::{Value, Wrapping};

const VARIABLES: &[(&str, &str)] = &[
    ("env:comspec", "C:\\WINDOWS\\system32\\cmd.exe"),
    ("env:windir", "C:\\WINDOWS"),
    ("env:systemroot", "C:\\WINDOWS"),
    ("env:systemdrive", "C:"),
    ("env:homedrive", "C:"),
    ("env:programfiles", "C:\\Program Files"),
    ("env:programw6432", "C:\\Program Files"),
    ("env:commonprogramfiles", "C:\\Program Files\\Common Files"),
    ("env:programdata", "C:\\ProgramData"),
    ("env:allusersprofile", "C:\\ProgramData"),
    ("env:public", "C:\\Users\\Public"),
    ("env:os", "Windows_NT"),
    ("env:pathext", ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC;.CPL"),
    ("env:processor_architecture", "AMD64"),
    ("pshome", "C:\\Windows\\System32\\WindowsPowerShell\\v1.0"),
    ("shellid", "Microsoft.PowerShell"),
    ("verbosepreference", "SilentlyContinue"),
    ("debugpreference", "SilentlyContinue"),
    ("warningpreference", "Continue"),
    ("erroractionpreference", "Continue"),
    ("progresspreference", "Continue"),
    ("informationpreference", "SilentlyContinue"),
    ("confirmpreference", "High"),
    ("consolefilename", ""),
    ("psemailserver", ""),
];

/// Names of variables that `Get-Variable` finds by a pattern.
const NAMES: &[&str] = &[
    "ConfirmPreference",
    "ConsoleFileName",
    "DebugPreference",
    "Error",
    "ErrorActionPreference",
    "ErrorView",
    "ExecutionContext",
    "FormatEnumerationLimit",
    "HOME",
    "Host",
    "InformationPreference",
    "MaximumAliasCount",
    "MaximumDriveCount",
    "MaximumErrorCount",
    "MaximumFunctionCount",
    "MaximumHistoryCount",
    "MaximumVariableCount",
    "MyInvocation",
    "NestedPromptLevel",
    "OutputEncoding",
    "ProgressPreference",
    "PSBoundParameters",
    "PSCommandPath",
    "PSCulture",
    "PSDefaultParameterValues",
    "PSEmailServer",
    "PSHOME",
    "PSScriptRoot",
    "PSSessionApplicationName",
    "PSSessionConfigurationName",
    "PSSessionOption",
    "PSUICulture",
    "PSVersionTable",
    "PWD",
    "ShellId",
    "StackTrace",
    "VerbosePreference",
    "WarningPreference",
    "WhatIfPreference",
];

/// Commands that a pattern or a part of a name finds.
const COMMANDS: &[&str] = &[
    "Invoke-Expression",
    "Invoke-Command",
    "Invoke-WebRequest",
    "Invoke-RestMethod",
    "Invoke-Item",
    "New-Object",
    "Get-Command",
    "Get-Alias",
    "Get-Variable",
    "Get-Item",
    "Get-ChildItem",
    "Get-Content",
    "Set-Variable",
    "Set-Item",
    "Set-Alias",
    "Start-Process",
    "Start-Job",
    "Start-BitsTransfer",
    "ForEach-Object",
    "Where-Object",
    "Write-Output",
    "Write-Host",
    "ConvertTo-SecureString",
    "Add-Type",
];

/// A known value that can be cut apart.
pub(super) fn variable<'s>(name: &str) -> Option<Value<'s>> {
    let name = name.to_lowercase();
    VARIABLES.iter().find(|(known, _)| *known == name).map(|(_, value)| Value::new_text(*value))
}

/// A value that is no secret: `$true`, `$null`, `$ExecutionContext`.
pub(super) fn constant<'s>(name: &str) -> Option<Value<'s>> {
    Some(match name {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        "executioncontext" => Value::Wrapped(Wrapping::Context, "executioncontext".into()),
        _ => return None,
    })
}

/// The one automatic variable that a pattern finds.
pub(super) fn variable_like(pattern: &str) -> Option<&'static str> {
    sole(NAMES, pattern)
}

/// The one command that a pattern finds.
pub(super) fn command_like(pattern: &str) -> Option<&'static str> {
    sole(COMMANDS, pattern)
}

fn sole(names: &[&'static str], pattern: &str) -> Option<&'static str> {
    let mut found = names.iter().filter(|name| is_like(name, pattern));
    let first = found.next()?;
    if found.next().is_some() { None } else { Some(first) }
}

/// Whether a text matches a wildcard pattern of `*` and `?`, in any case.
///
/// One pass with a single place to fall back to: never more than length times length steps, for
/// short patterns only.
pub(super) fn is_like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let pattern: Vec<char> = pattern.to_lowercase().chars().take(256).collect();
    let (mut at, mut mark) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = text.get(at) {
        match pattern.get(mark) {
            Some('*') => {
                star = Some((mark, at));
                mark += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == c => {
                at += 1;
                mark += 1;
            }
            _ => match star {
                Some((star_mark, star_at)) => {
                    mark = star_mark + 1;
                    at = star_at + 1;
                    star = Some((star_mark, at));
                }
                None => return false,
            },
        }
    }
    pattern.get(mark..).is_none_or(|rest| rest.iter().all(|c| *c == '*'))
}

/// What `[string]` makes of a method of a string that is named and not called, such as
/// `''.IndexOf`: its overloads, of which the first letters are the same everywhere.
pub(super) fn overloads(name: &str) -> Option<&'static str> {
    Some(match name {
        "indexof" => "int IndexOf(char value), int IndexOf(char value, int startIndex)",
        "lastindexof" => "int LastIndexOf(char value), int LastIndexOf(char value, int startIndex)",
        "insert" => "string Insert(int startIndex, string value)",
        "remove" => "string Remove(int startIndex, int count), string Remove(int startIndex)",
        "replace" => {
            "string Replace(char oldChar, char newChar), string Replace(string oldValue, string newValue)"
        }
        "substring" => {
            "string Substring(int startIndex), string Substring(int startIndex, int length)"
        }
        "normalize" => {
            "string Normalize(), string Normalize(System.Text.NormalizationForm normalizationForm)"
        }
        "padleft" => {
            "string PadLeft(int totalWidth), string PadLeft(int totalWidth, char paddingChar)"
        }
        "padright" => {
            "string PadRight(int totalWidth), string PadRight(int totalWidth, char paddingChar)"
        }
        "toupper" => "string ToUpper(), string ToUpper(cultureinfo culture)",
        "tolower" => "string ToLower(), string ToLower(cultureinfo culture)",
        _ => return None,
    })
}
