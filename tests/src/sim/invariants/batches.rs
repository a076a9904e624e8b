//! What is there of each batch is what moved it, and all batches together with what is of none are
//! what is on hand, on the master and on every till.

use std::collections::BTreeMap;

use anyhow::Result;
use retail::collection;
use serde_json::Value as Json;
use sync_client::Client;
use sync_core::{Quantity, RecordId};

use super::{End, documents};

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    look(end).unwrap_or_else(|error| vec![format!("{error:#}")])
}

fn look(end: &End<'_>) -> Result<Vec<String>> {
    let batches = documents(&end.ledger, collection::BATCHES)?;
    let mut sums: BTreeMap<String, Quantity> = BTreeMap::new();
    let mut of_nobody: BTreeMap<String, Quantity> = BTreeMap::new();
    let mut broken = Vec::new();
    for (id, level) in documents(&end.ledger, collection::STOCK_LEVELS)? {
        let product = level["product"].as_str().unwrap_or_default().to_owned();
        let on_hand = Quantity(level["on_hand"].as_i64().unwrap_or_default());
        let known = level["batch"].as_str().is_none_or(|batch| {
            let same = |(id, doc): &(RecordId, Json)| {
                id.to_string() == batch && doc["product"] == product.as_str()
            };
            batches.iter().any(same)
        });
        if !known {
            // A till sold of what another one took in, which lost it before it came to stay.
            if everybody_remembers(end) {
                broken.push(format!("level {id} is of a batch that nobody knows"));
            }
            let sum = of_nobody.entry(product.clone()).or_default();
            *sum = *sum + on_hand;
        }
        let sum = sums.entry(product).or_default();
        *sum = *sum + on_hand;
    }
    let should = end.replay.model.by_product();
    if sums != should {
        broken.push(format!("{sums:?} is on hand, should be {should:?}"));
    }
    for device in end.devices {
        for (product, on_hand) in &sums {
            let (Some(client), Ok(id)) = (device.client(), product.parse()) else {
                continue;
            };
            let (parts, whole) = shown(client, id)?;
            let unseen = of_nobody.get(product).copied().unwrap_or_default();
            if whole != *on_hand || parts + unseen != whole {
                let number = device.number;
                broken.push(format!(
                    "device {number} shows {whole} of {product}, {parts} in its batches, where \
                     {on_hand} is there, {unseen} of it of no known batch"
                ));
            }
        }
    }
    Ok(broken)
}

/// What a till shows of a product: all its parts together, and the whole.
fn shown(client: &Client, product: RecordId) -> Result<(Quantity, Quantity)> {
    let shown = client.read(|records| {
        let batches = retail::batches_of(records, product)?;
        let batches: Quantity = batches.iter().map(|batch| batch.on_hand).sum();
        let parts = batches + retail::without_batch(records, product)?;
        Ok::<_, sync_core::ReadError>((parts, retail::on_hand(records, product)?))
    });
    Ok(shown?)
}

fn everybody_remembers(end: &End<'_>) -> bool {
    let mut devices = end.devices.iter();
    devices.all(|device| end.oracle.remembers(device.number))
}
