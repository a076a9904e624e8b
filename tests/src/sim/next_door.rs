//! Another store beside the one that is looked at: its own master, ledger and till. Wires lead to
//! the wrong one of the two now and then, and nothing may cross.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use sync_core::Quantity;

use super::clock::{Clock, Dice, Wrist};
use super::device::Device;
use super::disk::Disk;
use super::faults::Fired;
use super::master::{Master, customer_id, debtor_id};
use super::net::{Net, Wire};
use super::oracle::Oracle;
use super::promises::Promises;
use super::sabotage::Sabotage;
use super::trace::Trace;

/// Its number; the store that is looked at has 0.
const STORE: u64 = 1;
/// The number of its till, which no till of the other store has.
const TILL: usize = 100;
/// Its products.
const PRODUCTS: usize = 2;
/// What each of them begins with.
const OPENING: Quantity = Quantity(1_000_000);

/// The store next door.
pub struct NextDoor {
    /// Its master.
    pub master: Master,
    /// Its one till.
    pub device: Device,
    /// What its people were promised.
    pub oracle: Oracle,
    /// Its till was let in by the other store.
    pub moved: bool,
    net: Net,
    promises: Promises,
}

impl NextDoor {
    /// Opens it beside another store: the wires of both can lead astray.
    ///
    /// # Errors
    /// When the machine cannot run it.
    pub async fn open(
        dir: &Path,
        seed: u64,
        clock: Clock,
        net_of_other: &Net,
        (fired, trace): (Fired, Trace),
    ) -> Result<Self> {
        let dice = |what: &str| Dice::new(seed, &format!("next door {what}"));
        let net = Net::new(1, dice("net"), fired.clone(), trace.clone());
        net.set_next_door(net_of_other.clone());
        net_of_other.set_next_door(net.clone());
        let wrist = Wrist::new(clock, dice("master"));
        let mut master = Master::new(
            dir,
            STORE,
            wrist.clone(),
            dice("master"),
            net.clone(),
            trace,
            Sabotage::None,
        );
        master.start()?;
        master.open_shop(PRODUCTS, OPENING).await?;
        let mut device = Device::new(
            TILL,
            STORE,
            Disk::new(dice("disk"), fired),
            Wrist::new(clock, dice("wrist")),
            net.plug(0),
            dice("device"),
        );
        device.open(Some(master.code().await?)).await?;
        Ok(Self {
            master,
            device,
            oracle: Oracle::default(),
            moved: false,
            net,
            promises: Promises::new(wrist),
        })
    }

    /// Its people work.
    pub async fn act(&mut self) -> Option<&'static str> {
        self.device.act(&mut self.oracle, &mut self.promises).await
    }

    /// Its till's wire leads to the other store, or home again.
    pub fn set_astray(&self, astray: bool) {
        if self.moved {
            return;
        }
        self.net
            .set(0, if astray { Wire::Astray } else { Wire::Good });
        if !astray && let Some(client) = self.device.client() {
            client.retry_now();
        }
    }

    /// Nothing of it is broken any more.
    pub async fn heal(&mut self) -> Result<()> {
        if self.moved {
            return Ok(());
        }
        self.net.set(0, Wire::Good);
        self.net.cut(0);
        let joined = self
            .device
            .client()
            .is_some_and(|client| client.status().borrow().registered);
        let code = match joined {
            true => None,
            false => Some(self.master.code().await?),
        };
        self.device.kill();
        self.device.open(code).await
    }

    /// What nobody but this store knows of.
    pub fn secrets(&self) -> BTreeSet<String> {
        let facts = self.oracle.facts().map(|(id, _)| id.to_string());
        let mut secrets: BTreeSet<String> = facts.collect();
        let customers = [customer_id(STORE), debtor_id(STORE, 0), debtor_id(STORE, 1)];
        secrets.extend(customers.map(|customer| customer.to_string()));
        secrets.insert(format!("of store {STORE}"));
        let device = self.device.client().and_then(|client| {
            let status = client.status();
            let device = status.borrow().device.clone();
            device.map(|device| device.id.to_string())
        });
        secrets.extend(device);
        secrets
    }
}
