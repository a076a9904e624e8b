//! What a browser downloads, and what that is made of.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasmparser::{Parser, Payload};

use super::{Bench, Figure, Reading};

/// Where the npm package is built, in the checkout.
const PACKAGE: &str = "sync-client/npm/dist";
/// The files of it that an embedder's page downloads.
const DOWNLOADED: [&str; 2] = ["sync_client_bg.wasm", "index.js"];
/// Where the app is built, in the checkout.
const APP: &str = "web/dist";

/// The npm package and the app, raw, packed, and by parts. Kilobytes of 1,000.
pub(super) async fn bundle(bench: &Bench) -> Result<Vec<Figure>> {
    let package = bench.root.join(PACKAGE);
    let client: Vec<PathBuf> = DOWNLOADED.iter().map(|name| package.join(name)).collect();
    let mut readings = readings("client", &client)?;
    let module = std::fs::read(package.join(DOWNLOADED[0])).context("cargo xtask wasm")?;
    for (section, bytes) in sections(&module)? {
        let variant = format!("client-module-{section}");
        readings.push(Reading::new(variant, kb(bytes), "kB", 1));
    }
    let app = files(&bench.root.join(APP))?;
    ensure!(!app.is_empty(), "the app is not built: cargo xtask web");
    readings.extend(self::readings("app", &app)?);
    Ok(Bench::alone("bundle", readings))
}

/// Sizes of one file.
#[derive(Clone, Copy, Default)]
struct Size {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// All files together in three sizes, and each kind of file in the smallest.
fn readings(of: &str, files: &[PathBuf]) -> Result<Vec<Reading>> {
    let (mut all, mut kinds) = (Size::default(), BTreeMap::<String, usize>::new());
    for file in files {
        let bytes =
            std::fs::read(file).with_context(|| format!("{} is not built", file.display()))?;
        let size = Size::of(&bytes)?;
        all.raw += size.raw;
        all.gzip += size.gzip;
        all.brotli += size.brotli;
        let kind = file.extension().unwrap_or_default().to_string_lossy();
        *kinds.entry(kind.into_owned()).or_default() += size.brotli;
    }
    let whole = [("raw", all.raw), ("gzip", all.gzip), ("brotli", all.brotli)];
    let whole = whole.map(|(kind, bytes)| (kind.to_owned(), bytes));
    let parts = kinds
        .into_iter()
        .map(|(kind, bytes)| (format!("brotli-{kind}"), bytes));
    Ok(whole
        .into_iter()
        .chain(parts)
        .map(|(kind, bytes)| Reading::new(format!("{of}-{kind}"), kb(bytes), "kB", 1))
        .collect())
}

impl Size {
    /// As servers send it, both encoders at their best.
    fn of(bytes: &[u8]) -> Result<Self> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(bytes)?;
        let mut packed = Vec::new();
        let best = brotli::enc::BrotliEncoderParams::default();
        brotli::BrotliCompress(&mut &bytes[..], &mut packed, &best)?;
        Ok(Self {
            raw: bytes.len(),
            gzip: gzip.finish()?.len(),
            brotli: packed.len(),
        })
    }
}

/// Bytes of the module's code, of its data, and of all else in it, unpacked.
fn sections(module: &[u8]) -> Result<[(&'static str, usize); 3]> {
    let (mut code, mut data) = (0, 0);
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::CodeSectionStart { range, .. } => code = range.len(),
            Payload::DataSection(section) => data = section.range().len(),
            _ => {}
        }
    }
    let rest = module.len() - code - data;
    Ok([("code", code), ("data", data), ("rest", rest)])
}

/// All files below a folder that a browser gets, without the maps of their sources.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(all);
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            all.extend(files(&path)?);
        } else if path.extension().is_none_or(|kind| kind != "map") {
            all.push(path);
        }
    }
    Ok(all)
}

fn kb(bytes: usize) -> f64 {
    bytes as f64 / 1e3
}
