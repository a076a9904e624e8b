//! Goods that come and go, and the batches they are of.

use retail::{
    Adjustment, AdjustmentLine, Batch, BatchLevel, BuildError, Counted, Fields, Lot, Money,
    Movement, Product, Reason, WriteOff, batch_id, batches_of, collection, day_of, level_id,
    without_batch,
};
use serde::{Deserialize, Serialize};
use sync_client::platform::now;
use sync_client::{Compare, Query};
use sync_core::{Document, Millis, Quantity, RecordId, Records};

use crate::error::TillError;
use crate::selling::is_there;
use crate::till::Till;

/// How many batches of which nothing is left are worth a look back.
const EMPTY: usize = 10;
const DAY: u64 = 86_400_000;

/// A form that brings goods or takes them away.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct StockChange {
    /// Id of the document, made by the UI: asking twice to receive goods receives them once.
    id: RecordId,
    product: RecordId,
    delta: Quantity,
    reason: String,
    /// The rest is for goods that come: what is printed on them.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional = nullable))]
    lot: Option<String>,
    /// The last day on which they may be sold, `YYYY-MM-DD`.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional = nullable))]
    expiry: Option<String>,
    /// What one unit cost.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional = nullable))]
    cost: Option<Money>,
}

/// Goods that nobody will sell.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct WrittenOff {
    /// Made by the UI: asking twice writes off once.
    id: RecordId,
    product: RecordId,
    batch: Option<RecordId>,
    /// How much goes, as a positive number.
    quantity: Quantity,
    #[cfg_attr(feature = "types", ts(type = "\"expire\" | \"damage\""))]
    reason: Reason,
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(as = "Option<String>", optional))]
    note: String,
}

/// The batches of one product.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductBatches {
    /// `YYYY-MM-DD`, by which it was decided what has expired.
    today: String,
    /// In the order in which they are sold; at the end the last ten of which nothing is left.
    batches: Vec<BatchRow>,
    /// What is there without anybody having said of which batch.
    without_batch: Quantity,
}

/// Goods of one product that came with one lot.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
struct BatchRow {
    id: RecordId,
    lot: String,
    /// `YYYY-MM-DD`
    expiry: Option<String>,
    cost: Option<Money>,
    received_at: Option<Millis>,
    /// Below zero where more was sold of it than came.
    on_hand: Quantity,
    /// It may not be sold any more, unless somebody approves.
    expired: bool,
}

/// What expires and what has expired, of all products.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct ExpiringGoods {
    /// `YYYY-MM-DD`
    today: String,
    rows: Vec<ExpiringRow>,
}

/// A batch of which something is left, with a date.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
struct ExpiringRow {
    /// The batch.
    id: RecordId,
    product: RecordId,
    name: String,
    code: String,
    unit: String,
    lot: String,
    expiry: String,
    expired: bool,
    on_hand: Quantity,
    /// What it cost the shop; null where nobody said.
    worth: Option<Money>,
}

impl Till {
    pub(crate) async fn adjust_stock(&self, change: StockChange) -> Result<(), TillError> {
        self.may("adjust_stock")?;
        let product: Product = self.typed(collection::PRODUCTS, change.product, "product")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        let adjustment = Adjustment {
            id: change.id,
            reference: None,
            reason: change.reason,
            lines: vec![AdjustmentLine {
                id: RecordId::derived(&[b"line", change.id.bytes()]),
                product: Some(change.product),
                batch: None,
                code: product.code,
                name: product.name,
                quantity: change.delta,
                stocked: product.stocked,
                unit_price: product.price,
                amount: None,
            }],
        };
        self.record("adjust_stock", actor, move |draft| {
            let count = draft.advance(&occasion.series.counter(Counted::Adjustments));
            retail::adjust_stock(&occasion, &adjustment, count)
        })
        .await
    }

    /// Takes in goods, of a lot where one is named. Asked twice with one id, they came once.
    pub(crate) async fn receive_stock(&self, change: StockChange) -> Result<(), TillError> {
        self.may("receive_stock")?;
        if self.has_moved(change.id)? {
            return Ok(());
        }
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        let movement = Movement {
            product: change.product,
            batch: None,
            delta: change.delta,
            reason: Reason::Receive,
            note: Some(change.reason).filter(|note| !note.is_empty()),
            reference: None,
            cost: change.cost,
        };
        let (id, expiry) = (change.id, change.expiry);
        let lot = change.lot.map(|lot| Lot { lot, expiry });
        self.record("receive_stock", actor, move |draft| {
            if is_there(draft, collection::STOCK_MOVEMENTS, id) {
                return Err(BuildError::Nothing);
            }
            let Some(lot) = lot else {
                return retail::receive_stock(&occasion, id, &movement);
            };
            let batch = batch_id(movement.product, &lot.lot);
            let known = draft.get(collection::BATCHES, batch).ok().flatten();
            let known = known.filter(sync_core::Record::is_live);
            let known = known.as_ref().map(|batch| &batch.doc);
            retail::receive_batch(&occasion, id, &movement, &lot, known)
        })
        .await
    }

