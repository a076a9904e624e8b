//! What happens in one step of the fault phase.

use anyhow::Result;
use sync_core::RecordId;

use super::super::faults::Fault;
use super::super::invariants::{Moment, has};
use super::super::net::Wire;
use super::Sim;
use crate::world::read_only;

/// After so many of a hundred steps somebody looks.
const LOOKS: u64 = 40;
/// The longest a clock is off, in milliseconds.
const DAY: i64 = 86_400_000;

impl Sim {
    /// People work, or something breaks, or something is mended.
    pub(super) async fn step(&mut self) -> Result<()> {
        let number = self.dice.below(self.devices.len() as u64) as usize;
        self.mend_stopped(number).await?;
        match self.dice.below(100) {
            0..56 => {
                let device = &mut self.devices[number];
                let did = device.act(&mut self.oracle, &mut self.promises).await;
                let did = did.unwrap_or("does nothing");
                *self.did.entry(did.to_owned()).or_default() += 1;
                self.trace.note(format!("{number} {did}"));
            }
            56..58 => self.other_tab(number).await?,
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
            73..79 => self.mend_wire(number),
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
                    self.master.ledger()?.upkeep().await?;
                }
            }
            _ => {
                if self.master.is_running() && self.master.restore().await? {
                    self.fired.count(Fault::MasterRestored);
                    self.oracle.restored();
                    self.promises.forget();
                    self.trace.note("master restored".to_owned());
                }
            }
        }
        if let Some(next) = &mut self.next_door
            && self.dice.percent(30)
        {
            let did = next.act().await.unwrap_or("does nothing");
            self.trace.note(format!("next door {did}"));
        }
        if self.dice.percent(LOOKS) {
            let moment = Moment::look(&self.master, &self.devices[number], &self.oracle)?;
            self.broken.extend(moment.broken());
        }
        Ok(())
    }

    /// A second tab takes over, or the one that was taken over is closed.
    async fn other_tab(&mut self, number: usize) -> Result<()> {
        self.devices[number].close_older();
        if self.dice.percent(70) && self.devices[number].take_over().await? {
            self.fired.count(Fault::TakenOver);
            self.trace.note(format!("{number} is taken over"));
        }
        Ok(())
    }

    /// A wire leads to the master again, and whoever sees that presses Retry.
    fn mend_wire(&mut self, number: usize) {
        self.net.set(number, Wire::Good);
        if let Some(client) = self.devices[number].client() {
            client.retry_now();
        }
        if let Some(next) = &self.next_door {
            next.set_astray(false);
        }
    }

    fn wire(&mut self, number: usize) {
        let wire = *self.dice.one(&[
            Wire::Bad,
            Wire::Bad,
            Wire::Deaf,
            Wire::Mute,
            Wire::Silent,
            Wire::Down,
            Wire::Down,
            Wire::Portal,
            Wire::Astray,
        ]);
        if wire == Wire::Astray
            && let Some(next) = &self.next_door
        {
            next.set_astray(self.dice.percent(30));
        }
        self.trace.note(format!("{number} wire {wire:?}"));
        self.net.set(number, wire);
    }

    fn clock(&mut self, number: usize) {
        let ahead = self.dice.below(2 * DAY as u64) as i64 - DAY;
        if self.dice.percent(15) {
            self.fired.count(Fault::MasterClockJump);
            self.trace.note(format!("master clock {ahead}"));
            self.promises.expire();
            self.master.wrist.set_ahead(ahead);
            return;
        }
        self.fired.count(Fault::ClockJump);
        self.trace.note(format!("{number} clock {ahead}"));
        self.devices[number].wrist.set_ahead(ahead);
    }

    fn quota(&mut self, number: usize) {
        let full = self.dice.percent(60);
        self.devices[number].disk.set_full(full);
    }

    /// A device that stopped at a write starts again.
    async fn mend_stopped(&mut self, number: usize) -> Result<()> {
        if !self.devices[number].disk.is_stopped() && self.devices[number].client().is_some() {
            return Ok(());
        }
        self.devices[number].kill();
        if self.dice.percent(50) {
            self.fired.count(Fault::DeviceCrash);
            self.devices[number].disk.power_cut();
        } else {
            self.fired.count(Fault::TabKilled);
        }
        if !self.devices[number].newer && self.dice.percent(10) {
            self.fired.count(Fault::DeviceUpgraded);
            self.devices[number].newer = true;
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
        match self.dice.below(4) {
            0 => {
                self.trace.note(format!("{number} loses its records"));
                self.devices[number].disk.lose_records();
                self.fired.count(Fault::RecordsLost);
            }
            1 => {
                if self.devices[number].disk.damage(&self.dice) {
                    self.trace.note(format!("{number} has a damaged record"));
                    self.devices[number].damaged = true;
                    self.fired.count(Fault::RecordDamaged);
                }
            }
            2 if self.master.is_running() => {
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
        if !self.master.is_running() {
            if self.dice.percent(10) {
                self.fired.count(Fault::MasterUpgraded);
                self.master.upgrade();
            }
            return self.master.start();
        }
        match self.dice.below(4) {
            0 => {
                self.fired.count(Fault::Drained);
                self.master.drain().await
            }
            1 => {
                self.fired.count(Fault::TornWrite);
                self.master.tear()
            }
            _ => {
                self.fired.count(Fault::MasterCrash);
                self.master.crash()
            }
        }
    }
}
