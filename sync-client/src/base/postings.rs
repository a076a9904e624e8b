use std::cmp::Ordering;

use crate::runs::{Range, Runs};

/// Keys in order, each with the slots of its records: what all indexes are made of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Postings(Runs<Box<[u8]>, Slots>);

/// The slots under one key. Nearly all keys of a unique field have one.
#[derive(Clone, Debug)]
#[expect(
    clippy::box_collection,
    reason = "one of these for each key: 16 bytes instead of 24"
)]
pub(crate) enum Slots {
    One(u32),
    Many(Box<Vec<u32>>),
}

/// A key with one of its slots.
pub(crate) type Keyed = (Box<[u8]>, u32);

impl Postings {
    /// Takes over keys that come in any order. Sorted first: what grows at its end is made in half
    /// the time.
    pub(super) fn of(mut keys: Vec<Keyed>) -> Self {
        sort(&mut keys, &mut Ord::cmp);
        let mut postings = Self::default();
        for (key, slot) in keys {
            match postings.0.last_mut().filter(|(last, _)| **last == key) {
                Some((_, slots)) => slots.add(slot),
                None => postings.push(key, Slots::One(slot)),
            }
        }
        postings
    }

    /// Adds a key behind all others.
    pub(super) fn push(&mut self, key: Box<[u8]>, slots: Slots) {
        self.0.insert(key, slots);
    }

    pub(crate) fn add(&mut self, key: &[u8], slot: u32) {
        match self.0.get_mut(key) {
            Some(slots) => slots.add(slot),
            None => {
                self.0.insert(key.into(), Slots::One(slot));
            }
        }
    }

    pub(crate) fn remove(&mut self, key: &[u8], slot: u32) {
        if let Some(slots) = self.0.get_mut(key)
            && slots.remove(slot)
        {
            self.0.remove(key);
        }
    }

    /// The keys from one on, up to another one where there is an end.
    pub(crate) fn range(&self, start: &[u8], end: Option<&[u8]>) -> Range<'_, Box<[u8]>, Slots> {
        self.0.range(start, end)
    }
}

impl Slots {
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        let slots = match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(slots) => &slots[..],
        };
        slots.iter().copied()
    }

    pub(super) fn add(&mut self, slot: u32) {
        match self {
            Self::One(one) if *one == slot => {}
            Self::One(one) => {
                let both = vec![slot.min(*one), slot.max(*one)];
                *self = Self::Many(Box::new(both));
            }
            // Where an index is made they come in order.
            Self::Many(slots) if slots.last() < Some(&slot) => slots.push(slot),
            Self::Many(slots) => {
                if let Err(place) = slots.binary_search(&slot) {
                    slots.insert(place, slot);
                }
            }
        }
    }

    /// Takes a slot away and says whether none is left.
    fn remove(&mut self, slot: u32) -> bool {
        match self {
            Self::One(one) => *one == slot,
            Self::Many(slots) => {
                if let Ok(place) = slots.binary_search(&slot) {
                    slots.remove(place);
                }
                slots.is_empty()
            }
        }
    }
}

/// Sorts keys. Every sorting in a browser goes through here: each other one would be downloaded too.
pub(crate) fn sort(keys: &mut [Keyed], order: &mut dyn FnMut(&Keyed, &Keyed) -> Ordering) {
    keys.sort_unstable_by(order);
}
