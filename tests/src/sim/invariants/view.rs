//! What a till shows is whole at any moment: everything that it said is saved, and stock, drawers and
//! debts that are what the facts it shows add up to. Nothing flickers, nothing counts twice.

use std::collections::BTreeSet;

use retail::collection;
use serde_json::Value as Json;
use sync_client::{Doc, Query};

use super::Moment;
use crate::sim::model::Model;
use crate::sim::oracle::Sure;

/// Everything that the model needs.
const READ: [&str; 10] = [
    collection::STOCK_MOVEMENTS,
    collection::SALES,
    collection::REFUNDS,
    collection::STOCK_ADJUSTMENTS,
    collection::CREDIT_ENTRIES,
    collection::CASH_MOVEMENTS,
    collection::SHIFT_CLOSINGS,
    collection::STOCK_LEVELS,
    collection::CUSTOMERS,
    collection::DRAWER_SESSIONS,
];

pub(super) fn broken(moment: &Moment<'_>) -> Vec<String> {
    let (device, oracle) = (moment.device, moment.oracle);
    let Some(client) = device.client().filter(|_| !device.damaged) else {
        return Vec::new();
    };
    // Without records it has yet to be given them.
    if client.position().cursor.is_none() {
        return Vec::new();
    }
    let (mut should, mut is) = (Model::default(), Model::default());
    let mut shown = BTreeSet::new();
    for name in READ {
        for found in &client.query(&Query::all(name)).items {
            shown.insert(found.id);
            let doc = json_of(name, found);
            if Model::counts(name) {
                should.fact(name, found.id, &doc, oracle);
            } else {
                is.told(name, found.id, &doc);
            }
        }
    }
    let number = device.number;
    let own = oracle.facts().filter(|(_, fact)| fact.device == number);
    let kept = own.filter(|(_, fact)| fact.sure == Sure::Kept);
    let gone = kept.filter(|(id, _)| !shown.contains(id));
    let mut broken: Vec<String> = gone
        .map(|(id, fact)| {
            let (what, made) = (fact.collection, fact.number);
            format!("device {number} does not show {what} {id}, number {made}")
        })
        .collect();
    // Whoever is only known from facts has no record to show.
    should.known_to(&is);
    let mut differs = should.stock_differs(&is);
    differs.extend(should.money_differs(&is));
    differs.extend(should.drawers_differ(&is));
    differs.extend(should.credit_differs(&is));
    let differs = differs.into_iter();
    broken.extend(differs.map(|what| format!("device {number} shows {what}")));
    broken
}

/// A document, where the model reads it: of what people did it knows more than is written.
fn json_of(name: &str, found: &Doc) -> Json {
    match name {
        collection::STOCK_MOVEMENTS
        | collection::STOCK_LEVELS
        | collection::CUSTOMERS
        | collection::DRAWER_SESSIONS => {
            serde_json::from_str(&found.doc.canonical()).unwrap_or_default()
        }
        _ => Json::Null,
    }
}
