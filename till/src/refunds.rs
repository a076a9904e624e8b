//! Giving money back.

use retail::{
    Approval, BuildError, CartLine, Method, Money, OverrideNeed, Payment, Product, RefundItem,
    RefundRequest, Sale, SaleSoFar, collection, needs_of_refund, quote_refund, refundable,
};
use serde::{Deserialize, Serialize};
use sync_core::{Millis, Quantity, RecordId};

use crate::error::TillError;
use crate::receipts::ReceiptView;
use crate::selling::{is_there, issue};
use crate::till::Till;

/// What the refund screen asks for.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundInput {
    /// Id of the refund, made by the UI: asking twice makes one refund.
    id: RecordId,
    /// Null: without receipt.
    sale_id: Option<RecordId>,
    lines: Vec<RefundLine>,
    /// Goods go back on the shelf.
    restock: bool,
    reason: String,
    /// Null: back the way it was paid.
    #[cfg_attr(feature = "types", ts(type = "\"cash\" | \"card\" | null"))]
    method: Option<Method>,
    #[serde(default)]
    approvals: Vec<Approval>,
}

/// What is given back: goods of the receipt, or without one.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(
    tag = "kind",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
enum RefundLine {
    SaleLine {
        line: RecordId,
        quantity: Quantity,
    },
    Product {
        product: RecordId,
        quantity: Quantity,
        unit_price: Money,
    },
}

/// What is left to refund of a sale.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundableSale {
    sale_id: RecordId,
    number: String,
    sold_at: Millis,
    total: Money,
    lines: Vec<RefundableLine>,
}

/// What is left of one line.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
struct RefundableLine {
    id: RecordId,
    name: String,
    unit: String,
    sold: Quantity,
    refundable: Quantity,
    unit_price: Money,
    total: Money,
    /// Of which batch it is, and goes back to.
    lot: Option<String>,
    expiry: Option<String>,
}

/// What a refund comes to, before it is made.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundQuote {
    total: Money,
    tax_total: Money,
    payments: Vec<Payment>,
    needs: Vec<OverrideNeed>,
}

/// A refund that is durable on this device.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct CompletedRefund {
    refund_id: RecordId,
    receipt: ReceiptView,
}

impl Till {
    /// What is left to refund of a sale.
    pub(crate) fn refundable(&self, id: RecordId) -> Result<RefundableSale, TillError> {
        let sale: Sale = self.sale(id)?;
        let refunds = self.refunds_of(id)?;
        let refunds: Vec<_> = refunds.into_iter().map(|(_, refund)| refund).collect();
        let left = refundable(&sale, &refunds);
        let lines = sale.lines.into_iter().zip(left.lines);
        let lines = lines.map(|(line, left)| RefundableLine {
            id: line.id,
            name: line.name,
            unit: line.unit,
            sold: left.sold,
            refundable: left.refundable,
            unit_price: line.unit_price,
            total: line.total,
            lot: line.lot,
            expiry: line.expiry,
        });
        Ok(RefundableSale {
            sale_id: id,
            number: sale.number,
            sold_at: sale.sold_at,
            total: sale.total,
            lines: lines.collect(),
        })
    }

    pub(crate) fn quote_refund(&self, input: &RefundInput) -> Result<RefundQuote, TillError> {
        let request = self.request(input)?;
        let quote = quote_refund(&request, &self.shop()?)?;
        Ok(RefundQuote {
            total: quote.total,
            tax_total: quote.tax_total,
            payments: quote.payments,
            needs: needs_of_refund(self.session()?.role, &request),
        })
    }

    /// Records a refund. Asked twice with one id, it is there once.
    pub(crate) async fn refund(&self, input: &RefundInput) -> Result<CompletedRefund, TillError> {
        let id = input.id;
        if self.client()?.get(collection::REFUNDS, id).is_none() {
            let (request, shop) = (self.request(input)?, self.shop()?);
            if let Some(need) = needs_of_refund(self.session()?.role, &request).first() {
                return Err(TillError::denied(need.permission));
            }
            let occasion = self.occasion(&request.approvals)?;
            let actor = occasion.person.actor();
            let recorded = self.record("refund", actor, move |draft| {
                if is_there(draft, collection::REFUNDS, id) {
                    return Err(BuildError::Nothing);
                }
                let issue = issue(draft, &occasion);
                let done = retail::refund(&occasion, &shop, &request, issue)?;
                draft.set_mark(&occasion.series.chain(), done.head.to_string());
                Ok(done.body)
            });
            let recorded = recorded.await;
            if self.client()?.get(collection::REFUNDS, id).is_none() {
                recorded?;
            }
        }
        Ok(CompletedRefund {
            refund_id: id,
            receipt: self.receipt(id)?,
        })
    }

    fn request(&self, input: &RefundInput) -> Result<RefundRequest, TillError> {
        let of = match input.sale_id {
            None => None,
            Some(id) => Some(SaleSoFar {
                id,
                sale: self.sale(id)?,
                refunds: self
                    .refunds_of(id)?
                    .into_iter()
                    .map(|(_, refund)| refund)
                    .collect(),
            }),
        };
        let items = input
            .lines
            .iter()
            .map(|line| match *line {
                RefundLine::SaleLine { line, quantity } => {
                    Ok(RefundItem::SaleLine { line, quantity })
                }
                RefundLine::Product {
                    product,
                    quantity,
                    unit_price,
                } => {
                    let record: Product = self.typed(collection::PRODUCTS, product, "product")?;
                    let id = RecordId::derived(&[input.id.bytes(), product.bytes()]);
                    let mut line = CartLine::of(id, product, &record, quantity);
                    line.unit_price = unit_price;
                    Ok(RefundItem::Goods(Box::new(line)))
                }
            })
            .collect::<Result<_, TillError>>()?;
        Ok(RefundRequest {
            id: input.id,
            of,
            items,
            restock: input.restock,
            reason: input.reason.clone(),
            method: input.method,
            approvals: self.checked(&input.approvals),
            reference: None,
        })
    }
}
