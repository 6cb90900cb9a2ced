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

/// The file with this many bytes, which are no text and no log, put in before `offset`.
pub(crate) fn inserted(mut file: Vec<u8>, offset: usize, count: usize) -> Vec<u8> {
    file.splice(offset..offset, std::iter::repeat_n(0xA5, count));
    file
}

/// The file with other bytes at `offset`.
pub(crate) fn overwritten(mut file: Vec<u8>, offset: usize, bytes: &[u8]) -> Vec<u8> {
    if let Some(place) = file.get_mut(offset..offset + bytes.len()) {
        place.copy_from_slice(bytes);
    }
    file
}
