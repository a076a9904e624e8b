//! The master of a shop.

mod cli;
mod telemetry;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(code) => code,
        Err(error) => {
            // `{:#}` tells the causes too, each a sentence.
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
