//! What facts add up to: stock on hand, what is known of customers, what went through a drawer.

use std::collections::BTreeMap;

use sync_core::{CollectionName, Document, Map, Projected, Projection, RecordId, Value};

use crate::collection::{
    CASH_MOVEMENTS, CREDIT_ENTRIES, CUSTOMERS, REFUNDS, SALES, STOCK_ADJUSTMENTS, STOCK_LEVELS,
    STOCK_MOVEMENTS,
};
use crate::{drawer, level_id};

/// What a fact does to stock, totals and drawers.
///
/// Reads the document field by field: a fact that misses one still counts for all the others.
pub(crate) fn project(collection: &str, fact: &Document) -> Vec<Projection> {
    match collection {
        SALES => {
            let mut all = stock(moved(fact, -1));
            all.extend(customer(fact, "sold_at", 1));
            all.extend(drawer::project(collection, fact));
            all
        }
        REFUNDS => {
            let restock = fact.get("restock").and_then(Value::as_bool) == Some(true);
            let mut all = if restock {
                stock(moved(fact, 1))
            } else {
                Vec::new()
            };
            all.extend(customer(fact, "refunded_at", -1));
            all.extend(drawer::project(collection, fact));
            all
        }
        STOCK_ADJUSTMENTS => stock(moved(fact, 1)),
        STOCK_MOVEMENTS => {
            let product = id_of(fact.get("product"));
            let key = product.map(|product| (product, id_of(fact.get("batch"))));
            let delta = fact.int("delta").unwrap_or(0);
            stock(key.map(|key| (key, delta)).into_iter().collect())
        }
        CREDIT_ENTRIES => {
            let mut all = credit(fact);
            all.extend(drawer::project(collection, fact));
            all
        }
        CASH_MOVEMENTS => drawer::project(collection, fact).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// How much of each product, or of each batch, moved. Only goods of which stock is kept.
pub(crate) type Moved = BTreeMap<(RecordId, Option<RecordId>), i64>;

/// What the lines of a document move, times a sign.
fn moved(fact: &Document, sign: i64) -> Moved {
    let mut moved = Moved::new();
    let lines = fact.get("lines").and_then(Value::as_list);
    for line in lines.unwrap_or_default().iter().filter_map(Value::as_map) {
        let stocked = line.get("stocked").and_then(Value::as_bool) != Some(false);
        let quantity = line.get("quantity").and_then(Value::as_int).unwrap_or(0);
        if let (true, Some(product)) = (stocked, id_of(line.get("product"))) {
            let sum = moved
                .entry((product, id_of(line.get("batch"))))
                .or_default();
            *sum = sum.saturating_add(quantity.saturating_mul(sign));
        }
    }
    moved
}

fn stock(moved: Moved) -> Vec<Projection> {
    let level = |((product, batch), delta): ((RecordId, Option<RecordId>), i64)| {
        let mut fields = Map::from([
            ("product".to_owned(), key(product)),
            ("on_hand".to_owned(), Projected::Add(delta)),
        ]);
        if let Some(batch) = batch {
            fields.insert("batch".to_owned(), key(batch));
        }
        Projection {
            collection: STOCK_LEVELS.into(),
            id: level_id(product, batch),
            fields,
        }
    };
    moved.into_iter().map(level).collect()
}

fn customer(fact: &Document, time: &str, sign: i64) -> Option<Projection> {
    let id = id_of(fact.get("customer"))?;
    let total = fact.int("total").unwrap_or(0);
    let mut fields = Map::from([(
        "total_spent".to_owned(),
        Projected::Add(total.saturating_mul(sign)),
    )]);
    if sign > 0 {
        fields.insert("total_orders".to_owned(), Projected::Add(1));
        if let Some(at) = fact.int(time) {
            fields.insert("last_order_at".to_owned(), Projected::Max(at));
        }
    }
    Some(Projection {
        collection: CollectionName::from(CUSTOMERS),
        id,
        fields,
    })
}

fn credit(fact: &Document) -> Vec<Projection> {
    let Some(id) = id_of(fact.get("customer")) else {
        return Vec::new();
    };
    let amount = fact.int("amount").unwrap_or(0);
    let signed = match fact.text("kind") {
        Some("payment" | "write_off") => amount.saturating_neg(),
        _ => amount,
    };
    let fields = Map::from([("credit_balance".to_owned(), Projected::Add(signed))]);
    vec![Projection {
        collection: CUSTOMERS.into(),
        id,
        fields,
    }]
}

fn key(id: RecordId) -> Projected {
    Projected::Key(Value::Text(id.to_string()))
}

pub(crate) fn id_of(value: Option<&Value>) -> Option<RecordId> {
    value.and_then(Value::as_str).and_then(|id| id.parse().ok())
}
