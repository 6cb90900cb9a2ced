//! Pictures of the window, compared with those in `tests/ui/snapshots`.
//!
//! `UPDATE_SNAPSHOTS=1` writes them anew, `UPDATE_SCREENSHOTS=1` those in `screenshots/`.
//! How long reading took and the zone of the computer are left out of them.

use std::env;
use std::panic;
use std::path::{Path, PathBuf};

use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::wgpu::WgpuTestRenderer;
use egui_kittest::{Harness, SnapshotOptions};

use crate::support::{self, Window};

const FULL: [f32; 2] = [1440.0, 900.0];
const NARROW: [f32; 2] = [1100.0, 700.0];

/// A window that can be drawn; `None`, and a word about it, where there is no driver to draw with.
fn drawn(size: [f32; 2]) -> Option<Window> {
    // The renderer panics where there is no adapter; it has no way to be asked first.
    let Ok(renderer) = panic::catch_unwind(WgpuTestRenderer::new) else {
        say_skipped();
        return None;
    };
    let builder = Harness::builder().with_size(size).renderer(renderer);
    let mut window = support::build(builder, Vec::new());
    support::wait(&mut window);
    window.state_mut().leave_out_machine_facts();
    Some(window)
}

#[expect(clippy::print_stdout, reason = "the reader of a test run has to know what was not run")]
fn say_skipped() {
    println!("skipped: no display driver");
}

/// Writes the picture where pictures are asked for, then compares it.
fn compare(mut window: Window, name: &str) {
    window.remove_cursor();
    window.step();
    window.run_steps(3);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    if env::var_os("UPDATE_SCREENSHOTS").is_some() {
        let path = folder.join("../../screenshots").join(format!("{name}.png"));
        window.render().expect("a picture").save(path).expect("written");
    }
    let path: PathBuf = folder.join("snapshots");
    // Edges of glyphs differ by a shade between drivers; a moved line is many more pixels.
    let options = SnapshotOptions::new().output_path(path).threshold(1.0).max_failed_pixels(60);
    window.snapshot_options(name, &options);
}

fn in_theme(window: &mut Window, theme: &str) {
    support::click(window, Role::Button, "View");
    support::click(window, Role::MenuItem, theme);
}

#[test]
fn start() {
    let Some(window) = drawn(FULL) else { return };
    compare(window, "start");
}

#[test]
fn main_dark() {
    let Some(mut window) = drawn(FULL) else { return };
    in_theme(&mut window, "Dark");
    support::open_sample(&mut window);
    compare(window, "main-dark");
}

#[test]
fn main_light() {
    let Some(mut window) = drawn(FULL) else { return };
    in_theme(&mut window, "Light");
    support::open_sample(&mut window);
    compare(window, "main-light");
}

#[test]
fn narrow() {
    let Some(mut window) = drawn(NARROW) else { return };
    support::open_sample(&mut window);
    compare(window, "narrow");
}

#[test]
fn timeline() {
    let Some(mut window) = drawn(FULL) else { return };
    support::open_sample(&mut window);
    support::press(&mut window, support::CTRL, Key::Num2);
    compare(window, "timeline");
}

#[test]
fn events() {
    let Some(mut window) = drawn(FULL) else { return };
    support::open_sample(&mut window);
    support::press(&mut window, support::CTRL, Key::Num3);
    // The fields of what is in sight are read from the evidence.
    for _ in 0..400 {
        window.step();
        if !support::says(&window, "Reading the fields") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    compare(window, "events");
}
