//! One seed: a while of faults, then healing, then judgement.

mod level;
mod steps;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use sync_core::{Digest, Quantity};
use tracing_subscriber::layer::SubscriberExt;

use super::clock::{Clock, Dice, Wrist};
use super::device::Device;
use super::disk::Disk;
use super::errors::Errors;
use super::faults::{Fault, Fired};
use super::invariants::{End, Moment};
use super::master::{Master, customer_id, debtor_id};
use super::net::{Net, Wire};
use super::next_door::NextDoor;
use super::oracle::Oracle;
use super::promises::Promises;
use super::sabotage::Sabotage;
use super::trace::Trace;

/// Products of the shop.
const PRODUCTS: usize = 6;
/// What each of them begins with.
const OPENING: Quantity = Quantity(1_000_000);
/// How often somebody did what no seed decides.
static WHIMS: AtomicU64 = AtomicU64::new(0);
/// What people have to have done, and what they have to have been asked, in many seeds together:
/// what is rare enough to be missing by chance is not among it.
pub const DEEDS: [&str; 17] = [
    "sells",
    "sells what it held",
    "takes back",
    "corrects stock",
    "takes in a lot",
    "writes off goods",
    "opens its drawer",
    "moves cash",
    "closes its drawer",
    "changes what a customer owes",
    "resolves",
    "closes a task",
    "number_gap",
    "late_sale",
    "expired_sold",
    "credit_over_limit",
    "oversold",
];
/// In so many of a hundred seeds there is another store.
const NEXT_DOOR: u64 = 30;

/// How a simulation ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What is broken, in words; empty where all is well.
    pub broken: Vec<String>,
    /// The faults that happened.
    pub faults: BTreeMap<Fault, u64>,
    /// What people did, in words, and the kinds of tasks they were given.
    pub did: BTreeMap<String, u64>,
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

/// Runs one seed twice: that it goes another way the second time is broken as well.
///
/// # Errors
/// When the machine cannot run it at all.
pub fn run_twice(seed: u64, steps: u32, sabotage: Sabotage) -> Result<Outcome> {
    let mut outcome = run(seed, steps, sabotage)?;
    if run(seed, steps, sabotage)?.trace_hash != outcome.trace_hash {
        let what = "same_seed: the second run went another way";
        outcome.broken.push(what.to_owned());
    }
    Ok(outcome)
}

struct Sim {
    dice: Dice,
    /// Another store; not in every seed.
    next_door: Option<NextDoor>,
    /// What was not as it must be while things still broke.
    broken: Vec<String>,
    net: Net,
    master: Master,
    devices: Vec<Device>,
    oracle: Oracle,
    promises: Promises,
    fired: Fired,
    /// What people did and were asked, and how often.
    did: BTreeMap<String, u64>,
    trace: Trace,
}

