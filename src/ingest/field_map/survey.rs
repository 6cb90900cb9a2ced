//! What is in a JSON file of an unknown program, for somebody who is to say what it means.

use std::{fs::File, path::Path};

use super::{
    super::{
        json::{sample, survey},
        recognise::text_head,
    },
    FieldMap, LONGEST_NAME, is_of_a_name, propose,
};

/// Bytes of a sample value that are given.
const LONGEST_SAMPLE: usize = 200;

/// A JSON file that no built-in dialect claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownJson {
    /// The key paths in its first objects, in their order, each with the first value that is not
    /// empty (of a long one its beginning). At most 1,000.
    pub keys: Vec<(String, String)>,
    /// A map to begin with; [`FieldMap::check`] finds nothing wrong with it, but somebody who knows
    /// the program should look at it before it is used.
    pub proposal: FieldMap,
}

/// Looks at the beginning of a file. `None` where it cannot be read, is no JSON, or is of a program
/// that is known.
pub fn survey_unknown(path: &Path) -> Option<UnknownJson> {
    let text = text_head(&File::open(path).ok()?).ok()?;
    let (None, _) = survey(&text, &[])? else { return None };
    let keys = sample(&text, LONGEST_SAMPLE);
    let mut proposal = propose(&keys);
    if let Some(stem) = path.file_stem() {
        let stem = stem.to_string_lossy();
        let name = stem.chars().map(|c| if is_of_a_name(c) { c } else { '-' }).take(LONGEST_NAME);
        let name = name.collect::<String>().trim().to_owned();
        if !name.is_empty() {
            proposal.name = name;
        }
    }
    // No object may have all the keys of the first ones together.
    let fits =
        |map: &FieldMap| survey(&text, std::slice::from_ref(map)).is_some_and(|s| s.0.is_some());
    while proposal.required.len() > 1 && !fits(&proposal) {
        proposal.required.pop();
    }
    Some(UnknownJson { keys, proposal })
}
