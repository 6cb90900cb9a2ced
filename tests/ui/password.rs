//! Encrypted evidence: the password is asked for, tried, and kept nowhere.

use std::fs;
use std::path::{Path, PathBuf};

use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::support::{self, NONE, Window};

/// The keys of the old encryption of zip files (PKWARE APPNOTE 6.1), and what they make of a byte.
struct Keys(u32, u32, u32);

fn crc(old: u32, byte: u8) -> u32 {
    let mut value = (old ^ u32::from(byte)) & 0xFF;
    for _ in 0..8 {
        value = if value & 1 == 1 { (value >> 1) ^ 0xEDB8_8320 } else { value >> 1 };
    }
    (old >> 8) ^ value
}

impl Keys {
    fn of(password: &str) -> Self {
        let mut keys = Self(0x1234_5678, 0x2345_6789, 0x3456_7890);
        password.bytes().for_each(|byte| keys.take(byte));
        keys
    }

    fn take(&mut self, byte: u8) {
        self.0 = crc(self.0, byte);
        let sum = self.1.wrapping_add(self.0 & 0xFF);
        self.1 = sum.wrapping_mul(134_775_813).wrapping_add(1);
        self.2 = crc(self.2, self.1.to_le_bytes()[3]);
    }

    fn lock(&mut self, byte: u8) -> u8 {
        let near = (self.2 | 2) & 0xFFFF;
        let mask = near.wrapping_mul(near ^ 1).to_le_bytes()[1];
        self.take(byte);
        byte ^ mask
    }
}

/// A zip with one stored member that this password opens.
fn locked_zip(name: &str, bytes: &[u8], password: &str) -> Vec<u8> {
    let sum = crc32fast::hash(bytes);
    let mut keys = Keys::of(password);
    let head = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, sum.to_le_bytes()[3]];
    let packed: Vec<u8> = head.iter().chain(bytes).map(|byte| keys.lock(*byte)).collect();
    let size = |bytes: &[u8]| u32::try_from(bytes.len()).expect("a small file").to_le_bytes();
    let length = u16::try_from(name.len()).expect("a short name").to_le_bytes();
    // Version, flags (bit 0: encrypted), method, time, date, checksum, sizes, lengths.
    let mut about = vec![20, 0, 1, 0, 0, 0, 0, 0, 0x8C, 0x5C];
    about.extend(sum.to_le_bytes());
    about.extend(size(&packed));
    about.extend(size(bytes));
    about.extend(length);
    let mut zip = b"PK\x03\x04".to_vec();
    zip.extend(&about);
    zip.extend([0, 0]);
    zip.extend(name.bytes());
    zip.extend(&packed);
    let list = zip.len();
    zip.extend(b"PK\x01\x02\x14\x00");
    zip.extend(&about);
    zip.extend([0; 18]);
    zip.extend(name.bytes());
    let end = u32::try_from(zip.len() - list).expect("a small list").to_le_bytes();
    zip.extend(b"PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00");
    zip.extend(end);
    zip.extend(u32::try_from(list).expect("a small file").to_le_bytes());
    zip.extend([0, 0]);
    zip
}

/// A window with `evidence.zip`, which a password opens that nobody knows.
fn open(folder: &Path) -> (Window, PathBuf) {
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/sample/WS-0413/System.evtx");
    let zip = locked_zip("System.evtx", &fs::read(log).expect("the sample"), "xkcd");
    let path = folder.join("evidence.zip");
    fs::write(&path, zip).expect("a file");
    (support::open(vec![path.clone()]), path)
}

#[test]
fn the_password_is_asked_for_tried_and_opens_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut window, _) = open(folder.path());
    assert_eq!(window.state().session().analysis().events.len(), 0);
    support::click(&mut window, Role::Link, "Enter password");
    assert!(support::says(&window, "no password so far opens it: evidence.zip"));
    let field = window.get_by_role_and_label(Role::PasswordInput, "Password");
    assert!(field.is_focused(), "one can type at once");

    support::type_keys(&mut window, "no");
    support::press(&mut window, NONE, Key::Enter);
    support::wait(&mut window);
    assert!(support::says(&window, "The password opens none of the encrypted files"));

    support::click(&mut window, Role::Link, "Enter password");
    support::type_keys(&mut window, "xkcd");
    let shown = |window: &Window| {
        window
            .query_all_by_label("Password")
            .filter_map(|node| node.accesskit_node().value())
            .any(|value| value == "xkcd")
    };
    assert!(!shown(&window), "it is masked");
    support::click(&mut window, Role::CheckBox, "Show password");
    assert!(shown(&window), "{}", support::dump(&window));
    support::click(&mut window, Role::Button, "Read with it");
    support::wait(&mut window);
    assert!(!window.state().session().analysis().events.is_empty());
    assert!(!support::says(&window, "Enter password"), "there is nothing left to open");
    assert!(!support::says(&window, "xkcd"));
}

#[test]
fn escape_gives_up_and_the_inspector_and_the_menu_ask_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut window, _) = open(folder.path());
    support::click(&mut window, Role::Button, "File");
    support::click(&mut window, Role::MenuItem, "Enter password");
    support::type_keys(&mut window, "secret");
    support::press(&mut window, NONE, Key::Escape);
    assert!(window.query_by_role(Role::PasswordInput).is_none());
    support::click(&mut window, Role::Link, "1 file");
    support::click(&mut window, Role::MenuItem, "evidence.zip");
    support::click(&mut window, Role::Button, "Enter password");
    let field = window.get_by_role_and_label(Role::PasswordInput, "Password");
    assert_eq!(field.accesskit_node().value().unwrap_or_default(), "", "nothing is kept");
    support::press(&mut window, NONE, Key::Enter);
    assert!(window.query_by_role(Role::PasswordInput).is_some(), "an empty one is not tried");
}
