//! Bytes as pairs of hex digits: ids, clocks, checksums and digests.

use std::fmt::{self, Write};

use uuid::Uuid;

/// Reads exactly so many bytes.
pub(crate) fn read<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    read_into(text.as_bytes(), &mut bytes)?;
    Some(bytes)
}

/// Reads an id, with its hyphens.
pub(crate) fn read_id(text: &str) -> Option<Uuid> {
    let text: &[u8; 36] = text.as_bytes().try_into().ok()?;
    let (mut digits, mut count) = ([0; 32], 0);
    for (place, byte) in text.iter().enumerate() {
        if !matches!(place, 8 | 13 | 18 | 23) {
            digits[count] = *byte;
            count += 1;
        } else if *byte != b'-' {
            return None;
        }
    }
    let mut bytes = [0; 16];
    read_into(&digits, &mut bytes)?;
    Some(Uuid::from_bytes(bytes))
}

/// Writes bytes.
pub(crate) fn write(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half & 15)]);
    bytes.iter().try_for_each(|byte| {
        f.write_char(digit(byte >> 4))?;
        f.write_char(digit(*byte))
    })
}

fn read_into(text: &[u8], bytes: &mut [u8]) -> Option<()> {
    if text.len() != bytes.len() * 2 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = (digit(pair[0])? * 16 + digit(pair[1])?) as u8;
    }
    Some(())
}
