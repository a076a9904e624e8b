//! Carts put aside on a till.

use serde::{Deserialize, Serialize};
use sync_core::{Body, DeviceId, Document, Millis, Op, Quantity, RecordId};

use crate::build::body;
use crate::{
    BuildError, Cart, Money, Occasion, PricingSettings, ShopSettings, collection, price, typed,
};

/// A record of `held_sales`. Only the till that holds it writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldSale {
    /// The till that holds it.
    pub device: DeviceId,
    /// What people find it by.
    pub label: String,
    /// When it was put aside.
    pub held_at: Millis,
    /// By whom.
    pub employee: Option<RecordId>,
    /// Their name then.
    pub employee_name: Option<String>,
    /// What it came to.
    pub total: Money,
    /// How many lines it has.
    pub line_count: u32,
    /// The sum of the quantities.
    pub units: Quantity,
    /// The cart, without what others lent.
    pub cart: Cart,
}

/// Puts a cart aside, under an id of its own.
///
/// # Errors
/// When the cart is empty.
pub fn hold_sale(
    occasion: &Occasion,
    shop: &ShopSettings,
    id: RecordId,
    cart: &Cart,
    label: &str,
) -> Result<Body, BuildError> {
    if cart.lines.is_empty() {
        return Err(BuildError::Nothing);
    }
    let priced = price(cart, &PricingSettings::from(shop));
    let held = HeldSale {
        device: occasion.device,
        label: label.to_owned(),
        held_at: occasion.at,
        employee: occasion.person.employee(),
        employee_name: occasion.person.employee_name(),
        total: priced.total,
        line_count: cart.lines.len() as u32,
        units: priced.units,
        cart: Cart {
            approvals: Vec::new(),
            ..cart.clone()
        },
    };
    let op = Op::Insert {
        collection: collection::HELD_SALES.into(),
        id,
        doc: typed::to_document(&held)?,
    };
    Ok(body(occasion, "hold_sale", vec![op]))
}

/// Ends a held sale: it was recalled, or is not wanted any more. `seen` is the record as it was
/// shown.
pub fn drop_held(occasion: &Occasion, id: RecordId, seen: &Document) -> Body {
    let op = Op::Delete {
        collection: collection::HELD_SALES.into(),
        id,
        was: seen.digest(),
    };
    body(occasion, "drop_held", vec![op])
}
