//! What must be so in the end, one file each.

mod attention;
mod convergence;
mod edits;
mod money;
mod nothing_lost;
mod once;
mod order;
mod stock;
mod traceable;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use retail::collection;
use rusqlite::Connection;
use sync_core::{RecordId, Sums};

use super::device::Device;
use super::master::Master;
use super::oracle::Oracle;
use crate::world::read_only;

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
    /// What each product began with, in thousandths.
    pub opening: i64,
    /// The products.
    pub products: &'a [RecordId],
    /// What the master's own look found.
    pub verified: Vec<String>,
}

/// One thing that must be so: its name and a look that says what is not.
pub type Invariant = (&'static str, fn(&End<'_>) -> Vec<String>);

/// All of them.
pub const ALL: [Invariant; 9] = [
    ("nothing_lost", nothing_lost::broken),
    ("once", once::broken),
    ("order", order::broken),
    ("stock", stock::broken),
    ("money", money::broken),
    ("convergence", convergence::broken),
    ("edits", edits::broken),
    ("attention", attention::broken),
    ("traceable", traceable::broken),
];

impl<'a> End<'a> {
    /// Looks at how it ended.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn look(
        master: &Master,
        devices: &'a [Device],
        oracle: &'a Oracle,
        products: &'a [RecordId],
        opening: i64,
    ) -> Result<Self> {
        let report = master.verify()?;
        let ledger = read_only(&master.path())?;
        let mut facts = BTreeMap::new();
        for name in [collection::SALES, collection::STOCK_ADJUSTMENTS] {
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
            ledger,
            facts,
            sums: sums.await?,
            opening,
            products,
            verified: report.faults.iter().map(ToString::to_string).collect(),
        })
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
