//! One seed: a while of faults, then healing, then judgement.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use master_server::ledger::head;
use sync_client::{ConnectionState, PauseReason};
use sync_core::{Cursor, Digest, Quantity, RecordId};
use tracing_subscriber::layer::SubscriberExt;

use super::clock::{Clock, Dice, Wrist};
use super::device::Device;
use super::disk::Disk;
use super::errors::Errors;
use super::faults::{Fault, Fired};
use super::invariants::{self, End, has};
use super::master::Master;
use super::net::{Net, Wire};
use super::oracle::Oracle;
use super::sabotage::Sabotage;
use super::trace::Trace;
use crate::world::read_only;

/// Products of the shop.
const PRODUCTS: usize = 6;
/// What each of them begins with.
const OPENING: Quantity = Quantity(1_000_000);
/// How long everybody may take to be level once nothing is broken any more.
const HEALING: Duration = Duration::from_secs(30 * 60);
/// The longest a clock is off.
const DAY: i64 = 86_400_000;

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
    let mut sim = Sim {
        dice,
        net,
        master,
        devices,
        oracle,
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
            let code = self.master.code().await?;
            self.devices[number].open(Some(code)).await?;
        }
        Ok(())
    }

    /// People work, or something breaks, or something is mended.
    async fn step(&mut self) -> Result<()> {
        let number = self.dice.below(self.devices.len() as u64) as usize;
        self.mend_stopped(number).await?;
        match self.dice.below(100) {
            0..58 => {
                let did = self.devices[number].act(&mut self.oracle).await;
                self.trace
                    .note(format!("{number} {}", did.unwrap_or("does nothing")));
            }
            58..60 => {
                if self.devices[number].poison(&mut self.oracle).await {
                    self.fired.count(Fault::Poisoned);
                }
            }
            60..61 => {
                if self.devices[number].oversize().await {
                    self.fired.count(Fault::Oversized);
                }
            }
            61..73 => self.wire(number),
            73..79 => self.net.set(number, Wire::Good),
            79..84 => {
                let parts = self.dice.below(6) as u32;
                self.devices[number].disk.stop_after(parts);
            }
            84..86 => self.clock(number),
            86..88 => {
                self.devices[number].copied = Some(self.oracle.now());
                self.devices[number].disk.copy_aside();
            }
            88..90 => self.quota(number),
            90..93 => self.lose(number).await?,
            93..98 => self.master_falls().await?,
            98 => {
                if self.master.is_running() {
                    self.master.back_up().await?;
                }
            }
            _ => {
                if self.master.is_running() && self.master.restore().await? {
                    self.fired.count(Fault::MasterRestored);
                    self.oracle.restored();
                    self.trace.note("master restored".to_owned());
                }
            }
        }
        Ok(())
    }

    fn wire(&mut self, number: usize) {
        let wire = *self.dice.one(&[
            Wire::Bad,
            Wire::Bad,
            Wire::Deaf,
            Wire::Mute,
            Wire::Silent,
            Wire::Down,
        ]);
        match wire {
            Wire::Deaf | Wire::Mute => self.fired.count(Fault::OneWay),
            Wire::Silent => self.fired.count(Fault::HalfOpen),
            Wire::Down => self.fired.count(Fault::Cut),
            Wire::Good | Wire::Bad => {}
        }
        self.trace.note(format!("{number} wire {wire:?}"));
        self.net.set(number, wire);
    }

    fn clock(&mut self, number: usize) {
        self.fired.count(Fault::ClockJump);
        let ahead = self.dice.below(2 * DAY as u64) as i64 - DAY;
        self.trace.note(format!("{number} clock {ahead}"));
        self.devices[number].wrist.set_ahead(ahead);
    }

    fn quota(&mut self, number: usize) {
        let full = self.dice.percent(60);
        if full {
            self.fired.count(Fault::Quota);
        }
        self.devices[number].disk.set_full(full);
    }

    /// A device that stopped at a write starts again.
    async fn mend_stopped(&mut self, number: usize) -> Result<()> {
        if !self.devices[number].disk.is_stopped() && self.devices[number].client().is_some() {
            return Ok(());
        }
        self.fired.count(Fault::DeviceCrash);
        self.devices[number].kill();
        if self.dice.percent(50) {
            self.devices[number].disk.power_cut();
        }
        self.trace.note(format!("{number} restarts"));
        self.devices[number].open(None).await
    }

    /// A device loses one of its databases, or gets an old one.
    async fn lose(&mut self, number: usize) -> Result<()> {
        let ledger = read_only(&self.master.path())?;
        let at_master = |collection: &str, id: RecordId| has(&ledger, collection, id);
        self.devices[number].kill();
        let mut code = None;
        match self.dice.below(3) {
            0 => {
                self.trace.note(format!("{number} loses its records"));
                self.devices[number].disk.lose_records();
                self.fired.count(Fault::RecordsLost);
            }
            1 if self.master.is_running() => {
                self.trace.note(format!("{number} loses its outbox"));
                self.devices[number].disk.lose_outbox();
                self.devices[number].copied = None;
                self.oracle.lost(number, 0, at_master);
                self.fired.count(Fault::OutboxLost);
                code = Some(self.master.code().await?);
            }
            _ => {
                if self.devices[number].disk.roll_back() {
                    let since = self.devices[number].copied.unwrap_or(0);
                    self.trace
                        .note(format!("{number} goes back to number {since}"));
                    self.oracle.lost(number, since, at_master);
                    self.fired.count(Fault::DeviceRolledBack);
                }
            }
        }
        self.devices[number].open(code).await
    }

    async fn master_falls(&mut self) -> Result<()> {
        if self.master.is_running() {
            self.fired.count(Fault::MasterCrash);
            self.master.crash()
        } else {
            self.master.start()
        }
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

    /// Waits until every device has everything.
    async fn wait_level(&mut self) -> Result<()> {
        match tokio::time::timeout(HEALING, self.level()).await {
            Ok(done) => done,
            Err(_) => {
                let states = self.devices.iter().map(state);
                anyhow::bail!("not level: {}", states.collect::<Vec<_>>().join("; "))
            }
        }
    }

    async fn level(&mut self) -> Result<()> {
        for second in 1_u32.. {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let ledger = self.master.ledger()?;
            let head = ledger.read(|reading| Ok(head(reading.connection)?.0));
            let at = Cursor {
                log_id: ledger.identity().log_id,
                position: head.await?,
            };
            if self.devices.iter().all(|device| is_level(device, at)) {
                break;
            }
            if second.is_multiple_of(60) {
                self.let_in_again().await?;
            }
        }
        Ok(())
    }

    /// A manager gives a code to whoever says that it is not let in: its enrolment was after the
    /// backup that the master was restored from.
    async fn let_in_again(&mut self) -> Result<()> {
        for number in 0..self.devices.len() {
            let Some(client) = self.devices[number].client().cloned() else {
                continue;
            };
            let paused = matches!(
                client.status().borrow().connection,
                ConnectionState::Paused {
                    reason: PauseReason::Auth,
                    ..
                }
            );
            if paused {
                self.trace.note(format!("{number} gets a code"));
                let code = self.master.code().await?;
                let name = format!("till-{number}");
                if let Err(error) = client.enroll(&code, &name).await {
                    self.trace.note(format!("{number} is not let in: {error}"));
                }
            }
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

/// How a device stands, in one line.
fn state(device: &Device) -> String {
    let Some(client) = device.client() else {
        return format!("{} is not open", device.number);
    };
    let (status, position) = (client.status().borrow().clone(), client.position());
    format!(
        "{} {:?} pending {} first sync {:?} at {:?} seq {} next {} error {:?}",
        device.number,
        status.connection,
        status.pending,
        status.first_sync,
        position
            .cursor
            .map(|cursor| (cursor.log_id.generation, cursor.position.0)),
        position.your_seq,
        position.next_seq,
        status.last_error.map(|error| error.message),
    )
}

fn is_level(device: &Device, at: Cursor) -> bool {
    let Some(client) = device.client() else {
        return false;
    };
    let status = client.status().borrow().clone();
    let position = client.position();
    status.connection == ConnectionState::Online
        && status.pending == 0
        && status.first_sync.is_none()
        && position.cursor == Some(at)
        && position.your_seq.next() == position.next_seq
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
