//! What went low, ran out, or was sold without being there.

use std::collections::BTreeMap;

use sync_core::{Document, Projected, Quantity, ReadError, Record, RecordId, Value};

use super::{Fact, Raise, Trial};
use crate::collection::{NOTICES, PRODUCTS, STOCK_LEVELS};
use crate::notice::OUT_OF_STOCK;
use crate::on_hand;
use crate::project::{id_of, project};

pub(super) fn judge(trial: &mut Trial<'_>, facts: &[Fact<'_>]) -> Result<(), ReadError> {
    let mut moved: BTreeMap<RecordId, (i64, Fact<'_>)> = BTreeMap::new();
    for fact in facts {
        for projection in project(fact.collection, fact.doc) {
            if projection.collection.as_str() != STOCK_LEVELS {
                continue;
            }
            let product = match projection.fields.get("product") {
                Some(Projected::Key(key)) => id_of(Some(key)),
                _ => None,
            };
            let delta = match projection.fields.get("on_hand") {
                Some(Projected::Add(delta)) => *delta,
                _ => 0,
            };
            if let Some(product) = product {
                let entry = moved.entry(product).or_insert((0, *fact));
                entry.0 = entry.0.saturating_add(delta);
            }
        }
    }
    for (product, (delta, fact)) in moved {
        if delta < 0 {
            taken(trial, fact, product, delta)?;
        }
    }
    Ok(())
}

fn taken(
    trial: &mut Trial<'_>,
    fact: Fact<'_>,
    product: RecordId,
    delta: i64,
) -> Result<(), ReadError> {
    let was = on_hand(trial.before, product)?.0;
    let left = was.saturating_add(delta);
    let record = trial.after.get(PRODUCTS, product)?.filter(Record::is_live);
    let name = record
        .as_ref()
        .and_then(|record| record.doc.text("name"))
        .unwrap_or("a product")
        .to_owned();
    let reorder = record
        .and_then(|record| record.doc.int("reorder_level"))
        .unwrap_or(0);
    let number = fact.doc.text("number").unwrap_or("a movement").to_owned();
    let raise = |kind, message| Raise {
        kind,
        subject: product.to_string(),
        op: fact.op,
        message,
        details: Document::new()
            .with("receipt", number.as_str())
            .with("on_hand", left),
    };
    if was > 0 && left <= 0 {
        let message = format!("{name} is out of stock");
        trial.notice(raise(OUT_OF_STOCK, message));
    } else if was > reorder && left <= reorder && left > 0 {
        let message = format!("{name} is low: {} left", Quantity(left));
        trial.notice(raise("low_stock", message));
    }
    if left < 0 {
        let rival = match was {
            // Its last one may be long gone; what is short now this receipt took alone.
            1.. => None,
            _ => emptied_by(trial, product)?.filter(|rival| *rival != number),
        };
        let by = match rival {
            Some(rival) => format!("{number} after {rival}"),
            None => number.clone(),
        };
        let short = Quantity(left.saturating_neg());
        let message = format!("{name} was sold without stock, {short} too much: {by}");
        if was >= 0 {
            trial.notice(raise("oversold", message.clone()));
        }
        trial.task(raise("oversold", message));
    }
    Ok(())
}

/// The receipt that took the last of a product: its notice stays for as long as none is there.
fn emptied_by(trial: &Trial<'_>, product: RecordId) -> Result<Option<String>, ReadError> {
    let key = Value::Text(format!("{OUT_OF_STOCK}:{product}"));
    let notices = trial.before.find(NOTICES, "key", &key)?;
    let newest = notices.into_iter().max_by_key(|notice| notice.version);
    Ok(newest.and_then(|notice| {
        let causes = notice.doc.get("causes")?.as_list()?;
        let details = causes.first()?.as_map()?.get("details")?.as_map()?;
        details.get("receipt")?.as_str().map(str::to_owned)
    }))
}
