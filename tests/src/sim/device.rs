//! A till under simulation: a real client on a simulated disk, clock and wire.

mod credit;
mod deciding;
mod drawer;
mod selling;
mod stock;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use retail::{BuildError, Person, collection};
use sync_client::{Client, Config, Enrolment, Env, Query, RecordError};
use sync_core::{Document, Domain, RecordId, Refusal, Value};

use deciding::own_value;

use super::clock::{Dice, Wrist};
use super::disk::Disk;
use super::master::owner;
use super::net::Plug;
use super::odd_shop::OddShop;
use super::oracle::{Fact, Move, Oracle, Sure};
use super::promises::Promises;
use super::sabotage::Sabotage;
use crate::world::Clerk;

/// How long a person waits for a till to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// One till.
pub struct Device {
    /// Its place among the devices.
    pub number: usize,
    /// Its disk.
    pub disk: Disk,
    /// Its clock.
    pub wrist: Wrist,
    /// Whether its build knows a field more.
    pub newer: bool,
    /// When its disk was last copied, as the oracle counts.
    pub copied: Option<u64>,
    /// Whether a record was damaged, so that what it shows need not fit.
    pub damaged: bool,
    /// What it does wrong on purpose.
    pub sabotage: Sabotage,
    /// Which of the stores it belongs to.
    store: u64,
    plug: Plug,
    dice: Dice,
    client: Option<Client>,
    /// The tab whose storage was taken over, while it still runs.
    older: Option<Client>,
    /// With which it joins while it has no identity.
    code: Option<String>,
    done: u64,
}

impl Device {
    /// A till of one of the stores that has not joined yet.
    pub fn new(
        number: usize,
        store: u64,
        disk: Disk,
        wrist: Wrist,
        plug: Plug,
        dice: Dice,
    ) -> Self {
        Self {
            number,
            store,
            disk,
            wrist,
            newer: false,
            copied: None,
            damaged: false,
            sabotage: Sabotage::None,
            plug,
            dice,
            client: None,
            older: None,
            code: None,
            done: 0,
        }
    }

    /// Starts the program; with a code it joins where it has no identity.
    pub async fn open(&mut self, code: Option<String>) -> Result<()> {
        self.code = code.or(self.code.take());
        let code = self.code.clone();
        let config = Config {
            device_name: format!("till-{}", self.number),
            enrolment: code.map_or(Enrolment::Wait, Enrolment::Code),
            seed: self.dice.below(u64::MAX),
            snapshot_chunk: 4,
            env: Env::new(self.wrist.clone()),
            ..Config::default()
        };
        let domain: Arc<dyn Domain> = match self.newer {
            true => Arc::new(OddShop::newer()),
            false => Arc::new(retail::Retail),
        };
        let program = match self.older {
            Some(_) => self.disk.take_over(),
            None => self.disk.start(),
        };
        let opening = Client::open(config, domain, program, self.plug.clone());
        self.client = Some(opening.await.context("a device does not open")?);
        Ok(())
    }

    /// A second tab takes the storage over while the first one still runs; false where none does.
    pub async fn take_over(&mut self) -> Result<bool> {
        self.older = self.client.take();
        if self.older.is_some() {
            self.open(None).await?;
        }
        Ok(self.older.is_some())
    }

    /// The tab that was taken over is closed.
    pub fn close_older(&mut self) {
        self.older = None;
    }

    /// Ends the program where it is.
    pub fn kill(&mut self) {
        self.client = None;
        self.older = None;
    }

    /// The program, while it runs.
    pub fn client(&self) -> Option<&Client> {
        self.client.as_ref()
    }

