//! Ways to hurt a log file, as crashes, copies of live files and intruders do. No repair.

/// The file cut off after `keep` bytes.
pub(crate) fn truncated(mut file: Vec<u8>, keep: usize) -> Vec<u8> {
    file.truncate(keep);
    file
}

/// The file with the 4 KiB before its first chunk zeroed.
pub(crate) fn without_header(mut file: Vec<u8>) -> Vec<u8> {
    file.iter_mut().take(4096).for_each(|byte| *byte = 0);
    file
}

/// The file with one bit of the byte at `offset` turned over.
pub(crate) fn flipped(mut file: Vec<u8>, offset: usize) -> Vec<u8> {
    if let Some(byte) = file.get_mut(offset) {
        *byte ^= 1;
    }
    file
}
