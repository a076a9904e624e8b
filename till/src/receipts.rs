//! Receipts as screens and printers show them.

use retail::{
    Money, Payment, Refund, Sale, SaleLine, ShopSettings, TaxLine, collection, refundable,
};
use serde::Serialize;
use sync_client::Query;
use sync_core::{Millis, Quantity, RecordId};

use crate::error::TillError;
use crate::till::Till;

/// A receipt, of a sale or a refund.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReceiptView {
    kind: ReceiptKind,
    id: RecordId,
    number: String,
    shop: String,
    address_lines: Vec<String>,
    till: String,
    cashier: Option<String>,
    at: Millis,
    lines: Vec<ReceiptLine>,
    subtotal: Money,
    discount: Money,
    tax: Vec<TaxLine>,
    tax_included: bool,
    rounding: Money,
    total: Money,
    payments: Vec<Payment>,
    change: Money,
    footer: Option<String>,
    /// True until the master has confirmed it.
    pending: bool,
    /// Derived from its refunds; `none` for a refund.
    refunded: Refunded,
    refunds: Vec<RefundOfSale>,
    /// A refund's own sale, where there is one.
    sale: Option<RefundedSale>,
    reason: Option<String>,
}

/// What a receipt is of.
#[derive(Clone, Copy, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
enum ReceiptKind {
    Sale,
    Refund,
}

/// How much of a sale was given back.
#[derive(Clone, Copy, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
enum Refunded {
    None,
    Partly,
    Fully,
}

/// What a customer bought of one thing, from however many batches it was taken.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
struct ReceiptLine {
    id: RecordId,
    name: String,
    code: String,
    quantity: Quantity,
    unit: String,
    unit_price: Money,
    discount: Money,
    total: Money,
}

/// A refund, as the receipt of its sale names it.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
struct RefundOfSale {
    id: RecordId,
    number: String,
    at: Millis,
    total: Money,
    reason: String,
}

/// A sale, as the receipt of a refund names it.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
struct RefundedSale {
    id: RecordId,
    number: Option<String>,
}

impl Till {
    /// The receipt of a sale or a refund.
    pub(crate) fn receipt(&self, id: RecordId) -> Result<ReceiptView, TillError> {
        let (client, shop) = (self.client()?, self.shop()?);
        if let Some(doc) = client.get(collection::SALES, id) {
            let sale = doc
                .doc
                .to_typed()
                .map_err(|e| TillError::internal(&e.to_string()))?;
            let refunds = self.refunds_of(id)?;
            return Ok(of_sale(&shop, id, &sale, &refunds, doc.pending));
        }
        if self.looked_up.borrow().contains_key(&id) {
            let (sale, refunds) = (self.sale(id)?, self.refunds_of(id)?);
            return Ok(of_sale(&shop, id, &sale, &refunds, false));
        }
        let doc = client.get(collection::REFUNDS, id);
        let doc = doc.ok_or_else(|| TillError::missing("receipt"))?;
        let refund = doc
            .doc
            .to_typed()
            .map_err(|e| TillError::internal(&e.to_string()))?;
        Ok(of_refund(&shop, id, &refund, doc.pending))
    }

    /// The refunds of a sale, oldest first: those held here and those looked up.
    pub(crate) fn refunds_of(&self, sale: RecordId) -> Result<Vec<(RecordId, Refund)>, TillError> {
        let query = Query::all(collection::REFUNDS).eq("sale", sale.to_string());
        let docs = self.client()?.query(&query).items.into_iter();
        let mut refunds: Vec<(RecordId, Refund)> = docs
            .filter_map(|doc| Some((doc.id, doc.doc.to_typed().ok()?)))
            .collect();
        if let Some(known) = self.looked_up.borrow().get(&sale) {
            let held: Vec<RecordId> = refunds.iter().map(|(id, _)| *id).collect();
            let other = known.refunds.iter().filter(|(id, _)| !held.contains(id));
            refunds.extend(other.cloned());
        }
        refunds.sort_by_key(|(_, refund)| refund.refunded_at);
        Ok(refunds)
    }
}

