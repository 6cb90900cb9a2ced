//! The window in a harness: opened, waited for, pressed and read by name. No tests of its own.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use eframe::egui::accesskit::{Role, Toggled};
use eframe::egui::{DroppedFile, Event, Key, Modifiers, OutputCommand};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, HarnessBuilder, Node};
use spawnscope::detect::{Engine, Rules};
use spawnscope::model::Process;
use spawnscope::ui::App;

pub(crate) type Window = Harness<'static, App>;

/// How long reading may take on the slowest machine. Waiting, not timing: nothing depends on it
/// but how long a hang is looked at.
const PATIENCE: Duration = Duration::from_mins(2);

/// Keys that are held with another one, as the window system reports them.
pub(crate) const CTRL: Modifiers =
    Modifiers { alt: false, ctrl: true, shift: false, mac_cmd: false, command: true };
pub(crate) const NONE: Modifiers = Modifiers::NONE;
pub(crate) const SHIFT: Modifiers = Modifiers::SHIFT;
pub(crate) const CTRL_SHIFT: Modifiers =
    Modifiers { alt: false, ctrl: true, shift: true, mac_cmd: false, command: true };

fn engine() -> Arc<Engine> {
    static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
    Arc::clone(ENGINE.get_or_init(|| Arc::new(Engine::new(Rules::bundled()))))
}

/// The window as `builder` wants it, with these paths loading.
pub(crate) fn build(builder: HarnessBuilder<App>, paths: Vec<PathBuf>) -> Window {
    builder.build_eframe(move |creation| App::new(creation, engine(), 2, paths))
}

/// A window of 1440×900 on the start screen, or with these paths read.
pub(crate) fn open(paths: Vec<PathBuf>) -> Window {
    let mut window = build(Harness::builder().with_size([1440.0, 900.0]), paths);
    wait(&mut window);
    window
}

/// A window with the sample incident read, opened as a user does.
pub(crate) fn sample() -> Window {
    let mut window = open(Vec::new());
    open_sample(&mut window);
    window
}

/// Clicks "Open sample incident" and waits until it is read.
pub(crate) fn open_sample(window: &mut Window) {
    click(window, Role::Button, "Open sample incident");
    wait(window);
    assert!(!window.state().session().analysis().findings.is_empty(), "the sample is read");
}

/// Waits until nothing is being read and the window shows it.
pub(crate) fn wait(window: &mut Window) {
    let began = Instant::now();
    window.step();
    while window.state().session().load().is_some() {
        assert!(began.elapsed() < PATIENCE, "reading does not end");
        thread::sleep(Duration::from_millis(5));
        window.step();
    }
    window.run_steps(4);
}

/// A file as the window system hands it over.
#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|cause| cause.to_string())
    }
}

/// Lets go of a file over the window and waits until it is read.
pub(crate) fn drop_file(window: &mut Window, path: &Path) {
    window.input_mut().dropped_files.push(Arc::new(Dropped(path.to_path_buf())));
    wait(window);
}

/// Clicks the one thing of this role and name and lets the window answer.
pub(crate) fn click(window: &mut Window, role: Role, name: &str) {
    window.get_by_role_and_label(role, name).click();
    window.step();
    window.run_steps(3);
}

/// Brings something into sight, clicks it and says what that put on the clipboard.
pub(crate) fn click_to_copy(window: &mut Window, node: impl Fn(&Window) -> Node<'_>) -> String {
    node(window).scroll_to_me();
    window.run_steps(3);
    node(window).click();
    window.step();
    copied(window).expect("something was copied")
}

/// A key, all in one frame, as the window system sends it: with the text it types, if any.
pub(crate) fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    press_only(window, modifiers, key);
    window.run_steps(3);
}

/// A key that copies; what it put on the clipboard.
pub(crate) fn press_to_copy(window: &mut Window, modifiers: Modifiers, key: Key) -> Option<String> {
    press_only(window, modifiers, key);
    copied(window)
}

