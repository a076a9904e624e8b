//! What a cart or a refund asks beyond selling.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sync_core::{Document, Millis, RecordId, Value};

use super::{Ask, Permission, authorise};
use crate::day::day_of;
use crate::money::round;
use crate::refund::RefundRequest;
use crate::{Cart, Money, PricedCart, Rate, Role};

/// Something the person logged in may not do alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OverrideNeed {
    /// What somebody else can lend.
    pub permission: Permission,
    /// The line; `None` is the whole order.
    pub line: Option<RecordId>,
    /// A sentence.
    pub reason: String,
}

/// What of a cart the person may not do alone at a time, and nobody lent yet.
pub fn needs_of_cart(
    role: Role,
    cart: &Cart,
    priced: &PricedCart,
    at: Millis,
) -> Vec<OverrideNeed> {
    let mut needs = Vec::new();
    let mut ask = |line: Option<RecordId>, ask: &Ask| {
        for permission in authorise(role, "complete_sale", ask).unwrap_or_default() {
            let known = needs
                .iter()
                .any(|need: &OverrideNeed| need.permission == permission && need.line.is_none());
            if !known {
                needs.push(OverrideNeed {
                    permission,
                    line: line.filter(|_| permission != Permission::Sell),
                    reason: reason(permission, role),
                });
            }
        }
    };
    ask(
        None,
        &Ask {
            discount: off(priced.discount, priced.subtotal),
            ..Ask::default()
        },
    );
    // A limit is about what the person gave, however many batches the goods are taken from.
    let mut whole: BTreeMap<RecordId, (Money, Money)> = BTreeMap::new();
    for (line, priced) in cart.lines.iter().zip(&priced.lines) {
        let (discount, gross) = whole.entry(line.whole()).or_default();
        (*discount, *gross) = (*discount + priced.discount, *gross + priced.gross);
    }
    let today = day_of(at);
    for line in cart.lines.iter().filter(|line| line.part_of.is_none()) {
        let (discount, gross) = whole.get(&line.id).copied().unwrap_or_default();
        ask(
            Some(line.id),
            &Ask {
                discount: off(discount, gross),
                price_changed: line.unit_price != line.list_price,
                without_receipt: false,
                expired: line.expiry.as_ref().is_some_and(|expiry| *expiry < today),
            },
        );
    }
    needs.retain(|need| {
        let lent = |approval: &crate::Approval| approval.permission == need.permission;
        !cart.approvals.iter().any(lent)
    });
    needs
}

/// What of a refund the person may not do alone and nobody lent yet.
pub fn needs_of_refund(role: Role, request: &RefundRequest) -> Vec<OverrideNeed> {
    let ask = Ask {
        without_receipt: request.of.is_none(),
        ..Ask::default()
    };
    authorise(role, "refund", &ask)
        .unwrap_or_default()
        .into_iter()
        .filter(|permission| {
            !request
                .approvals
                .iter()
                .any(|approval| approval.permission == *permission)
        })
        .map(|permission| OverrideNeed {
            permission,
            line: None,
            reason: reason(permission, role),
        })
        .collect()
}

/// The share a discount takes off an amount.
fn off(discount: Money, amount: Money) -> Rate {
    let (discount, amount) = (discount.0.unsigned_abs(), amount.0.unsigned_abs());
    if discount == 0 {
        return Rate(0);
    }
    if amount == 0 {
        return Rate(10_000);
    }
    // A discount is itself rounded to the minor unit: half a unit more than the limit is within it.
    let exact = (i128::from(discount) * 2 - 1) * 10_000;
    Rate(round(exact, i128::from(amount) * 2).clamp(1, 10_000))
}

/// What a recorded sale asked beyond selling.
pub(crate) fn ask_of_sale(sale: &Document) -> Ask {
    let money = |field: &str| Money(sale.int(field).unwrap_or(0));
    let mut ask = Ask {
        discount: off(money("discount"), money("subtotal")),
        ..Ask::default()
    };
    let lines = sale.get("lines").and_then(Value::as_list);
    let mut whole: BTreeMap<_, (Money, Money)> = BTreeMap::new();
    for line in lines.unwrap_or_default().iter().filter_map(Value::as_map) {
        let money = |field: &str| Money(line.get(field).and_then(Value::as_int).unwrap_or(0));
        let text = |field: &str| line.get(field).and_then(Value::as_str);
        let id = text("part_of").or(text("id")).unwrap_or_default();
        let (discount, gross) = whole.entry((id, text("product"))).or_default();
        (*discount, *gross) = (*discount + money("discount"), *gross + money("gross"));
        ask.price_changed |= money("unit_price") != money("list_price");
    }
    for (discount, gross) in whole.into_values() {
        ask.discount = ask.discount.max(off(discount, gross));
    }
    ask
}

fn reason(permission: Permission, role: Role) -> String {
    match permission {
        Permission::Sell => "this user may not sell".to_owned(),
        Permission::Discount => {
            let limit = role.max_discount().0 / 100;
            format!("this discount is over the limit of {limit} %")
        }
        Permission::OverridePrice => "the price is not the catalogue's".to_owned(),
        Permission::Refund => "this user may not refund".to_owned(),
        Permission::RefundWithoutReceipt => "there is no receipt".to_owned(),
        Permission::SellExpired => "these goods are past their date".to_owned(),
        _ => "this user may not do that".to_owned(),
    }
}
