//! The shop under seeded faults, in simulated time.

use anyhow::Result;

use crate::shell::{self, Shell};

/// How many seeds the test command runs.
const TESTED: u64 = 200;
/// How many of them it runs twice, to hold that the same seed gives the same history.
const TWICE: u64 = 20;

/// Which seeds to run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many seeds.
    #[arg(long, default_value_t = TESTED)]
    seeds: u64,
    /// The first of them; the others follow.
    #[arg(long, value_name = "FIRST", default_value_t = 1)]
    seed: u64,
    /// Run the first so many twice, all of them where no number is given, and compare what happened.
    #[arg(long, value_name = "COUNT", num_args = 0..=1)]
    double_check: Option<Option<u64>>,
}

/// Runs seeds with an optimised build.
pub(crate) fn run(shell: &Shell, args: &Args) -> Result<()> {
    let mut command = cargo_run(shell, &["--release"]);
    command.args(["--seeds", &args.seeds.to_string()]);
    command.args(["--first", &args.seed.to_string()]);
    if let Some(count) = args.double_check {
        command.arg("--double-check");
        command.args(count.map(|count| count.to_string()));
    }
    shell::run(&mut command)
}

/// Runs the seeds of the test command with the build that the other tests use.
pub(crate) fn run_tested(shell: &Shell) -> Result<u64> {
    let mut command = cargo_run(shell, &[]);
    command.args(["--seeds", &TESTED.to_string()]);
    command.args(["--double-check", &TWICE.to_string()]);
    shell::run(&mut command)?;
    Ok(TESTED)
}

fn cargo_run(shell: &Shell, profile: &[&str]) -> std::process::Command {
    let mut command = shell.cargo(&["run", "--quiet", "--package", "tillsync-tests"]);
    command.args(profile).args(["--bin", "sim", "--"]);
    command
}
