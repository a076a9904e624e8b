//! A master as a process of its own, links that can be cut, tills, and what tests wait for.

mod level;
mod link;
mod master;
mod patience;
mod raw;
mod shop;
mod till;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use retail::{CartLine, collection, id_of_code};
use rusqlite::{Connection, OpenFlags};
use sync_core::{Millis, Quantity, RecordId};
use tempfile::TempDir;

pub use level::{Level, level, master_agrees};
pub use link::{Direction, Link, Mode, Passing, Verdict};
pub use master::{Finished, Master};
pub use patience::{patiently, until};
pub use raw::{Answer, RawDevice};
pub use shop::{Clerk, hire};
pub use till::Till;

/// How long everybody may take to come level.
const LIMIT: Duration = Duration::from_secs(120);
/// The small shop's products: code, name, price.
const PRODUCTS: &str = "code,name,price,stock\n\
    10001,Tea,2.50,100\n\
    10002,Coffee,3.20,100\n\
    10003,Milk,0.85,100\n";

/// A small shop: a master with three products, one clerk, and tills.
pub struct World {
    /// Where everything lies; gone with the world.
    pub dir: TempDir,
    /// The master.
    pub master: Master,
    /// The tills, in the order they joined.
    pub tills: Vec<Till>,
    /// Whoever is at the tills.
    pub clerk: Clerk,
}

impl World {
    /// Opens the shop with so many tills, all of them level.
    ///
    /// # Errors
    /// When a part does not start.
    pub async fn with_tills(count: usize) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let mut master = Master::new(dir.path())?;
        let file = dir.path().join("products.csv");
        std::fs::write(&file, PRODUCTS)?;
        let file = file.to_str().context("a path that is no text")?;
        master.command(["import", file]).await?.successful()?;
        let person = hire(&master, "Tester").await?;
        master.start().await?;
        let mut world = Self {
            dir,
            master,
            tills: Vec::new(),
            clerk: Clerk {
                person,
                reference: None,
                customer: None,
                at: Millis(1_291_191_960_000),
            },
        };
        for _ in 0..count {
            world.join().await?;
        }
        Ok(world)
    }

    /// Lets one more till join.
    ///
    /// # Errors
    /// When it does not come level.
    pub async fn join(&mut self) -> Result<()> {
        let number = self.tills.len() + 1;
        let name = format!("till-{number}");
        let code = self.master.code(&name).await?;
        let link = Link::open(self.master.address()).await?;
        let till = Till::open(self.dir.path(), &name, link, code, number as u64).await?;
        till.until_online().await?;
        self.tills.push(till);
        Ok(())
    }

    /// Sells so many pieces of Tea on a till. The sale's id follows from its name.
    ///
    /// # Errors
    /// When nothing was recorded.
    pub async fn sell(&self, till: usize, name: &str, pieces: i64) -> Result<RecordId> {
        let id = RecordId::derived(&[b"sale of a test", name.as_bytes()]);
        let line = cart_line(&self.tills[till], id, "10001", pieces)?;
        let client = self.tills[till].client();
        self.clerk.sell(client, id, vec![line]).await?;
        Ok(id)
    }

    /// Waits until nothing is pending and every till has the same as the master.
    ///
    /// # Errors
    /// When that takes too long, or somebody has something else.
    pub async fn converge(&self) -> Result<()> {
        for till in &self.tills {
            till.until_sent().await?;
        }
        let level = patiently(LIMIT, "everybody to be level", level(&self.tills)).await??;
        let differing = level.differing;
        ensure!(
            differing.is_empty(),
            "{differing:?} have something else than the master"
        );
        Ok(())
    }

    /// Stops everybody and lets the master's own check look for what does not fit.
    ///
    /// # Errors
    /// When it finds something.
    pub async fn end(mut self) -> Result<()> {
        for till in &mut self.tills {
            till.close().await?;
        }
        self.master.stop().await?;
        self.master.command(["verify"]).await?.successful()?;
        Ok(())
    }

    /// How many live records of a collection the ledger has.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn count(&self, collection: &str) -> Result<i64> {
        let ledger = read_only(&self.master.ledger())?;
        let query = format!("SELECT count(*) FROM c_{collection} WHERE NOT deleted AND NOT stub");
        Ok(ledger.query_row(&query, [], |row| row.get(0))?)
    }
}

/// A line of a product at its price.
///
/// # Errors
/// When the till does not know the product.
pub fn cart_line(till: &Till, sale: RecordId, code: &str, pieces: i64) -> Result<CartLine> {
    let product = id_of_code(code);
    let found = till.client().get(collection::PRODUCTS, product);
    let record = found.context("the till does not know the product")?;
    let id = RecordId::derived(&[b"line of a test", sale.bytes(), code.as_bytes()]);
    let record = record.doc.to_typed()?;
    Ok(CartLine::of(id, product, &record, Quantity::units(pieces)))
}

/// Opens a ledger beside whoever writes it.
///
/// # Errors
/// When it cannot be opened.
pub fn read_only(ledger: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(ledger, flags);
    opened.with_context(|| format!("cannot open {}", ledger.display()))
}
