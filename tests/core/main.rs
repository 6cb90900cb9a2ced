//! Tests of everything but the window, one file for each module.

mod rules;
mod sigma;
//! Tests of the library without the window, one module a file.
