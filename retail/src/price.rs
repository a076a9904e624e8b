//! What a cart costs.

use serde::{Deserialize, Serialize};
use sync_core::{Quantity, RecordId};

use crate::tax::{spread, tax};
use crate::{Cart, Money, ShopSettings, TaxLine};

/// How a store prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PricingSettings {
    /// Whether prices include tax.
    pub tax_included: bool,
    /// The smallest coin; 1 is no rounding.
    pub cash_rounding: Money,
}

/// What a cart costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "CartPrice"))]
#[serde(rename_all = "camelCase")]
pub struct PricedCart {
    /// As many as the cart has, in its order.
    pub lines: Vec<PricedLine>,
    /// The sum of the lines' totals.
    pub subtotal: Money,
    /// Off the whole order, as a positive number.
    pub discount: Money,
    /// By rate.
    pub tax: Vec<TaxLine>,
    /// All tax.
    pub tax_total: Money,
    /// To pay.
    pub total: Money,
    /// To pay where all of it is paid in cash.
    pub cash_total: Money,
    /// The sum of the quantities.
    pub units: Quantity,
}

/// What a line costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PricedLine {
    /// The line.
    pub id: RecordId,
    /// Quantity × price, rounded once.
    pub gross: Money,
    /// Its own discount, as a positive number.
    pub discount: Money,
    /// Gross less own discount, as printed.
    pub total: Money,
    /// Its part of the order's discount.
    pub order_discount: Money,
    /// Its part of the tax of its rate.
    pub tax: Money,
}

impl Default for PricingSettings {
    /// Prices with tax, no rounding.
    fn default() -> Self {
        Self {
            tax_included: true,
            cash_rounding: Money(1),
        }
    }
}

impl From<&ShopSettings> for PricingSettings {
    fn from(shop: &ShopSettings) -> Self {
        Self {
            tax_included: shop.tax_included,
            cash_rounding: shop.cash_rounding,
        }
    }
}

/// Prices a cart. Every line's amount is rounded once; the discount on the order is parted to the
/// lines before tax.
pub fn price(cart: &Cart, settings: &PricingSettings) -> PricedCart {
    let mut lines: Vec<PricedLine> = cart
        .lines
        .iter()
        .map(|line| {
            let gross = line.unit_price.times(line.quantity);
            let discount = line.discount.map_or(Money::ZERO, |off| off.of(gross));
            PricedLine {
                id: line.id,
                gross,
                discount,
                total: gross - discount,
                order_discount: Money::ZERO,
                tax: Money::ZERO,
            }
        })
        .collect();
    let totals: Vec<Money> = lines.iter().map(|line| line.total).collect();
    let subtotal: Money = totals.iter().copied().sum();
    let discount = cart.discount.map_or(Money::ZERO, |off| off.of(subtotal));
    for (line, part) in lines.iter_mut().zip(spread(discount, &totals)) {
        line.order_discount = part;
    }
    let amounts: Vec<_> = cart
        .lines
        .iter()
        .zip(&lines)
        .map(|(line, priced)| (line.tax_rate, priced.total - priced.order_discount))
        .collect();
    let taxed = tax(&amounts, settings.tax_included);
    for (line, part) in lines.iter_mut().zip(taxed.by_line) {
        line.tax = part;
    }
    let total: Money = taxed.rates.iter().map(|rate| rate.gross).sum();
    PricedCart {
        lines,
        subtotal,
        discount,
        tax_total: taxed.rates.iter().map(|rate| rate.tax).sum(),
        tax: taxed.rates,
        total,
        cash_total: total.to_step(settings.cash_rounding),
        units: Quantity(
            cart.lines
                .iter()
                .fold(0, |sum, line| i64::saturating_add(sum, line.quantity.0)),
        ),
    }
}
