//! What a command line really runs, undone layer by layer, never executed.
