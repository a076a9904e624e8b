//! At every position of the log, what each customer owes is what they bought on credit, paid, and
//! were let off; in the end that is what their entries add up to, with one charge for each sale on
//! credit.

use std::collections::BTreeMap;

use retail::{Method, collection};
use serde_json::Value as Json;

use super::{End, documents};

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let mut broken = end.replay.credit.clone();
    broken.extend(entries(end).unwrap_or_else(|error| vec![format!("{error:#}")]));
    broken
}

fn entries(end: &End<'_>) -> anyhow::Result<Vec<String>> {
    let mut owed: BTreeMap<String, i64> = BTreeMap::new();
    let mut charged: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (_, entry) in documents(&end.ledger, collection::CREDIT_ENTRIES)? {
        let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
        let amount = entry["amount"].as_i64().unwrap_or_default();
        let more = match entry["kind"].as_str() {
            Some("payment" | "write_off") => -amount,
            _ => amount,
        };
        *owed.entry(text("customer")).or_default() += more;
        if entry["kind"] == "charge" {
            charged.entry(text("sale")).or_default().push(amount);
        }
    }
    let mut broken = Vec::new();
    let query = "SELECT id, doc FROM c_customers WHERE NOT deleted";
    let mut statement = end.ledger.prepare(query)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = sync_core::RecordId::from(row.get::<_, [u8; 16]>(0)?).to_string();
        let doc: Json = serde_json::from_str(&row.get::<_, String>(1)?)?;
        let owes = doc["credit_balance"].as_i64().unwrap_or_default();
        let should = owed.remove(&id).unwrap_or_default();
        if owes != should {
            broken.push(format!("{id} owes {owes}, their entries come to {should}"));
        }
    }
    let nobody = owed.into_iter().filter(|(_, owes)| *owes != 0);
    broken.extend(nobody.map(|(id, owes)| format!("{id} owes {owes} and is not there")));
    for (id, (_, doc)) in &end.facts {
        let Some(fact) = end.oracle.fact(*id) else {
            continue;
        };
        if doc["sold_at"].is_null() || fact.paid != Some(Method::Credit) {
            continue;
        }
        let charges = charged.remove(&id.to_string()).unwrap_or_default();
        if charges != [fact.owed] {
            let should = fact.owed;
            broken.push(format!("sale {id} charged {charges:?}, should be {should}"));
        }
    }
    let unsold = charged.into_iter();
    broken.extend(unsold.map(|(id, charges)| format!("{charges:?} charged for no sale {id}")));
    Ok(broken)
}
