//! Rules on the repository as a whole: what must be there beside something else.

use crate::files::File;

/// What is missing, with the path that it is missing for.
pub(crate) fn problems(files: &[File]) -> Vec<String> {
    let mut problems = map(files);
    problems.extend(rules_without_tests(files));
    problems.extend(tests_without_rules(files));
    problems
}

fn text<'a>(files: &'a [File], path: &str) -> Option<&'a str> {
    files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
}

/// The map names every module of the library.
fn map(files: &[File]) -> Vec<String> {
    let Some(map) = text(files, "ARCHITECTURE.md") else {
        return vec!["ARCHITECTURE.md: missing".to_owned()];
    };
    let lib = text(files, "src/lib.rs").unwrap_or_default();
    lib.lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(|module| format!("src/{module}/"))
        .filter(|folder| !map.contains(folder.as_str()))
        .map(|folder| format!("ARCHITECTURE.md: says nothing of `{folder}`"))
        .collect()
}

/// Every rule comes with records that it must hit and records near them that it must not.
fn rules_without_tests(files: &[File]) -> Vec<String> {
    let rules = files.iter().filter_map(|file| {
        Some((&file.path, file.path.strip_prefix("rules/")?.strip_suffix(".yml")?))
    });
    rules
        .flat_map(|(path, name)| {
            ["hit", "near"].map(|kind| (path, format!("tests/data/rules/{name}/{kind}.jsonl")))
        })
        .filter(|(_, data)| text(files, data).is_none_or(|text| text.trim().is_empty()))
        .map(|(path, data)| format!("{path}: no record in {data}"))
        .collect()
}

/// Records of a rule that is gone test nothing.
fn tests_without_rules(files: &[File]) -> Vec<String> {
    files
        .iter()
        .filter_map(|file| Some((&file.path, file.path.strip_prefix("tests/data/rules/")?)))
        .filter(|(_, below)| {
            let name = below.split('/').next().unwrap_or_default();
            text(files, &format!("rules/{name}.yml")).is_none()
        })
        .map(|(path, _)| format!("{path}: there is no rule of this name"))
        .collect()
}
