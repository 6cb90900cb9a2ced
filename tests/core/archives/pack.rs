//! Makes archives, by the crates that read them and by hand. No test itself.

use std::io::{Cursor, Write as _};

use flate2::{Compression, write::GzEncoder};
use lzma_rust2::{XzOptions, XzWriter};
use sevenz_rust2::{
    ArchiveEntry, ArchiveWriter, EncoderMethod, Password, encoder_options::AesEncoderOptions,
};
use zip::{
    AesMode, CompressionMethod, ZipWriter,
    unstable::write::FileOptionsExt as _,
    write::{ExtendedFileOptions, FileOptions, SimpleFileOptions},
};

use super::Packed;

/// Packs one stream.
pub(crate) type Packer = fn(&[u8]) -> Vec<u8>;

/// The forms that pack one stream, by ending.
pub(crate) const STREAMS: [(&str, Packer); 4] =
    [("gz", gz), ("bz2", bz2), ("xz", xz), ("zst", zst)];

/// How a zip is encrypted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cipher {
    Old,
    Aes,
}

pub(crate) fn zip(files: &[Packed]) -> Vec<u8> {
    zip_by(files, CompressionMethod::Deflated)
}

pub(crate) fn zip_by(files: &[Packed], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// As a tool that cannot go back writes it: sizes and checksums stand behind the members.
pub(crate) fn zip_streamed(files: &[Packed]) -> Vec<u8> {
    let mut writer = ZipWriter::new_stream(Vec::new());
    for (name, bytes) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn zip_locked(files: &[Packed], cipher: Cipher, password: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = FileOptions::<ExtendedFileOptions>::default()
            .compression_method(CompressionMethod::Deflated);
        let options = match cipher {
            Cipher::Old => options.with_deprecated_encryption(password.as_bytes()).unwrap(),
            Cipher::Aes => options.with_aes_encryption(AesMode::Aes256, password),
        };
        writer.start_file(name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A 7z with every file in one block, or each in its own.
pub(crate) fn seven(files: &[Packed], is_solid: bool) -> Vec<u8> {
    seven_by(files, is_solid, None)
}

/// Encrypted with this password, its list of members too if the flag says so.
pub(crate) fn seven_locked(files: &[Packed], password: &str, is_list_locked: bool) -> Vec<u8> {
    seven_by(files, true, Some((password, is_list_locked)))
}

fn seven_by(files: &[Packed], is_solid: bool, lock: Option<(&str, bool)>) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    let mut methods = vec![EncoderMethod::LZMA2.into()];
    if let Some((password, is_list_locked)) = lock {
        methods.insert(0, AesEncoderOptions::new(Password::from(password)).into());
        writer.set_encrypt_header(is_list_locked);
    }
    writer.set_content_methods(methods);
    let entries = files.iter().map(|(name, _)| ArchiveEntry::new_file(name)).collect::<Vec<_>>();
    if is_solid {
        let readers = files.iter().map(|(_, bytes)| bytes.as_slice().into()).collect();
        writer.push_archive_entries(entries, readers).unwrap();
    } else {
        for (entry, (_, bytes)) in entries.into_iter().zip(files) {
            writer.push_archive_entry(entry, Some(bytes.as_slice())).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn tar(files: &[Packed]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A ustar header by hand, for names that no packer writes.
pub(crate) fn tar_header(name: &str, size: usize, kind: u8) -> Vec<u8> {
    let mut block = vec![0; 512];
    let mut put = |at: usize, text: &[u8]| block[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    put(124, format!("{size:011o}").as_bytes());
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    let sum = block.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// A content filled up to whole blocks.
pub(crate) fn tar_content(bytes: &[u8]) -> Vec<u8> {
    let mut content = bytes.to_vec();
    content.resize(bytes.len().next_multiple_of(512), 0);
    content
}

pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut writer = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub(crate) fn zst(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}
