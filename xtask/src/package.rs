//! The Debian packages: the desktop till and the main server, built from what is here. Nothing is
//! downloaded but the tools that pack, once.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::setup;
use crate::shell::{Shell, find_program, run, say};
use crate::web;

/// The profile of Cargo.toml that both programs are built with, and its folder below the target.
const PROFILE: &str = "installed";
/// What Windows programs are compiled for where there is no Windows.
const WINDOWS: &str = "x86_64-pc-windows-gnu";
/// The compiler for the C in them.
const WINDOWS_CC: &str = "x86_64-w64-mingw32-gcc";

/// What to build.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Check instead that the till and the main server compile for Windows. It takes MinGW-w64
    /// (Debian: gcc-mingw-w64-x86-64), and links and runs nothing.
    #[arg(long)]
    check_windows: bool,
}

/// Builds the packages, or checks.
pub(crate) fn run_with(shell: &Shell, args: &Args) -> Result<()> {
    match args.check_windows {
        true => check_windows(shell),
        false => build(shell),
    }
}

/// Builds both packages into the folder `packages` of the target directory and prints their sizes.
pub(crate) fn build(shell: &Shell) -> Result<()> {
    ensure!(
        find_program(&["dpkg-deb"]).is_some(),
        "packages are built on Debian and what comes from it; docs/shop.md says what there is elsewhere"
    );
    web::build(shell)?;
    let till = programs_and_till(shell)?;
    let folder = shell.target.join("packages");
    empty(&folder)?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let master = master(shell, &folder)?;
    // The bundler takes the name with its capital letter; packages have none.
    let name = till.file_name().context("a package has a name")?;
    let to = folder.join(name.to_string_lossy().to_lowercase());
    fs::copy(&till, &to).with_context(|| format!("cannot copy {}", till.display()))?;
    for package in [to, master] {
        let bytes = fs::metadata(&package)?.len();
        println!("{}  {:.1} MB", package.display(), bytes as f64 / 1e6);
    }
    Ok(())
}

/// Builds both programs and packs the desktop till.
fn programs_and_till(shell: &Shell) -> Result<PathBuf> {
    say("building both programs, packing the desktop till");
    let made = shell.target.join(PROFILE).join("bundle/deb");
    empty(&made)?;
    changelog(&shell.root.join("tauri-app"))?;
    let mut bundler = shell.command(setup::tauri_bundler(shell)?);
    bundler.current_dir(shell.root.join("tauri-app"));
    bundler.args([
        "build",
        "--bundles",
        "deb",
        "--ci",
        "--",
        "--profile",
        PROFILE,
    ]);
    // Both at once: apart, cargo would build what they share twice, as each asks for other features.
    run(bundler.args(["--package", "tauri-app", "--package", "master-server"]))?;
    only_package(&made)
}

/// Packs the changelog that Debian asks for: the bundler puts its own where nobody looks.
fn changelog(app: &Path) -> Result<()> {
    let text = fs::read(app.join("bundle/changelog")).context("cannot read bundle/changelog")?;
    let generated = app.join("gen");
    fs::create_dir_all(&generated).context("cannot make tauri-app/gen")?;
    let file = fs::File::create(generated.join("changelog.gz"));
    let file = file.context("cannot write tauri-app/gen/changelog.gz")?;
    let mut packed = GzEncoder::new(file, Compression::best());
    packed.write_all(&text)?;
    packed.finish()?;
    Ok(())
}

fn master(shell: &Shell, folder: &Path) -> Result<PathBuf> {
    say("packing the main server");
    let mut pack = shell.command(setup::cargo_deb(shell)?.join("cargo-deb"));
    pack.args(["--package", "master-server", "--profile", PROFILE]);
    run(pack
        .args(["--no-build", "--no-strip", "--output"])
        .arg(folder))?;
    only_package(folder)
}

fn check_windows(shell: &Shell) -> Result<()> {
    ensure!(
        find_program(&[WINDOWS_CC]).is_some(),
        "{WINDOWS_CC} is missing: install MinGW-w64 (Debian: `apt-get install gcc-mingw-w64-x86-64`)"
    );
    // It embeds them.
    web::build(shell)?;
    setup::target(shell, WINDOWS)?;
    let mut check = shell.cargo(&["check", "--target", WINDOWS, "--bins"]);
    run(check.args(["--package", "tauri-app", "--package", "master-server"]))
}

/// Takes a folder away: a package of another version would be taken for what was just built.
fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    Ok(())
}

/// The one package of a folder.
fn only_package(folder: &Path) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))?;
    let mut packages = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "deb"));
    let package = packages.next();
    let package = package.with_context(|| format!("no package in {}", folder.display()))?;
    ensure!(
        packages.next().is_none(),
        "several packages in {}",
        folder.display()
    );
    Ok(package)
}
