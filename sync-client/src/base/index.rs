use std::collections::BTreeMap;
use std::ops::Bound;

use sync_core::{Document, Value};

use super::bits::Bits;
use super::key;
use crate::Compare;

/// The slots under one key. Nearly all keys of a unique field have one.
#[derive(Clone, Debug)]
#[expect(
    clippy::box_collection,
    reason = "one of these for each key: 16 bytes instead of 24"
)]
enum Postings {
    One(u32),
    Many(Box<Vec<u32>>),
}

/// One index of the schema: keys in order, each with the slots of its records.
#[derive(Clone, Debug)]
pub(crate) struct FieldIndex {
    pub(crate) fields: Vec<String>,
    keys: BTreeMap<Box<[u8]>, Postings>,
}

impl FieldIndex {
    /// An index over keys that come in any order. Sorted first: a map that grows at its end is made
    /// in half the time.
    pub(crate) fn of(fields: Vec<String>, mut keys: Vec<(Box<[u8]>, u32)>) -> Self {
        keys.sort_unstable();
        let mut index = Self {
            fields,
            keys: BTreeMap::new(),
        };
        for (key, slot) in keys {
            match index.keys.last_entry().filter(|last| *last.key() == key) {
                Some(mut last) => last.get_mut().add(slot),
                None => {
                    index.keys.insert(key, Postings::One(slot));
                }
            }
        }
        index
    }

    /// The key of a document in an index over these fields.
    pub(crate) fn key(fields: &[String], doc: &Document) -> Box<[u8]> {
        let mut key = Vec::with_capacity(32);
        for field in fields {
            key::push(&mut key, doc.get(field));
        }
        key.into()
    }

    pub(crate) fn add(&mut self, doc: &Document, slot: u32) {
        let key = self.key_of(doc);
        match self.keys.get_mut(&key) {
            Some(postings) => postings.add(slot),
            None => {
                self.keys.insert(key, Postings::One(slot));
            }
        }
    }

    pub(crate) fn remove(&mut self, doc: &Document, slot: u32) {
        let key = self.key_of(doc);
        if let Some(postings) = self.keys.get_mut(&key)
            && postings.remove(slot)
        {
            self.keys.remove(&key);
        }
    }

    /// Puts the slots whose first field compares so into a set.
    pub(crate) fn select(&self, op: Compare, value: Option<&Value>, into: &mut Bits) {
        let from = match (op, value) {
            (Compare::Prefix, Some(Value::Text(text))) => {
                let mut from = Vec::new();
                key::push_text(&mut from, text);
                from
            }
            (Compare::Prefix, _) => return,
            // A missing field is never at most anything: start behind the absent ones.
            (Compare::Lte, _) => vec![1],
            _ => key::of(value),
        };
        let bound = key::of(value);
        let (start, unbounded) = (Bound::Included(&from[..]), Bound::Unbounded);
        for (found, postings) in self.keys.range::<[u8], _>((start, unbounded)) {
            let inside = match op {
                Compare::Eq | Compare::Prefix => found.starts_with(&from),
                Compare::Gte => true,
                Compare::Lte => found[..] <= bound[..] || found.starts_with(&bound),
            };
            if !inside {
                break;
            }
            postings.iter().for_each(|slot| into.set(slot));
        }
    }

    /// The slots whose key begins so, in order of the key or against it.
    pub(crate) fn walk(&self, prefix: &[u8], desc: bool) -> Box<dyn Iterator<Item = u32> + '_> {
        let start = Bound::Included(prefix);
        let end = key_after(prefix);
        let end = end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let keys = self.keys.range::<[u8], _>((start, end));
        if desc {
            return Box::new(keys.rev().flat_map(|(_, postings)| postings.iter()));
        }
        Box::new(keys.flat_map(|(_, postings)| postings.iter()))
    }

    fn key_of(&self, doc: &Document) -> Box<[u8]> {
        Self::key(&self.fields, doc)
    }
}

/// The smallest key above all that begin so; none where there is no such key.
fn key_after(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut after = prefix[..=last].to_vec();
    after[last] += 1;
    Some(after)
}

impl Postings {
    fn add(&mut self, slot: u32) {
        match self {
            Self::One(one) if *one == slot => {}
            Self::One(one) => {
                let both = vec![slot.min(*one), slot.max(*one)];
                *self = Self::Many(Box::new(both));
            }
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

    fn iter(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        let slots = match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(slots) => &slots[..],
        };
        slots.iter().copied()
    }
}
