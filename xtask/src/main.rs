//! The commands of the project. Prepares, builds and starts; the products know nothing of it.

mod bench;
mod demo;
mod fix;
mod package;
mod setup;
mod shell;
mod sim;
mod size;
mod test;
mod tidy;
mod types;
mod wasm;
mod web;

use std::process::ExitCode;

use clap::Parser;

use crate::shell::{Failed, Shell};

/// What `cargo xtask` can do.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about, version)]
enum Cli {
    /// Install what building and testing need; does nothing that is done already.
    Setup,
    /// Start a master with a sample shop and open the till, or replay a day of real invoices.
    Demo(demo::Args),
    /// Run a shop under seeded faults in simulated time, and judge how it ends.
    Sim(sim::Args),
    /// Measure the system beside what the machine can do.
    Bench(bench::Args),
    /// Run every check, stage by stage; stops at the first that fails.
    Test(test::Args),
    /// Mend what can be mended by itself: format, clippy, eslint.
    Fix,
    /// Write the shapes that the screens share with Rust: web/src/sync/generated.ts.
    Types,
    /// Build the app's wasm module and the web app.
    Web,
    /// Build the Debian packages of the desktop till and the main server.
    Package(package::Args),
    /// Build sync-client's npm package into sync-client/npm/dist and print its sizes.
    Wasm,
    /// Take the pictures of the documentation again, from real programs.
    Screenshots,
    /// Check the rules that keep the rooms apart.
    Tidy,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = Shell::new().and_then(|shell| run(cli, &shell));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            // A command's own exit code reaches the caller: scripts ask `replay` by it.
            let code = error
                .downcast_ref::<Failed>()
                .and_then(|failed| failed.code);
            ExitCode::from(code.unwrap_or(1))
        }
    }
}

fn run(cli: Cli, shell: &Shell) -> anyhow::Result<()> {
    match cli {
        Cli::Setup => setup::run(shell),
        Cli::Demo(args) => demo::run(shell, &args),
        Cli::Sim(args) => sim::run(shell, &args),
        Cli::Bench(args) => bench::run(shell, &args),
        Cli::Test(args) => test::run(shell, &args),
        Cli::Fix => fix::run(shell),
        Cli::Types => types::run(shell),
        Cli::Web => web::build(shell),
        Cli::Package(args) => package::run_with(shell, &args),
        Cli::Wasm => wasm::build_package(shell),
        Cli::Screenshots => web::screenshots(shell),
        Cli::Tidy => tidy::run(shell),
    }
}
