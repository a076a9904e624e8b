//! How a query is answered.
//!
//! Every condition that an index covers becomes a set of slots; the sets are cut. What no index
//! covers is looked at record by record. A page in the order of an index is read along that index
//! and stops when it is full; few matches are sorted as they are. The overlay's own matches are
//! merged in.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::vec;

use sync_core::{Document, Record, RecordId, Value};

use super::{View, confirmed};
use crate::base::{Bits, Keyed, Table, key_of, push_key, sort, texts, words_match, words_of};
use crate::query::{Compare, Doc, Filter, Query, QueryResult};

/// Up to so many matches are read and sorted; more are read along an index.
const FEW: usize = 64;

/// What a filter calls the id of a record.
const ID: &str = "id";

/// Where something stands in a result.
type Place = (Vec<u8>, RecordId);

pub(super) fn select(view: &View<'_>, query: &Query) -> QueryResult {
    let sought = query.search.as_deref().map_or_else(Vec::new, words_of);
    let own = own_matches(view, query, &sought);
    let Some(table) = view.base.table(&query.collection) else {
        let total = own.len();
        let items = own.into_iter().map(|(_, doc)| doc);
        return result(query, items, total);
    };
    let mut slots = candidates(table, query, &sought);
    for record in view.overlay.records(&query.collection) {
        if let Some(slot) = table.slot(record.id) {
            slots.clear(slot);
        }
    }
    let matches = slots.count();
    let total = matches + own.len();
    let along = (matches > FEW).then(|| along_index(table, query)).flatten();
    let in_order: Box<dyn Iterator<Item = u32> + '_> = match along {
        Some(walk) => Box::new(walk.filter(|slot| slots.has(*slot))),
        None => Box::new(sorted(table, query, &slots).into_iter()),
    };
    let merged = Merge {
        table,
        query,
        base: in_order,
        next: None,
        own: own.into_iter().peekable(),
    };
    result(query, merged, total)
}

fn result(query: &Query, docs: impl Iterator<Item = Doc>, total: usize) -> QueryResult {
    let limit = query.limit.unwrap_or(usize::MAX);
    let items = docs.skip(query.offset).take(limit);
    QueryResult {
        items: items.map(|doc| only_asked(query, doc)).collect(),
        total,
    }
}

fn only_asked(query: &Query, mut doc: Doc) -> Doc {
    if let Some(fields) = &query.fields {
        let asked = doc.doc.into_iter();
        doc.doc = asked.filter(|(name, _)| fields.contains(name)).collect();
    }
    doc
}

/// The overlay's matches in order.
fn own_matches(view: &View<'_>, query: &Query, sought: &[String]) -> Vec<(Place, Doc)> {
    let collection = &query.collection;
    let schema = view.base.schema().collection(collection);
    let search = schema.map_or(&[][..], |known| &known.search);
    let matches = view
        .overlay
        .records(collection)
        .filter(|record| record.is_live())
        .filter(|record| query.filter.iter().all(|f| holds(f, record)))
        .filter(|record| sought.is_empty() || words_match(sought, texts(search, &record.doc)));
    let mut own: Vec<(Place, Doc)> = Vec::new();
    for record in matches {
        let place = place(query, record.id, &record.doc);
        // There are few of them.
        let after = own.partition_point(|(other, _)| compare(query, other, &place).is_lt());
        own.insert(after, (place, view.own(collection, record)));
    }
    own
}

fn candidates(table: &Table, query: &Query, sought: &[String]) -> Bits {
    let mut slots = table.live().clone();
    let mut uncovered = Vec::new();
    for filter in &query.filter {
        let Some(index) = table.index_by(&filter.field) else {
            if let (ID, Compare::Eq) = (&filter.field[..], filter.op) {
                keep_one(table, filter, &mut slots);
            }
            uncovered.push(filter);
            continue;
        };
        let mut found = table.empty_bits();
        index.select(filter.op, filter.value.as_ref(), &mut found);
        slots.keep(&found);
    }
    for word in sought {
        let mut found = table.empty_bits();
        table.words().select(word, &mut found);
        slots.keep(&found);
    }
    if !uncovered.is_empty() {
        let all: Vec<u32> = slots.iter().collect();
        for slot in all {
            let record = table.record(slot);
            if !record.is_some_and(|r| uncovered.iter().all(|f| holds(f, &r))) {
                slots.clear(slot);
            }
        }
    }
    slots
}

