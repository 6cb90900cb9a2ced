//! Logs in archives give what the same logs in a folder give: every form, every collector's layout,
//! nested, encrypted, damaged and hostile. The archives are made here.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what is absent fails the test")]

mod damage;
mod hostile;
mod layouts;
mod left_out;
mod nested;
mod pack;
mod passwords;
mod samples;

use std::{fs, path::Path, sync::OnceLock};

use spawnscope::{
    ingest::{Loaded, Options, Silent, load},
    model::{Event, IssueKind},
    session::sample,
};

/// A file in an archive: its name there and its bytes.
type Packed = (String, Vec<u8>);

/// The sample incident with `/` between the parts of the names.
fn incident() -> Vec<Packed> {
    let folder = tempfile::tempdir().unwrap();
    let files = sample::write(folder.path()).unwrap();
    let name = |path: &Path| {
        let below = path.strip_prefix(folder.path()).unwrap();
        below.to_string_lossy().replace('\\', "/")
    };
    files.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}

/// One small log of it.
fn one_log() -> Packed {
    incident().into_iter().find(|(name, _)| name == "WS-0413/Security.evtx").unwrap()
}

/// Loads an archive of this name.
fn open(name: &str, archive: &[u8]) -> Loaded {
    open_with(name, archive, &Options::default())
}

fn open_with(name: &str, archive: &[u8], options: &Options) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, archive).unwrap();
    load(&[path], options, &Silent)
}

/// What the incident in a folder says.
fn folder() -> &'static Loaded {
    static FOLDER: OnceLock<Loaded> = OnceLock::new();
    FOLDER.get_or_init(|| open_folder(&incident()))
}

/// Loads the same files from a folder.
fn open_folder(files: &[Packed]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    load(&[folder.path().to_owned()], &Options::default(), &Silent)
}

/// What records say, without where they came from.
fn said(loaded: &Loaded) -> Vec<Event> {
    let plain = |event: &Event| Event { source: Default::default(), ..event.clone() };
    loaded.events.iter().map(plain).collect()
}

fn kinds(loaded: &Loaded) -> Vec<IssueKind> {
    loaded.issues.iter().map(|issue| issue.kind).collect()
}

/// The members that are sources.
fn members(loaded: &Loaded) -> Vec<&str> {
    loaded.sources.iter().filter_map(|source| source.member.as_deref()).collect()
}
