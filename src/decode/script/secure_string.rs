//! Text that `ConvertFrom-SecureString -Key` made, opened with the key that stands beside it.
//!
//! The form is that of `Microsoft.PowerShell.Commands.ConvertFromSecureStringCommand`: a fixed head,
//! then base64 of UTF-16LE text `2|<IV in base64>|<hex>`, AES in CBC mode with PKCS#7 padding; the
//! plain bytes are UTF-16LE. Without a key Windows seals it for one user: that stays closed.

use aes::cipher::{BlockModeDecrypt as _, KeyIvInit as _, block_padding::Pkcs7};

use crate::decode::base64::{bytes_of, utf16_text};

/// What every such text starts with, a GUID in hexadecimal.
const HEAD: &str = "76492d1116743f0423413b16050a5345";

/// The text, or why there is none in words.
pub(super) fn open(sealed: &str, key: &[u8]) -> Result<String, String> {
    let no_form = || "it has not the form of ConvertFrom-SecureString -Key".to_owned();
    let packed = sealed.trim().strip_prefix(HEAD).ok_or_else(no_form)?;
    let bytes = bytes_of(packed).map_err(|error| error.to_string())?;
    let fields = utf16_text(&bytes).text;
    let mut fields = fields.split('|');
    let (Some("2"), Some(vector), Some(hex)) = (fields.next(), fields.next(), fields.next()) else {
        return Err(no_form());
    };
    let vector: [u8; 16] = bytes_of(vector)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| "its initialization vector has not 16 bytes".to_owned())?;
    let sealed = hex_bytes(hex).ok_or_else(no_form)?;
    let wrong = || "the key does not open it".to_owned();
    let plain = match key.len() {
        16 => cbc::Decryptor::<aes::Aes128>::new_from_slices(key, &vector)
            .ok()
            .and_then(|cipher| cipher.decrypt_padded_vec::<Pkcs7>(&sealed).ok()),
        24 => cbc::Decryptor::<aes::Aes192>::new_from_slices(key, &vector)
            .ok()
            .and_then(|cipher| cipher.decrypt_padded_vec::<Pkcs7>(&sealed).ok()),
        32 => cbc::Decryptor::<aes::Aes256>::new_from_slices(key, &vector)
            .ok()
            .and_then(|cipher| cipher.decrypt_padded_vec::<Pkcs7>(&sealed).ok()),
        other => return Err(format!("a key has 16, 24 or 32 bytes, this one {other}")),
    };
    Ok(utf16_text(&plain.ok_or_else(wrong)?).text)
}

fn hex_bytes(hex: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = hex.trim().as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
