//! Loading Sigma rules: from text, files and folders, and what is said of those that do not load.
#![expect(clippy::print_stdout, reason = "a test that checks nothing must say so")]

use std::{fmt::Write as _, fs, path::PathBuf};

use spawnscope::{detect::Rules, model::IssueKind};

use super::rule_text;

fn load_error(detection: &str) -> String {
    let (rules, errors) = Rules::from_text(&rule_text("product: windows", detection));
    assert!(rules.is_empty(), "this must not load:\n{detection}");
    errors[0].to_string()
}

#[test]
fn what_is_not_supported_is_said() {
    let table = [
        ("s:\n    F|frobnicate: a\ncondition: s", "line 6: \"frobnicate\" is no modifier"),
        ("s:\n    F|hour: 3\ncondition: s", "time modifiers"),
        ("s:\n    F|expand: '%admins%'\ncondition: s", "placeholder"),
        ("s:\n    F|re: '(?=a)b'\ncondition: s", "regular expression"),
        ("s:\n    F|cidr: 10.0.0.0/33\ncondition: s", "no network"),
        ("s:\n    F|gt: many\ncondition: s", "no number"),
        ("s:\n    F|wide|contains: a\ncondition: s", "base64"),
        ("s:\n    F|base64: 'a*'\ncondition: s", "wildcards"),
        ("s:\n    F|re|cidr: a\ncondition: s", "exclude"),
        ("s:\n    F|contains: null\ncondition: s", "null"),
        ("s:\n    F|exists: maybe\ncondition: s", "true or false"),
        ("s:\n    F: a\ncondition: s | count() > 5", "aggregations"),
        ("s:\n    F: a\ncondition: s and", "too early"),
        ("s:\n    F: a\ncondition: (s", "missing"),
        ("s:\n    F: a\ncondition: s)", "not expected"),
        ("s:\n    F: a\ncondition: t", "no selection \"t\""),
        ("s:\n    F: a\ncondition: 2 of them", "2 of"),
        ("s:\n    F: a\ncondition: 1 of x*", "no selection is named like"),
        ("s:\n    F: a\ntimeframe: 5m\ncondition: s", "time frames"),
        ("s: []\ncondition: s", "must be"),
        ("s:\n    F: []\ncondition: s", "must be"),
        ("s:\n    F:\n        G: a\ncondition: s", "must be"),
        ("s:\n    F: a", "\"condition\" is missing"),
    ];
    for (detection, expected) in table {
        let error = load_error(detection);
        assert!(error.contains(expected), "{detection}\ngave: {error}");
    }
    let deep = format!("s:\n    F: a\ncondition: {}s{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(load_error(&deep).contains("nested"));
    let wide = format!("s: {}a{}\ncondition: s", "[".repeat(250), "]".repeat(250));
    assert!(load_error(&wide).contains("nested"));
    let (_, errors) = Rules::from_text("title: T\ncorrelation:\n    type: event_count\n");
    assert_eq!(errors[0].to_string(), "line 2: correlation rules are not supported yet");
}

#[test]
fn nested_yaml_does_not_overflow() {
    let dashes = format!("title: T\nx:\n {}\n", "- ".repeat(50_000));
    let steps: String = (0..5_000).flat_map(|at| [" ".repeat(at), "a:\n".to_owned()]).collect();
    let mut bomb = "a0: &a0 [x, x]\n".to_owned();
    for (before, at) in (1..60).enumerate() {
        writeln!(bomb, "a{at}: &a{at} [*a{before}, *a{before}]").unwrap();
    }
    for text in [dashes, steps, bomb] {
        let (rules, errors) = Rules::from_text(&text);
        assert!(rules.is_empty() && errors.len() == 1);
    }
}

#[test]
fn files_documents_and_folders() {
    let folder = tempfile::tempdir().unwrap();
    let rule = |id: &str, product: &str| {
        format!(
            "title: T\nid: {id}\nlogsource:\n    product: {product}\ndetection:\n    s:\n        F: a\n    condition: s\n"
        )
    };
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("sub")).unwrap();
    write("a.yml", format!("\u{feff}{}", rule("one", "windows")).as_bytes());
    let several = format!(
        "---\n{}---\ntitle: broken: yaml\n---\n{}",
        rule("two", "windows"),
        rule("three", "windows")
    );
    write("sub/b.YAML", several.replace('\n', "\r\n").as_bytes());
    write("c.yml", rule("four", "linux").as_bytes());
    write("d.yml", rule("one", "windows").as_bytes());
    write("e.yml", b"title: T\n\xff\xfe\n");
    write("f.txt", b"no rule at all");
    write("g.yml", b"# only a comment\n");
    let (rules, issues) = Rules::load_dir(folder.path());
    let ids: Vec<&str> = rules.iter().map(|rule| rule.info.id.as_str()).collect();
    assert_eq!(ids, ["one", "two", "three"]);
    let messages: Vec<&str> = issues.iter().map(|issue| issue.message.as_str()).collect();
    assert_eq!(messages.len(), 4, "{messages:#?}");
    assert!(issues.iter().all(|issue| issue.kind == IssueKind::BadRule));
    let said =
        |words: &[&str]| messages.iter().any(|said| words.iter().all(|word| said.contains(word)));
    assert!(said(&["d.yml", "line 1", "a.yml"]), "{messages:#?}");
    assert!(said(&["e.yml", "line 2", "UTF-8"]), "{messages:#?}");
    assert!(said(&["b.YAML", "line 11", "YAML"]), "{messages:#?}");
    assert!(said(&["left out: 1", "linux 1"]), "{messages:#?}");
    let (none, issues) = Rules::load_dir(&folder.path().join("absent"));
    assert!(none.is_empty());
    assert_eq!(issues[0].kind, IssueKind::CannotOpen);
}

#[test]
fn a_rule_with_the_same_id_replaces_the_earlier() {
    let text = |level: &str| {
        format!(
            "title: T\nname: mine\nlevel: {level}\nlogsource:\n    product: windows\ndetection:\n    s:\n        F: a\n    condition: s\n"
        )
    };
    let (mut rules, _) = Rules::from_text(&text("low"));
    rules.extend(Rules::from_text(&text("high")).0);
    assert_eq!(rules.len(), 1);
    assert_eq!(rules.by_id("mine").unwrap().info.level.name(), "high");
}

/// Published rules are a strong test of "nothing is skipped in silence".
#[test]
fn published_rules_load() {
    let Some(folder) = std::env::var_os("SPAWNSCOPE_SIGMA_RULES").map(PathBuf::from) else {
        println!("skipped: no published rules");
        return;
    };
    let (rules, issues) = Rules::load_dir(&folder);
    println!("{} rules", rules.len());
    for issue in &issues {
        println!("{}", issue.message);
    }
    assert!(rules.len() > issues.len() * 10);
}
