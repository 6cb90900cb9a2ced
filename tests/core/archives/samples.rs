//! Real zips of Security Datasets are opened as they are.

use std::{fs::File, io::Read as _};

use spawnscope::ingest::{Options, Silent, load};

use crate::support::samples;

#[test]
fn every_line_of_the_packed_samples_is_a_record() {
    let Some(folder) = samples::folder("json") else { return };
    for path in samples::files(&folder, ".zip") {
        let mut archive = zip::ZipArchive::new(File::open(&path).unwrap()).unwrap();
        let mut lines = 0;
        for at in 0..archive.len() {
            let mut text = Vec::new();
            let mut member = archive.by_index(at).unwrap();
            if member.name().unwrap().starts_with("__MACOSX/") {
                continue;
            }
            member.read_to_end(&mut text).unwrap();
            lines += text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
        }
        let loaded = load(std::slice::from_ref(&path), &Options::default(), &Silent);
        assert_eq!(loaded.issues, [], "{}", path.display());
        let records = loaded.sources.iter().map(|source| source.records).sum::<u64>();
        assert_eq!(records, lines as u64, "{}", path.display());
    }
}
