//! Levels and titles of findings on Zoom's interpreters.

use std::sync::Arc;

use spawnscope::{
    detect::raise::{Raised, raise},
    model::{Decoding, Layer, Severity, Span},
};

use crate::made;

fn raised(rule: &str, image: &str, original: Option<&str>, traits: &[&str]) -> Raised {
    let mut process = made::process(1, image, "", "14:00:00", 0);
    process.original_file_name = original.map(Into::into);
    process.decoding = Some(Arc::new(Decoding {
        traits: traits.iter().map(|known| (*known).to_owned()).collect(),
        ..Decoding::default()
    }));
    raise(&made::rule(rule, Severity::Medium, &[]), Some(&process))
}

#[test]
fn each_strong_fact_raises_by_one_step_up_to_critical() {
    let cases: [(&[&str], Severity, &[&str]); 5] = [
        (&[], Severity::Medium, &[]),
        (&["no profile"], Severity::Medium, &[]),
        (&["hidden window"], Severity::High, &["hidden window"]),
        (&["downloads", "hidden window"], Severity::Critical, &["hidden window", "downloads"]),
        (
            &["hidden window", "encoded", "downloads", "runs in memory"],
            Severity::Critical,
            &["hidden window", "encoded command", "downloads", "runs in memory"],
        ),
    ];
    for (traits, severity, why) in cases {
        let got = raised("spawnscope-zoom-child", r"C:\Windows\powershell.exe", None, traits);
        assert_eq!(got.severity, severity, "{traits:?}");
        assert_eq!(got.raised_by, why, "{traits:?}");
    }
}

#[test]
fn a_base64_layer_is_an_encoded_command() {
    let mut process = made::process(1, r"C:\Windows\powershell.exe", "", "14:00:00", 0);
    let layer = Layer {
        trick: "Base64, UTF-16LE".to_owned(),
        text: "whoami".to_owned(),
        span: Span { from: 0, to: 0 },
        from: None,
    };
    process.decoding = Some(Arc::new(Decoding { layers: vec![layer], ..Decoding::default() }));
    let rule = made::rule("spawnscope-zoom-descendant", Severity::Medium, &[]);
    assert_eq!(raise(&rule, Some(&process)).raised_by, ["encoded command"]);
}

#[test]
fn titles_say_what_happened_in_38_characters() {
    let powershell = r"C:\Windows\System32\WindowsPowerShell\v1.0\PowerShell.EXE";
    type Case =
        (&'static str, &'static str, Option<&'static str>, &'static [&'static str], &'static str);
    let cases: [Case; 9] = [
        (
            "spawnscope-zoom-child",
            powershell,
            None,
            &["hidden window"],
            "Zoom started hidden PowerShell",
        ),
        ("spawnscope-zoom-child", r"C:\Windows\System32\cmd.exe", None, &[], "Zoom started cmd"),
        (
            "spawnscope-zoom-child",
            r"C:\x\pwsh.exe",
            None,
            &["encoded"],
            "Zoom started encoded PowerShell 7",
        ),
        (
            "spawnscope-zoom-child",
            r"C:\x\svchost32.exe",
            Some("PowerShell.EXE"),
            &["hidden window"],
            "Zoom started renamed PowerShell",
        ),
        ("spawnscope-zoom-child", r"C:\x\odd.exe", None, &[], "Zoom started an interpreter"),
        (
            "spawnscope-zoom-child-commandline",
            powershell,
            None,
            &["downloads", "runs in memory"],
            "PowerShell runs a download in memory",
        ),
        (
            "spawnscope-zoom-child-commandline",
            r"C:\x\powershell_ise.exe",
            None,
            &["downloads", "runs in memory"],
            "Download run in memory under Zoom",
        ),
        (
            "spawnscope-zoom-child-commandline",
            r"C:\x\cmd.exe",
            None,
            &[],
            "Suspicious cmd command under Zoom",
        ),
        (
            "spawnscope-zoom-descendant",
            powershell,
            None,
            &["hidden window"],
            "Hidden PowerShell deeper below Zoom",
        ),
    ];
    for (rule, image, original, traits, title) in cases {
        let got = raised(rule, image, original, traits).title;
        assert_eq!(got, title);
        assert!(got.chars().count() <= 38, "{got}");
    }
}

#[test]
fn other_rules_keep_their_level_and_title() {
    let got = raised("some-other-rule", r"C:\x\cmd.exe", None, &["hidden window", "downloads"]);
    assert_eq!(got.severity, Severity::Medium);
    assert_eq!(got.title, "Rule some-other-rule");
    assert!(got.raised_by.is_empty());
}