    /// A person does something. What they are told goes to the oracle.
    pub async fn act(
        &mut self,
        oracle: &mut Oracle,
        promises: &mut Promises,
    ) -> Option<&'static str> {
        let older = self.older.clone().filter(|_| self.dice.percent(40));
        let client = older.or_else(|| self.client.clone())?;
        self.done += 1;
        let id = RecordId::derived(&[
            b"simulated fact",
            &(self.number as u64).to_be_bytes(),
            &self.done.to_be_bytes(),
        ]);
        let doing = async {
            match self.dice.below(100) {
                0..41 => self.sell_some(&client, id, oracle, promises).await,
                41..47 => self.take_back(&client, id, oracle).await,
                47..54 if self.store == 0 => self.pay(&client, id, oracle, promises).await,
                54..60 => self.correct(&client, id, oracle).await,
                60..68 => self.move_batch(&client, id, oracle).await,
                68..77 => self.use_drawer(&client, id, oracle).await,
                77..82 => self.change_credit(&client, id, oracle).await,
                82..85 => self.archive(&client).await,
                85..89 => self.resolve(&client).await,
                89..92 => self.settle(&client).await,
                _ => self.edit(&client).await,
            }
        };
        tokio::time::timeout(PATIENCE, doing).await.ok().flatten()
    }

    /// Changes a price or a name: two tills may do that at once.
    async fn edit(&self, client: &Client) -> Option<&'static str> {
        let products = products(client);
        let (product, _) = products.get(self.dice.below(products.len() as u64) as usize)?;
        let (id, value) = (*product, own_value(self.number, self.done));
        let by_name = self.dice.percent(30);
        let edited = client.record("edit_product", owner().actor(), move |draft| {
            let change = match by_name {
                true => ("name", Value::from(format!("Name {value:?}"))),
                false => ("price", value),
            };
            let changes = [(change.0.to_owned(), Some(change.1))];
            Ok(draft.patch(collection::PRODUCTS, id, changes)?)
        });
        edited.await.ok()?;
        Some("edits")
    }

    /// Records a mutation that the master has to reject.
    pub async fn poison(&mut self, oracle: &mut Oracle) -> bool {
        let Some(client) = self.client.clone() else {
            return false;
        };
        let recorded = client.record("sell_the_moon", owner().actor(), |draft| {
            let id = draft.new_id();
            draft.insert("moons", id, Document::new().with("name", "The moon"));
            Ok(())
        });
        let recorded = tokio::time::timeout(PATIENCE, recorded).await;
        let poisoned = matches!(recorded, Ok(Ok(_)));
        if poisoned {
            oracle.poisoned(self.number);
        }
        poisoned
    }

    /// Tries to record more than a mutation may hold; true when that was refused as such.
    pub async fn oversize(&mut self) -> bool {
        let Some(client) = self.client.clone() else {
            return false;
        };
        let text = "x".repeat(sync_core::MAX_MUTATION_BYTES + 1);
        let recorded = client.record("edit_settings", owner().actor(), move |draft| {
            let id = draft.new_id();
            draft.insert(collection::PRODUCTS, id, Document::new().with("name", text));
            Ok(())
        });
        let recorded = tokio::time::timeout(PATIENCE, recorded).await;
        matches!(recorded, Ok(Err(RecordError::TooLarge { .. })))
    }

    fn fact(&self, collection: &'static str, moves: Vec<Move>, total: i64) -> Fact {
        Fact {
            collection,
            device: self.number,
            sure: Sure::Perhaps,
            moves,
            total,
            paid: None,
            session: None,
            customer: None,
            owed: 0,
            number: 0,
        }
    }

    /// The day by its own clock.
    fn today(&self) -> String {
        retail::day_of(sync_client::Source::now(&self.wrist))
    }

    fn clerk(&self, person: Person) -> Clerk {
        Clerk {
            person,
            reference: None,
            customer: None,
            at: sync_client::Source::now(&self.wrist),
        }
    }
}

/// What a till can sell.
fn products(client: &Client) -> Vec<(RecordId, retail::Product)> {
    let found = client.query(&Query::all(collection::PRODUCTS));
    let typed = |doc: &sync_client::Doc| Some((doc.id, doc.doc.to_typed().ok()?));
    found.items.iter().filter_map(typed).collect()
}

/// What a builder refuses, as a recording tells it.
fn refused(error: &BuildError) -> RecordError {
    RecordError::Refused(Refusal::new(error.code(), error.to_string()))
}
