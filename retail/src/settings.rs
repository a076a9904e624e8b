//! What the shop is called and how it rounds: one record.

use serde::{Deserialize, Serialize};
use sync_core::{Body, Document, Op, ReadError, RecordId, Records, Refusal, Value};

use crate::build::{body, refused, ruled_patch_op};
use crate::collection::{SETTINGS, TAX_RATES, shop_id};
use crate::{BuildError, Fields, Money, Occasion, Rate, typed};

/// The record of `settings`; see [`shop_id`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShopSettings {
    /// The name on receipts.
    pub name: String,
    /// The lines below it.
    pub address_lines: Vec<String>,
    /// ISO 4217.
    pub currency: String,
    /// Digits after the point.
    pub exponent: u8,
    /// BCP 47, for numbers and dates.
    pub locale: String,
    /// IANA name of the time zone.
    pub time_zone: String,
    /// Whether prices include tax.
    pub tax_included: bool,
    /// The smallest coin; 1 is no rounding.
    pub cash_rounding: Money,
    /// How much a till lends one customer while the master is away.
    pub offline_credit: Money,
    /// Who ends it when two devices changed the same thing.
    pub resolve_conflicts: ResolveConflicts,
    /// The number in receipt numbers.
    pub store_number: u32,
    /// The last line of receipts.
    pub receipt_footer: Option<String>,
    /// Whether this is a shop to play with.
    pub demo: bool,
}

/// Who ends a conflict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResolveConflicts {
    /// A manager, side by side.
    #[default]
    ByHand,
    /// The master, in favour of the device of the higher priority; a manager where neither is
    /// higher.
    DevicePriority,
}

/// A record of `tax_rates`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRate {
    /// What it is called.
    pub name: String,
    /// How much.
    pub rate: Rate,
    /// Its place in the list.
    #[serde(default)]
    pub position: i64,
}

impl Default for ShopSettings {
    fn default() -> Self {
        Self {
            name: "Shop".to_owned(),
            address_lines: Vec::new(),
            currency: "GBP".to_owned(),
            exponent: 2,
            locale: "en-GB".to_owned(),
            time_zone: "Europe/London".to_owned(),
            tax_included: true,
            cash_rounding: Money(1),
            offline_credit: Money(10_000),
            resolve_conflicts: ResolveConflicts::ByHand,
            store_number: 1,
            receipt_footer: None,
            demo: false,
        }
    }
}

impl ShopSettings {
    /// Reads the shop's settings; what is not there or not readable has its default.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub fn read(records: &dyn Records) -> Result<Self, ReadError> {
        let record = records.get(SETTINGS, shop_id())?;
        let typed = record
            .filter(sync_core::Record::is_live)
            .and_then(|record| record.doc.to_typed().ok());
        Ok(typed.unwrap_or_default())
    }
}

/// Sets a shop up: its settings and its tax rates. Only a node does this.
///
/// # Errors
/// When a field is not valid.
pub fn open_shop(
    occasion: &Occasion,
    shop: &ShopSettings,
    rates: &[TaxRate],
) -> Result<Body, BuildError> {
    let doc = typed::to_document(shop)?;
    check(&doc).map_err(refused)?;
    let mut ops = vec![Op::Insert {
        collection: SETTINGS.into(),
        id: shop_id(),
        doc,
    }];
    for rate in rates {
        ops.push(Op::Insert {
            collection: TAX_RATES.into(),
            id: RecordId::derived(&[b"tax rate", rate.name.as_bytes()]),
            doc: typed::to_document(rate)?,
        });
    }
    Ok(body(occasion, "open_shop", ops))
}

/// Changes the shop's settings from what the form showed.
///
/// # Errors
/// When a field is not valid, or nothing changes.
pub fn edit_settings(
    occasion: &Occasion,
    seen: &Fields,
    changes: &Fields,
    confirmed: Option<&Document>,
) -> Result<Body, BuildError> {
    let op = ruled_patch_op(SETTINGS, shop_id(), seen, changes, confirmed, check)?;
    Ok(body(occasion, "edit_settings", vec![op]))
}

/// What the schema does not say of settings.
pub(crate) fn check(doc: &Document) -> Result<(), Refusal> {
    if doc.text("name").is_some_and(|name| name.trim().is_empty()) {
        return Err(Refusal::new("empty", "give the shop a name").of_field("name"));
    }
    if doc
        .int("exponent")
        .is_some_and(|exponent| !(0..=4).contains(&exponent))
    {
        let message = "a currency has 0 to 4 digits after the point";
        return Err(Refusal::new("invalid", message).of_field("exponent"));
    }
    if doc.int("offline_credit").is_some_and(|most| most < 0) {
        let message = "nothing is the least that can be lent";
        return Err(Refusal::new("invalid", message).of_field("offline_credit"));
    }
    let lines = doc.get("address_lines").and_then(Value::as_list);
    if lines.is_some_and(|lines| lines.iter().any(|line| line.as_str().is_none())) {
        let message = "an address is made of lines of text";
        return Err(Refusal::new("invalid", message).of_field("address_lines"));
    }
    Ok(())
}
