//! House rules that neither rustc nor clippy can check, and a test that each rule can fail.
//!
//! Reads the repository as text, so a rule holds for what is switched off by a feature too. Not a
//! parser: comments and string literals count as code where they name another layer.
#![expect(clippy::expect_used, reason = "what cannot be read is a failing check")]

#[path = "tidy/files.rs"]
mod files;
#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/lines.rs"]
mod lines;
#[path = "tidy/repository.rs"]
mod repository;

use files::{File, root, tracked};

/// Every problem of every file, with its path.
fn problems(files: &[File]) -> Vec<String> {
    let mut problems = repository::problems(files);
    for file in files {
        let found = layers::problems(file).into_iter().chain(lines::problems(file));
        problems.extend(found.map(|problem| format!("{}: {problem}", file.path)));
    }
    problems.sort();
    problems
}

#[test]
fn the_repository_follows_the_house_rules() {
    let files = tracked(&root());
    assert!(files.len() > 100, "only {} files were found to check", files.len());
    let problems = problems(&files);
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// Guards the guard: each planted violation is found, and nothing else.
#[test]
fn planted_violations_are_found() {
    let long = format!("//! Doc.\n{}", "fn a() {}\n".repeat(500));
    let work = ["", "work", "x"].join("/");
    let path = format!("//! Doc.\nconst A: &str = \"{work}\";\n");
    let samples = format!("//! Doc.\nconst A: &str = \"{}\";\n", ["..", "shared", "x"].join("/"));
    let ignored = format!("//! Doc.\n#[{}]\nfn a() {{}}\n", "ignore = \"slow\"");
    let todo = format!("//! Doc.\nfn a() {{ {}!() }}\n", "todo");
    let dbg = format!("//! Doc.\nfn a() {{ {}!(1) }}\n", "dbg");
    let table: [(&str, &str, &[&str]); 22] = [
        ("src/model/a.rs", "//! Doc.\nuse crate::tree::Hosts;\n", &["model must not name tree"]),
        ("src/tree/a.rs", "//! Doc.\nuse crate::detect::Rules;\n", &["tree must not name detect"]),
        (
            "src/report/a.rs",
            "//! Doc.\nfn a() { crate::session::a() }\n",
            &["report must not name session"],
        ),
        ("src/view/a.rs", "//! Doc.\nuse crate::decode::decode;\n", &["view must not name decode"]),
        ("src/cli/a.rs", "//! Doc.\nuse crate::ui::run;\n", &["cli must not name ui"]),
        ("src/session.rs", "//! Doc.\nuse crate::view::a;\n", &["session must not name view"]),
        ("src/main.rs", "//! Doc.\nuse spawnscope::tree::a;\n", &["main must not name tree"]),
        ("src/view/a.rs", "//! Doc.\nuse egui::Ui;\n", &["only ui may name egui"]),
        ("src/cli/a.rs", "//! Doc.\nfn a() { rfd::b() }\n", &["only ui may name rfd"]),
        ("src/new/a.rs", "//! Doc.\n", &["new is no layer: add it to tests/tidy/layers.rs"]),
        (
            "src/tree/a.rs",
            "//! Doc.\nuse crate::{model::Event, detect};\n",
            &["write one `use crate::layer::…` for each module"],
        ),
        ("src/model/a.rs", "use std::fs;\n", &["does not open with `//!`"]),
        ("tests/core/a.rs", "// Doc.\n", &["does not open with `//!`"]),
        ("src/model/a.rs", &long, &["501 lines, 500 are the cap"]),
        ("tests/core/a.rs", &ignored, &["line 2: a test that is switched off"]),
        ("src/model/a.rs", &todo, &["line 2: unfinished"]),
        ("src/model/a.rs", &dbg, &["line 2: left over from debugging"]),
        ("src/model/a.rs", &path, &["line 2: a path of one machine"]),
        ("README.md", &work, &["line 1: a path of one machine"]),
        ("tests/core/a.rs", &samples, &["line 2: ask tests/support/samples.rs for sample logs"]),
        ("src/tree/a.rs", "//! Doc. No egui here.\nuse crate::model::{Event, Name};\n", &[]),
        ("src/ui/a.rs", "//! Doc.\nuse crate::view::chain;\nuse egui::Ui;\n", &[]),
    ];
    for (path, text, expected) in table {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        let mut found = layers::problems(&file);
        found.extend(lines::problems(&file));
        assert_eq!(found, expected, "{path}:\n{text}");
    }
}

/// The rules on the repository as a whole see what is missing.
#[test]
fn missing_companions_are_found() {
    let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
    let lib = "//! Doc.\npub mod model;\npub mod tree;\n";
    let mut files = vec![
        file("src/lib.rs", lib),
        file("ARCHITECTURE.md", "`src/model/` is the vocabulary."),
        file("rules/one.yml", "title: One\nname: one\n"),
        file("tests/data/rules/one/hit.jsonl", "{}\n"),
        file("tests/data/rules/one/near.jsonl", "\n"),
        file("tests/data/rules/two/hit.jsonl", "{}\n"),
    ];
    let expected = [
        "ARCHITECTURE.md: says nothing of `src/tree/`",
        "rules/one.yml: no record in tests/data/rules/one/near.jsonl",
        "tests/data/rules/two/hit.jsonl: there is no rule of this name",
    ];
    assert_eq!(repository::problems(&files), expected);
    files.retain(|file| file.path != "ARCHITECTURE.md");
    assert_eq!(repository::problems(&files).first().unwrap(), "ARCHITECTURE.md: missing");
}