/// Leaves the record that is asked for by its id, so that no other one is read.
fn keep_one(table: &Table, filter: &Filter, slots: &mut Bits) {
    let mut one = table.empty_bits();
    let id = filter.value.as_ref().and_then(Value::as_str);
    if let Some(slot) = id.and_then(|id| table.slot(id.parse().ok()?)) {
        one.set(slot);
    }
    slots.keep(&one);
}

/// A walk in the order asked for, along an index whose first fields are fixed by the query.
fn along_index<'a>(table: &'a Table, query: &Query) -> Option<Box<dyn Iterator<Item = u32> + 'a>> {
    let Some(sort) = &query.sort else {
        return Some(Box::new(table.by_id()));
    };
    let mut prefix = Vec::new();
    let index = table.index(&mut |fields| {
        let fixed = fields.iter().position(|field| *field == sort.field);
        let fixed = fixed.and_then(|place| fixed_by(query, &fields[..place]));
        fixed.map(|key| prefix = key).is_some()
    })?;
    Some(index.walk(&prefix, sort.desc))
}

/// The key of fields that the query asks to be equal to something, all of them.
fn fixed_by(query: &Query, fields: &[String]) -> Option<Vec<u8>> {
    let mut key = Vec::new();
    for field in fields {
        let mut filters = query.filter.iter();
        let fixed = filters.find(|f| f.op == Compare::Eq && f.field == *field)?;
        push_key(&mut key, fixed.value.as_ref());
    }
    Some(key)
}

fn sorted(table: &Table, query: &Query, slots: &Bits) -> Vec<u32> {
    let key = |slot| {
        let doc = query.sort.as_ref().and_then(|_| table.record(slot));
        doc.map_or_else(Vec::new, |record| place(query, record.id, &record.doc).0)
    };
    let mut places: Vec<Keyed> = slots.iter().map(|slot| (key(slot).into(), slot)).collect();
    sort(&mut places, &mut |a, b| {
        let ids = || table.id(a.1).cmp(&table.id(b.1));
        compare_keys(query, &a.0, &b.0).then_with(ids)
    });
    places.into_iter().map(|(_, slot)| slot).collect()
}

fn place(query: &Query, id: RecordId, doc: &Document) -> Place {
    let key = query.sort.as_ref().map(|sort| key_of(doc.get(&sort.field)));
    (key.unwrap_or_default(), id)
}

fn compare(query: &Query, a: &Place, b: &Place) -> Ordering {
    compare_keys(query, &a.0, &b.0).then_with(|| a.1.cmp(&b.1))
}

fn compare_keys(query: &Query, a: &[u8], b: &[u8]) -> Ordering {
    let desc = query.sort.as_ref().is_some_and(|sort| sort.desc);
    if desc { b.cmp(a) } else { a.cmp(b) }
}

fn holds(filter: &Filter, record: &Record) -> bool {
    let id = (filter.field == ID).then(|| Value::Text(record.id.to_string()));
    let value = id.as_ref().or_else(|| record.doc.get(&filter.field));
    match (filter.op, value, &filter.value) {
        (Compare::Eq, value, wanted) => value == wanted.as_ref(),
        (Compare::Gte, Some(value), Some(least)) => value >= least,
        (Compare::Lte, Some(value), Some(most)) => value <= most,
        (Compare::Prefix, Some(Value::Text(text)), Some(Value::Text(beginning))) => {
            text.starts_with(&beginning[..])
        }
        _ => false,
    }
}

/// Two sorted streams as one.
struct Merge<'a> {
    table: &'a Table,
    query: &'a Query,
    base: Box<dyn Iterator<Item = u32> + 'a>,
    next: Option<(Place, Record)>,
    own: Peekable<vec::IntoIter<(Place, Doc)>>,
}

impl Iterator for Merge<'_> {
    type Item = Doc;

    fn next(&mut self) -> Option<Doc> {
        if self.next.is_none() {
            let record = self.base.next().and_then(|slot| self.table.record(slot));
            self.next = record.map(|record| (place(self.query, record.id, &record.doc), record));
        }
        let own_first = match (&self.next, self.own.peek()) {
            (Some((theirs, _)), Some((own, _))) => compare(self.query, own, theirs).is_lt(),
            (next, _) => next.is_none(),
        };
        if own_first {
            return self.own.next().map(|(_, doc)| doc);
        }
        self.next.take().map(|(_, record)| confirmed(record))
    }
}
