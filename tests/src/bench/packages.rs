//! What is downloaded to install a till or a master, and what it then takes of the disk.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{Bench, Figure, Reading};

/// The packages of Debian: variant, and what the name of the file begins with.
const PACKAGES: [(&str, &str); 2] = [("till", "tillsync_"), ("master", "tillsync-master_")];

/// Each package, packed and installed. Megabytes of 1,000,000 bytes.
pub(super) async fn sizes(bench: &Bench) -> Result<Vec<Figure>> {
    let us = std::env::current_exe()?;
    let target = us
        .ancestors()
        .nth(2)
        .context("a program lies in a target")?;
    let folder = target.join("packages");
    let mut readings = Vec::new();
    for (variant, begin) in PACKAGES {
        let entries = std::fs::read_dir(&folder).context("no packages: cargo xtask package")?;
        let found = entries.flatten().map(|entry| entry.path()).find(|path| {
            let name = path.file_name().unwrap_or_default();
            name.to_string_lossy().starts_with(begin)
        });
        let file = found.with_context(|| format!("no package {begin}…: cargo xtask package"))?;
        let packed = std::fs::metadata(&file)?.len() as f64 / 1e6;
        readings.push(Reading::new(variant, packed, "MB", 1));
        let variant = format!("{variant}-installed");
        readings.push(Reading::new(variant, installed(&file)?, "MB", 1));
    }
    bench.say("read");
    Ok(Bench::alone("package-size", readings))
}

/// What a package says that it takes of the disk.
fn installed(package: &Path) -> Result<f64> {
    let mut ask = Command::new("dpkg-deb");
    ask.arg("--field").arg(package).arg("Installed-Size");
    let told = ask.output().context("cannot start dpkg-deb")?;
    ensure!(
        told.status.success(),
        "dpkg-deb cannot read {}",
        package.display()
    );
    let kib: f64 = String::from_utf8_lossy(&told.stdout).trim().parse()?;
    Ok(kib * 1_024.0 / 1e6)
}
