//! What a person has put together and not yet paid.
//!
//! A cart never leaves its device as such, so it has the names that screens use.

use serde::{Deserialize, Serialize};
use sync_core::{Quantity, RecordId};

use crate::permission::Permission;
use crate::{Money, Product, Rate};

/// A cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Cart {
    /// Becomes the id of the sale: completing the same cart twice makes one sale.
    pub id: RecordId,
    /// In the order they were added. Lines of one product stay apart.
    pub lines: Vec<CartLine>,
    /// Off the whole order.
    pub discount: Option<Discount>,
    /// Who buys.
    pub customer: Option<RecordId>,
    /// What others lent.
    #[serde(default)]
    pub approvals: Vec<Approval>,
}

/// One line: a snapshot of the product as it was when it entered the cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CartLine {
    /// Unique in the cart, made by the UI; becomes the id of the sale's line.
    pub id: RecordId,
    /// The product; `None` for something without a record.
    pub product: Option<RecordId>,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// How much.
    pub quantity: Quantity,
    /// The price asked; differs from the list price after an override.
    pub unit_price: Money,
    /// The product's price.
    pub list_price: Money,
    /// Its tax.
    pub tax_rate: Rate,
    /// Off this line.
    pub discount: Option<Discount>,
    /// The lot that a GS1 code or a person named; `None` is whatever should be sold first.
    pub batch: Option<String>,
    /// The day a GS1 code or the batch names, `YYYY-MM-DD`.
    pub expiry: Option<String>,
    /// What one unit cost the shop.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional = nullable))]
    pub cost: Option<Money>,
    /// Whether stock is kept of it.
    #[serde(default = "yes")]
    #[cfg_attr(feature = "types", ts(as = "Option<bool>", optional))]
    pub stocked: bool,
    /// Which batch it is taken from; see [`crate::allot`].
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional = nullable))]
    pub batch_id: Option<RecordId>,
    /// The line that this is a part of, where that is taken from several batches.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional = nullable))]
    pub part_of: Option<RecordId>,
}

/// Less to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Discount {
    /// A share.
    Percent {
        /// How much of it.
        rate: Rate,
    },
    /// A fixed amount.
    Amount {
        /// How much.
        amount: Money,
    },
}

/// A second person lends a permission; goes into the cart and from there into the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Approval {
    /// Which one.
    pub permission: Permission,
    /// Who.
    pub employee_id: RecordId,
    /// Their name then.
    pub name: String,
    /// When, in milliseconds.
    #[cfg_attr(feature = "types", ts(as = "sync_core::Millis"))]
    pub at: i64,
    /// Opaque; made and checked by the shell, never recorded.
    #[serde(default)]
    pub token: String,
}

fn yes() -> bool {
    true
}

impl CartLine {
    /// A line of a product at its price.
    pub fn of(id: RecordId, product: RecordId, record: &Product, quantity: Quantity) -> Self {
        Self {
            id,
            product: Some(product),
            code: record.code.clone(),
            name: record.name.clone(),
            unit: record.unit.clone(),
            quantity,
            unit_price: record.price,
            list_price: record.price,
            tax_rate: record.tax_rate,
            discount: None,
            batch: None,
            expiry: None,
            cost: record.cost,
            stocked: record.stocked,
            batch_id: None,
            part_of: None,
        }
    }

    /// The line it is a part of: itself, where it is whole.
    pub fn whole(&self) -> RecordId {
        self.part_of.unwrap_or(self.id)
    }

    /// Takes from the product what screens do not know.
    pub fn complete_from(&mut self, record: &Product) {
        self.cost = record.cost;
        self.stocked = record.stocked;
    }
}

impl Discount {
    /// What it takes off an amount: never more than the amount, nothing off nothing.
    #[must_use]
    pub fn of(self, amount: Money) -> Money {
        match self {
            Self::Percent { rate } => amount.share(Rate(rate.0.clamp(0, 10_000))),
            Self::Amount { amount: off } => Money(off.0.clamp(0, amount.0.max(0))),
        }
    }
}
