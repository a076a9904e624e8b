//! A slow, simple model of stock and money: one fact after the other, by what people did.

mod drawer;

use std::collections::{BTreeMap, BTreeSet};

use retail::{DrawerTotals, collection};
use serde_json::Value as Json;
use sync_core::{Quantity, RecordId};

use super::oracle::{Fact, Oracle};

/// A product, or one batch of it, as texts.
type Shelf = (String, Option<String>);

/// What there should be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    on_hand: BTreeMap<Shelf, i64>,
    /// What each customer has spent, and in how many sales.
    spent: BTreeMap<String, (i64, i64)>,
    /// What each customer owes.
    owed: BTreeMap<String, i64>,
    /// What went through each drawer, by its session.
    drawers: BTreeMap<String, DrawerTotals>,
}

impl Model {
    /// Counts a fact. What came before people did anything is read from its document.
    pub fn fact(&mut self, collection: &str, id: RecordId, doc: &Json, oracle: &Oracle) {
        match oracle.fact(id) {
            Some(fact) => self.done(collection, fact),
            None if collection == collection::STOCK_MOVEMENTS => {
                *self.on_hand.entry(shelf(doc)).or_default() += int(doc, "delta");
            }
            None => {}
        }
    }

    fn done(&mut self, collection: &str, fact: &Fact) {
        for moved in &fact.moves {
            let batch = moved.batch.map(|batch| batch.to_string());
            let shelf = (moved.product.to_string(), batch);
            *self.on_hand.entry(shelf).or_default() += moved.quantity.0;
        }
        if let Some(customer) = fact.customer {
            let orders = i64::from(collection == collection::SALES);
            if matches!(collection, collection::SALES | collection::REFUNDS) {
                let (spent, ordered) = self.spent.entry(customer.to_string()).or_default();
                (*spent, *ordered) = (*spent + fact.total, *ordered + orders);
            }
            *self.owed.entry(customer.to_string()).or_default() += fact.owed;
        }
        if let Some(session) = fact.session {
            let sums = self.drawers.entry(session.to_string()).or_default();
            drawer::count(sums, collection, fact);
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
                self.owed.insert(id.to_string(), int(doc, "credit_balance"));
            }
            collection::DRAWER_SESSIONS => {
                self.drawers.insert(id.to_string(), drawer::told(doc));
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
            collection::CREDIT_ENTRIES,
            collection::CASH_MOVEMENTS,
        ];
        counted.contains(&collection)
    }

    /// Leaves out the customers and drawers of which somebody says nothing.
    pub fn known_to(&mut self, told: &Self) {
        self.spent.retain(|id, _| told.spent.contains_key(id));
        self.owed.retain(|id, _| told.owed.contains_key(id));
        self.drawers.retain(|id, _| told.drawers.contains_key(id));
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

    /// Whose debts are otherwise than they should be, in words.
    pub fn credit_differs(&self, told: &Self) -> Vec<String> {
        let differs = both(&self.owed, &told.owed).into_iter();
        let words = |(customer, (should, is))| format!("{customer} owes {is}, should be {should}");
        differs.map(words).collect()
    }

    /// Which drawers hold something else than they should, in words.
    pub fn drawers_differ(&self, told: &Self) -> Vec<String> {
        let differs = both(&self.drawers, &told.drawers).into_iter();
        let words =
            |(session, (should, is))| format!("drawer {session} has {is:?}, should be {should:?}");
        differs.map(words).collect()
    }

    /// What is there of each product, all its batches together.
    pub fn by_product(&self) -> BTreeMap<String, Quantity> {
        let mut sums: BTreeMap<String, Quantity> = BTreeMap::new();
        for ((product, _), on_hand) in &self.on_hand {
            let sum = sums.entry(product.clone()).or_default();
            *sum = *sum + Quantity(*on_hand);
        }
        sums
    }
}

/// The entries that are not the same here and there; none counts as nothing.
fn both<K: Ord + Clone, V: Copy + Default + PartialEq>(
    one: &BTreeMap<K, V>,
    other: &BTreeMap<K, V>,
) -> Vec<(K, (V, V))> {
    let keys: BTreeSet<&K> = one.keys().chain(other.keys()).collect();
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
