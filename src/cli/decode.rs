//! `spawnscope decode`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;

use crate::cli::args::TextFormat;
use crate::cli::{Exit, output, text};
use crate::decode::{Command, decode};
use crate::report::json::Decoded;

/// Decodes one line, or every line of a file to one JSON line each.
pub(super) fn run(
    text: Option<&str>,
    lines: Option<&Path>,
    image: Option<&str>,
    format: TextFormat,
) -> anyhow::Result<Exit> {
    if let Some(path) = lines {
        return match decode_lines(path, image) {
            Err(error) if is_closed_pipe(&error) => Ok(Exit::Done),
            outcome => outcome.map(|()| Exit::Done),
        };
    }
    let input = text.unwrap_or_default();
    let decoding = decode(&Command { text: input, image, original_file_name: None });
    let document = match format {
        TextFormat::Json => output::json(&Decoded::of(input, &decoding))?,
        TextFormat::Text => text::decoding(input, &decoding),
    };
    output::print(&document)?;
    Ok(Exit::Done)
}

/// Whether the reader, such as `head`, has seen enough.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let cause = error.root_cause().downcast_ref::<io::Error>();
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn decode_lines(path: &Path, image: Option<&str>) -> anyhow::Result<()> {
    let mut to = BufWriter::new(io::stdout().lock());
    if path == Path::new("-") {
        return decode_each(&mut io::stdin().lock(), image, &mut to);
    }
    let file =
        File::open(path).with_context(|| format!("cannot open the lines: {}", path.display()))?;
    decode_each(&mut BufReader::new(file), image, &mut to)
}

/// One line out for every line in; only LF and CRLF end a line, and a last one needs neither.
fn decode_each(
    from: &mut dyn BufRead,
    image: Option<&str>,
    to: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if from.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let bare = line.strip_suffix(b"\n").unwrap_or(&line);
        let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
        let input = String::from_utf8_lossy(bare);
        let decoding = decode(&Command { text: &input, image, original_file_name: None });
        let mut document = serde_json::to_string(&Decoded::of(&input, &decoding))?;
        document.push('\n');
        to.write_all(document.as_bytes())?;
    }
    to.flush()?;
    Ok(())
}
