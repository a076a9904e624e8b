//! What a refund comes to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sync_core::{Quantity, RecordId};

use super::{Refund, RefundItem, RefundRequest, SaleSoFar};
use crate::payment::{Method, Payment};
use crate::{
    BuildError, Cart, CartLine, Money, PricingSettings, Rate, Sale, SaleLine, ShopSettings,
    TaxLine, price,
};

/// What a refund comes to, for the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefundQuote {
    /// What goes back.
    pub total: Money,
    /// The tax in it.
    pub tax_total: Money,
    /// The rounding of the part given back in cash.
    pub rounding: Money,
    /// How it goes back.
    pub payments: Vec<Payment>,
}

/// What is left to refund of a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refundable {
    /// Line by line, as sold.
    pub lines: Vec<RefundableLine>,
    /// Whether nothing was refunded yet.
    pub untouched: bool,
    /// Whether nothing is left.
    pub exhausted: bool,
}

/// What is left to refund of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundableLine {
    /// The line.
    pub id: RecordId,
    /// How much was sold.
    pub sold: Quantity,
    /// How much is left.
    pub refundable: Quantity,
}

/// A refund worked out.
pub(super) struct Quoted {
    pub(super) lines: Vec<SaleLine>,
    pub(super) tax: Vec<TaxLine>,
    pub(super) tax_total: Money,
    pub(super) tax_included: bool,
    pub(super) total: Money,
    pub(super) rounding: Money,
    pub(super) payments: Vec<Payment>,
}

/// What is left to refund of a sale.
pub fn refundable(sale: &Sale, refunds: &[Refund]) -> Refundable {
    let lines: Vec<RefundableLine> = sale
        .lines
        .iter()
        .map(|line| RefundableLine {
            id: line.id,
            sold: line.quantity,
            refundable: line.quantity - refunded(refunds, line.id),
        })
        .collect();
    Refundable {
        untouched: refunds.iter().all(|refund| refund.lines.is_empty()),
        exhausted: lines.iter().all(|line| line.refundable == Quantity(0)),
        lines,
    }
}

/// Says what a refund comes to without making it.
///
/// # Errors
/// When nothing comes back, or more than is left.
pub fn quote_refund(
    request: &RefundRequest,
    shop: &ShopSettings,
) -> Result<RefundQuote, BuildError> {
    let quoted = quote(request, shop)?;
    Ok(RefundQuote {
        total: quoted.total,
        tax_total: quoted.tax_total,
        rounding: quoted.rounding,
        payments: quoted.payments,
    })
}

pub(super) fn quote(request: &RefundRequest, shop: &ShopSettings) -> Result<Quoted, BuildError> {
    if request.items.is_empty() {
        return Err(BuildError::Nothing);
    }
    match &request.of {
        Some(of) => by_receipt(request, of, shop),
        None => without_receipt(request, shop),
    }
}

fn by_receipt(
    request: &RefundRequest,
    of: &SaleSoFar,
    shop: &ShopSettings,
) -> Result<Quoted, BuildError> {
    let mut lines = Vec::new();
    let mut taken: BTreeMap<RecordId, Quantity> = BTreeMap::new();
    for item in &request.items {
        let RefundItem::SaleLine { line, quantity } = item else {
            return Err(BuildError::Nothing);
        };
        let not_left = BuildError::NotRefundable { line: *line };
        let Some(sold) = of.sale.lines.iter().find(|sold| sold.id == *line) else {
            return Err(not_left);
        };
        let here = taken.entry(*line).or_default();
        let before = refunded(&of.refunds, *line) + *here;
        let left = sold.quantity - before;
        let same_way = quantity.0.signum() == sold.quantity.0.signum();
        if !same_way || quantity.0.unsigned_abs() > left.0.unsigned_abs() {
            return Err(not_left);
        }
        lines.push(part_of(sold, before, *quantity));
        *here = *here + *quantity;
    }
    let included = of.sale.tax_included;
    let total: Money = lines.iter().map(|line| line.paid(included)).sum();
    let last = of.sale.lines.iter().all(|line| {
        let here = taken.get(&line.id).copied().unwrap_or_default();
        refunded(&of.refunds, line.id) + here == line.quantity
    });
    let payments = match request.method {
        Some(method) => back_by(method, total, shop),
        None => give_back(of, total, last, shop),
    };
    let paid: Money = payments.iter().map(|payment| payment.amount).sum();
    let tax = tax_of(&lines, included);
    Ok(Quoted {
        tax_total: tax.iter().map(|rate| rate.tax).sum(),
        tax,
        tax_included: included,
        total,
        rounding: paid - total,
        payments,
        lines,
    })
}

