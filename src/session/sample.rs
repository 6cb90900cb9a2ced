//! The sample incident that comes with the program.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files, by path below the folder they are written to.
const FILES: &[(&str, &[u8])] = &[
