//! The sample incident that comes with the program. What it tells is in `assets/sample/README.md`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// One file of the sample by its place in `assets/sample`.
macro_rules! sample_file {
    ($path:literal) => {
        ($path, include_bytes!(concat!("../../assets/sample/", $path)).as_slice())
    };
}

/// Every file: path below the target folder, with `/`, and content.
const FILES: &[(&str, &[u8])] = &[
    sample_file!("LAPTOP-7F2K/Microsoft-Windows-PowerShell%4Operational.evtx"),
    sample_file!("LAPTOP-7F2K/Microsoft-Windows-Sysmon%4Operational.evtx"),
    sample_file!("LAPTOP-7F2K/Microsoft-Windows-TaskScheduler%4Operational.evtx"),
    sample_file!("LAPTOP-7F2K/Security.evtx"),
    sample_file!("LAPTOP-7F2K/System.evtx"),
    sample_file!("WS-0413/Microsoft-Windows-Sysmon%4Operational.evtx"),
    sample_file!("WS-0413/Microsoft-Windows-TaskScheduler%4Operational.evtx"),
    sample_file!("WS-0413/Security.evtx"),
    sample_file!("WS-0413/System.evtx"),
];

/// Writes the sample below `dir`, which is made where it is missing, and says which files it wrote.
///
/// A file of the same name is replaced.
///
/// # Errors
/// The system's, where a folder or file cannot be written.
pub fn write(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut written = Vec::with_capacity(FILES.len());
    for (name, content) in FILES {
        let path: PathBuf = name.split('/').fold(dir.to_path_buf(), |path, part| path.join(part));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, content)?;
        written.push(path);
    }
    Ok(written)
}
