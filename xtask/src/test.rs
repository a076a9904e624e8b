//! Every check of the project, stage by stage. Looks only; `fix` is the one that writes.

mod count;
mod stage;

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::ValueEnum;

use crate::shell::{Shell, say};

pub(crate) use count::Count;
use stage::{Ended, Stage};

/// Which checks to run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run these stages alone, in their usual order.
    #[arg(long, value_name = "STAGE", value_enum, value_delimiter = ',')]
    only: Vec<Stage>,
    /// Run the long runs instead: tills behind a slow link that loses packets, 500 connections that
    /// idle, a day with ten times the faults, a browser killed a hundred times amid sales, 200 goes
    /// for the last unit, 100,000 products for an empty browser.
    #[arg(long, conflicts_with = "only")]
    soak: bool,
    /// Run the test of the Debian packages instead: built as they ship, installed, sold with, removed
    /// and restored, as root, on a machine of their own.
    #[arg(long, conflicts_with_all = ["only", "soak"])]
    packages: bool,
}

impl Args {
    fn wants(&self, stage: Stage) -> bool {
        match self.only.is_empty() {
            true if self.soak => stage == Stage::Soak,
            true if self.packages => stage == Stage::Deb,
            true => !matches!(stage, Stage::Soak | Stage::Deb),
            false => self.only.contains(&stage),
        }
    }
}

/// One finished stage.
struct Row {
    stage: Stage,
    took: Duration,
    result: String,
}

/// Runs the stages and prints a table; stops at the first that fails.
pub(crate) fn run(shell: &Shell, args: &Args) -> Result<()> {
    let mut rows = Vec::new();
    let mut total = Count::default();
    for &stage in Stage::value_variants() {
        if !args.wants(stage) {
            continue;
        }
        say(format_args!("{}: {}", stage.name(), stage.what()));
        let started = Instant::now();
        let mut count = Count::default();
        let ended = stage.run(shell, &mut count);
        let took = started.elapsed();
        total.add(count);
        let result = match &ended {
            Ok(Ended::Passed) if count == Count::default() => "passed".to_owned(),
            Ok(Ended::Passed) => format!("{} passed", count.passed),
            Ok(Ended::Skipped(why)) => format!("skipped: {why}"),
            Err(_) => "FAILED".to_owned(),
        };
        rows.push(Row {
            stage,
            took,
            result,
        });
        if let Err(error) = ended {
            print_table(&rows);
            println!("{} passed, {} failed", total.passed, total.failed.max(1));
            return Err(error.context(format!(
                "{0} failed. Run it again: cargo xtask test --only {0}",
                stage.name()
            )));
        }
    }
    print_table(&rows);
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(())
}

fn print_table(rows: &[Row]) {
    println!("\n{:<10} {:>7}  result", "stage", "time");
    for Row {
        stage,
        took,
        result,
    } in rows
    {
        let seconds = took.as_secs();
        let time = format!("{}:{:02}", seconds / 60, seconds % 60);
        println!("{:<10} {time:>7}  {result}", stage.name());
    }
    let all: Duration = rows.iter().map(|row| row.took).sum();
    println!(
        "{:<10} {:>4}:{:02}\n",
        "all",
        all.as_secs() / 60,
        all.as_secs() % 60
    );
}
