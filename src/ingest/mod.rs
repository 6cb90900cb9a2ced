//! Reads log files into events; knows files and formats, not what records mean.
