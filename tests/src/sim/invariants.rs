//! What must be so at any time, and what must be so in the end, one file each.

mod acknowledged;
mod attention;
mod batches;
mod convergence;
mod credit;
mod drawers;
mod edits;
mod isolation;
mod money;
mod nothing_lost;
mod once;
mod order;
mod replay;
mod stock;
mod tasks;
mod traceable;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use retail::collection;
use rusqlite::Connection;
use sync_core::{LogId, RecordId, Sums};

use super::device::Device;
use super::master::Master;
use super::oracle::Oracle;
use crate::world::read_only;
use replay::Replay;

/// The end of a simulation, as whoever judges it sees it.
pub struct End<'a> {
    /// What was promised.
    pub oracle: &'a Oracle,
    /// The devices, all of them open.
    pub devices: &'a [Device],
    /// The ledger's file.
    pub ledger: Connection,
    /// Its records of facts: collection and id to document.
    pub facts: BTreeMap<RecordId, (String, serde_json::Value)>,
    /// The master's checksums of what a till holds.
    pub sums: Sums,
    /// What only the store next door knows of: ids and names. None where there is no such store.
    pub next_door: Option<&'a BTreeSet<String>>,
    /// What came of doing everything once more.
    replay: Replay,
    /// What the master's own look found.
    pub verified: Vec<String>,
}

/// A moment in the life of a device, while things still break.
pub struct Moment<'a> {
    /// What was promised.
    pub oracle: &'a Oracle,
    /// The device.
    pub device: &'a Device,
    /// The ledger's file.
    pub ledger: Connection,
    /// Which log is in it.
    pub log_id: LogId,
}

/// One thing that must be so at any time: its name and a look that says what is not.
pub type Always = (&'static str, fn(&Moment<'_>) -> Vec<String>);

/// All of these.
pub const ALWAYS: [Always; 2] = [
    ("acknowledged", acknowledged::broken),
    ("view", view::broken),
];

/// One thing that must be so: its name and a look that says what is not.
pub type Invariant = (&'static str, fn(&End<'_>) -> Vec<String>);

/// All of them.
pub const ALL: [Invariant; 14] = [
    ("nothing_lost", nothing_lost::broken),
    ("once", once::broken),
    ("order", order::broken),
    ("stock", stock::broken),
    ("batches", batches::broken),
    ("money", money::broken),
    ("drawers", drawers::broken),
    ("credit", credit::broken),
    ("tasks", tasks::broken),
    ("convergence", convergence::broken),
    ("edits", edits::broken),
    ("isolation", isolation::broken),
    ("attention", attention::broken),
    ("traceable", traceable::broken),
];

/// The facts that people make.
const FACTS: [&str; 7] = [
    collection::SALES,
    collection::REFUNDS,
    collection::STOCK_ADJUSTMENTS,
    collection::STOCK_MOVEMENTS,
    collection::CREDIT_ENTRIES,
    collection::CASH_MOVEMENTS,
    collection::SHIFT_CLOSINGS,
];

impl<'a> Moment<'a> {
    /// Looks at a device and at the ledger as it lies there, whether the master runs or not.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn look(master: &Master, device: &'a Device, oracle: &'a Oracle) -> Result<Self> {
        let ledger = read_only(&master.path())?;
        let meta = |key: &str| -> rusqlite::Result<String> {
            ledger.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
                row.get(0)
            })
        };
        let log_id = LogId {
            generation: meta("generation")?.parse()?,
            uuid: meta("log")?.parse()?,
        };
        Ok(Self {
            oracle,
            device,
            ledger,
            log_id,
        })
    }

    /// What is not as it must be, in words.
    pub fn broken(&self) -> Vec<String> {
        let looks = ALWAYS.iter().map(|(name, look)| (name, look(self)));
        let named = looks
            .flat_map(|(name, found)| found.into_iter().map(move |what| format!("{name}: {what}")));
        named.collect()
    }
}

impl<'a> End<'a> {
    /// Looks at how it ended.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn look(
        master: &Master,
        devices: &'a [Device],
        oracle: &'a Oracle,
        next_door: Option<&'a BTreeSet<String>>,
    ) -> Result<Self> {
        let report = master.verify()?;
        let ledger = read_only(&master.path())?;
        let mut facts = BTreeMap::new();
        for name in FACTS {
            facts.extend(
                documents(&ledger, name)?
                    .into_iter()
                    .map(|(id, doc)| (id, (name.to_owned(), doc))),
            );
        }
        let sums = master
            .ledger()?
            .read(|reading| reading.sums(sync_core::DeviceKind::Till, 0));
        Ok(Self {
            oracle,
            devices,
            replay: Replay::of(&ledger, oracle)?,
            ledger,
            facts,
            sums: sums.await?,
            next_door,
            verified: report.faults.iter().map(ToString::to_string).collect(),
        })
    }
}

impl End<'_> {
    /// How many tasks of each kind the master made.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn tasks(&self) -> Result<BTreeMap<String, u64>> {
        let mut kinds = BTreeMap::new();
        for (_, task) in documents(&self.ledger, collection::TASKS)? {
            let kind = task["kind"].as_str().unwrap_or_default().to_owned();
            *kinds.entry(kind).or_default() += 1;
        }
        Ok(kinds)
    }

    /// What is not as it must be, in words.
    pub fn broken(&self) -> Vec<String> {
        let looks = ALL.iter().map(|(name, look)| (name, look(self)));
        let named = looks
            .flat_map(|(name, found)| found.into_iter().map(move |what| format!("{name}: {what}")));
        named.collect()
    }
}

/// The live documents of a collection.
fn documents(ledger: &Connection, collection: &str) -> Result<Vec<(RecordId, serde_json::Value)>> {
    let query =
        format!("SELECT id, doc FROM c_{collection} WHERE NOT deleted AND NOT stub ORDER BY id");
    let mut statement = ledger.prepare(&query)?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, String>(1)?))
    })?;
    rows.map(|row| {
        let (id, doc) = row?;
        let doc = serde_json::from_str(&doc).context("a document that is no JSON")?;
        Ok((RecordId::from(id), doc))
    })
    .collect()
}

/// Whether a ledger has a fact.
pub fn has(ledger: &Connection, collection: &str, id: RecordId) -> bool {
    let query = format!("SELECT 1 FROM c_{collection} WHERE id = ?1 AND NOT deleted AND NOT stub");
    ledger.query_row(&query, [id.bytes()], |_| Ok(())).is_ok()
}
