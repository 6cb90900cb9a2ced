//! Files of maps: what is taken, and what is said of those that cannot be.

use std::{fs, path::PathBuf};

use spawnscope::ingest::{FieldMap, MapError, load_maps};

const GOOD: &str =
    r#"{"name":"a","match":["x"],"event_id":"id","channel":{"constant":"Security"}}"#;

fn load_text(text: &[u8]) -> Result<Vec<FieldMap>, MapError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("edr.json");
    fs::write(&path, text).unwrap();
    load_maps(&[path])
}

#[test]
fn one_map_or_several_are_loaded() {
    let two = format!("[{GOOD},\n{}]", GOOD.replace(r#""a""#, r#""b""#));
    let utf16 = format!("\u{FEFF}{GOOD}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let table: [(Vec<u8>, &[&str]); 4] = [
        (GOOD.into(), &["a"]),
        (format!("\u{FEFF}\r\n{GOOD}\r\n").into(), &["a"]),
        (two.into(), &["a", "b"]),
        (utf16, &["a"]),
    ];
    for (text, expected) in table {
        let maps = load_text(&text).unwrap();
        let names = maps.iter().map(|map| map.name.as_str()).collect::<Vec<_>>();
        assert_eq!(names, expected);
        let again = serde_json::to_vec(&maps).unwrap();
        assert_eq!(load_text(&again).unwrap(), maps, "what is written can be read");
    }
}

#[test]
fn wrong_maps_say_what_and_where() {
    let with = |from: &str, to: &str| GOOD.replacen(from, to, 1);
    let field = |more: &str| GOOD.replacen('}', &format!("}},{more}"), 1);
    let table: [(String, &[&str]); 25] = [
        (String::new(), &["no JSON", "line 1"]),
        ("name: a\nmatch: [x]\n".into(), &["no JSON", "line 1"]),
        (with(r#""x"],"#, "\"x\"]\n"), &["no JSON", "line 2", "missing comma"]),
        (format!("{GOOD}{GOOD}"), &["no JSON", "trailing characters"]),
        ("[]".into(), &["no map between the brackets"]),
        ("3".into(), &["not understood", "README"]),
        (field("\n\"tme\":\"t\""), &["unknown field `tme`", "`time`", "line 2"]),
        (with("match", "matches"), &["unknown field `matches`"]),
        (with(r#""match":["x"],"#, ""), &["missing field `match`"]),
        (with(r#""event_id":"id","#, ""), &["missing field `event_id`"]),
        (field(r#""name":"b""#), &["duplicate field `name`"]),
        (field(r#""fields":{"p":"Image","p":"User"}"#), &["`p` is there twice"]),
        (field(r#""fields":{"p":["Image"]}"#), &["expected a text"]),
        (field(r#""fields":{"p":""}"#), &["map 1", "`a`", "`fields`", "empty"]),
        (field(r#""utc_offset":"CEST""#), &["`CEST`", "+02:00", "line 1"]),
        (field(r#""utc_offset":"+15:00""#), &["`+15:00`"]),
        (with(r#"{"constant":"Security"}"#, r#"{"const":"Security"}"#), &["unknown field `const`"]),
        (with(r#"{"constant":"Security"}"#, "{}"), &["\"constant\" must be here"]),
        (with(r#"{"constant":"Security"}"#, "7"), &["a key path"]),
        (
            with(r#","channel":{"constant":"Security"}"#, ""),
            &["`channel` or `provider` is missing"],
        ),
        (with(r#""id""#, r#"{"constant":"start"}"#), &["`event_id` says `start`", "4688"]),
        (with(r#"["x"]"#, "[]"), &["`match` must list"]),
        (with(r#""a""#, r#"" ""#), &["`name` must be"]),
        (with(r#""a""#, r#""a|b""#), &["`name` must be"]),
        (format!("[{GOOD},\n{GOOD}]"), &["second map is called `a`"]),
    ];
    for (text, expected) in table {
        let error = load_text(text.as_bytes()).unwrap_err().to_string();
        for part in expected.iter().chain(&["edr.json"]) {
            assert!(error.contains(part), "{text}\n{error}\nlacks {part}");
        }
    }
    let absent = load_maps(&[PathBuf::from("absent/edr.json")]).unwrap_err();
    assert!(matches!(absent, MapError::CannotRead { .. }), "{absent}");
}

#[test]
fn hostile_files_are_bounded() {
    let yaml = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: &d {<<: *d}\n";
    let huge = format!("{GOOD}{}", " ".repeat(1 << 20));
    let many = (0..300).map(|n| GOOD.replace(r#""a""#, &format!("\"m{n}\"")));
    let keys = (0..5_000).map(|n| format!("\"k{n}\":\"Image\"")).collect::<Vec<_>>().join(",");
    let long = GOOD.replace(r#""x""#, &format!("\"{}\"", "x".repeat(2_000)));
    let table = [
        (yaml.to_owned(), "no JSON"),
        ("[".repeat(500_000), "no"),
        (r#"{"name":"#.repeat(50_000), "not understood"),
        (format!("{{\"fields\":{}", r#"{"a":"#.repeat(50_000)), "not understood"),
        (huge, "too large"),
        (format!("[{}]", many.collect::<Vec<_>>().join(",")), "over 256 maps"),
        (GOOD.replacen('}', &format!("}},\"fields\":{{{keys}}}"), 1), "over 4096 entries"),
        (long, "over 1024 bytes"),
        (format!("{{\"{}\":1}}", "k".repeat(900_000)), "… at line 1 column 900003"),
    ];
    for (text, expected) in table {
        let error = load_text(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(error.len() < 2_000);
    }
}

#[cfg(unix)]
#[test]
fn an_endless_file_ends() {
    let error = load_maps(&[PathBuf::from("/dev/zero")]).unwrap_err();
    assert!(matches!(error, MapError::TooLarge { .. }), "{error}");
}
