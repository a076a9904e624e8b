//! The web app: its wasm module, then the pages that the master serves.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::Result;

use crate::setup;
use crate::shell::{Shell, modified, run, say, shown};
use crate::size::Size;
use crate::wasm::{Module, Profile};

/// sync-client's browser interface and the shop's rules, in one module.
const WEB_CLIENT: Module = Module {
    package: "web-client",
    out: "web/src/wasm",
    watch: "../../../sync-client/npm/src/fault.js",
    profile: Profile::Fast,
};

/// Where the built app lies, relative to the checkout.
pub(crate) const DIST: &str = "web/dist";

/// What the built app is made of, relative to web/.
const SOURCES: [&str; 9] = [
    "index.html",
    "package-lock.json",
    "package.json",
    "public",
    "src",
    "tsconfig.app.json",
    "tsconfig.base.json",
    "tsconfig.json",
    "vite.config.ts",
];

/// Builds the module and the app; skips the app when nothing it is made of has changed.
pub(crate) fn build(shell: &Shell) -> Result<()> {
    build_module(shell)?;
    let built = modified(&shell.root.join(DIST).join("index.html"));
    let web = shell.root.join("web");
    if SOURCES
        .iter()
        .any(|source| newest(&web.join(source)) > built)
    {
        say("building the web app");
        run(&mut shell.npm(&["run", "build"]))?;
    }
    Ok(())
}

/// Builds the module alone: what the type checker and the tests of the pages need.
pub(crate) fn build_module(shell: &Shell) -> Result<()> {
    setup::npm_packages(shell)?;
    let wasm = WEB_CLIENT.build(shell)?.wasm;
    eprintln!(
        "{:<44} {}",
        shown(shell, &wasm).to_string(),
        Size::of_file(&wasm)?
    );
    Ok(())
}

/// Takes the pictures of the documentation again, into docs/img.
pub(crate) fn screenshots(shell: &Shell) -> Result<()> {
    let (browser, _) = setup::chromium()?;
    build(shell)?;
    let mut programs = shell.cargo(&["build", "--bins"]);
    run(programs.args(["--package", "master-server", "--package", "tauri-app"]))?;
    run(shell.npm(&["run", "screenshots"]).env("CHROMIUM", browser))
}

fn newest(path: &Path) -> SystemTime {
    let Ok(entries) = fs::read_dir(path) else {
        return modified(path);
    };
    // The folder itself counts too: removing a file changes nothing else.
    entries
        .flatten()
        .map(|entry| newest(&entry.path()))
        .chain([modified(path)])
        .max()
        .unwrap_or(SystemTime::UNIX_EPOCH)
}
