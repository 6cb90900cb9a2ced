//! The system's file dialogs, which run beside the window and are asked for their answer each frame.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use rfd::{AsyncFileDialog, FileHandle};

/// What the user chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Files or folders to open.
    Open(Vec<PathBuf>),
    /// Files or folders to add to what is open.
    Add(Vec<PathBuf>),
    /// Where to write the report.
    Export(PathBuf),
    /// Nothing: the dialog was cancelled, or none could be shown.
    Nothing,
}

/// A dialog that is open.
pub struct FileDialog {
    answer: Pin<Box<dyn Future<Output = Chosen>>>,
    opened: Instant,
}

/// The endings of what can be read, for the dialog's filter; what a file is its bytes decide.
const LOG_ENDINGS: &[&str] = &[
    "evtx", "json", "jsonl", "ndjson", "xml", "csv", "zip", "7z", "tar", "gz", "tgz", "zst", "bz2",
    "xz",
];

/// Nobody closes a dialog faster than this: it was never shown.
const NEVER_SHOWN: Duration = Duration::from_millis(300);

fn paths(handles: Option<Vec<FileHandle>>, chosen: fn(Vec<PathBuf>) -> Chosen) -> Chosen {
    match handles {
        Some(handles) => chosen(handles.iter().map(|handle| handle.path().to_path_buf()).collect()),
        None => Chosen::Nothing,
    }
}

fn parented(frame: &eframe::Frame) -> AsyncFileDialog {
    let dialog = AsyncFileDialog::new();
    match frame.winit_window() {
        Some(window) => dialog.set_parent(&**window),
        None => dialog,
    }
}

impl FileDialog {
    /// Asks for log files to open.
    pub fn files(frame: &eframe::Frame) -> Self {
        Self::pick_files(frame, "Open log files", Chosen::Open)
    }

    /// Asks for log files to add to what is open.
    pub fn more_files(frame: &eframe::Frame) -> Self {
        Self::pick_files(frame, "Add log files", Chosen::Add)
    }

    /// Asks for folders of logs to open.
    pub fn folders(frame: &eframe::Frame) -> Self {
        Self::pick_folders(frame, "Open a folder of logs", Chosen::Open)
    }

    /// Asks for folders of logs to add to what is open.
    pub fn more_folders(frame: &eframe::Frame) -> Self {
        Self::pick_folders(frame, "Add a folder of logs", Chosen::Add)
    }

    fn pick_files(frame: &eframe::Frame, title: &str, chosen: fn(Vec<PathBuf>) -> Chosen) -> Self {
        let dialog = parented(frame)
            .set_title(title)
            .add_filter("Logs and archives", LOG_ENDINGS)
            .add_filter("All files", &["*"])
            .pick_files();
        Self::new(async move { paths(dialog.await, chosen) })
    }

    fn pick_folders(
        frame: &eframe::Frame,
        title: &str,
        chosen: fn(Vec<PathBuf>) -> Chosen,
    ) -> Self {
        let dialog = parented(frame).set_title(title).pick_folders();
        Self::new(async move { paths(dialog.await, chosen) })
    }

    /// Asks where to write the report.
    pub fn export(frame: &eframe::Frame, name: &str) -> Self {
        let dialog = parented(frame)
            .set_title("Export the incident report")
            .set_file_name(name)
            .add_filter("Markdown", &["md"])
            .save_file();
        Self::new(async move {
            match dialog.await {
                Some(handle) => Chosen::Export(handle.path().to_path_buf()),
                None => Chosen::Nothing,
            }
        })
    }

    fn new(answer: impl Future<Output = Chosen> + 'static) -> Self {
        Self { answer: Box::pin(answer), opened: Instant::now() }
    }

    /// Whether a dialog that chose nothing was closed too fast to have been seen: the system has
    /// neither a portal nor a dialog program.
    pub fn was_never_shown(&self) -> bool {
        self.opened.elapsed() < NEVER_SHOWN
    }

    /// The answer, once there is one. `waker` is woken when it is worth asking again.
    pub fn poll(&mut self, waker: &Waker) -> Option<Chosen> {
        match self.answer.as_mut().poll(&mut Context::from_waker(waker)) {
            Poll::Ready(chosen) => Some(chosen),
            Poll::Pending => None,
        }
    }
}
