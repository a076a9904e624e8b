//! At every position of the log, stock on hand and what customers spent are what the facts up to
//! there add up to, done slowly from what people did.

use anyhow::{Context, Result};
use serde_json::Value as Json;

use super::End;
use crate::sim::model::Model;

/// So many positions are named.
const NAMED: usize = 3;

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    look(end).unwrap_or_else(|error| vec![format!("{error:#}")])
}

fn look(end: &End<'_>) -> Result<Vec<String>> {
    let query = "SELECT position, collection, change FROM log_changes ORDER BY position, number";
    let mut statement = end.ledger.prepare(query)?;
    let mut rows = statement.query([])?;
    let (mut should, mut is) = (Model::default(), Model::default());
    let (mut at, mut broken) = (0, Vec::new());
    let mut compare = |at: i64, should: &Model, is: &Model| {
        if broken.len() < NAMED {
            let differs = should.stock_differs(is).into_iter();
            let differs = differs.chain(should.money_differs(is));
            broken.extend(differs.map(|what| format!("at {at}: {what}")));
        }
    };
    while let Some(row) = rows.next()? {
        let position: i64 = row.get(0)?;
        if position != at {
            compare(at, &should, &is);
            at = position;
        }
        let (collection, change): (String, String) = (row.get(1)?, row.get(2)?);
        let change: Json = serde_json::from_str(&change)?;
        let record = &change["record"];
        let id = record["id"].as_str().and_then(|id| id.parse().ok());
        let id = id.context("a change without an id")?;
        // A fact changes once: it is never edited.
        if Model::counts(&collection) {
            should.fact(&collection, id, &record["doc"], end.oracle);
        } else {
            is.told(&collection, id, &record["doc"]);
        }
    }
    compare(at, &should, &is);
    Ok(broken)
}
