//! A paid sale: a fact with all that its receipt prints.

use serde::{Deserialize, Serialize};
use sync_core::{Body, DeviceId, Digest, Millis, Quantity, RecordId};

use crate::credit::charge_op;
use crate::payment::{Payment, PaymentInput, paid_by, payments, settle};
use crate::permission::{Permission, needs_of_cart};
use crate::receipt::{Counted, Issue, record};
use crate::{
    Approval, BuildError, Cart, CartLine, Money, Occasion, PricedCart, PricedLine, PricingSettings,
    Rate, ShopSettings, TaxLine, collection, price, typed,
};

/// A record of `sales`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Such as `S01-T03-E2-000457`.
    pub number: String,
    /// The number on somebody else's document.
    pub reference: Option<String>,
    /// Business time.
    pub sold_at: Millis,
    /// Where.
    pub device: DeviceId,
    /// The till's name, such as `T03`.
    pub till: String,
    /// By whom.
    pub employee: Option<RecordId>,
    /// Their name then.
    pub employee_name: Option<String>,
    /// To whom.
    pub customer: Option<RecordId>,
    /// What was sold, in order.
    pub lines: Vec<SaleLine>,
    /// The sum of the quantities.
    pub units: Quantity,
    /// The sum of the lines' totals.
    pub subtotal: Money,
    /// Off the whole order, as a positive number.
    pub discount: Money,
    /// By rate.
    pub tax: Vec<TaxLine>,
    /// All tax.
    pub tax_total: Money,
    /// Whether the prices include it.
    pub tax_included: bool,
    /// What was sold comes to; rounding is not in it.
    pub total: Money,
    /// The rounding of the part paid in cash.
    pub rounding: Money,
    /// Sum to total and rounding; change is a negative payment in cash.
    pub payments: Vec<Payment>,
    /// `none`, `cash`, `card`, `credit` or `mixed`.
    pub paid_by: String,
    /// Who approved what the seller may not do alone.
    #[serde(default)]
    pub approvals: Vec<Approved>,
    /// The drawer session it belongs to.
    pub session: Option<RecordId>,
    /// The digest of the receipt before it on this till.
    pub chain_previous: Digest,
    /// Its own.
    pub chain_digest: Digest,
}

/// One line: a snapshot of the product as sold, with the amounts as printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleLine {
    /// Its id in the sale; refunds name it.
    pub id: RecordId,
    /// Which product.
    pub product: Option<RecordId>,
    /// Which batch of it.
    pub batch: Option<RecordId>,
    /// Its code then.
    pub code: String,
    /// Its name then.
    pub name: String,
    /// Its unit then.
    pub unit: String,
    /// How much.
    pub quantity: Quantity,
    /// The price of one unit as sold.
    pub unit_price: Money,
    /// The price of one unit as it stood in the catalogue.
    pub list_price: Money,
    /// What one unit cost the shop then.
    pub cost: Option<Money>,
    /// Its tax.
    pub tax_rate: Rate,
    /// Quantity × price, rounded once.
    pub gross: Money,
    /// Off this line, as a positive number.
    pub discount: Money,
    /// Gross less discount, as printed.
    pub total: Money,
    /// Its part of the order's discount.
    pub order_discount: Money,
    /// Its part of the tax of its rate.
    pub tax: Money,
    /// Whether stock is kept of it.
    pub stocked: bool,
    /// The lot of the batch, or the one the code named.
    pub lot: Option<String>,
    /// The day the code or the batch named, `YYYY-MM-DD`.
    pub expiry: Option<String>,
    /// The line that this is a part of, where goods of several batches were sold as one.
    #[serde(default)]
    pub part_of: Option<RecordId>,
}

/// Who approved what, as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// What was lent.
    pub permission: Permission,
    /// By whom.
    pub employee: RecordId,
    /// Their name then.
    pub name: String,
    /// When.
    pub at: Millis,
}

/// What came of completing a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedSale {
    /// To be recorded.
    pub body: Body,
    /// The sale as recorded, under the cart's id.
    pub sale: Sale,
    /// To give back.
    pub change: Money,
    /// The new head of the till's chain.
    pub head: Digest,
}

impl Sale {
    /// What was given back, as a positive number.
    pub fn change(&self) -> Money {
        let back = |payment: &&Payment| self.total >= Money::ZERO && payment.amount < Money::ZERO;
        -self
            .payments
            .iter()
            .filter(back)
            .map(|payment| payment.amount)
            .sum::<Money>()
    }

    /// Whether this is what completing a cart with these payments makes. A cart's id becomes its
    /// sale's, and one cart may be open in two places: the answer to a second press is this sale
    /// only where the same goods were paid in the same way by the same customer.
    pub fn is_of(&self, cart: &Cart, inputs: &[PaymentInput], shop: &ShopSettings) -> bool {
        let settings = PricingSettings::from(shop);
        let total = price(cart, &settings).total;
        let settled = settle(total, inputs, settings.cash_rounding, shop.exponent);
        self.total == total
            && self.customer == cart.customer
            && self.payments == payments(inputs, settled.change)
            && self.whole_lines().eq(cart
                .lines
                .iter()
                .map(|line| (line.id, line.quantity, line.unit_price)))
    }

