//! Members that the user left out of the case: told, and the rest as it was.

use std::fs;

use spawnscope::{
    ingest::{Options, Silent, load},
    model::LeftOut,
};

use super::{incident, members, pack};

#[test]
fn a_member_is_left_out_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evidence.tar");
    let mut files = incident();
    // The same name again: a number tells the two apart.
    files.push(files[0].clone());
    fs::write(&path, pack::tar(&files)).unwrap();
    let all = load(std::slice::from_ref(&path), &Options::default(), &Silent);
    assert!(all.left_out.is_empty());
    for source in all.sources.iter().filter(|source| source.member.is_some()) {
        let left_out = vec![source.to_leave_out()];
        let options = Options { left_out: left_out.clone(), ..Options::default() };
        let loaded = load(std::slice::from_ref(&path), &options, &Silent);
        assert_eq!(loaded.left_out, left_out);
        assert_eq!(loaded.sources.len(), all.sources.len() - 1);
        assert!(!members(&loaded).contains(&source.member.as_deref().unwrap()));
        let records = |sources: &[spawnscope::model::Source]| {
            sources.iter().map(|source| source.records).sum::<u64>()
        };
        assert_eq!(records(&loaded.sources), records(&all.sources) - source.records);
        let is_known = |event: &spawnscope::model::Event| {
            loaded.sources.get(event.source.0 as usize).is_some_and(|of| of.member.is_some())
        };
        assert!(loaded.events.iter().all(is_known), "records know their sources");
    }
    let whole = LeftOut { path: path.clone(), member: None };
    let options = Options { left_out: vec![whole.clone()], ..Options::default() };
    let loaded = load(&[path], &options, &Silent);
    assert!(loaded.sources.is_empty() && loaded.events.is_empty());
    assert_eq!(loaded.left_out, [whole]);
}
