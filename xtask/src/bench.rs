//! The system measured beside what the machine can do.

use anyhow::Result;

use crate::shell::{self, Shell};
use crate::{package, setup, wasm, web};

/// The name of what criterion measures: the pure rules by themselves.
const MICRO: &str = "micro";

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The figures to measure; all but `micro`, where none is named. docs/benchmarks.md says what
    /// each means.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Print one line of JSON per figure on stdout instead of a table.
    #[arg(long)]
    json: bool,
    /// Measure each figure once, at its smallest size.
    #[arg(long)]
    quick: bool,
}

/// Builds what ships, and measures that.
pub(crate) fn run(shell: &Shell, args: &Args) -> Result<()> {
    let (micro, names): (Vec<_>, Vec<_>) = args.names.iter().partition(|name| *name == MICRO);
    if !micro.is_empty() {
        let mut command = shell.cargo(&["bench", "--package", "sync-core", "--bench", MICRO, "--"]);
        command.args(args.quick.then_some("--quick"));
        shell::run(&mut command)?;
        if names.is_empty() {
            return Ok(());
        }
    }
    let needs = |end: &str| names.is_empty() || names.iter().any(|name| name.ends_with(end));
    if needs("bundle") {
        web::build(shell)?;
    }
    if needs("bundle") || needs("-browser") {
        wasm::build_package(shell)?;
    }
    if needs("-desktop") || needs("package-size") {
        package::build(shell)?;
    }
    // Both at once: apart, cargo would build what they share twice, as each asks for other features.
    let mut build = shell.cargo(&["build", "--release"]);
    build.args(["--package", "master-server", "--bin", "master-server"]);
    shell::run(build.args(["--package", "tillsync-tests", "--bin", "bench"]))?;
    let mut command = shell.command(shell.target.join("release/bench"));
    command.arg("--root");
    command.arg(&shell.root).args(&names);
    command.args(args.json.then_some("--json"));
    command.args(args.quick.then_some("--quick"));
    if needs("-browser") {
        let (browser, _) = setup::chromium()?;
        command.env("CHROMIUM", browser);
    }
    shell::run(&mut command)
}
