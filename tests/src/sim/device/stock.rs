//! Goods that come and go without a sale.

use retail::{
    AdjustmentLine, BatchLevel, Lot, Money, Movement, Reason, WriteOff, batch_id, collection,
};
use sync_client::Client;
use sync_core::{Quantity, RecordId, Records};

use super::{Device, products, refused};
use crate::sim::master::owner;
use crate::sim::oracle::{Move, Oracle};
use crate::sim::promises::scarce;

/// Lots that come, and their last days: one long over, some about the day on which every simulation
/// begins, some far, one without.
const LOTS: [(&str, Option<&str>); 6] = [
    ("L1", Some("2025-12-01")),
    ("L2", Some("2025-12-31")),
    ("L3", Some("2026-01-01")),
    ("L4", Some("2026-01-05")),
    ("L5", Some("2026-06-30")),
    ("L6", None),
];
/// What somebody reads who reads badly.
const MISREAD: &str = "2026-02-02";

impl Device {
    /// Takes in a lot, or writes off what nobody will sell.
    pub(super) async fn move_batch(
        &self,
        client: &Client,
        id: RecordId,
        oracle: &mut Oracle,
    ) -> Option<&'static str> {
        let products = products(client);
        let (product, _) = products.get(self.dice.below(products.len() as u64) as usize)?;
        // What is scarce only becomes less.
        if *product == scarce() {
            return None;
        }
        match self.dice.percent(75) {
            true => self.receive(client, id, *product, oracle).await,
            false => self.write_off(client, id, *product, oracle).await,
        }
    }

    async fn receive(
        &self,
        client: &Client,
        id: RecordId,
        product: RecordId,
        oracle: &mut Oracle,
    ) -> Option<&'static str> {
        let (name, expiry) = *self.dice.one(&LOTS);
        let expiry = match self.dice.percent(5) {
            true => Some(MISREAD),
            false => expiry,
        };
        let lot = Lot {
            lot: name.to_owned(),
            expiry: expiry.map(str::to_owned),
        };
        let quantity = Quantity::units(1 + self.dice.below(4) as i64);
        let movement = Movement {
            product,
            batch: None,
            delta: quantity,
            reason: Reason::Receive,
            note: None,
            reference: None,
            cost: Some(Money(40)),
        };
        let batch = batch_id(product, name);
        self.intend_move(oracle, id, (product, Some(batch)), quantity);
        let clerk = self.clerk(owner());
        let received = clerk.record(client, "receive_stock", move |_, draft, by| {
            let known = draft.get(collection::BATCHES, batch)?;
            let known = known.filter(sync_core::Record::is_live);
            let known = known.map(|record| record.doc);
            retail::receive_batch(by, id, &movement, &lot, known.as_ref()).map_err(|e| refused(&e))
        });
        received.await.ok()?;
        oracle.promised(id);
        Some("takes in a lot")
    }

    async fn write_off(
        &self,
        client: &Client,
        id: RecordId,
        product: RecordId,
        oracle: &mut Oracle,
    ) -> Option<&'static str> {
        let batch = self.some_batch(client, product)?;
        let quantity = Quantity::units(1 + self.dice.below(2) as i64);
        let written = WriteOff {
            product,
            batch: Some(batch),
            quantity,
            reason: Reason::Expire,
            note: None,
        };
        self.intend_move(oracle, id, (product, Some(batch)), Quantity(-quantity.0));
        let clerk = self.clerk(owner());
        let recorded = clerk.record(client, "write_off", move |_, _, by| {
            retail::write_off(by, id, &written).map_err(|e| refused(&e))
        });
        recorded.await.ok()?;
        oracle.promised(id);
        Some("writes off goods")
    }

    /// Corrects what is there of a product, or of one of its batches.
    pub(super) async fn correct(
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
        let batch = match self.dice.percent(30) {
            true => self.some_batch(client, *product),
            false => None,
        };
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
        oracle.intend(id, self.fact(collection::STOCK_ADJUSTMENTS, vec![moved], 0));
        let clerk = self.clerk(owner());
        clerk.correct(client, id, vec![line]).await.ok()?;
        oracle.promised(id);
        Some("corrects stock")
    }

    fn some_batch(&self, client: &Client, product: RecordId) -> Option<RecordId> {
        let batches = client.read(|records| retail::batches_of(records, product));
        let batches: Vec<BatchLevel> = batches.ok().filter(|known| !known.is_empty())?;
        Some(self.dice.one(&batches).id)
    }

    fn intend_move(
        &self,
        oracle: &mut Oracle,
        id: RecordId,
        (product, batch): (RecordId, Option<RecordId>),
        quantity: Quantity,
    ) {
        let moved = Move {
            product,
            batch,
            quantity,
        };
        oracle.intend(id, self.fact(collection::STOCK_MOVEMENTS, vec![moved], 0));
    }
}
