//! Giving money back: by receipt, per tender and line by line, or without one.
//!
//! Amounts and quantities of a refund are what goes back, as positive numbers. A line refunded in
//! parts adds up to exactly what was paid for it: each part is the difference of two cumulated
//! shares, each rounded once.

mod quote;

use serde::{Deserialize, Serialize};
use sync_core::{Body, DeviceId, Digest, Millis, Quantity, RecordId};

pub use quote::{RefundQuote, Refundable, RefundableLine, quote_refund, refundable};

use crate::credit::credit_back_op;
use crate::payment::{Method, Payment, paid_by};
use crate::permission::needs_of_refund;
use crate::receipt::{Counted, Issue, record};
use crate::sale::Approved;
use crate::{
    Approval, BuildError, CartLine, Money, Occasion, Sale, SaleLine, ShopSettings, TaxLine,
    collection, typed,
};

/// A record of `refunds`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// From the same series as sales.
    pub number: String,
    /// The number on somebody else's document.
    pub reference: Option<String>,
    /// The sale, where there is a receipt.
    pub sale: Option<RecordId>,
    /// Its number.
    pub sale_number: Option<String>,
    /// Business time.
    pub refunded_at: Millis,
    /// Where.
    pub device: DeviceId,
    /// The till's name.
    pub till: String,
    /// By whom.
    pub employee: Option<RecordId>,
    /// Their name then.
    pub employee_name: Option<String>,
    /// To whom.
    pub customer: Option<RecordId>,
    /// What comes back; a line of a sale keeps its id.
    pub lines: Vec<SaleLine>,
    /// The sum of the quantities.
    pub units: Quantity,
    /// The sum of the lines' totals.
    pub subtotal: Money,
    /// The lines' parts of the order's discount.
    pub discount: Money,
    /// By rate.
    pub tax: Vec<TaxLine>,
    /// All tax.
    pub tax_total: Money,
    /// Whether the prices include it.
    pub tax_included: bool,
    /// What goes back; rounding is not in it.
    pub total: Money,
    /// The rounding of the part given back in cash.
    pub rounding: Money,
    /// Sum to total and rounding.
    pub payments: Vec<Payment>,
    /// `none`, `cash`, `card`, `credit` or `mixed`.
    pub paid_by: String,
    /// Who approved what the person at the till may not do alone.
    #[serde(default)]
    pub approvals: Vec<Approved>,
    /// Whether the goods go back on the shelf.
    pub restock: bool,
    /// Why.
    pub reason: String,
    /// The drawer session it belongs to.
    pub session: Option<RecordId>,
    /// The digest of the receipt before it on this till.
    pub chain_previous: Digest,
    /// Its own.
    pub chain_digest: Digest,
}

/// A refund to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundRequest {
    /// Its id; asking twice makes one.
    pub id: RecordId,
    /// The sale with all its refunds so far; `None` is without receipt.
    pub of: Option<SaleSoFar>,
    /// What comes back.
    pub items: Vec<RefundItem>,
    /// Whether the goods go back on the shelf.
    pub restock: bool,
    /// Why.
    pub reason: String,
    /// How; `None` gives back the way it was paid, or cash without receipt.
    pub method: Option<Method>,
    /// What others lent.
    pub approvals: Vec<Approval>,
    /// The number on somebody else's document.
    pub reference: Option<String>,
}

/// A sale and what was refunded of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleSoFar {
    /// Its id.
    pub id: RecordId,
    /// The sale.
    pub sale: Sale,
    /// Its refunds, in any order.
    pub refunds: Vec<Refund>,
}

/// One thing that comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundItem {
    /// Part of a line of the sale.
    SaleLine {
        /// Which line.
        line: RecordId,
        /// How much of it.
        quantity: Quantity,
    },
    /// Something without a receipt, at the price given.
    Goods(Box<CartLine>),
}

/// What came of a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedRefund {
    /// To be recorded.
    pub body: Body,
    /// The refund as recorded, under the request's id.
    pub refund: Refund,
    /// The new head of the till's chain.
    pub head: Digest,
}

/// Makes a refund. Takes the next number of [`Counted::Receipts`].
///
/// # Errors
/// When nothing comes back, more than is left, or an approval is missing.
pub fn refund(
    occasion: &Occasion,
    shop: &ShopSettings,
    request: &RefundRequest,
    issue: Issue,
) -> Result<CompletedRefund, BuildError> {
    let needs = needs_of_refund(occasion.person.role, request);
    if !needs.is_empty() {
        return Err(BuildError::NotAllowed(needs));
    }
    let quoted = quote::quote(request, shop)?;
    let of = request.of.as_ref();
    let mut refund = Refund {
        number: occasion.series.number(Counted::Receipts, issue.count),
        reference: request.reference.clone(),
        sale: of.map(|of| of.id),
        sale_number: of.map(|of| of.sale.number.clone()),
        refunded_at: occasion.at,
        device: occasion.device,
        till: occasion.series.till_name(),
        employee: occasion.person.employee(),
        employee_name: occasion.person.employee_name(),
        customer: of.and_then(|of| of.sale.customer),
        units: quoted.lines.iter().map(|line| line.quantity).sum(),
        subtotal: quoted.lines.iter().map(|line| line.total).sum(),
        discount: quoted.lines.iter().map(|line| line.order_discount).sum(),
        tax: quoted.tax,
        tax_total: quoted.tax_total,
        tax_included: quoted.tax_included,
        total: quoted.total,
        rounding: quoted.rounding,
        paid_by: paid_by(&quoted.payments).to_owned(),
        payments: quoted.payments,
        lines: quoted.lines,
        approvals: request.approvals.iter().map(Approved::from).collect(),
        restock: request.restock,
        reason: request.reason.clone(),
        session: issue.session,
        chain_previous: issue.previous,
        chain_digest: Digest::ZERO,
    };
    let document = typed::to_document(&refund)?;
    let credit = credit_back_op(occasion, request.id, &refund)?;
    let (mut body, head) = record(
        occasion,
        ("refund", collection::REFUNDS),
        request.id,
        document,
        issue.previous,
        &request.approvals,
    );
    body.ops.extend(credit);
    refund.chain_digest = head;
    Ok(CompletedRefund { body, refund, head })
}
