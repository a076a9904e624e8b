//! What the shop sells.

use serde::{Deserialize, Serialize};
use sync_core::{Body, Document, Op, Quantity, RecordId, Refusal, Value};

use crate::build::{body, not_archived, not_blank, patch_op, ruled_insert_op, ruled_patch_op};
use crate::stock::{self, Movement, Reason};
use crate::{BuildError, Fields, Money, Occasion, Rate, collection};

/// One product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// What people call it.
    pub name: String,
    /// The shop's own code (SKU), case-sensitive.
    pub code: String,
    /// What the scanner reads.
    pub barcode: Option<String>,
    /// Its tab in the catalogue.
    pub category: Option<RecordId>,
    /// The price of one unit. Below zero only for what is no goods: a deposit given back.
    pub price: Money,
    /// What one unit cost the shop.
    pub cost: Option<Money>,
    /// Its tax.
    pub tax_rate: Rate,
    /// The name of the unit, such as `pc` or `kg`.
    pub unit: String,
    /// Whether stock is kept; not for services and fees.
    pub stocked: bool,
    /// At or below which it should be ordered again.
    pub reorder_level: Option<Quantity>,
    /// Whether it is still sold. Nothing is deleted: sales refer to it.
    #[serde(default)]
    pub archived: bool,
}

/// The id that follows from a product's code, for imports: the same file imported twice makes the
/// same records.
pub fn id_of_code(code: &str) -> RecordId {
    RecordId::derived(&[b"product code", code.as_bytes()])
}

/// Makes a product.
///
/// # Errors
/// When a field is not valid.
pub fn create_product(
    occasion: &Occasion,
    id: RecordId,
    product: &Product,
) -> Result<Body, BuildError> {
    let op = insert(id, product)?;
    Ok(body(occasion, "create_product", vec![op]))
}

/// Makes a product together with its opening stock, whose movement has an id that follows from the
/// product's.
///
/// # Errors
/// When a field is not valid.
pub fn import_product(
    occasion: &Occasion,
    id: RecordId,
    product: &Product,
    opening: Quantity,
) -> Result<Body, BuildError> {
    let mut ops = vec![insert(id, product)?];
    if product.stocked && opening != Quantity(0) {
        let movement = Movement {
            product: id,
            batch: None,
            delta: opening,
            reason: Reason::Opening,
            note: None,
            reference: None,
            cost: product.cost,
        };
        let opening_id = RecordId::derived(&[b"opening stock", id.bytes()]);
        ops.push(stock::movement_op(occasion, opening_id, &movement)?);
    }
    Ok(body(occasion, "import_product", ops))
}

/// Changes a product from what the form showed. `confirmed` is the record in the base, where it
/// differs from what was shown.
///
/// # Errors
/// When a field is not valid, nothing changes, or it is archived: bring it back first.
pub fn edit_product(
    occasion: &Occasion,
    id: RecordId,
    seen: &Fields,
    changes: &Fields,
    confirmed: Option<&Document>,
) -> Result<Body, BuildError> {
    not_archived(seen, changes)?;
    let products = collection::PRODUCTS;
    let op = ruled_patch_op(products, id, seen, changes, confirmed, check)?;
    Ok(body(occasion, "edit_product", vec![op]))
}

/// Takes a product out of the catalogue.
///
/// # Errors
/// Never for a product that is sold.
pub fn archive_product(
    occasion: &Occasion,
    id: RecordId,
    seen: &Document,
) -> Result<Body, BuildError> {
    set_archived(occasion, "archive_product", id, seen, true)
}

/// Puts an archived product back into the catalogue.
///
/// # Errors
/// Never for an archived product.
pub fn restore_product(
    occasion: &Occasion,
    id: RecordId,
    seen: &Document,
) -> Result<Body, BuildError> {
    set_archived(occasion, "restore_product", id, seen, false)
}

fn set_archived(
    occasion: &Occasion,
    name: &str,
    id: RecordId,
    seen: &Document,
    archived: bool,
) -> Result<Body, BuildError> {
    let changes = Fields::from_iter([("archived".to_owned(), Some(Value::Bool(archived)))]);
    let op = patch_op(collection::PRODUCTS, id, &Fields::of(seen), &changes, None)?;
    Ok(body(occasion, name, vec![op]))
}

fn insert(id: RecordId, product: &Product) -> Result<Op, BuildError> {
    ruled_insert_op(collection::PRODUCTS, id, product, check)
}

/// What the schema does not say of a product.
pub(crate) fn check(doc: &Document) -> Result<(), Refusal> {
    for name in ["name", "code", "unit"] {
        not_blank(doc, name, &format!("give the product a {name}"))?;
    }
    let stocked = doc.get("stocked").and_then(Value::as_bool) == Some(true);
    if stocked && doc.int("price").is_some_and(|price| price < 0) {
        let message = "goods cannot have a price below zero";
        return Err(Refusal::new("invalid", message).of_field("price"));
    }
    if doc.int("cost").is_some_and(|cost| cost < 0) {
        let message = "the cost cannot be below zero";
        return Err(Refusal::new("invalid", message).of_field("cost"));
    }
    if doc
        .int("tax_rate")
        .is_some_and(|rate| !(0..=10_000).contains(&rate))
    {
        let message = "a tax rate is between 0 and 100 %";
        return Err(Refusal::new("invalid", message).of_field("tax_rate"));
    }
    Ok(())
}
