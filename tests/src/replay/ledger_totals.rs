//! What the master's ledger adds up to, read from its file after it stopped.
//!
//! Deliberately knows neither the builders nor the types of the shop: it opens the file as any
//! program could and adds up the documents it finds.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use rusqlite::{Connection, OpenFlags};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sync_core::Sums;

use super::decimal::Decimal;
use super::totals::Totals;

/// What was found in a ledger.
#[derive(Clone, Debug, Default)]
pub struct LedgerTotals {
    /// The sums of its documents.
    pub totals: Totals,
    /// The checksums it keeps of its records.
    pub sums: Sums,
    /// Rejected mutations in its log.
    pub rejected: u64,
}

#[derive(Deserialize)]
struct Receipt {
    number: String,
    total: i64,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Correction {
    number: String,
    total: i64,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    quantity: i64,
    unit_price: i64,
    /// As printed.
    total: Option<i64>,
    /// What a line of a correction is worth, where that is not its price times its quantity.
    amount: Option<i64>,
}

#[derive(Deserialize)]
struct Level {
    product: String,
    on_hand: i64,
}

#[derive(Deserialize)]
struct Product {
    code: String,
}

impl LedgerTotals {
    /// Reads a ledger that no master has open. `opening` is the opening stock of every product, in
    /// thousandths.
    ///
    /// # Errors
    /// When the ledger cannot be read, or a document's total is not the sum of its lines.
    pub fn read(ledger: &Path, opening: i64) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(ledger, flags)
            .with_context(|| format!("cannot open {}", ledger.display()))?;
        let mut totals = Totals::default();
        for sale in documents::<Receipt>(&connection, "sales")? {
            totals.sold_minor += add_up(&mut totals, &sale.number, &sale.lines, sale.total, 1)?;
        }
        for refund in documents::<Receipt>(&connection, "refunds")? {
            let back = add_up(&mut totals, &refund.number, &refund.lines, refund.total, -1)?;
            totals.cancelled_minor -= back;
            totals.cancellations += 1;
        }
        for correction in documents::<Correction>(&connection, "stock_adjustments")? {
            let Correction {
                number,
                total,
                lines,
            } = correction;
            totals.sold_minor += add_up(&mut totals, &number, &lines, total, 1)?;
        }
        let query = "SELECT count(*) FROM log WHERE verdict = 'rejected'";
        let rejected: i64 = connection.query_row(query, [], |row| row.get(0))?;
        totals.taken = taken(&connection, opening)?;
        Ok(Self {
            totals,
            sums: sums(&connection)?,
            rejected: rejected as u64,
        })
    }
}

/// Adds one document's lines to the totals and gives its own.
fn add_up(totals: &mut Totals, number: &str, lines: &[Line], total: i64, sign: i64) -> Result<i64> {
    totals.invoices += 1;
    totals.lines += lines.len() as u64;
    let mut sum = 0;
    for line in lines {
        totals.thousandths += sign * line.quantity;
        let amount = Decimal::new(line.quantity, 3).times(Decimal::new(line.unit_price, 2));
        sum += line.total.or(line.amount).unwrap_or(amount.rounded(2));
    }
    ensure!(
        sum == total,
        "{number} says {total}, its lines add up to {sum}"
    );
    Ok(sum)
}

/// What left the shelf by stock code, as the stock on hand tells it.
fn taken(connection: &Connection, opening: i64) -> Result<BTreeMap<String, i64>> {
    let mut statement =
        connection.prepare("SELECT doc FROM c_products WHERE lower(hex(id)) = ?1")?;
    let mut taken = BTreeMap::new();
    for level in documents::<Level>(connection, "stock_levels")? {
        let id = level.product.replace('-', "");
        let doc: String = statement.query_row([&id], |row| row.get(0))?;
        let product: Product = serde_json::from_str(&doc)?;
        *taken.entry(product.code).or_default() += opening - level.on_hand;
    }
    Ok(taken)
}

fn documents<T: DeserializeOwned>(connection: &Connection, collection: &str) -> Result<Vec<T>> {
    let query = format!("SELECT doc FROM c_{collection} WHERE NOT deleted ORDER BY id");
    let mut statement = connection.prepare(&query)?;
    let texts = statement.query_map([], |row| row.get::<_, String>(0))?;
    texts
        .map(|text| {
            serde_json::from_str(&text?).with_context(|| format!("a record of {collection}"))
        })
        .collect()
}

fn sums(connection: &Connection) -> Result<Sums> {
    let mut statement = connection.prepare("SELECT collection, bucket, sum FROM checksums")?;
    let rows = statement.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, u32>(1)?,
            row.get::<_, String>(2)?,
        ))
    })?;
    let mut sums = Sums::new();
    for row in rows {
        let (collection, bucket, sum) = row?;
        let sum: sync_core::Checksum = serde_json::from_value(sum.into())?;
        if !sum.is_empty() {
            let buckets = sums.or_default(collection.as_str().into());
            buckets.insert(sync_core::Bucket(bucket), sum);
        }
    }
    Ok(sums)
}
