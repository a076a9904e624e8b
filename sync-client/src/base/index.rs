use std::sync::OnceLock;

use sync_core::{Document, Value};

use super::bits::Bits;
use super::key;
use super::postings::{Keyed, Postings};
use crate::Compare;

/// One index of the schema: keys in order, each with the slots of its records. It is made when the
/// first query needs it.
#[derive(Clone, Debug)]
pub(crate) struct FieldIndex {
    fields: Vec<String>,
    keys: OnceLock<Postings>,
}

impl FieldIndex {
    pub(crate) fn new(fields: &[String]) -> Self {
        Self {
            fields: fields.to_vec(),
            keys: OnceLock::new(),
        }
    }

    pub(crate) fn fields(&self) -> &[String] {
        &self.fields
    }

    pub(crate) fn is_made(&self) -> bool {
        self.keys.get().is_some()
    }

    /// Makes it of the keys of all documents, in any order.
    pub(crate) fn fill(&self, keys: Vec<Keyed>) {
        self.keys.get_or_init(|| Postings::of(keys));
    }

    pub(crate) fn key(&self, doc: &Document) -> Box<[u8]> {
        key_of(&self.fields, doc)
    }

    /// Leaves it to be made again.
    pub(crate) fn forget(&mut self) {
        self.keys.take();
    }

    pub(crate) fn add(&mut self, doc: &Document, slot: u32) {
        if let Some(keys) = self.keys.get_mut() {
            keys.add(&key_of(&self.fields, doc), slot);
        }
    }

    pub(crate) fn remove(&mut self, doc: &Document, slot: u32) {
        if let Some(keys) = self.keys.get_mut() {
            keys.remove(&key_of(&self.fields, doc), slot);
        }
    }

    fn keys(&self) -> &Postings {
        self.keys.get().expect("made by who gave it out")
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
        for (found, slots) in self.keys().range(&from, None) {
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
        let keys = self.keys().range(prefix, end.as_deref());
        if desc {
            return Box::new(keys.rev().flat_map(|(_, slots)| slots.iter()));
        }
        Box::new(keys.flat_map(|(_, slots)| slots.iter()))
    }
}

fn key_of(fields: &[String], doc: &Document) -> Box<[u8]> {
    let mut key = Vec::with_capacity(32);
    for field in fields {
        key::push(&mut key, doc.get(field));
    }
    key.into()
}

/// The smallest key above all that begin so; none where there is no such key.
fn key_after(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut after = prefix[..=last].to_vec();
    after[last] += 1;
    Some(after)
}