    /// Id, quantity and price of what was sold, however many batches it was taken from.
    fn whole_lines(&self) -> impl Iterator<Item = (RecordId, Quantity, Money)> {
        let mut whole: Vec<(RecordId, Quantity, Money)> = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            match whole.last_mut() {
                Some((id, quantity, _)) if line.part_of == Some(*id) => {
                    *quantity = *quantity + line.quantity;
                }
                _ => whole.push((line.id, line.quantity, line.unit_price)),
            }
        }
        whole.into_iter()
    }
}

impl SaleLine {
    pub(crate) fn new(line: &CartLine, priced: &PricedLine) -> Self {
        Self {
            id: line.id,
            product: line.product,
            batch: line.batch_id,
            code: line.code.clone(),
            name: line.name.clone(),
            unit: line.unit.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            list_price: line.list_price,
            cost: line.cost,
            tax_rate: line.tax_rate,
            gross: priced.gross,
            discount: priced.discount,
            total: priced.total,
            order_discount: priced.order_discount,
            tax: priced.tax,
            stocked: line.stocked && line.product.is_some(),
            lot: line.batch.clone(),
            expiry: line.expiry.clone(),
            part_of: line.part_of,
        }
    }

    /// What its buyer paid for it: all discounts taken off, tax put on.
    pub fn paid(&self, tax_included: bool) -> Money {
        let amount = self.total - self.order_discount;
        if tax_included {
            amount
        } else {
            amount + self.tax
        }
    }
}

impl From<&Approval> for Approved {
    fn from(approval: &Approval) -> Self {
        Self {
            permission: approval.permission,
            employee: approval.employee_id,
            name: approval.name.clone(),
            at: Millis(u64::try_from(approval.at).unwrap_or(0)),
        }
    }
}

/// Completes a sale. Takes the settled payments of a cart, whose lines say which batches they are
/// taken from ([`crate::allot`]), and the next number of [`Counted::Receipts`]; `reference` is the
/// number on somebody else's document.
///
/// # Errors
/// When the cart is empty, not exactly paid, bought on credit by nobody, or needs an approval that it
/// does not have.
pub fn complete_sale(
    occasion: &Occasion,
    shop: &ShopSettings,
    cart: &Cart,
    inputs: &[PaymentInput],
    reference: Option<String>,
    issue: Issue,
) -> Result<CompletedSale, BuildError> {
    if cart.lines.is_empty() {
        return Err(BuildError::Nothing);
    }
    let settings = PricingSettings::from(shop);
    let priced = price(cart, &settings);
    let needs = needs_of_cart(occasion.person.role, cart, &priced, occasion.at);
    if !needs.is_empty() {
        return Err(BuildError::NotAllowed(needs));
    }
    let settlement = settle(priced.total, inputs, settings.cash_rounding, shop.exponent);
    if !settlement.complete {
        let remaining = settlement.remaining;
        return Err(if remaining < Money::ZERO {
            BuildError::Overpaid { excess: -remaining }
        } else {
            BuildError::Unpaid { remaining }
        });
    }
    let payments = payments(inputs, settlement.change);
    let mut sale = sale_of(occasion, &settings, cart, &priced);
    sale.number = occasion.series.number(Counted::Receipts, issue.count);
    sale.reference = reference;
    sale.session = issue.session;
    sale.rounding = settlement.rounding;
    paid_by(&payments).clone_into(&mut sale.paid_by);
    sale.payments = payments;
    let document = typed::to_document(&sale)?;
    let charge = charge_op(occasion, cart.id, &sale)?;
    let (mut body, head) = record(
        occasion,
        ("complete_sale", collection::SALES),
        cart.id,
        document,
        issue.previous,
        &cart.approvals,
    );
    body.ops.extend(charge);
    (sale.chain_previous, sale.chain_digest) = (issue.previous, head);
    Ok(CompletedSale {
        body,
        sale,
        change: settlement.change,
        head,
    })
}

fn sale_of(
    occasion: &Occasion,
    settings: &PricingSettings,
    cart: &Cart,
    priced: &PricedCart,
) -> Sale {
    Sale {
        number: String::new(),
        reference: None,
        sold_at: occasion.at,
        device: occasion.device,
        till: occasion.series.till_name(),
        employee: occasion.person.employee(),
        employee_name: occasion.person.employee_name(),
        customer: cart.customer,
        lines: cart
            .lines
            .iter()
            .zip(&priced.lines)
            .map(|(line, priced)| SaleLine::new(line, priced))
            .collect(),
        units: priced.units,
        subtotal: priced.subtotal,
        discount: priced.discount,
        tax: priced.tax.clone(),
        tax_total: priced.tax_total,
        tax_included: settings.tax_included,
        total: priced.total,
        rounding: Money::ZERO,
        payments: Vec::new(),
        paid_by: String::new(),
        approvals: cart.approvals.iter().map(Approved::from).collect(),
        session: None,
        chain_previous: Digest::ZERO,
        chain_digest: Digest::ZERO,
    }
}
