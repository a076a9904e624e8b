use sync_core::{Document, Value};

use super::bits::Bits;
use super::key;
use super::postings::{Keyed, Postings};
use crate::Compare;

/// One index of the schema: keys in order, each with the slots of its records.
#[derive(Clone, Debug)]
pub(crate) struct FieldIndex {
    pub(crate) fields: Vec<String>,
    keys: Postings,
}

impl FieldIndex {
    /// An index over keys that come in any order.
    pub(crate) fn of(fields: Vec<String>, keys: Vec<Keyed>) -> Self {
        let keys = Postings::of(keys);
        Self { fields, keys }
    }

    pub(crate) fn key(fields: &[String], doc: &Document) -> Box<[u8]> {
        let mut key = Vec::with_capacity(32);
        for field in fields {
            key::push(&mut key, doc.get(field));
        }
        key.into()
    }

    pub(crate) fn add(&mut self, doc: &Document, slot: u32) {
        self.keys.add(&Self::key(&self.fields, doc), slot);
    }

    pub(crate) fn remove(&mut self, doc: &Document, slot: u32) {
        self.keys.remove(&Self::key(&self.fields, doc), slot);
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
        for (found, slots) in self.keys.range(&from, None) {
            let inside = match op {
                Compare::Eq | Compare::Prefix => found.starts_with(&from),
                Compare::Gte => true,
                Compare::Lte => found[..] <= bound[..] || found.starts_with(&bound),
            };
            if !inside {
                break;
            }
            slots.iter().for_each(|slot| into.set(slot));
        }
    }

    /// The slots whose key begins so, in order of the key or against it.
    pub(crate) fn walk(&self, prefix: &[u8], desc: bool) -> Box<dyn Iterator<Item = u32> + '_> {
        let end = key_after(prefix);
        let keys = self.keys.range(prefix, end.as_deref());
        if desc {
            return Box::new(keys.rev().flat_map(|(_, slots)| slots.iter()));
        }
        Box::new(keys.flat_map(|(_, slots)| slots.iter()))
    }
}

/// The smallest key above all that begin so; none where there is no such key.
fn key_after(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut after = prefix[..=last].to_vec();
    after[last] += 1;
    Some(after)
}
