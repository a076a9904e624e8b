//! A slow, simple model of stock and money: one fact after the other, by what people did.

use std::collections::BTreeMap;

use retail::collection;
use serde_json::Value as Json;
use sync_core::RecordId;

use super::oracle::Oracle;

/// A product, or one batch of it, as texts.
type Shelf = (String, Option<String>);

/// What there should be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    on_hand: BTreeMap<Shelf, i64>,
    /// What each customer has spent, and in how many sales.
    spent: BTreeMap<String, (i64, i64)>,
}

impl Model {
    /// Counts a fact. What came before people did anything is read from its document.
    pub fn fact(&mut self, collection: &str, id: RecordId, doc: &Json, oracle: &Oracle) {
        if collection == collection::STOCK_MOVEMENTS {
            *self.on_hand.entry(shelf(doc)).or_default() += int(doc, "delta");
        }
        let Some(fact) = oracle.fact(id) else {
            return;
        };
        for moved in &fact.moves {
            let batch = moved.batch.map(|batch| batch.to_string());
            let shelf = (moved.product.to_string(), batch);
            *self.on_hand.entry(shelf).or_default() += moved.quantity.0;
        }
        if let Some(customer) = fact.customer {
            let (spent, orders) = self.spent.entry(customer.to_string()).or_default();
            (*spent, *orders) = (*spent + fact.total, *orders + 1);
        }
    }

    /// Notes what somebody says there is.
    pub fn told(&mut self, collection: &str, id: RecordId, doc: &Json) {
        match collection {
            collection::STOCK_LEVELS => {
                self.on_hand.insert(shelf(doc), int(doc, "on_hand"));
            }
            collection::CUSTOMERS => {
                let told = (int(doc, "total_spent"), int(doc, "total_orders"));
                self.spent.insert(id.to_string(), told);
            }
            _ => {}
        }
    }

    /// Whether a collection holds facts that this counts.
    pub fn counts(collection: &str) -> bool {
        let counted = [
            collection::STOCK_MOVEMENTS,
            collection::SALES,
            collection::REFUNDS,
            collection::STOCK_ADJUSTMENTS,
        ];
        counted.contains(&collection)
    }

    /// Which stock is otherwise than it should be, in words.
    pub fn stock_differs(&self, told: &Self) -> Vec<String> {
        let differs = both(&self.on_hand, &told.on_hand).into_iter();
        let words = |((product, batch), (should, is)): (Shelf, (i64, i64))| {
            let batch = batch.as_deref().unwrap_or("no batch");
            format!("{is} of {product} ({batch}) on hand, should be {should}")
        };
        differs.map(words).collect()
    }

    /// Whose spending is otherwise than it should be, in words.
    pub fn money_differs(&self, told: &Self) -> Vec<String> {
        let differs = both(&self.spent, &told.spent).into_iter();
        let words =
            |(customer, (should, is))| format!("{customer} spent {is:?}, should be {should:?}");
        differs.map(words).collect()
    }
}

/// The entries that are not the same here and there; none counts as nothing.
fn both<K: Ord + Clone, V: Copy + Default + PartialEq>(
    one: &BTreeMap<K, V>,
    other: &BTreeMap<K, V>,
) -> Vec<(K, (V, V))> {
    let keys: std::collections::BTreeSet<&K> = one.keys().chain(other.keys()).collect();
    let of = |map: &BTreeMap<K, V>, key| map.get(key).copied().unwrap_or_default();
    let pairs = keys
        .into_iter()
        .map(|key| (key.clone(), (of(one, key), of(other, key))));
    pairs.filter(|(_, (one, other))| one != other).collect()
}

fn shelf(doc: &Json) -> Shelf {
    let text = |field: &str| doc[field].as_str().map(str::to_owned);
    (text("product").unwrap_or_default(), text("batch"))
}

fn int(doc: &Json, field: &str) -> i64 {
    doc[field].as_i64().unwrap_or_default()
}
