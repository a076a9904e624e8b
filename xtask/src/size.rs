//! What a download weighs: as it lies on disk, and as servers send it.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

/// Sizes of one file in bytes.
pub(crate) struct Size {
    raw: usize,
    gzip: usize,
    /// What a browser downloads from any server of today.
    pub(crate) brotli: usize,
}

impl Size {
    /// Measures a file, both encoders at their best level.
    pub(crate) fn of_file(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::of_bytes(&bytes)
    }

    /// Returns the sum of two files.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        Self {
            raw: self.raw + other.raw,
            gzip: self.gzip + other.gzip,
            brotli: self.brotli + other.brotli,
        }
    }

    fn of_bytes(bytes: &[u8]) -> Result<Self> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(bytes)?;
        let gzip = gzip.finish()?.len();
        let mut packed = Vec::new();
        let best = brotli::enc::BrotliEncoderParams::default();
        brotli::BrotliCompress(&mut &bytes[..], &mut packed, &best)?;
        Ok(Self {
            raw: bytes.len(),
            gzip,
            brotli: packed.len(),
        })
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kb = |bytes: usize| bytes.div_ceil(1000);
        write!(
            f,
            "raw {} kB, gzip {} kB, brotli {} kB",
            kb(self.raw),
            kb(self.gzip),
            kb(self.brotli)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_sizes_are_smaller_than_raw_for_repeated_text() {
        let size = Size::of_bytes("sale ".repeat(1000).as_bytes()).unwrap();
        assert_eq!(size.raw, 5000);
        assert!(size.gzip < 200 && size.brotli < 200, "{size}");
    }
}
