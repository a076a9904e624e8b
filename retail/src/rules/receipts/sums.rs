//! Whether the sums of a receipt are those of its lines. Gives the first field that is not.

use crate::payment::{Method, Payment};
use crate::tax::tax;
use crate::{Money, Refund, Sale, SaleLine, ShopSettings, TaxLine};

type Found = Result<(), &'static str>;

/// The sums of a sale or a refund.
struct Sums<'a> {
    lines: &'a [SaleLine],
    units: i64,
    subtotal: Money,
    discount: Money,
    tax: &'a [TaxLine],
    tax_total: Money,
    tax_included: bool,
    total: Money,
    rounding: Money,
    /// The last refund of a sale also gives back what the ones before it rounded away.
    roundings: u64,
    payments: &'a [Payment],
}

pub(super) fn of_sale(sale: &Sale, shop: &ShopSettings) -> Found {
    priced_here(&sale.lines, &sale.tax, sale.tax_included)?;
    let sums = Sums {
        lines: &sale.lines,
        units: sale.units.0,
        subtotal: sale.subtotal,
        discount: sale.discount,
        tax: &sale.tax,
        tax_total: sale.tax_total,
        tax_included: sale.tax_included,
        total: sale.total,
        rounding: sale.rounding,
        roundings: 1,
        payments: &sale.payments,
    };
    sums.check(shop)
}

/// The lines of a refund by receipt are parts of what was sold and carry its roundings.
pub(super) fn of_refund(refund: &Refund, shop: &ShopSettings) -> Found {
    if refund.sale.is_none() {
        priced_here(&refund.lines, &refund.tax, refund.tax_included)?;
    }
    let sums = Sums {
        lines: &refund.lines,
        units: refund.units.0,
        subtotal: refund.subtotal,
        discount: refund.discount,
        tax: &refund.tax,
        tax_total: refund.tax_total,
        tax_included: refund.tax_included,
        total: refund.total,
        rounding: refund.rounding,
        roundings: if refund.sale.is_some() { 10 } else { 1 },
        payments: &refund.payments,
    };
    sums.check(shop)
}

/// Amounts that follow from quantities, prices and rates.
fn priced_here(lines: &[SaleLine], rates: &[TaxLine], included: bool) -> Found {
    for line in lines {
        same("gross", line.gross, line.unit_price.times(line.quantity))?;
    }
    let amounts: Vec<_> = lines
        .iter()
        .map(|line| (line.tax_rate, line.total - line.order_discount))
        .collect();
    let taxed = tax(&amounts, included);
    if taxed.rates != rates {
        return Err("tax");
    }
    let parts = lines.iter().map(|line| line.tax);
    if parts.ne(taxed.by_line) {
        return Err("tax");
    }
    Ok(())
}

impl Sums<'_> {
    fn check(&self, shop: &ShopSettings) -> Found {
        for line in self.lines {
            same("total", line.total, line.gross - line.discount)?;
        }
        let sum = |amount: fn(&SaleLine) -> Money| self.lines.iter().map(amount).sum::<Money>();
        same("subtotal", self.subtotal, sum(|line| line.total))?;
        same("discount", self.discount, sum(|line| line.order_discount))?;
        same("tax_total", self.tax_total, sum(|line| line.tax))?;
        let rates = |amount: fn(&TaxLine) -> Money| self.tax.iter().map(amount).sum::<Money>();
        same("tax_total", self.tax_total, rates(|rate| rate.tax))?;
        let included = self.tax_included;
        let paid: Money = self.lines.iter().map(|line| line.paid(included)).sum();
        same("total", self.total, paid)?;
        same("total", self.total, rates(|rate| rate.gross))?;
        let given: Money = self.payments.iter().map(|payment| payment.amount).sum();
        same("payments", given, self.total + self.rounding)?;
        let units = self
            .lines
            .iter()
            .fold(0_i64, |sum, line| sum.saturating_add(line.quantity.0));
        if units != self.units {
            return Err("units");
        }
        self.check_rounding(shop)
    }

    /// Rounding is about cash, and never more than half of the coin it rounds to; but the last
    /// refund of a sale settles those before it. A coin of ten is let through always: the setting
    /// may have changed while the till was away.
    fn check_rounding(&self, shop: &ShopSettings) -> Found {
        if self.rounding == Money::ZERO {
            return Ok(());
        }
        let coin = shop.cash_rounding.0.clamp(10, 1_000_000).unsigned_abs();
        let cash = self.roundings > 1
            || self.payments.is_empty()
            || self
                .payments
                .iter()
                .any(|payment| payment.method == Method::Cash);
        if !cash || self.rounding.0.unsigned_abs().saturating_mul(2) > coin * self.roundings {
            return Err("rounding");
        }
        Ok(())
    }
}

fn same(field: &'static str, printed: Money, computed: Money) -> Found {
    if printed == computed {
        Ok(())
    } else {
        Err(field)
    }
}
