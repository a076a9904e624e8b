//! A corner shop that is just large enough for every rule, and a store to decide against.

mod corner;
mod store;

use proptest::test_runner::{Config, RngSeed};
use sync_core::{
    CollectionName, DeviceId, DeviceInfo, DeviceKind, Document, FieldPatch, Hlc, Millis, Op,
    RecordId, Value,
};

pub(crate) use corner::Corner;
pub(crate) use store::Shop;

/// The same cases on every run and every target; fewer where a page must not stand still.
pub(crate) fn cases(native: u32) -> Config {
    Config {
        cases: if cfg!(target_arch = "wasm32") {
            native / 8
        } else {
            native
        },
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..Config::default()
    }
}

pub(crate) fn id(n: u8) -> RecordId {
    RecordId::from([n; 16])
}

pub(crate) fn device(n: u8) -> DeviceId {
    DeviceId::from([n; 16])
}

/// Device 0 is the master's own.
pub(crate) fn info(n: u8) -> DeviceInfo {
    DeviceInfo {
        id: device(n),
        kind: if n == 0 {
            DeviceKind::Node
        } else {
            DeviceKind::Till
        },
        ordinal: u32::from(n),
        name: format!("Till {n}"),
        read_only: false,
    }
}

pub(crate) fn at(millis: u64) -> Hlc {
    Hlc::at(Millis(millis))
}

pub(crate) fn text(text: &str) -> Option<Value> {
    Some(Value::from(text))
}

pub(crate) fn product(name: &str) -> Document {
    Document::new().with("name", name)
}

pub(crate) fn sale(of: RecordId, quantity: i64) -> Document {
    Document::new()
        .with("product", of.to_string())
        .with("quantity", quantity)
}

pub(crate) fn insert(collection: &str, id: RecordId, doc: Document) -> Op {
    Op::Insert {
        collection: collection.into(),
        id,
        doc,
    }
}

pub(crate) fn patch(
    collection: &str,
    id: RecordId,
    field: &str,
    was: Option<Value>,
    now: Option<Value>,
) -> Op {
    patch_with(collection, id, field, FieldPatch::new(was, now))
}

pub(crate) fn patch_with(collection: &str, id: RecordId, field: &str, patch: FieldPatch) -> Op {
    Op::Patch {
        collection: collection.into(),
        id,
        fields: [(field.to_owned(), patch)].into(),
    }
}

/// Deletes a record whose own fields were seen as `seen`.
pub(crate) fn delete(collection: &str, id: RecordId, seen: &Document) -> Op {
    Op::Delete {
        collection: collection.into(),
        id,
        was: seen.digest(),
    }
}

pub(crate) fn add(collection: &str, id: RecordId, field: &str, delta: i64) -> Op {
    Op::Add {
        collection: CollectionName::from(collection),
        id,
        field: field.to_owned(),
        delta,
    }
}
