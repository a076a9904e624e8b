use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use retail::{Person, id_of_code};
use serde_json::json;
use sync_core::RecordId;

use super::Bench;
use crate::world::{Master, hire};

/// The sample shop's products, which the generated ones are called after.
const SAMPLE: &str = include_str!("../../../master-server/demo/catalogue.csv");

/// One connection sends as much as it can: no device of a shop does, so the master would slow it down.
const UNSLOWED: [&str; 4] = [
    "--max-calls-per-second",
    "1000000",
    "--max-calls-at-once",
    "1000000",
];

/// How long an import may take.
const IMPORT: Duration = Duration::from_secs(1_800);

/// A master in the folder of the measurements, and whoever works there.
pub(super) struct Shop {
    /// The master, running.
    pub(super) master: Master,
    /// The owner: no limit holds them back.
    pub(super) owner: Person,
    /// Where its devices may keep what is theirs.
    pub(super) dir: tempfile::TempDir,
}

/// A product as it is made up for the measurements.
pub(super) struct Row {
    /// The id it gets by its code.
    pub(super) id: RecordId,
    /// The shop's own code.
    pub(super) code: String,
    /// A name of the sample shop with a number.
    pub(super) name: String,
    /// The name of its category.
    pub(super) category: String,
    /// A valid EAN-13.
    pub(super) barcode: String,
    /// In pence.
    pub(super) price: i64,
}

impl Shop {
    /// A new shop with nothing in it.
    pub(super) async fn empty(bench: &Bench) -> Result<Self> {
        Self::empty_with(bench, []).await
    }

    /// The same, its master started with further options.
    pub(super) async fn empty_with<const N: usize>(
        bench: &Bench,
        options: [&str; N],
    ) -> Result<Self> {
        let dir = bench.new_dir()?;
        let master = Master::new(dir.path())?;
        Self::open(master, dir, options).await
    }

    /// A shop with so many products, each one record: no stock was counted yet. They are imported
    /// once; a later measurement finds the same shop.
    pub(super) async fn with_products(bench: &Bench, count: usize) -> Result<Self> {
        Self::with_products_and(bench, count, []).await
    }

    /// The same, its master started with further options.
    pub(super) async fn with_products_and<const N: usize>(
        bench: &Bench,
        count: usize,
        options: [&str; N],
    ) -> Result<Self> {
        let home = bench.dir().join(format!("shop-{count}"));
        let done = home.join("imported");
        if !done.exists() {
            bench.say(&format!("importing {count} products"));
            std::fs::create_dir_all(&home)?;
            let master = Master::new(&home)?;
            let file = home.join("products.csv");
            std::fs::write(&file, csv(count))?;
            let file = file.to_str().context("a path that is no text")?;
            let said = master
                .command_within(IMPORT, ["import", file])
                .await?
                .successful()?;
            let all = format!("{count} new, 0 updated, 0 unchanged, 0 skipped");
            ensure!(said.stdout.contains(&all), "{}{}", said.stdout, said.stderr);
            std::fs::write(&done, "")?;
        }
        Self::open(Master::new(&home)?, bench.new_dir()?, options).await
    }

    async fn open<const N: usize>(
        mut master: Master,
        dir: tempfile::TempDir,
        options: [&str; N],
    ) -> Result<Self> {
        let owner = hire(&master, "Owner").await?;
        let options: Vec<&str> = UNSLOWED.into_iter().chain(options).collect();
        master.set_options(&options);
        master.start().await?;
        Ok(Self { master, owner, dir })
    }

    /// The address of its master.
    pub(super) fn url(&self) -> Result<String> {
        let address = *self.master.address().borrow();
        Ok(format!("http://{}", address.context("the master is down")?))
    }

    /// A place for a file of a device.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(format!("{name}.sqlite"))
    }
}

impl Row {
    /// The record as it lies in a table and travels.
    pub(super) fn body(&self) -> String {
        let body = json!({
            "id": self.id, "version": 1, "at": 1_750_765_594_624_u64, "doc": {
                "archived": false, "barcode": self.barcode, "category": self.id, "code": self.code,
                "name": self.name, "price": self.price, "stocked": true, "tax_rate": 2_000,
                "unit": "pc",
            },
        });
        body.to_string()
    }
}

/// So many products: the names of the sample shop over and over, with a number and a barcode each.
pub(super) fn rows(count: usize) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(SAMPLE.as_bytes());
    let sample: Vec<(String, String)> = reader
        .records()
        .flatten()
        .filter_map(|line| Some((line.get(1)?.trim().to_owned(), line.get(3)?.to_owned())))
        .collect();
    let row = |at: usize| {
        let (name, category) = &sample[at % sample.len()];
        let code = (1_000_000 + at).to_string();
        Row {
            id: id_of_code(&code),
            name: format!("{name} {}", at / sample.len() + 1),
            category: category.clone(),
            barcode: barcode(at),
            price: 25 + (at as i64 * 37) % 2_000,
            code,
        }
    };
    (0..count).map(row).collect()
}

/// A valid EAN-13 of the range that companies use inside.
pub(super) fn barcode(at: usize) -> String {
    let digits = format!("040{at:09}");
    let weighed = digits.bytes().zip([1, 3].into_iter().cycle());
    let sum: u32 = weighed
        .map(|(digit, by)| u32::from(digit - b'0') * by)
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

fn csv(count: usize) -> String {
    let mut text = "code,name,price,category,barcode,tax_rate\n".to_owned();
    for row in rows(count) {
        let (pounds, pence) = (row.price / 100, row.price % 100);
        let name = row.name.replace('"', "\"\"");
        let line = format!(
            "{},\"{name}\",{pounds}.{pence:02},{},{},20\n",
            row.code, row.category, row.barcode
        );
        text.push_str(&line);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_barcodes_are_valid() {
        for at in [0, 1, 99_999, 199_999] {
            retail::read_barcode(&barcode(at)).unwrap();
        }
    }

    #[test]
    fn every_product_has_a_code_and_a_barcode_of_its_own() {
        let rows = rows(5_000);
        let codes: std::collections::BTreeSet<_> = rows.iter().map(|row| &row.code).collect();
        let barcodes: std::collections::BTreeSet<_> = rows.iter().map(|row| &row.barcode).collect();
        assert_eq!((codes.len(), barcodes.len()), (5_000, 5_000));
    }
}
