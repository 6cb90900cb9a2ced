//! Files of maps: one JSON object, or an array of them. Reads no log.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use serde_json::error::Category;
use thiserror::Error;

use super::{super::json::Encoding, FieldMap, LONGEST_NAME, MapProblem};

/// Largest file of maps, in bytes.
const LARGEST: u64 = 1 << 20;
/// Bytes of the parser's words that are told.
const LONGEST_ERROR: usize = 500;
/// Maps in use at once.
const MOST_MAPS: usize = 256;

/// Why a file of maps cannot be used.
#[derive(Debug, Error)]
pub enum MapError {
    /// It cannot be read.
    #[error("the map cannot be read: {error}: {}", path.display())]
    CannotRead {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// It is no map that somebody wrote.
    #[error("this is too large for a map, which has at most 1 MiB: {}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// It is not JSON.
    #[error(
        "the map is no JSON, {error}. Look for a missing comma, quotation mark or bracket before \
         that place: {}",
        path.display()
    )]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        error: String,
    },
    /// It is JSON, but no map.
    #[error(
        "the map is not understood, {error}. A map has `name`, `match`, `event_id`, `channel` or \
         `provider`, and mostly `time`, `host` and `fields`; the README has an example: {}",
        path.display()
    )]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        error: String,
    },
    /// One of its maps says something that cannot be.
    #[error("in map {number}, `{name}`: {problem}: {}", path.display())]
    Map {
        /// The file.
        path: PathBuf,
        /// Which map of the file, counted from 1.
        number: usize,
        /// What it calls itself.
        name: String,
        /// What is wrong with it.
        problem: MapProblem,
    },
    /// It holds an array without a map in it.
    #[error("there is no map between the brackets: {}", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A name that another map has.
    #[error("a second map is called `{name}`; give each its own `name`: {}", path.display())]
    SameName {
        /// The file of the second one.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// More maps than anybody needs.
    #[error("there are over {MOST_MAPS} maps: {}", path.display())]
    TooMany {
        /// The file with the first one too many.
        path: PathBuf,
    },
}

/// Reads the maps of these files, in their order, which is the order they are tried in.
///
/// # Errors
/// The first file that cannot be used, with the place in it and the remedy.
pub fn load_maps(paths: &[PathBuf]) -> Result<Vec<FieldMap>, MapError> {
    let mut all: Vec<FieldMap> = Vec::new();
    for path in paths {
        let maps = parse(path, &text_of(path)?)?;
        for (at, map) in maps.into_iter().enumerate() {
            let path = path.clone();
            if let Err(problem) = map.check() {
                let name = map.name.chars().take(LONGEST_NAME).collect();
                return Err(MapError::Map { path, number: at + 1, name, problem });
            }
            if all.iter().any(|known| known.name.trim() == map.name.trim()) {
                return Err(MapError::SameName { path, name: map.name });
            }
            if all.len() >= MOST_MAPS {
                return Err(MapError::TooMany { path });
            }
            all.push(map);
        }
    }
    Ok(all)
}

/// The text as UTF-8, in whichever encoding an editor or PowerShell saved it.
fn text_of(path: &Path) -> Result<Vec<u8>, MapError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    match read {
        Err(error) => Err(MapError::CannotRead { path: path.to_owned(), error }),
        Ok(read) if read as u64 > LARGEST => Err(MapError::TooLarge { path: path.to_owned() }),
        Ok(_) => {
            let (encoding, mark) = Encoding::of(&bytes);
            Ok(encoding.decode(bytes.get(mark..).unwrap_or_default()))
        }
    }
}

fn parse(path: &Path, text: &[u8]) -> Result<Vec<FieldMap>, MapError> {
    let is_list = text.trim_ascii_start().starts_with(b"[");
    let maps = if is_list {
        serde_json::from_slice(text)
    } else {
        serde_json::from_slice(text).map(|map| vec![map])
    };
    let path = path.to_owned();
    match maps {
        Ok(maps) if maps.is_empty() => Err(MapError::Empty { path }),
        Ok(maps) => Ok(maps),
        Err(error) if error.classify() == Category::Data => {
            Err(MapError::Form { path, error: told(&error) })
        }
        Err(error) => Err(MapError::Json { path, error: told(&error) }),
    }
}

/// The parser's words, which may quote the file at any length, and the place.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let kept = text.floor_char_boundary(LONGEST_ERROR);
    match text.get(..kept) {
        Some(beginning) if kept < text.len() => {
            format!("{beginning}… at line {} column {}", error.line(), error.column())
        }
        _ => text,
    }
}
