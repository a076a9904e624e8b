//! A till under simulation: a real client on a simulated disk, clock and wire.

mod deciding;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use retail::{AdjustmentLine, CartLine, collection};
use sync_client::{Client, Config, Enrolment, Env, Query, RecordError};
use sync_core::{Document, Domain, Quantity, RecordId, Reserve, ReserveItem, Value};

use deciding::own_value;

use super::clock::{Dice, Wrist};
use super::disk::Disk;
use super::master::{customer_id, owner};
use super::net::Plug;
use super::odd_shop::OddShop;
use super::oracle::{Fact, Move, Oracle, Sure};
use super::promises::{Promises, scarce};
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
    /// Which of the stores it belongs to.
    store: u64,
    plug: Plug,
    dice: Dice,
    client: Option<Client>,
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
            plug,
            dice,
            client: None,
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
        let opening = Client::open(config, domain, self.disk.start(), self.plug.clone());
        self.client = Some(opening.await.context("a device does not open")?);
        Ok(())
    }

    /// Ends the program where it is.
    pub fn kill(&mut self) {
        self.client = None;
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
        let client = self.client.clone()?;
        self.done += 1;
        let id = RecordId::derived(&[
            b"simulated fact",
            &(self.number as u64).to_be_bytes(),
            &self.done.to_be_bytes(),
        ]);
        let doing = async {
            match self.dice.below(100) {
                0..52 => {
                    let lines = self.some_goods(&client, id)?;
                    self.sell(&client, id, lines, oracle).await
                }
                52..57 => self.take_back(&client, id, oracle).await,
                57..65 if self.store == 0 => self.pay(&client, id, oracle, promises).await,
                65..74 => self.correct(&client, id, oracle).await,
                74..78 => self.archive(&client).await,
                78..84 => self.resolve(&client).await,
                84..87 => self.settle(&client).await,
                _ => self.edit(&client).await,
            }
        };
        tokio::time::timeout(PATIENCE, doing).await.ok().flatten()
    }

    async fn sell(
        &self,
        client: &Client,
        id: RecordId,
        lines: Vec<CartLine>,
        oracle: &mut Oracle,
    ) -> Option<&'static str> {
        let customer = self.dice.percent(20).then(|| customer_id(self.store));
        let fact = self.fact(collection::SALES, moves(&lines, -1), worth(&lines));
        oracle.intend(id, Fact { customer, ..fact });
        let clerk = Clerk {
            customer,
            ..self.clerk()
        };
        clerk.sell(client, id, lines).await.ok()?;
        oracle.promised(id);
        Some("sells")
    }

    /// Takes goods back without a receipt.
    async fn take_back(
        &self,
        client: &Client,
        id: RecordId,
        oracle: &mut Oracle,
    ) -> Option<&'static str> {
        let mut lines = self.some_goods(client, id)?;
        // What is scarce only becomes less.
        lines.retain(|line| line.product != Some(scarce()));
        if lines.is_empty() {
            return None;
        }
        let fact = self.fact(collection::REFUNDS, moves(&lines, 1), -worth(&lines));
        oracle.intend(id, fact);
        self.clerk().take_back(client, id, lines).await.ok()?;
        oracle.promised(id);
        Some("takes back")
    }

    fn some_goods(&self, client: &Client, id: RecordId) -> Option<Vec<CartLine>> {
        let products = products(client);
        let mut lines: Vec<CartLine> = Vec::new();
        for at in 0..=self.dice.below(3) {
            let (product, record) = products.get(self.dice.below(products.len() as u64) as usize)?;
            let line = RecordId::derived(&[b"line", id.bytes(), &at.to_be_bytes()]);
            let quantity = Quantity::units(1 + self.dice.below(3) as i64);
            lines.push(CartLine::of(line, *product, record, quantity));
        }
        Some(lines)
    }

    /// Pays for what is scarce: holds it first, and then sells it, lets go of it, or walks away.
    async fn pay(
        &self,
        client: &Client,
        id: RecordId,
        oracle: &mut Oracle,
        promises: &mut Promises,
    ) -> Option<&'static str> {
        let record = client.get(collection::PRODUCTS, scarce())?;
        let record: retail::Product = record.doc.to_typed().ok()?;
        let quantity = Quantity::units(1 + self.dice.below(3) as i64);
        let ask = |quantity: Option<Quantity>| Reserve {
            cart: id,
            items: quantity
                .map(|quantity| ReserveItem {
                    product: scarce(),
                    quantity,
                })
                .into_iter()
                .collect(),
            till: format!("till-{}", self.number),
        };
        for _ in 0..=self.dice.below(2) {
            promises.unsure(id);
            let reserved = client.reserve(&ask(Some(quantity))).await.ok()?;
            promises.told(&reserved);
        }
        match self.dice.below(3) {
            0 => Some("holds goods and walks away"),
            1 => {
                promises.unsure(id);
                client.reserve(&ask(None)).await.ok()?;
                Some("lets go of goods")
            }
            _ => {
                promises.unsure(id);
                let line = RecordId::derived(&[b"line", id.bytes()]);
                let line = CartLine::of(line, scarce(), &record, quantity);
                self.sell(client, id, vec![line], oracle).await?;
                Some("sells what it held")
            }
        }
    }

    async fn correct(
        &self,
        client: &Client,
        id: RecordId,
        oracle: &mut Oracle,
    ) -> Option<&'static str> {
        let products = products(client);
        let (product, record) = products.get(self.dice.below(products.len() as u64) as usize)?;
        let quantity = Quantity::units(self.dice.below(9) as i64 - 4);
        if quantity == Quantity(0) || *product == scarce() {
            return None;
        }
        let batch = RecordId::derived(&[b"batch", product.bytes()]);
        let batch = self.dice.percent(30).then_some(batch);
        let line = AdjustmentLine {
            id: RecordId::derived(&[b"line", id.bytes()]),
            product: Some(*product),
            batch,
            code: record.code.clone(),
            name: record.name.clone(),
            quantity,
            stocked: record.stocked,
            unit_price: record.price,
            amount: None,
        };
        let moved = Move {
            product: *product,
            batch,
            quantity,
        };
        let fact = self.fact(collection::STOCK_ADJUSTMENTS, vec![moved], 0);
        oracle.intend(id, fact);
        self.clerk().correct(client, id, vec![line]).await.ok()?;
        oracle.promised(id);
        Some("corrects stock")
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
            customer: None,
            number: 0,
        }
    }

    fn clerk(&self) -> Clerk {
        Clerk {
            person: owner(),
            reference: None,
            customer: None,
            at: sync_client::Source::now(&self.wrist),
        }
    }
}

/// What lines do to the stock.
fn moves(lines: &[CartLine], sign: i64) -> Vec<Move> {
    let moved = |line: &CartLine| {
        Some(Move {
            product: line.product?,
            batch: None,
            quantity: Quantity(sign * line.quantity.0),
        })
    };
    lines.iter().filter_map(moved).collect()
}

fn worth(lines: &[CartLine]) -> i64 {
    let lines = lines.iter();
    lines
        .map(|line| line.unit_price.times(line.quantity).0)
        .sum()
}

/// What a till can sell.
fn products(client: &Client) -> Vec<(RecordId, retail::Product)> {
    let found = client.query(&Query::all(collection::PRODUCTS));
    let typed = |doc: &sync_client::Doc| Some((doc.id, doc.doc.to_typed().ok()?));
    found.items.iter().filter_map(typed).collect()
}