    /// Takes goods off the stock. Asked twice with one id, they went once.
    pub(crate) async fn write_off(&self, input: WrittenOff) -> Result<(), TillError> {
        self.may("write_off")?;
        if self.has_moved(input.id)? {
            return Ok(());
        }
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        let written = WriteOff {
            product: input.product,
            batch: input.batch,
            quantity: input.quantity,
            reason: input.reason,
            note: Some(input.note).filter(|note| !note.is_empty()),
        };
        self.record("write_off", actor, move |draft| {
            if is_there(draft, collection::STOCK_MOVEMENTS, input.id) {
                return Err(BuildError::Nothing);
            }
            retail::write_off(&occasion, input.id, &written)
        })
        .await
    }

    pub(crate) async fn edit_batch(
        &self,
        id: RecordId,
        seen: Fields,
        changes: Fields,
    ) -> Result<(), TillError> {
        self.may("edit_batch")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("edit_batch", actor, move |_| {
            retail::edit_batch(&occasion, id, &seen, &changes, None)
        })
        .await
    }

    /// The batches of a product in the order in which they should be sold, and what is there of
    /// none. Of those of which nothing is left, only the last that came.
    pub(crate) fn batches(&self, product: RecordId) -> Result<ProductBatches, TillError> {
        let client = self.client()?;
        let today = day_of(now());
        let (batches, rest) = client.read(|records| {
            Ok::<_, TillError>((
                batches_of(records, product)?,
                without_batch(records, product)?,
            ))
        })?;
        let left = |each: &&BatchLevel| each.on_hand != Quantity(0);
        let mut empty: Vec<&BatchLevel> = batches.iter().filter(|each| !left(each)).collect();
        empty.sort_by_key(|each| std::cmp::Reverse(each.batch.received_at));
        empty.truncate(EMPTY);
        let shown = batches.iter().filter(left).chain(empty);
        let shown = shown.filter(|each| !each.batch.archived || each.on_hand != Quantity(0));
        let shown = shown.map(|each| BatchRow {
            id: each.id,
            lot: each.batch.lot.clone(),
            expiry: each.batch.expiry.clone(),
            cost: each.batch.cost,
            received_at: each.batch.received_at,
            on_hand: each.on_hand,
            expired: each.batch.expired(&today),
        });
        Ok(ProductBatches {
            batches: shown.collect(),
            without_batch: rest,
            today,
        })
    }

    /// What expires within so many days and is still there, and what has expired, soonest first.
    pub(crate) fn expiring(&self, days: u64) -> Result<ExpiringGoods, TillError> {
        let client = self.client()?;
        let (today, until) = (day_of(now()), day_of(now().plus(days.saturating_mul(DAY))));
        let query = Query::all(collection::BATCHES)
            .with("expiry", Compare::Lte, Some(until.into()))
            .sort_by("expiry");
        let mut rows = Vec::new();
        for doc in client.query(&query).items {
            let Ok(batch) = doc.doc.to_typed::<Batch>() else {
                continue;
            };
            let level = level_id(batch.product, Some(doc.id));
            let level = client.get(collection::STOCK_LEVELS, level);
            let on_hand = level.and_then(|level| level.doc.int("on_hand"));
            let on_hand = Quantity(on_hand.unwrap_or(0));
            let product = client.get(collection::PRODUCTS, batch.product);
            let (Some(product), true) = (product, on_hand > Quantity(0)) else {
                continue;
            };
            let cost = batch.cost.or(product.doc.int("cost").map(Money));
            rows.push(ExpiringRow {
                id: doc.id,
                product: batch.product,
                name: text(&product.doc, "name"),
                code: text(&product.doc, "code"),
                unit: text(&product.doc, "unit"),
                expired: batch.expired(&today),
                lot: batch.lot,
                expiry: batch.expiry.unwrap_or_default(),
                on_hand,
                worth: cost.map(|cost| cost.times(on_hand)),
            });
        }
        Ok(ExpiringGoods { today, rows })
    }

    fn has_moved(&self, id: RecordId) -> Result<bool, TillError> {
        let client = self.client()?;
        Ok(client.get(collection::STOCK_MOVEMENTS, id).is_some())
    }
}

fn text(doc: &Document, field: &str) -> String {
    doc.text(field).unwrap_or_default().to_owned()
}
