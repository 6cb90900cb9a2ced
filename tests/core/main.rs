//! Tests of everything but the window, one file for each module.

mod rules;
mod sigma;
