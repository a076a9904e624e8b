//! The one tax engine: the same code on the till, the terminal and the master.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::money::{apportion, round};
use crate::{Money, Rate};

/// What one rate adds up to on a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct TaxLine {
    /// The rate.
    pub rate: Rate,
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// With tax.
    pub gross: Money,
}

/// The tax of a receipt, by rate and by line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taxed {
    /// By rate, lowest first.
    pub rates: Vec<TaxLine>,
    /// What of it belongs to each line; sums to the tax of its rate.
    pub by_line: Vec<Money>,
}

/// Taxes amounts after all discounts.
///
/// With tax included the gross is exact and the tax of a rate is taken out of its sum; else the
/// tax of a rate is put on top of its sum. Either way it is rounded once per rate and parted to the
/// lines by largest remainder.
pub fn tax(amounts: &[(Rate, Money)], included: bool) -> Taxed {
    let mut groups: BTreeMap<Rate, Vec<usize>> = BTreeMap::new();
    for (index, (rate, _)) in amounts.iter().enumerate() {
        groups.entry(*rate).or_default().push(index);
    }
    let mut by_line = vec![Money::ZERO; amounts.len()];
    let rates = groups
        .into_iter()
        .map(|(rate, lines)| {
            let denominator = if included {
                10_000 + i128::from(rate.0)
            } else {
                10_000
            };
            let numerators: Vec<i128> = lines
                .iter()
                .map(|&line| i128::from(amounts[line].1.0) * i128::from(rate.0))
                .collect();
            for (&line, part) in lines.iter().zip(apportion(&numerators, denominator)) {
                by_line[line] = Money(part);
            }
            let sum: Money = lines.iter().map(|&line| amounts[line].1).sum();
            let tax = Money(round(numerators.iter().sum(), denominator));
            let (net, gross) = if included {
                (sum - tax, sum)
            } else {
                (sum, sum + tax)
            };
            TaxLine {
                rate,
                net,
                tax,
                gross,
            }
        })
        .collect();
    Taxed { rates, by_line }
}

/// Parts a discount on the whole order to its lines by their amounts, by largest remainder.
pub fn spread(discount: Money, amounts: &[Money]) -> Vec<Money> {
    let whole: i128 = amounts.iter().map(|amount| i128::from(amount.0)).sum();
    let numerators: Vec<i128> = amounts
        .iter()
        .map(|amount| i128::from(amount.0) * i128::from(discount.0))
        .collect();
    apportion(&numerators, whole)
        .into_iter()
        .map(Money)
        .collect()
}
