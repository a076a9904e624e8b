//! Runs seeds and says which of them broke something.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, anyhow};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use sync_core::Digest;
use tillsync_tests::sim::faults::Fault;
use tillsync_tests::sim::kept::kept;
use tillsync_tests::sim::run::{DEEDS, Outcome, run, run_twice};
use tillsync_tests::sim::sabotage::Sabotage;

/// From so many seeds on, a fault that never happened or something that nobody ever did is a failure
/// of the simulator, and the seeds that once failed are run as well.
const EVERY_FAULT: u64 = 200;

/// More seeds than anybody runs.
const ALL: &str = "18446744073709551615";

/// Runs a shop under faults in simulated time, once per seed.
#[derive(Parser)]
#[command(name = "sim")]
struct Args {
    /// How many seeds.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// The first of them; the others follow.
    #[arg(long, alias = "seed", default_value_t = 1)]
    first: u64,
    /// Steps of the fault phase.
    #[arg(long, default_value_t = 120)]
    steps: u32,
    /// Breaks a guarantee on purpose.
    #[arg(long, hide = true, value_enum, default_value_t = Sabotage::None)]
    sabotage: Sabotage,
    /// Run the first so many twice, all of them where no number is given, and compare what happened.
    #[arg(long, value_name = "COUNT", num_args = 0..=1, default_value_t = 0, default_missing_value = ALL)]
    double_check: u64,
}

fn main() -> ExitCode {
    match simulate(&Args::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("sim: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn simulate(args: &Args) -> Result<ExitCode> {
    let mut seeds: Vec<u64> = (args.first..args.first + args.seeds).collect();
    if args.seeds >= EVERY_FAULT {
        let kept = kept().into_iter().map(|kept| kept.seed);
        seeds.extend(kept.filter(|seed| !(args.first..args.first + args.seeds).contains(seed)));
    }
    let progress = ProgressBar::new(seeds.len() as u64).with_style(ProgressStyle::with_template(
        "{elapsed_precise} {bar:32} {pos:>5}/{len} seeds {msg}",
    )?);
    let next = AtomicU64::new(0);
    let done: Mutex<BTreeMap<u64, Outcome>> = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let worked = std::thread::scope(|scope| {
        let work = || -> Result<()> {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(&seed) = seeds.get(at as usize) else {
                    return Ok(());
                };
                let run = if at < args.double_check {
                    run_twice
                } else {
                    run
                };
                let outcome = run(seed, args.steps, args.sabotage)?;
                for what in &outcome.broken {
                    progress.suspend(|| eprintln!("seed {seed}: {what}"));
                }
                if !outcome.broken.is_empty() && args.seeds == 1 {
                    progress.suspend(|| eprintln!("{}", outcome.last.join("\n")));
                }
                done.lock()
                    .map_err(|_| anyhow!("a thread died"))?
                    .insert(seed, outcome);
                progress.inc(1);
            }
        };
        let hands: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        hands
            .into_iter()
            .try_for_each(|hand| hand.join().map_err(|_| anyhow!("a thread died"))?)
    });
    progress.finish_and_clear();
    worked?;
    let done = done.into_inner().map_err(|_| anyhow!("a thread died"))?;
    let failed: Vec<u64> = done
        .iter()
        .filter(|(_, o)| !o.broken.is_empty())
        .map(|(seed, _)| *seed)
        .collect();
    let mut faults: BTreeMap<&str, u64> =
        Fault::ALL.iter().map(|fault| (fault.name(), 0)).collect();
    let mut did: BTreeMap<String, u64> = BTreeMap::new();
    let mut trace = Digest::ZERO;
    for outcome in done.values() {
        for (fault, count) in &outcome.faults {
            *faults.entry(fault.name()).or_default() += count;
        }
        for (what, count) in &outcome.did {
            *did.entry(what.clone()).or_default() += count;
        }
        trace = Digest::of(&[
            trace.to_string().as_bytes(),
            outcome.trace_hash.to_string().as_bytes(),
        ]);
    }
    let line = json!({
        "seeds": args.seeds, "first": args.first, "failed": failed, "faults": faults,
        "did": did, "trace_hash": trace.to_string(),
    });
    println!("{line}");
    let faults = faults.iter().filter(|(_, count)| **count == 0);
    let unfired = faults.map(|(fault, _)| *fault);
    let undone = DEEDS.into_iter().filter(|deed| !did.contains_key(*deed));
    let missing: Vec<&str> = unfired.chain(undone).collect();
    let all = args.seeds < EVERY_FAULT || missing.is_empty();
    if !all {
        eprintln!("sim: never happened: {}", missing.join(", "));
    }
    Ok(match failed.is_empty() && all {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
