//! Tests of everything but the window, one file for each module.

mod rules;
mod sigma;
//! Tests of the library without the window, one module a file.
//! Tests of everything below the window: one module a subject.

#[path = "../support/mod.rs"]
mod support;

mod evtx_writer;
mod sample;
//! Tests of everything below the screen, one module per module of the library.

mod chain;
mod coverage;
mod made;
mod raise;