fn press_only(window: &mut Window, modifiers: Modifiers, key: Key) {
    let down = |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
    let name = key.symbol_or_name();
    let input = window.input_mut();
    input.events.push(Event::ModifiersChanged(modifiers));
    // The window system takes this one key for itself and says what it means.
    input.events.push(if modifiers == CTRL && key == Key::C { Event::Copy } else { down(true) });
    if !modifiers.command && name.chars().count() == 1 {
        let text = if modifiers.shift { name.to_owned() } else { name.to_lowercase() };
        input.events.push(Event::Text(text));
    }
    input.events.push(down(false));
    input.events.push(Event::ModifiersChanged(Modifiers::NONE));
    window.step();
}

/// Types into whatever has the focus, letter by letter, with the keys that go with them.
pub(crate) fn type_keys(window: &mut Window, text: &str) {
    for letter in text.chars() {
        let key = Key::from_name(&letter.to_uppercase().to_string()).expect("a key of that letter");
        press(window, Modifiers::NONE, key);
    }
}

/// What the last frame put on the clipboard.
pub(crate) fn copied(window: &Window) -> Option<String> {
    window.output().platform_output.commands.iter().find_map(|command| match command {
        OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    })
}

/// The names of everything of this role, top to bottom.
pub(crate) fn names(window: &Window, role: Role) -> Vec<String> {
    let mut found: Vec<(f32, String)> = window
        .query_all_by_role(role)
        .map(|node| (node.rect().top(), node.accesskit_node().label().unwrap_or_default()))
        .collect();
    found.sort_by(|left, right| left.0.total_cmp(&right.0));
    found.into_iter().map(|(_, name)| name).collect()
}

/// The rows of the process tree on screen.
pub(crate) fn rows(window: &Window) -> Vec<String> {
    names(window, Role::TreeItem)
}

/// The one row whose name begins like this.
pub(crate) fn row<'a>(window: &'a Window, start: &str) -> Node<'a> {
    let mut found = window
        .query_all_by_role(Role::TreeItem)
        .filter(|node| node.accesskit_node().label().is_some_and(|name| name.starts_with(start)));
    let first = found.next();
    assert!(found.next().is_none(), "more than one row begins with {start}");
    first.unwrap_or_else(|| panic!("no row begins with {start}: {:#?}", rows(window)))
}

/// Whether a row begins like this.
pub(crate) fn has_row(window: &Window, start: &str) -> bool {
    rows(window).iter().any(|name| name.starts_with(start))
}

/// Clicks a row on its name, not on its caret.
pub(crate) fn click_row(window: &mut Window, start: &str) {
    row(window, start).click();
    window.step();
    window.run_steps(3);
}

/// The selected process as `name pid`; empty where none is.
pub(crate) fn selected(window: &Window) -> String {
    let session = window.state().session();
    let process = session.selection().process().and_then(|at| session.analysis().tree.process(at));
    process.map_or_else(String::new, called)
}

/// `name pid`, or the name alone.
pub(crate) fn called(process: &Process) -> String {
    match process.pid {
        Some(pid) => format!("{} {pid}", process.name()),
        None => process.name().to_owned(),
    }
}

/// Whether something is marked as the selected one of its kind.
pub(crate) fn is_marked(node: &Node<'_>) -> bool {
    let inner = node.accesskit_node();
    inner.is_selected() == Some(true) || inner.toggled() == Some(Toggled::True)
}

/// Puts the keyboard into the process tree, as F6 does when nothing else has it.
pub(crate) fn focus_tree(window: &mut Window) {
    window.get_by_role_and_label(Role::Tree, "Process tree").focus();
    window.step();
    window.run_steps(2);
}

/// Everything a screen reader finds, one node a line.
pub(crate) fn dump(window: &Window) -> String {
    let mut text = String::new();
    for node in window.root().children_recursive() {
        let inner = node.accesskit_node();
        let said = inner.label().or_else(|| inner.value()).unwrap_or_default();
        if !said.is_empty() {
            let at = node.rect();
            writeln!(text, "{:?} {said:?} {:.0},{:.0}", inner.role(), at.left(), at.top())
                .expect("writing to a string cannot fail");
        }
    }
    text
}

/// Whether anything on screen says this.
pub(crate) fn says(window: &Window, words: &str) -> bool {
    window.root().children_recursive().any(|node| {
        let inner = node.accesskit_node();
        [inner.label(), inner.value()].into_iter().flatten().any(|said| said.contains(words))
    })
}
