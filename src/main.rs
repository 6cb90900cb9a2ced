//! Start of the program: a headless command, or the window.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use spawnscope::cli::{self, Args};

fn main() -> ExitCode {
    let args = Args::parse();
    let outcome = match args.task {
        Some(task) => cli::run(task).map(cli::Exit::code),
        None => open_window(args.paths),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // Where even standard error is gone there is nobody left to tell.
            writeln!(std::io::stderr(), "spawnscope: {}", cli::words(&error)).unwrap_or_default();
            ExitCode::from(2)
        }
    }
}

#[cfg(feature = "gui")]
fn open_window(paths: Vec<std::path::PathBuf>) -> anyhow::Result<u8> {
    spawnscope::ui::run(paths).map(|()| 0)
}

#[cfg(not(feature = "gui"))]
fn open_window(_paths: Vec<std::path::PathBuf>) -> anyhow::Result<u8> {
    anyhow::bail!("this build has no window; give a command, see --help")
}
