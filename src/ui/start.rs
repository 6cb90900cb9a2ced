//! Opens the window: first with OpenGL, then, where that fails, with wgpu.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use eframe::egui::ViewportBuilder;
use eframe::{NativeOptions, Renderer};

use crate::detect::{Engine, Rules};
use crate::ui::App;

const TITLE: &str = "Spawnscope";

/// Shows the window until it is closed, with these paths loading.
///
/// # Errors
/// Where neither renderer can open a window; the message says what both met.
pub fn run(paths: Vec<PathBuf>) -> anyhow::Result<()> {
    let engine = Arc::new(Engine::new(Rules::bundled()));
    let first = open(Renderer::Glow, paths.clone(), Arc::clone(&engine));
    let Err(glow) = first else { return Ok(()) };
    open(Renderer::Wgpu, paths, engine).map_err(|wgpu| {
        anyhow::anyhow!(
            "no window can be opened here: OpenGL: {glow}; wgpu: {wgpu}. \
             The commands scan, tree and report work without one, see --help"
        )
    })
}

fn open(renderer: Renderer, paths: Vec<PathBuf>, engine: Arc<Engine>) -> eframe::Result {
    let viewport = ViewportBuilder::default()
        .with_title(TITLE)
        .with_app_id("spawnscope")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([760.0, 480.0])
        .with_drag_and_drop(true);
    let options = NativeOptions { viewport, renderer, ..NativeOptions::default() };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    eframe::run_native(
        TITLE,
        options,
        Box::new(move |creation| Ok(Box::new(App::new(creation, engine, threads, paths)))),
    )
}
