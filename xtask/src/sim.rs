//! The shop under seeded faults, in simulated time.

use anyhow::Result;

use crate::shell::{self, Shell};

/// How many seeds the test command runs.
const TESTED: u64 = 200;

/// Which seeds to run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many seeds.
    #[arg(long, default_value_t = TESTED)]
    seeds: u64,
    /// The first of them; the others follow.
    #[arg(long, value_name = "FIRST", default_value_t = 1)]
    seed: u64,
    /// Run every seed twice and compare what happened.
    #[arg(long)]
    double_check: bool,
}

/// Runs seeds with an optimised build.
pub(crate) fn run(shell: &Shell, args: &Args) -> Result<()> {
    let mut command = cargo_run(shell, &["--release"]);
    command.args(["--seeds", &args.seeds.to_string()]);
    command.args(["--first", &args.seed.to_string()]);
    command.args(args.double_check.then_some("--double-check"));
    shell::run(&mut command)
}

/// Runs the seeds of the test command with the build that the other tests use.
pub(crate) fn run_tested(shell: &Shell) -> Result<u64> {
    shell::run(cargo_run(shell, &[]).args(["--seeds", &TESTED.to_string()]))?;
    Ok(TESTED)
}

fn cargo_run(shell: &Shell, profile: &[&str]) -> std::process::Command {
    let mut command = shell.cargo(&["run", "--quiet", "--package", "tillsync-tests"]);
    command.args(profile).args(["--bin", "sim", "--"]);
    command
}
