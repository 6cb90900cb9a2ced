//! Encrypted archives: the password known to everyone, one given, a wrong one, none.

use spawnscope::{ingest::Options, model::IssueKind};

use super::{
    folder, incident, kinds, members, one_log, open, open_with,
    pack::{self, Cipher},
    said,
};

fn with(passwords: &[&str]) -> Options {
    let passwords = passwords.iter().map(|password| (*password).to_owned()).collect();
    Options { passwords, ..Options::default() }
}

#[test]
fn infected_is_tried_unasked() {
    let folder = folder();
    for archive in [
        pack::zip_locked(&incident(), Cipher::Old, "infected"),
        pack::zip_locked(&incident(), Cipher::Aes, "infected"),
        pack::seven_locked(&incident(), "infected", false),
        pack::seven_locked(&incident(), "infected", true),
    ] {
        let loaded = open("evidence.zip", &archive);
        assert_eq!(kinds(&loaded), []);
        assert_eq!(said(&loaded), said(folder));
    }
}

#[test]
fn one_of_those_given_fits() {
    let folder = folder();
    for archive in [
        pack::zip_locked(&incident(), Cipher::Old, "Fall-1!ä"),
        pack::zip_locked(&incident(), Cipher::Aes, "Fall-1!ä"),
        pack::seven_locked(&incident(), "Fall-1!ä", false),
        pack::seven_locked(&incident(), "Fall-1!ä", true),
    ] {
        let loaded = open_with("evidence.7z", &archive, &with(&["wrong", "Fall-1!ä", "other"]));
        assert_eq!(kinds(&loaded), []);
        assert_eq!(said(&loaded), said(folder));
    }
}

#[test]
fn no_fitting_password_is_an_issue_that_names_the_members_and_the_remedy() {
    let files = [one_log()];
    for archive in [
        pack::zip_locked(&files, Cipher::Old, "secret"),
        pack::zip_locked(&files, Cipher::Aes, "secret"),
        pack::seven_locked(&files, "secret", false),
    ] {
        for options in [with(&[]), with(&["wrong", "words"])] {
            let loaded = open_with("evidence.zip", &archive, &options);
            assert_eq!(kinds(&loaded), [IssueKind::Encrypted]);
            assert!(loaded.issues[0].message.contains("WS-0413/Security.evtx"));
            assert!(loaded.issues[0].message.contains("--password"));
            assert_eq!(members(&loaded), [] as [&str; 0]);
            assert_eq!(loaded.events, []);
        }
    }
    let loaded = open("evidence.7z", &pack::seven_locked(&files, "secret", true));
    assert_eq!(kinds(&loaded), [IssueKind::Encrypted]);
    assert!(loaded.issues[0].message.contains("with the names of its members"));
}

/// The check of the old encryption has one byte: of 600 wrong passwords two or so pass it.
#[test]
fn a_wrong_password_that_passes_the_check_gives_no_records() {
    let archive = pack::zip_locked(&[one_log()], Cipher::Old, "secret");
    let wrong = (0..600).map(|at| format!("wrong{at}")).collect::<Vec<_>>();
    let wrong = wrong.iter().map(String::as_str).collect::<Vec<_>>();
    let loaded = open_with("evidence.zip", &archive, &with(&wrong));
    assert_eq!(kinds(&loaded), [IssueKind::Encrypted]);
    let right = wrong.iter().copied().chain(["secret"]).collect::<Vec<_>>();
    let loaded = open_with("evidence.zip", &archive, &with(&right));
    assert_eq!(kinds(&loaded), []);
    assert_eq!(said(&loaded), said(&open("a.evtx", &one_log().1)));
}

#[test]
fn many_locked_members_are_one_issue() {
    let files = (0..12).map(|at| (format!("{at:02}.evtx"), one_log().1)).collect::<Vec<_>>();
    let loaded = open("evidence.zip", &pack::zip_locked(&files, Cipher::Aes, "secret"));
    assert_eq!(kinds(&loaded), [IssueKind::Encrypted]);
    let message = &loaded.issues[0].message;
    assert!(message.starts_with("12 members"), "{message}");
    assert!(
        message.contains("00.evtx, 01.evtx, 02.evtx, 03.evtx, 04.evtx and others"),
        "{message}"
    );
}
