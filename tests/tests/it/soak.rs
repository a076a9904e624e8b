//! Long runs that cannot be made.

use std::process::Command;

use anyhow::{Result, ensure};

#[test]
fn a_long_run_that_cannot_be_made_is_no_long_run_that_passed() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut soak = Command::new(env!("CARGO_BIN_EXE_soak"));
    // Without the program that makes network namespaces.
    let ended = soak.arg("slow").env("PATH", dir.path()).output()?;
    let said = String::from_utf8(ended.stderr)?;
    ensure!(!ended.status.success(), "it ended well: {said}");
    for why in ["not run", "a network namespace needs root and iproute2"] {
        ensure!(said.contains(why), "{said}");
    }
    ensure!(ended.stdout.is_empty(), "it gave figures");
    Ok(())
}
