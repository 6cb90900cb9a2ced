//! What can be typed after `spawnscope`.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::model::Severity;

/// Shows what Zoom started, what it really ran and what came next, from Windows logs.
///
/// Without a command it opens the window, with these files and folders loading.
#[derive(Debug, Parser)]
#[command(name = "spawnscope", version, args_conflicts_with_subcommands = true)]
pub struct Args {
    /// Log files and folders to open in the window.
    pub paths: Vec<PathBuf>,
    /// A command that needs no window.
    #[command(subcommand)]
    pub task: Option<Task>,
}

/// What `scan`, `tree` and `report` share.
#[derive(Clone, Debug, clap::Args)]
pub struct Common {
    /// Log files and folders.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// A folder of further Sigma rules; can be given more than once.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// A file that says what the names in JSON of an unknown program mean; can be given more than
    /// once.
    #[arg(long, value_name = "FILE")]
    pub map: Vec<PathBuf>,
    /// Threads to read with; as many as there are processors where not given.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// A password for encrypted archives; can be given more than once. `infected` is always tried.
    #[arg(long = "password", value_name = "TEXT")]
    pub passwords: Vec<String>,
    /// A file of passwords for encrypted archives, one a line.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Write to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// The headless commands.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Load, detect, and print findings, sources, coverage, attack chain and issues.
    Scan {
        /// What to read, and where to write.
        #[command(flatten)]
        common: Common,
        /// How to print.
        #[arg(long, value_enum, default_value_t)]
        format: TextFormat,
        /// End with status 1 where a finding is at or above this level.
        #[arg(long, value_name = "LEVEL")]
        fail_on: Option<Severity>,
    },
    /// Print the process tree, one line a process, with decoded commands.
    Tree {
        /// What to read, and where to write.
        #[command(flatten)]
        common: Common,
        /// Every process, or only what Zoom started.
        #[arg(long, value_enum, default_value_t)]
        root: Root,
        /// How to print.
        #[arg(long, value_enum, default_value_t)]
        format: TextFormat,
        /// Characters of a command that the text shows; 0 is all of them.
        #[arg(long, value_name = "N", default_value_t = 160)]
        width: usize,
        /// Only what the logs say: no inferred parents, no pairs across hosts.
        #[arg(long)]
        no_inferred: bool,
    },
    /// Write the incident report.
    Report {
        /// What to read, and where to write.
        #[command(flatten)]
        common: Common,
        /// How to write it.
        #[arg(long, value_enum, default_value_t)]
        format: ReportFormat,
    },
    /// Decode one command line, or every line of a file. Nothing is executed.
    Decode {
        /// The command line.
        #[arg(value_name = "TEXT", required_unless_present = "lines", conflicts_with = "lines")]
        text: Option<String>,
        /// Decode each line of this file to one JSON line; `-` is standard input.
        #[arg(long, value_name = "FILE")]
        lines: Option<PathBuf>,
        /// The program the command line was given to, where the line does not name it.
        #[arg(long, value_name = "NAME")]
        image: Option<String>,
        /// How to print.
        #[arg(long, value_enum, default_value_t)]
        format: TextFormat,
    },
    /// List the bundled detection rules, or check a folder of rules.
    Rules {
        /// What to do.
        #[command(subcommand)]
        task: RulesTask,
    },
    /// Write the bundled sample incident into a folder.
    Sample {
        /// The folder; made where it is missing.
        dir: PathBuf,
    },
}

/// What `rules` can do.
#[derive(Debug, Subcommand)]
pub enum RulesTask {
    /// Print the bundled rules, one a line.
    List,
    /// Say whether every rule of a folder loads.
    Check {
        /// The folder.
        dir: PathBuf,
    },
}

/// Text for people or JSON for scripts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    /// For people.
    #[default]
    Text,
    /// For scripts.
    Json,
}

/// Which processes `tree` prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Root {
    /// Every process.
    #[default]
    All,
    /// Every Zoom process and what is below it.
    Zoom,
}

/// What kind of report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Markdown.
    #[default]
    Md,
    /// The document of `scan`.
    Json,
}
