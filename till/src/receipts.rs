//! Receipts as screens and printers show them.

use retail::{Money, Payment, Refund, Sale, SaleLine, ShopSettings, collection, refundable};
use serde_json::{Value as Json, json};
use sync_client::Query;
use sync_core::{Quantity, RecordId};

use crate::error::TillError;
use crate::till::Till;

impl Till {
    /// The receipt of a sale or a refund.
    pub(crate) fn receipt(&self, id: RecordId) -> Result<Json, TillError> {
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
) -> Json {
    let typed: Vec<Refund> = refunds.iter().map(|(_, refund)| refund.clone()).collect();
    let left = refundable(sale, &typed);
    let refunded = match (left.untouched, left.exhausted) {
        (true, _) => "none",
        (false, true) => "fully",
        (false, false) => "partly",
    };
    let list: Vec<Json> = refunds
        .iter()
        .map(|(id, refund)| {
            json!({
                "id": id,
                "number": refund.number,
                "at": refund.refunded_at,
                "total": refund.total,
                "reason": refund.reason,
            })
        })
        .collect();
    let change = sale.change();
    json!({
        "kind": "sale",
        "id": id,
        "number": sale.number,
        "shop": shop.name,
        "addressLines": shop.address_lines,
        "till": sale.till,
        "cashier": sale.employee_name,
        "at": sale.sold_at,
        "lines": lines(&sale.lines),
        "subtotal": sale.subtotal,
        "discount": sale.discount,
        "tax": sale.tax,
        "taxIncluded": sale.tax_included,
        "rounding": sale.rounding,
        "total": sale.total,
        "payments": given(&sale.payments, change),
        "change": change,
        "footer": shop.receipt_footer,
        "pending": pending,
        "refunded": refunded,
        "refunds": list,
        "sale": null,
        "reason": null,
    })
}

fn of_refund(shop: &ShopSettings, id: RecordId, refund: &Refund, pending: bool) -> Json {
    let sale = refund
        .sale
        .map(|id| json!({ "id": id, "number": refund.sale_number }));
    json!({
        "kind": "refund",
        "id": id,
        "number": refund.number,
        "shop": shop.name,
        "addressLines": shop.address_lines,
        "till": refund.till,
        "cashier": refund.employee_name,
        "at": refund.refunded_at,
        "lines": lines(&refund.lines),
        "subtotal": refund.subtotal,
        "discount": refund.discount,
        "tax": refund.tax,
        "taxIncluded": refund.tax_included,
        "rounding": refund.rounding,
        "total": refund.total,
        "payments": refund.payments,
        "change": 0,
        "footer": shop.receipt_footer,
        "pending": pending,
        "refunded": "none",
        "refunds": [],
        "sale": sale,
        "reason": refund.reason,
    })
}

/// What was handed over: the change stands apart.
fn given(payments: &[Payment], change: Money) -> Vec<&Payment> {
    payments
        .iter()
        .filter(|payment| change == Money::ZERO || payment.amount > Money::ZERO)
        .collect()
}

fn lines(lines: &[SaleLine]) -> Vec<Json> {
    let line = |line: &SaleLine| {
        json!({
            "id": line.id,
            "name": line.name,
            "code": line.code,
            "quantity": line.quantity,
            "unit": line.unit,
            "unitPrice": line.unit_price,
            "discount": line.discount,
            "total": line.total,
        })
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
    whole.iter().map(line).collect()
}