async fn simulate(seed: u64, steps: u32, sabotage: Sabotage) -> Result<Outcome> {
    let dir = scratch()?;
    let (fired, trace) = (Fired::default(), Trace::default());
    let clock = Clock::start();
    let dice = Dice::new(seed, "world");
    let count = 2 + dice.below(3) as usize;
    let net = Net::new(count, Dice::new(seed, "net"), fired.clone(), trace.clone());
    let wrist = Wrist::new(clock, Dice::new(seed, "master"));
    let master = Master::new(
        dir.path(),
        0,
        wrist.clone(),
        Dice::new(seed, "master"),
        net.clone(),
        trace.clone(),
        sabotage,
    );
    let devices = (0..count).map(|number| {
        let dice = |what: &str| Dice::new(seed, &format!("{what} {number}"));
        let wrist = Wrist::new(clock, dice("wrist"));
        Device::new(
            number,
            0,
            Disk::new(dice("disk"), fired.clone()),
            wrist,
            net.plug(number),
            dice("device"),
        )
    });
    let mut devices: Vec<Device> = devices.collect();
    if sabotage == Sabotage::Whim {
        let whims = WHIMS.fetch_add(1, Ordering::Relaxed);
        trace.note(format!("somebody does something for the {whims}th time"));
    }
    if sabotage == Sabotage::LyingDisks {
        devices.iter().for_each(|device| device.disk.lie());
    }
    for device in &mut devices {
        device.sabotage = sabotage;
    }
    if sabotage == Sabotage::OpenToAll {
        devices.iter().for_each(|device| device.disk.open_to_all());
    }
    let oracle = Oracle::default();
    let promises = Promises::new(wrist);
    let mut sim = Sim {
        dice,
        next_door: None,
        broken: Vec::new(),
        net,
        master,
        devices,
        oracle,
        promises,
        fired,
        did: BTreeMap::new(),
        trace,
    };
    sim.master.start()?;
    sim.master.open_shop(PRODUCTS, OPENING).await?;
    sim.open_all().await?;
    if sabotage == Sabotage::OpenHouse || sim.dice.percent(NEXT_DOOR) {
        sim.open_next_door(seed, clock, sabotage).await?;
    }
    // What a stranger sells does not fit what tills show long before anybody looks for strangers.
    let goes_on = sabotage == Sabotage::OpenHouse;
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
            if !sim.broken.is_empty() && !goes_on {
                break;
            }
        }
        broken.append(&mut sim.broken);
    }
    if broken.is_empty() || goes_on {
        if sabotage == Sabotage::ForgottenAudit {
            sim.master.forget_audit()?;
        }
        sim.heal().await?;
        broken.extend(
            sim.wait_level()
                .await
                .err()
                .map(|error| format!("healing: {error:#}")),
        );
    }
    if broken.is_empty() || goes_on {
        broken.extend(sim.judge().await?);
        broken.extend(sim.promises.broken());
    }
    Ok(Outcome {
        broken,
        faults: sim.fired.counts(),
        did: sim.did,
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
        self.promises.expire();
        self.master.wrist.set_ahead(0);
        if !self.master.is_running() {
            self.master.start()?;
        }
        for number in 0..self.devices.len() {
            self.net.set(number, Wire::Good);
            self.net.cut(number);
            self.devices[number].disk.set_full(false);
            self.devices[number].damaged = false;
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
        if let Some(next) = &mut self.next_door {
            next.heal().await?;
        }
        Ok(())
    }

    async fn judge(&mut self) -> Result<Vec<String>> {
        let mut broken = Vec::new();
        let secrets = self.next_door.as_ref().map(NextDoor::secrets);
        let (devices, oracle) = (&self.devices, &self.oracle);
        let end = End::look(&self.master, devices, oracle, secrets.as_ref()).await?;
        broken.extend(end.broken());
        self.did.extend(end.tasks()?);
        for device in devices {
            broken.extend(Moment::look(&self.master, device, oracle)?.broken());
        }
        if let Some(next) = &self.next_door {
            let secrets = self.secrets();
            let devices = std::slice::from_ref(&next.device);
            let end = End::look(&next.master, devices, &next.oracle, Some(&secrets)).await?;
            let found = end.broken().into_iter();
            broken.extend(found.map(|what| format!("{what} (next door)")));
        }
        Ok(broken)
    }

    /// What nobody but the people of this store know of.
    fn secrets(&self) -> BTreeSet<String> {
        let facts = self.oracle.facts().map(|(id, _)| id.to_string());
        let customers = [customer_id(0), debtor_id(0, 0), debtor_id(0, 1)];
        facts
            .chain(customers.map(|customer| customer.to_string()))
            .collect()
    }

    async fn open_next_door(&mut self, seed: u64, clock: Clock, sabotage: Sabotage) -> Result<()> {
        let dir = self.master.dir().join("next-door");
        std::fs::create_dir(&dir)?;
        let told = (self.fired.clone(), self.trace.clone());
        let mut next = NextDoor::open(&dir, seed, clock, &self.net, told).await?;
        if sabotage == Sabotage::OpenHouse {
            next.set_astray(true);
            next.moved = true;
            next.device.kill();
            next.device.disk.lose_outbox();
            next.device.disk.lose_records();
            next.device.open(Some(self.master.code().await?)).await?;
        }
        self.next_door = Some(next);
        Ok(())
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
