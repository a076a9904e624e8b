//! Which batches the goods of a cart are taken from: first expired, first out.

use std::collections::BTreeMap;

use sync_core::{Quantity, ReadError, RecordId, Records};

use super::{BatchLevel, batch_id, batches_of};
use crate::tax::spread;
use crate::{Batch, Cart, CartLine, Discount, Money, collection};

/// One whole unit, in thousandths.
const UNIT: i64 = 1000;

/// What is still there to be taken, by product, in the order in which it should be.
type Shelves = BTreeMap<RecordId, Vec<BatchLevel>>;

/// A cart whose lines that name a lot say of which batch that is, and when it expires where the code
/// did not say. A lot that is not known here is no batch: the sale keeps its name all the same.
///
/// # Errors
/// When the records cannot be read.
pub fn name_batches(records: &dyn Records, cart: &Cart) -> Result<Cart, ReadError> {
    let mut cart = cart.clone();
    for line in &mut cart.lines {
        (line.batch_id, line.part_of) = (None, None);
        let (Some(product), Some(lot)) = (line.product, &line.batch) else {
            continue;
        };
        let id = batch_id(product, lot);
        let known = records.get(collection::BATCHES, id)?;
        let known = known.filter(|record| record.is_live());
        if let Some(batch) = known.and_then(|record| record.doc.to_typed::<Batch>().ok()) {
            line.batch_id = Some(id);
            line.expiry = line.expiry.take().or(batch.expiry);
        }
    }
    Ok(cart)
}

/// A cart whose every line is taken from one batch at most. Where somebody named a batch, all of the
/// line is of that one. Else it is split over those that have not expired on the day `today`
/// (`YYYY-MM-DD`), first expired first, and what none of them has is of no batch. A line that is not
/// of whole units was weighed in one piece, and is taken from one batch.
///
/// The parts of a line come after each other; the first keeps its id, and the others say whose part
/// they are. They cost together what the line cost.
///
/// # Errors
/// When the records cannot be read.
pub fn allot(records: &dyn Records, cart: &Cart, today: &str) -> Result<Cart, ReadError> {
    let mut cart = name_batches(records, cart)?;
    let mut shelves = shelves(records, &cart, today)?;
    // What somebody named is not there for the others.
    for line in &cart.lines {
        let shelf = line.product.and_then(|product| shelves.get_mut(&product));
        let named = shelf.into_iter().flatten();
        for batch in named.filter(|batch| line.batch_id == Some(batch.id)) {
            batch.on_hand = batch.on_hand - line.quantity;
        }
    }
    let mut lines = Vec::with_capacity(cart.lines.len());
    for line in cart.lines {
        let automatic = line.batch.is_none() && line.stocked && line.quantity > Quantity(0);
        let shelf = line.product.and_then(|product| shelves.get_mut(&product));
        match shelf.filter(|_| automatic) {
            Some(shelf) => lines.extend(parts(&line, shelf)),
            None => lines.push(line),
        }
    }
    cart.lines = lines;
    Ok(cart)
}

fn shelves(records: &dyn Records, cart: &Cart, today: &str) -> Result<Shelves, ReadError> {
    let mut shelves = Shelves::new();
    for product in cart.lines.iter().filter_map(|line| line.product) {
        if shelves.contains_key(&product) {
            continue;
        }
        let mut offered = batches_of(records, product)?;
        offered.retain(|each| !each.batch.archived && !each.batch.expired(today));
        shelves.insert(product, offered);
    }
    Ok(shelves)
}

/// Splits a line over what is there, and takes it from there.
fn parts(line: &CartLine, shelf: &mut [BatchLevel]) -> Vec<CartLine> {
    let taken = match line.quantity.0 % UNIT {
        0 => pieces(line.quantity.0, shelf),
        _ => weighed(line.quantity, shelf),
    };
    let grosses: Vec<Money> = taken
        .iter()
        .map(|(_, quantity)| line.unit_price.times(*quantity))
        .collect();
    let discount = line.discount.filter(|_| taken.len() > 1);
    let discounts = discount.map(|off| {
        let gross = line.unit_price.times(line.quantity);
        spread(off.of(gross), &grosses)
    });
    let part = |(at, (batch, quantity)): (usize, (Option<usize>, Quantity))| {
        let batch = batch.map(|at| &shelf[at]);
        let own = discounts.as_ref().and_then(|parts| parts.get(at));
        CartLine {
            id: match at {
                0 => line.id,
                _ => RecordId::derived(&[b"part of line", line.id.bytes(), &[at as u8]]),
            },
            part_of: (at > 0).then_some(line.id),
            quantity,
            discount: own.map_or(line.discount, |&amount| Some(Discount::Amount { amount })),
            batch_id: batch.map(|batch| batch.id),
            batch: batch.map(|batch| batch.batch.lot.clone()),
            expiry: batch.map_or_else(|| line.expiry.clone(), |it| it.batch.expiry.clone()),
            ..line.clone()
        }
    };
    taken.into_iter().enumerate().map(part).collect()
}

/// Whole units: as many of each batch as it has.
fn pieces(quantity: i64, shelf: &mut [BatchLevel]) -> Vec<(Option<usize>, Quantity)> {
    let (mut wanted, mut taken) = (quantity, Vec::new());
    for (at, batch) in shelf.iter_mut().enumerate() {
        let there = batch.on_hand.0 / UNIT * UNIT;
        let part = there.min(wanted);
        if part > 0 {
            batch.on_hand = batch.on_hand - Quantity(part);
            wanted -= part;
            taken.push((Some(at), Quantity(part)));
        }
    }
    if wanted > 0 {
        taken.push((None, Quantity(wanted)));
    }
    taken
}

/// One piece: of the first batch that has all of it, else of the one that has most. A scale and a
/// shelf never agree to the gram.
fn weighed(quantity: Quantity, shelf: &mut [BatchLevel]) -> Vec<(Option<usize>, Quantity)> {
    let enough = shelf.iter().position(|batch| batch.on_hand >= quantity);
    let mut most: Option<usize> = None;
    for (at, batch) in shelf.iter().enumerate() {
        let larger = most.is_none_or(|most| batch.on_hand > shelf[most].on_hand);
        if batch.on_hand > Quantity(0) && larger {
            most = Some(at);
        }
    }
    let from = enough.or(most);
    if let Some(at) = from {
        shelf[at].on_hand = shelf[at].on_hand - quantity;
    }
    vec![(from, quantity)]
}
