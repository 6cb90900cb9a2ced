//! Decodes the command lines of all processes, each different one once. How a line is decoded is
//! `crate::decode`.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use foldhash::fast::RandomState;

use crate::decode::{Command, decode};
use crate::model::{Decoding, FailedDecode, Process};

/// Processes decoded before the size of what came out is looked at.
const BATCH: usize = 1024;
/// Lines worth a thread of their own.
const SHARE: usize = 32;
/// Decoded text that all processes together may have, in bytes, besides the small ones.
const MAX_DECODED: usize = 512 << 20;
/// Decoded text of a process that is not counted.
const SMALL_DECODED: usize = 4 << 10;

/// What was decoded, by what the decoder looks at.
type Known<'a> = HashMap<Command<'a>, Arc<Decoding>, RandomState>;

/// Decodes every command line. The same line of the same program is decoded once and shared.
pub(super) fn decode_all(processes: &mut [Process], threads: usize) {
    let decodings = decodings_of(processes, threads);
    for (process, decoding) in processes.iter_mut().zip(decodings) {
        process.decoding = Some(decoding);
    }
}

/// In batches, so that a log full of compressed bombs is noticed before it has filled the memory,
/// and always at the same process.
fn decodings_of(processes: &[Process], threads: usize) -> Vec<Arc<Decoding>> {
    let nothing = Arc::new(Decoding::default());
    let mut known = Known::default();
    let mut left = MAX_DECODED;
    let mut decodings = Vec::with_capacity(processes.len());
    for batch in processes.chunks(BATCH) {
        decode_new(batch, &mut known, threads);
        let mut unshared = Vec::new();
        for process in batch {
            let found = line_of(process).and_then(|line| Some((line, known.get(&line)?)));
            let Some((line, decoding)) = found else {
                decodings.push(Arc::clone(&nothing));
                continue;
            };
            let texts: usize = decoding.layers.iter().map(|layer| layer.text.len()).sum();
            let data: usize = decoding.blobs.iter().map(|blob| blob.bytes.len()).sum();
            let size = texts + data;
            let rest = if size <= SMALL_DECODED { Some(left) } else { left.checked_sub(size) };
            decodings.push(match rest {
                Some(_) => Arc::clone(decoding),
                None => Arc::new(left_out(decoding, size)),
            });
            match rest {
                Some(rest) => left = rest,
                None => unshared.push(line),
            }
        }
        for line in unshared {
            known.remove(&line);
        }
    }
    decodings
}

fn line_of(process: &Process) -> Option<Command<'_>> {
    Some(Command {
        text: process.command_line.as_deref()?,
        image: process.image.as_deref(),
        original_file_name: process.original_file_name.as_deref(),
    })
}

/// Decodes the lines of some processes that are not known, shared out over the threads.
fn decode_new<'a>(processes: &'a [Process], known: &mut Known<'a>, threads: usize) {
    let nothing = Arc::new(Decoding::default());
    let mut new: Vec<(Command<'a>, Arc<Decoding>)> = Vec::new();
    for line in processes.iter().filter_map(line_of) {
        known.entry(line).or_insert_with(|| {
            new.push((line, Arc::clone(&nothing)));
            Arc::clone(&nothing)
        });
    }
    let work = |part: &mut [(Command<'a>, Arc<Decoding>)]| {
        for (line, decoding) in part {
            *decoding = Arc::new(decode(line));
        }
    };
    let share = new.len().div_ceil(threads.max(1)).max(SHARE);
    thread::scope(|scope| {
        let mut parts = new.chunks_mut(share);
        let first = parts.next();
        let others: Vec<_> = parts.map(|part| scope.spawn(move || work(part))).collect();
        first.into_iter().for_each(work);
        for other in others {
            other.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
    known.extend(new);
}

/// Those that were found in the input itself.
fn in_input<T: Clone>(found: &[T], layer: impl Fn(&T) -> usize) -> Vec<T> {
    found.iter().filter(|one| layer(one) == 0).cloned().collect()
}

/// The decoding without its layers, and words that say so.
fn left_out(decoding: &Decoding, size: usize) -> Decoding {
    let layer = decoding.layers.first().map(|layer| (layer.trick.clone(), layer.span));
    let blob = decoding.blobs.first().map(|blob| (blob.what.clone(), blob.span));
    let Some((trick, span)) = layer.or(blob) else { return decoding.clone() };
    let reason = format!(
        "it decodes to {size} bytes, and with those before it to more than the limit of {} MiB for \
         all processes: left out here, `spawnscope decode` shows it",
        MAX_DECODED >> 20
    );
    Decoding {
        layers: Vec::new(),
        failed: vec![FailedDecode { trick, span, reason }],
        indicators: in_input(&decoding.indicators, |found| found.layer),
        explanations: in_input(&decoding.explanations, |found| found.layer),
        blobs: Vec::new(),
        traits: decoding.traits.clone(),
    }
}
