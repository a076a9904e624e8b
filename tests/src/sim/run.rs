//! One seed: a while of faults, then healing, then judgement.

mod level;
mod steps;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use sync_core::{Digest, Quantity, RecordId};
use tracing_subscriber::layer::SubscriberExt;

use super::clock::{Clock, Dice, Wrist};
use super::device::Device;
use super::disk::Disk;
use super::errors::Errors;
use super::faults::{Fault, Fired};
use super::invariants::{self, End};
use super::master::Master;
use super::net::{Net, Wire};
use super::oracle::Oracle;
use super::promises::Promises;
use super::sabotage::Sabotage;
use super::trace::Trace;

/// Products of the shop.
const PRODUCTS: usize = 6;
/// What each of them begins with.
const OPENING: Quantity = Quantity(1_000_000);

/// How a simulation ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What is broken, in words; empty where all is well.
    pub broken: Vec<String>,
    /// The faults that happened.
    pub faults: BTreeMap<Fault, u64>,
    /// What happened, as one hash.
    pub trace_hash: Digest,
    /// The last events.
    pub last: Vec<String>,
}

/// Runs one seed, for so many steps of the fault phase, with one part that cheats or none.
///
/// # Errors
/// When the machine cannot run it at all; what is broken stands in the outcome.
pub fn run(seed: u64, steps: u32, sabotage: Sabotage) -> Result<Outcome> {
    let errors = Errors::default();
    let subscriber = tracing_subscriber::registry().with(errors.clone());
    tracing::subscriber::with_default(subscriber, || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().start_paused(true);
        #[cfg(tokio_unstable)]
        builder.rng_seed(tokio::runtime::RngSeed::from_bytes(&seed.to_be_bytes()));
        let runtime = builder.build().context("no runtime")?;
        let outcome = runtime.block_on(simulate(seed, steps, sabotage));
        // What still runs belongs to stopped programs.
        runtime.shutdown_background();
        let mut outcome = outcome?;
        outcome.broken.extend(
            errors
                .seen()
                .into_iter()
                .map(|error| format!("logged: {error}")),
        );
        Ok(outcome)
    })
}

struct Sim {
    dice: Dice,
    net: Net,
    master: Master,
    devices: Vec<Device>,
    oracle: Oracle,
    promises: Promises,
    fired: Fired,
    trace: Trace,
}

async fn simulate(seed: u64, steps: u32, sabotage: Sabotage) -> Result<Outcome> {
    let dir = scratch()?;
    let (fired, trace) = (Fired::default(), Trace::default());
    let clock = Clock::start();
    let dice = Dice::new(seed, "world");
    let count = 2 + dice.below(3) as usize;
    let net = Net::new(count, Dice::new(seed, "net"), fired.clone(), trace.clone());
    let master = Master::new(
        dir.path(),
        clock,
        &Dice::new(seed, "master"),
        net.clone(),
        trace.clone(),
        sabotage,
    );
    let devices = (0..count).map(|number| {
        let dice = |what: &str| Dice::new(seed, &format!("{what} {number}"));
        let wrist = Wrist::new(clock, dice("wrist"));
        Device::new(
            number,
            Disk::new(dice("disk")),
            wrist,
            net.plug(number),
            dice("device"),
        )
    });
    let devices: Vec<Device> = devices.collect();
    if sabotage == Sabotage::LyingDisks {
        devices.iter().for_each(|device| device.disk.lie());
    }
    let oracle = Oracle::default();
    let promises = Promises::new(clock);
    let mut sim = Sim {
        dice,
        net,
        master,
        devices,
        oracle,
        promises,
        fired,
        trace,
    };
    sim.master.start()?;
    let products = sim.master.open_shop(PRODUCTS, OPENING).await?;
    sim.open_all().await?;
    let mut broken = Vec::new();
    broken.extend(
        sim.wait_level()
            .await
            .err()
            .map(|error| format!("first sync: {error:#}")),
    );
    if broken.is_empty() {
        for _ in 0..steps {
            let pause = sim.dice.below(1_500);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            sim.step().await?;
        }
        sim.heal().await?;
        broken.extend(
            sim.wait_level()
                .await
                .err()
                .map(|error| format!("healing: {error:#}")),
        );
    }
    if broken.is_empty() {
        broken = sim.judge(&products).await?;
        broken.extend(sim.promises.broken());
    }
    Ok(Outcome {
        broken,
        faults: sim.fired.counts(),
        trace_hash: sim.trace.hash(),
        last: sim.trace.last(),
    })
}

impl Sim {
    async fn open_all(&mut self) -> Result<()> {
        for number in 0..self.devices.len() {
            self.devices[number].newer = self.dice.percent(25);
            if self.devices[number].newer {
                self.fired.count(Fault::VersionSkew);
            }
            let strange = self.dice.percent(25);
            if strange {
                self.fired.count(Fault::ProtocolSkew);
            }
            self.net.say_more(number, strange);
            let code = self.master.code().await?;
            self.devices[number].open(Some(code)).await?;
        }
        Ok(())
    }

    /// Nothing is broken any more.
    async fn heal(&mut self) -> Result<()> {
        self.trace.note("healing".to_owned());
        if !self.master.is_running() {
            self.master.start()?;
        }
        for number in 0..self.devices.len() {
            self.net.set(number, Wire::Good);
            self.net.cut(number);
            self.devices[number].disk.set_full(false);
            // A code used once is used up, whether the device heard of it or not.
            let joined = self.devices[number]
                .client()
                .is_some_and(|client| client.status().borrow().registered);
            let code = match joined {
                true => None,
                false => Some(self.master.code().await?),
            };
            self.devices[number].kill();
            self.devices[number].open(code).await?;
        }
        Ok(())
    }

    async fn judge(&self, products: &[RecordId]) -> Result<Vec<String>> {
        let end = End::look(
            &self.master,
            &self.devices,
            &self.oracle,
            products,
            OPENING.0,
        )
        .await?;
        let mut broken = Vec::new();
        for (name, look) in invariants::ALL {
            broken.extend(look(&end).into_iter().map(|what| format!("{name}: {what}")));
        }
        Ok(broken)
    }
}

/// Where the ledgers lie: in memory where the machine has such a place, as every commit is synced.
fn scratch() -> Result<tempfile::TempDir> {
    let memory = std::path::Path::new("/dev/shm");
    let builder = || {
        let mut builder = tempfile::Builder::new();
        builder.prefix("tillsync-sim-");
        builder
    };
    match builder().tempdir_in(memory) {
        Ok(dir) => Ok(dir),
        Err(_) => builder().tempdir().context("no temporary directory"),
    }
}
