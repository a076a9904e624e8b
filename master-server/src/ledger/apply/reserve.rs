//! Goods held for carts that are being paid.
//!
//! 1. First come, first served: a cart holds what others leave of the stock on hand.
//! 2. A cart is named by the id its sale will have, and holds until that sale is decided, until it
//!    says otherwise, or for two minutes: a till that went offline holds nothing for long.
//! 3. No sale depends on any of this.

use rusqlite::{OptionalExtension, params};
use sync_core::{
    Change, Code, DeviceId, Kind, Quantity, RecordId, Records, Reserve, ReserveItem, Reserved,
    ReservedItem, WireError,
};

use super::super::error::LedgerError;
use super::super::proposal::Answer;
use super::Applier;

/// How long goods are held without being asked for again, in milliseconds.
const HELD: u64 = 2 * 60_000;
/// A cart has at most so many products.
const PRODUCTS: usize = 2_000;
/// A till's name is at most so many characters.
const NAME: usize = 100;

impl Applier<'_> {
    /// Gives a cart what is left of what it wants, in the place of what it held.
    pub(super) fn reserve(
        &mut self,
        id: DeviceId,
        reserve: &Reserve,
    ) -> Result<Answer, LedgerError> {
        if let Some(refused) = self.may_reserve(id, reserve)? {
            return Ok(Answer::Refused(refused));
        }
        let now = self.now.0 as i64;
        self.connection
            .prepare_cached("DELETE FROM reservations WHERE until <= ?1")?
            .execute([now])?;
        self.connection
            .prepare_cached("DELETE FROM reservations WHERE cart = ?1")?
            .execute([reserve.cart.bytes()])?;
        let sold = self.is_decided(reserve.cart)?;
        let mut items = Vec::with_capacity(reserve.items.len());
        for wanted in &reserve.items {
            items.push(self.hold(id, reserve, wanted, sold)?);
        }
        Ok(Answer::Reserved(Reserved {
            cart: reserve.cart,
            until: self.now.plus(HELD),
            items,
        }))
    }

    /// Lets go of what the carts held whose sales were decided.
    pub(super) fn release(&mut self, changes: &[Change]) -> Result<(), LedgerError> {
        let schema = self.domain.schema();
        for change in changes {
            let kind = schema.collection(&change.collection).map(|c| &c.kind);
            if kind == Some(&Kind::Fact) {
                self.connection
                    .prepare_cached("DELETE FROM reservations WHERE cart = ?1")?
                    .execute([change.record.id.bytes()])?;
            }
        }
        Ok(())
    }

    fn may_reserve(
        &mut self,
        id: DeviceId,
        reserve: &Reserve,
    ) -> Result<Option<WireError>, LedgerError> {
        let Some(device) = self.device(id)? else {
            let message = "this device is not enrolled here";
            return Ok(Some(WireError::new(Code::Unauthenticated, message)));
        };
        if let Some(barred) = device.barred() {
            return Ok(Some(barred));
        }
        if device.info.read_only || !device.info.kind.sells() {
            let message = "this device may look but not sell";
            return Ok(Some(WireError::new(Code::Forbidden, message)));
        }
        if reserve.items.len() > PRODUCTS || reserve.till.chars().count() > NAME {
            let message = format!("a cart has at most {PRODUCTS} products");
            return Ok(Some(WireError::new(Code::TooLarge, message)));
        }
        let negative = |wanted: &ReserveItem| wanted.quantity < Quantity(0);
        if reserve.items.iter().any(negative) {
            let message = "nobody can hold less than nothing";
            let error = WireError::new(Code::Validation, message).of_field("items");
            return Ok(Some(error));
        }
        Ok(None)
    }

    /// Whether the sale of a cart is in the log: what asks for it now was overtaken by it.
    fn is_decided(&self, cart: RecordId) -> Result<bool, LedgerError> {
        for (name, collection) in &self.domain.schema().collections {
            let known = || self.records.get(name, cart);
            if collection.kind == Kind::Fact
                && known().map_err(|e| LedgerError::Corrupt(e.0))?.is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn hold(
        &mut self,
        device: DeviceId,
        reserve: &Reserve,
        wanted: &ReserveItem,
        sold: bool,
    ) -> Result<ReservedItem, LedgerError> {
        let product = wanted.product;
        let stock = self
            .domain
            .in_stock(&self.records, product)
            .map_err(|e| LedgerError::Corrupt(e.0))?;
        let Some(stock) = stock else {
            return Ok(ReservedItem {
                product,
                held: wanted.quantity,
                available: wanted.quantity,
                holder: None,
            });
        };
        // A product named twice in a cart takes from what the cart already holds of it.
        let taken: i64 = self
            .connection
            .prepare_cached(
                "SELECT COALESCE(SUM(quantity), 0) FROM reservations WHERE product = ?1",
            )?
            .query_row([product.bytes()], |row| row.get(0))?;
        let left = stock.0.saturating_sub(taken).max(0);
        let held = if sold { 0 } else { wanted.quantity.0.min(left) };
        let holder = match held < wanted.quantity.0 {
            true => self.holder(product, reserve.cart)?,
            false => None,
        };
        if held > 0 {
            self.connection
                .prepare_cached(
                    "INSERT INTO reservations (product, cart, device, quantity, till, until)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT (product, cart) DO UPDATE SET quantity = quantity + ?4",
                )?
                .execute(params![
                    product.bytes(),
                    reserve.cart.bytes(),
                    device.bytes(),
                    held,
                    reserve.till,
                    self.now.plus(HELD).0 as i64,
                ])?;
        }
        Ok(ReservedItem {
            product,
            held: Quantity(held),
            available: Quantity(left - held),
            holder,
        })
    }

    /// The till that holds most of a product in another cart.
    fn holder(&self, product: RecordId, cart: RecordId) -> Result<Option<String>, LedgerError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT till FROM reservations WHERE product = ?1 AND cart <> ?2
             ORDER BY quantity DESC, until, cart LIMIT 1",
        )?;
        let found = statement.query_row(params![product.bytes(), cart.bytes()], |row| row.get(0));
        Ok(found.optional()?)
    }
}
