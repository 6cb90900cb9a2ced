//! The bundled rules: they load, keep their ids, hit what they are for and miss what is near it.
//!
//! The records are written by hand: `tests/data/rules/<rule>/hit.jsonl` and `near.jsonl`, a record
//! a line.
#![expect(clippy::unwrap_used, reason = "a test that panics is a failing test")]

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use serde_json::Value;
use spawnscope::{
    detect::{Engine, Rules, sigma_text},
    model::{Event, Fields, Name, Origin, Severity},
};

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

struct Record {
    event: Event,
    derived: Vec<(String, String)>,
}

fn records(rule: &str, file: &str) -> Vec<Record> {
    let path = folder().join("tests/data/rules").join(rule).join(file);
    let text = fs::read_to_string(&path).unwrap_or_default();
    text.lines().map(|line| record(&serde_json::from_str(line).unwrap())).collect()
}

fn record(json: &Value) -> Record {
    let text = |key: &str| json[key].as_str().unwrap_or_default();
    let fields: Fields = json["fields"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect();
    let event = Event {
        event_id: u32::try_from(json["event_id"].as_u64().unwrap()).unwrap(),
        fields,
        origin: Arc::new(Origin {
            host: Name::from("WS1"),
            channel: Name::from(text("channel")),
            provider: Name::from(text("provider")),
            ..Origin::default()
        }),
        ..Event::default()
    };
    let derived = json["derived"].as_object().into_iter().flatten().flat_map(|(name, values)| {
        let texts = values.as_array().unwrap().iter();
        texts.map(move |value| (name.clone(), value.as_str().unwrap().to_owned()))
    });
    Record { event, derived: derived.collect() }
}

/// The ids of the bundled rules that match.
fn matching(engine: &Engine, record: &Record) -> Vec<String> {
    let derived: Vec<(&str, &str)> =
        record.derived.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let found = engine.evaluate(&record.event, &derived);
    for hit in &found {
        for proof in &hit.matched {
            let (from, to) = proof.span;
            assert!(proof.value.get(from..to).is_some(), "{proof:?}");
        }
        assert!(!hit.matched.is_empty(), "a bundled rule says what made it match");
    }
    found.iter().map(|hit| engine.rules().get(hit.rule).unwrap().info.id.clone()).collect()
}

#[test]
fn every_file_is_bundled_and_loads() {
    let (loaded, issues) = Rules::load_dir(&folder().join("rules"));
    assert!(issues.is_empty(), "{issues:#?}");
    let bundled = Rules::bundled();
    let ids = |rules: &Rules| -> BTreeSet<String> {
        rules.iter().map(|rule| rule.info.id.clone()).collect()
    };
    assert_eq!(ids(&loaded), ids(&bundled));
    for rule in &loaded {
        let file = rule.path.as_ref().unwrap();
        assert_eq!(file.file_stem().unwrap().to_str().unwrap(), rule.info.id, "file and name");
        assert_eq!(fs::read_to_string(file).unwrap(), sigma_text(rule));
    }
}

#[test]
fn every_rule_hits_and_misses() {
    let engine = Engine::new(Rules::bundled());
    for rule in engine.rules() {
        let id = &rule.info.id;
        let (hits, near) = (records(id, "hit.jsonl"), records(id, "near.jsonl"));
        assert!(!hits.is_empty() && !near.is_empty(), "{id} needs a hit and a near miss");
        for (line, record) in (1..).zip(&hits) {
            let found = matching(&engine, record);
            assert!(found.contains(id), "{id} misses hit.jsonl line {line}; {found:?}");
        }
        for (line, record) in (1..).zip(&near) {
            assert!(!matching(&engine, record).contains(id), "{id} hits near.jsonl line {line}");
        }
    }
    for entry in fs::read_dir(folder().join("tests/data/rules")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(engine.rules().by_id(&name).is_some(), "test data of no rule: {name}");
    }
}

#[test]
fn ids_levels_and_titles() {
    let rules = Rules::bundled();
    let mut seen = BTreeSet::new();
    for rule in &rules {
        let info = &rule.info;
        let uuid = info.uuid.as_deref().unwrap();
        assert!(seen.insert(uuid.to_owned()) && seen.insert(info.id.clone()), "{}", info.id);
        let is_v4 = uuid.len() == 36
            && uuid.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                14 => byte == b'4',
                19 => matches!(byte, b'8' | b'9' | b'a' | b'b'),
                _ => byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase(),
            });
        assert!(is_v4, "{uuid}");
        let is_of_brief = info.id == "spawnscope-zoom-child-commandline";
        assert!(info.title.chars().count() <= 38 || is_of_brief, "{}", info.title);
        assert!(!rule.references.is_empty() && !rule.false_positives.is_empty(), "{}", info.id);
        assert!(info.tags.iter().all(|tag| tag.starts_with("attack.")), "{}", info.id);
        assert!(!rule.description.is_empty() && rule.author.as_deref() == Some("Spawnscope"));
    }
    let fixed = [
        ("spawnscope-zoom-child", "Suspicious Zoom Child Process"),
        ("spawnscope-zoom-child-commandline", "Suspicious Zoom Child Process CommandLine"),
        ("spawnscope-zoom-descendant", "Interpreter deeper under Zoom"),
    ];
    for (id, title) in fixed {
        let rule = rules.by_id(id).unwrap();
        assert_eq!((rule.info.title.as_str(), rule.info.level), (title, Severity::Medium));
    }
}

#[test]
fn a_zoom_child_is_never_a_deeper_descendant() {
    let engine = Engine::new(Rules::bundled());
    let pair = ["spawnscope-zoom-child", "spawnscope-zoom-descendant"];
    for id in pair {
        for record in records(id, "hit.jsonl") {
            let found = matching(&engine, &record);
            assert_eq!(found.iter().filter(|id| pair.contains(&id.as_str())).count(), 1);
        }
    }
}
