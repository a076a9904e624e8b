//! From which batches goods should be taken, found slowly: one unit after the other, each time the
//! one that expires first.

use std::collections::BTreeMap;

use retail::{BatchLevel, Cart, CartLine, batches_of};
use sync_core::{ReadError, RecordId, Records};

/// One whole unit, in thousandths.
const UNIT: i64 = 1000;

/// What is there of each product of a cart, batch by batch.
pub type Shelves = BTreeMap<RecordId, Vec<BatchLevel>>;

/// What a till knows to be there of what is in a cart.
///
/// # Errors
/// When its records cannot be read.
pub fn of(records: &dyn Records, cart: &Cart) -> Result<Shelves, ReadError> {
    let products = cart.lines.iter().filter_map(|line| line.product);
    products
        .map(|product| Ok((product, batches_of(records, product)?)))
        .collect()
}

/// Where a till takes goods from another batch than it should on a day, `YYYY-MM-DD`, in words.
pub fn broken(asked: &Cart, given: &Cart, shelves: &Shelves, today: &str) -> Vec<String> {
    let mut left: BTreeMap<RecordId, i64> = BTreeMap::new();
    for each in shelves.values().flatten() {
        left.insert(each.id, each.on_hand.0);
    }
    let lot_of = |product: RecordId, lot: &str| {
        let shelf = shelves.get(&product)?;
        Some(shelf.iter().find(|each| each.batch.lot == lot)?.id)
    };
    // What somebody named is of that batch, and gone for the others.
    let mut should: Vec<(RecordId, Option<RecordId>, i64)> = Vec::new();
    for line in &asked.lines {
        if let (Some(product), Some(lot)) = (line.product, &line.batch) {
            let batch = lot_of(product, lot);
            if let Some(left) = batch.and_then(|batch| left.get_mut(&batch)) {
                *left -= line.quantity.0;
            }
            should.push((line.id, batch, line.quantity.0));
        }
    }
    for line in asked.lines.iter().filter(|line| line.batch.is_none()) {
        for _ in 0..line.quantity.0 / UNIT {
            let shelf = line.product.and_then(|product| shelves.get(&product));
            let batch = first(shelf.into_iter().flatten(), &left, today);
            if let Some(left) = batch.and_then(|batch| left.get_mut(&batch)) {
                *left -= UNIT;
            }
            should.push((line.id, batch, UNIT));
        }
    }
    let is = given.lines.iter();
    let is = is.map(|line: &CartLine| (line.whole(), line.batch_id, line.quantity.0));
    let (should, is) = (sum(should.into_iter()), sum(is));
    match should == is {
        true => Vec::new(),
        false => vec![format!(
            "on {today} goods are taken from {is:?}, not {should:?}"
        )],
    }
}

/// The batch from which the next unit goes: of those that may be sold and have one, the one that
/// expires first, then the one that came first.
fn first<'a>(
    shelf: impl Iterator<Item = &'a BatchLevel>,
    left: &BTreeMap<RecordId, i64>,
    today: &str,
) -> Option<RecordId> {
    let mut best: Option<(&BatchLevel, (String, u64, String))> = None;
    for each in shelf {
        let batch = &each.batch;
        let day = batch.expiry.clone().unwrap_or_else(|| "never".to_owned());
        let there = left.get(&each.id).copied().unwrap_or(0) >= UNIT;
        if batch.archived || *day < *today || !there {
            continue;
        }
        let came = batch.received_at.map_or(0, |at| at.0);
        let place = (day, came, batch.lot.clone());
        if best.as_ref().is_none_or(|(_, first)| place < *first) {
            best = Some((each, place));
        }
    }
    best.map(|(each, _)| each.id)
}

type Taken = BTreeMap<(RecordId, Option<RecordId>), i64>;

fn sum(parts: impl Iterator<Item = (RecordId, Option<RecordId>, i64)>) -> Taken {
    let mut sums = Taken::new();
    for (line, batch, quantity) in parts {
        *sums.entry((line, batch)).or_default() += quantity;
    }
    sums
}
