//! The rules that come with the program: the files of `rules/`, each with its name. Data, no logic.

/// File name without ending, and content; in the order of the names.
pub(super) const BUNDLED: &[(&str, &str)] = &[];
