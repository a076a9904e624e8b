//! Mends what can be mended by itself. `test` only looks; this one writes.

use anyhow::Result;

use crate::setup;
use crate::shell::{self, Shell};

/// Formats and applies what clippy and eslint can mend alone.
pub(crate) fn run(shell: &Shell) -> Result<()> {
    shell::run(&mut shell.cargo(&[
        "clippy",
        "--fix",
        "--allow-dirty",
        "--allow-staged",
        "--workspace",
        "--exclude",
        "tauri-app",
        "--all-targets",
    ]))?;
    shell::run(&mut shell.cargo(&["fmt", "--all"]))?;
    setup::npm_packages(shell)?;
    shell::run(&mut shell.npm(&["run", "lint", "--", "--fix"]))
}