fn without_receipt(request: &RefundRequest, shop: &ShopSettings) -> Result<Quoted, BuildError> {
    let mut lines = Vec::new();
    for item in &request.items {
        match item {
            RefundItem::Goods(line) => lines.push(CartLine::clone(line)),
            RefundItem::SaleLine { line, .. } => {
                return Err(BuildError::NotRefundable { line: *line });
            }
        }
    }
    let cart = Cart {
        id: request.id,
        lines,
        discount: None,
        customer: None,
        approvals: Vec::new(),
    };
    let priced = price(&cart, &PricingSettings::from(shop));
    let payments = back_by(request.method.unwrap_or(Method::Cash), priced.total, shop);
    let paid: Money = payments.iter().map(|payment| payment.amount).sum();
    Ok(Quoted {
        lines: cart
            .lines
            .iter()
            .zip(&priced.lines)
            .map(|(line, priced)| SaleLine::new(line, priced))
            .collect(),
        tax: priced.tax,
        tax_total: priced.tax_total,
        tax_included: shop.tax_included,
        total: priced.total,
        rounding: paid - priced.total,
        payments,
    })
}

/// How much of a line was refunded so far.
fn refunded(refunds: &[Refund], line: RecordId) -> Quantity {
    refunds
        .iter()
        .flat_map(|refund| &refund.lines)
        .filter(|each| each.id == line)
        .map(|each| each.quantity)
        .sum()
}

/// The part of a sold line from one cumulated quantity to the next.
fn part_of(sold: &SaleLine, before: Quantity, quantity: Quantity) -> SaleLine {
    let whole = sold.quantity.0;
    let after = before + quantity;
    let part = |amount: Money| amount.part(after.0, whole) - amount.part(before.0, whole);
    let (total, discount) = (part(sold.total), part(sold.discount));
    SaleLine {
        quantity,
        gross: total + discount,
        discount,
        total,
        order_discount: part(sold.order_discount),
        tax: part(sold.tax),
        ..sold.clone()
    }
}

/// Tax by rate from the lines' own shares: what was split is added up again.
fn tax_of(lines: &[SaleLine], included: bool) -> Vec<TaxLine> {
    let mut rates: BTreeMap<Rate, (Money, Money)> = BTreeMap::new();
    for line in lines {
        let (tax, gross) = rates.entry(line.tax_rate).or_default();
        *tax = *tax + line.tax;
        *gross = *gross + line.paid(included);
    }
    let line = |(rate, (tax, gross))| TaxLine {
        rate,
        net: gross - tax,
        tax,
        gross,
    };
    rates.into_iter().map(line).collect()
}

fn back_by(method: Method, total: Money, shop: &ShopSettings) -> Vec<Payment> {
    let amount = match method {
        Method::Cash => total.to_step(shop.cash_rounding),
        Method::Card | Method::Credit => total,
    };
    kept(vec![Payment { method, amount }])
}

/// Gives back per tender what was paid: in proportion to what is left of each, and with the last
/// line exactly that.
fn give_back(of: &SaleSoFar, total: Money, last: bool, shop: &ShopSettings) -> Vec<Payment> {
    let paid = by_method(&of.sale.payments);
    let back = by_method(of.refunds.iter().flat_map(|refund| &refund.payments));
    let left = |method| amount(&paid, method) - amount(&back, method);
    let (cards, coins) = (left(Method::Card), left(Method::Cash));
    let owed = left(Method::Credit);
    let opposed = (cards + owed).0.signum() * coins.0.signum() < 0;
    let (card, credit, cash) = if last && !opposed {
        (cards, owed, coins)
    } else {
        let all = (cards + owed + coins).0;
        let card = cards.part(total.0, all);
        // Of what the card leaves: rounded by itself it could leave a penny for no tender at all.
        let credit = owed.part((total - card).0, (owed + coins).0);
        let cash = (total - card - credit).to_step(shop.cash_rounding);
        (card, credit, cash)
    };
    kept(vec![
        Payment {
            method: Method::Card,
            amount: card,
        },
        Payment {
            method: Method::Credit,
            amount: credit,
        },
        Payment {
            method: Method::Cash,
            amount: cash,
        },
    ])
}

fn by_method<'a>(payments: impl IntoIterator<Item = &'a Payment>) -> BTreeMap<Method, Money> {
    let mut sums: BTreeMap<Method, Money> = BTreeMap::new();
    for payment in payments {
        let sum = sums.entry(payment.method).or_default();
        *sum = *sum + payment.amount;
    }
    sums
}

fn amount(sums: &BTreeMap<Method, Money>, method: Method) -> Money {
    sums.get(&method).copied().unwrap_or_default()
}

fn kept(payments: Vec<Payment>) -> Vec<Payment> {
    payments
        .into_iter()
        .filter(|payment| payment.amount != Money::ZERO)
        .collect()
}
