//! The shapes between Rust and the screens.

use anyhow::Result;

use crate::shell::{self, Shell};

/// Where the web app reads them.
const FILE: &str = "web/src/sync/generated.ts";

/// Writes them anew, as Rust says them. A test of `till` holds the file to that.
pub(crate) fn run(shell: &Shell) -> Result<()> {
    let mut command = shell.cargo(&["run", "--quiet", "--package", "till"]);
    command.args(["--features", "types", "--bin", "types", "--", FILE]);
    shell::run(&mut command)
}
