//! Tests of everything below the window: one module for each module of the library.

#[path = "../support/events.rs"]
mod events;
#[path = "../support/mod.rs"]
mod support;

mod analyse;
mod archives;
mod chain;
mod coverage;
mod csv_logs;
mod decode;
mod decode_indicator;
mod dialects;
mod dialects_beats;
mod dialects_defender;
mod dialects_dfir;
mod dialects_exports;
mod dialects_text;
mod evtx_oracle;
mod evtx_recovery;
mod evtx_writer;
mod field_map;
mod fields;
mod headless;
mod ingest_again;
mod ingest_bundle;
mod ingest_evtx;
mod ingest_json;
mod ingest_json_parts;
mod ingest_order;
mod ingest_twice;
mod made;
mod message_parameter;
mod raise;
mod report_defang;
mod report_escape;
mod report_markdown;
mod report_sample;
mod rules;
mod sample;
mod session;
mod sigma;
mod sigma_loading;
mod sigma_sources;
mod tree_activity;
mod tree_exits;
mod tree_identity;
mod tree_links;
mod tree_merge;
mod tree_order;
mod tree_samples;
mod tree_stubs;
mod view;
mod visible;
mod xml;
mod zoom_cases;