fn of_sale(
    shop: &ShopSettings,
    id: RecordId,
    sale: &Sale,
    refunds: &[(RecordId, Refund)],
    pending: bool,
) -> ReceiptView {
    let typed: Vec<Refund> = refunds.iter().map(|(_, refund)| refund.clone()).collect();
    let left = refundable(sale, &typed);
    let refunded = match (left.untouched, left.exhausted) {
        (true, _) => Refunded::None,
        (false, true) => Refunded::Fully,
        (false, false) => Refunded::Partly,
    };
    let list = refunds.iter().map(|(id, refund)| RefundOfSale {
        id: *id,
        number: refund.number.clone(),
        at: refund.refunded_at,
        total: refund.total,
        reason: refund.reason.clone(),
    });
    let change = sale.change();
    ReceiptView {
        kind: ReceiptKind::Sale,
        id,
        number: sale.number.clone(),
        shop: shop.name.clone(),
        address_lines: shop.address_lines.clone(),
        till: sale.till.clone(),
        cashier: sale.employee_name.clone(),
        at: sale.sold_at,
        lines: lines(&sale.lines),
        subtotal: sale.subtotal,
        discount: sale.discount,
        tax: sale.tax.clone(),
        tax_included: sale.tax_included,
        rounding: sale.rounding,
        total: sale.total,
        payments: given(&sale.payments, change),
        change,
        footer: shop.receipt_footer.clone(),
        pending,
        refunded,
        refunds: list.collect(),
        sale: None,
        reason: None,
    }
}

fn of_refund(shop: &ShopSettings, id: RecordId, refund: &Refund, pending: bool) -> ReceiptView {
    let sale = refund.sale.map(|id| RefundedSale {
        id,
        number: refund.sale_number.clone(),
    });
    ReceiptView {
        kind: ReceiptKind::Refund,
        id,
        number: refund.number.clone(),
        shop: shop.name.clone(),
        address_lines: shop.address_lines.clone(),
        till: refund.till.clone(),
        cashier: refund.employee_name.clone(),
        at: refund.refunded_at,
        lines: lines(&refund.lines),
        subtotal: refund.subtotal,
        discount: refund.discount,
        tax: refund.tax.clone(),
        tax_included: refund.tax_included,
        rounding: refund.rounding,
        total: refund.total,
        payments: refund.payments.clone(),
        change: Money::ZERO,
        footer: shop.receipt_footer.clone(),
        pending,
        refunded: Refunded::None,
        refunds: Vec::new(),
        sale,
        reason: Some(refund.reason.clone()),
    }
}

/// What was handed over: the change stands apart.
fn given(payments: &[Payment], change: Money) -> Vec<Payment> {
    payments
        .iter()
        .filter(|payment| change == Money::ZERO || payment.amount > Money::ZERO)
        .copied()
        .collect()
}

fn lines(lines: &[SaleLine]) -> Vec<ReceiptLine> {
    let line = |line: SaleLine| ReceiptLine {
        id: line.id,
        name: line.name,
        code: line.code,
        quantity: line.quantity,
        unit: line.unit,
        unit_price: line.unit_price,
        discount: line.discount,
        total: line.total,
    };
    // A customer bought one thing, from however many batches it was taken.
    let mut whole: Vec<SaleLine> = Vec::with_capacity(lines.len());
    for line in lines.iter().filter(|line| line.quantity != Quantity(0)) {
        match whole.last_mut() {
            Some(first) if line.part_of == Some(first.id) => {
                first.quantity = first.quantity + line.quantity;
                first.discount = first.discount + line.discount;
                first.total = first.total + line.total;
            }
            _ => whole.push(line.clone()),
        }
    }
    whole.into_iter().map(line).collect()
}
