//! What one mutation, one field, one record costs in the pure rules: `cargo xtask bench micro`.

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use sync_core::{
    Actor, Body, Case, Checksum, DeviceId, DeviceInfo, DeviceKind, Document, Domain, Envelope,
    FieldPatch, Frame, Hlc, Judgement, Millis, Op, Policy, Position, Projection, Push, Pushed,
    ReadError, Record, RecordId, Records, Role, Schema, Seq, Stamp, Value, Verified, decide,
    merge_field,
};

const NOW: Millis = Millis(1_750_000_000_000);
/// Mutations in a push.
const PUSHED: u64 = 500;

/// A shop that has products and nothing to object.
struct Shop(Schema);

impl Domain for Shop {
    fn schema(&self) -> &Schema {
        &self.0
    }

    fn judge(
        &self,
        _: &Case<'_>,
        _: &Body,
        _: &dyn Records,
        _: &dyn Records,
    ) -> Result<Judgement, ReadError> {
        Ok(Judgement::default())
    }

    fn project(&self, _: &str, _: RecordId, _: &Document) -> Vec<Projection> {
        Vec::new()
    }
}

struct Shelf(BTreeMap<RecordId, Record>);

impl Records for Shelf {
    fn get(&self, _: &str, id: RecordId) -> Result<Option<Record>, ReadError> {
        Ok(self.0.get(&id).cloned())
    }

    fn find(&self, _: &str, _: &str, _: &Value) -> Result<Vec<Record>, ReadError> {
        Ok(Vec::new())
    }
}

fn schema() -> Schema {
    let text = r#"{"format": 1, "collections": {"products": {"kind": "shared", "fields": {
        "name": {"type": "text", "required": true}, "code": {"type": "text"},
        "barcode": {"type": "text"}, "price": {"type": "money"}}}}}"#;
    serde_json::from_str(text).expect("the schema is constant")
}

fn product(number: u64) -> Document {
    Document::new()
        .with(
            "name",
            format!("White Hanging Heart T-Light Holder {number}"),
        )
        .with("code", format!("{}", 1_000_000 + number))
        .with("barcode", format!("{:013}", 400_000_000_000 + number))
        .with("price", 255)
}

fn id(number: u64) -> RecordId {
    RecordId::derived(&[b"micro", &number.to_be_bytes()])
}

fn device() -> DeviceInfo {
    DeviceInfo {
        id: DeviceId::new(NOW, [1; 10]),
        kind: DeviceKind::Till,
        ordinal: 1,
        name: "Till 1".to_owned(),
        read_only: false,
    }
}

fn seal(seq: u64, name: &str, ops: Vec<Op>) -> Envelope {
    let actor = Actor {
        user: id(0),
        verified: Verified::Pin,
        approved_by: None,
    };
    let name = name.to_owned();
    let body = Body { actor, name, ops }.encode();
    Envelope::seal(device().id, Seq(seq), Hlc::at(NOW), 1, body)
}

fn insert(number: u64) -> Op {
    Op::Insert {
        collection: "products".into(),
        id: id(number),
        doc: product(number),
    }
}

fn price(was: i64, now: i64) -> FieldPatch {
    FieldPatch {
        was: Some(Value::Int(was)),
        base: None,
        now: Some(Value::Int(now)),
    }
}

fn deciding(c: &mut Criterion) {
    let (shop, device) = (Shop(schema()), device());
    let case = Case {
        role: Role::Master,
        device: &device,
        seq: Seq(1),
        at: Hlc::at(NOW),
        position: Position(1),
        now: NOW,
    };
    let made = seal(1, "create_product", vec![insert(1)]);
    let empty = Shelf(BTreeMap::new());
    c.bench_function("decide an insert", |b| {
        b.iter(|| decide(&shop, &empty, &case, black_box(&made)));
    });
    let decided = decide(&shop, &empty, &case, &made).expect("nothing is read");
    let kept = decided.changes.into_iter().map(|c| (c.record.id, c.record));
    let shelf = Shelf(kept.collect());
    let edit = Op::Patch {
        collection: "products".into(),
        id: id(1),
        fields: [("price".to_owned(), price(255, 299))]
            .into_iter()
            .collect(),
    };
    let edited = seal(2, "edit_product", vec![edit]);
    c.bench_function("decide a patch", |b| {
        b.iter(|| decide(&shop, &shelf, &case, black_box(&edited)));
    });
}

fn merging(c: &mut Criterion) {
    let own = Stamp {
        at: Hlc::at(NOW),
        device: device().id,
        seq: Seq(2),
    };
    let current = Value::Int(255);
    let clean = price(255, 299);
    c.bench_function("merge a field", |b| {
        b.iter(|| merge_field(Some(&current), &[], black_box(&clean), Policy::Manual, own));
    });
    let clash = price(199, 299);
    c.bench_function("merge a field that clashes", |b| {
        b.iter(|| merge_field(Some(&current), &[], black_box(&clash), Policy::Manual, own));
    });
}

fn encoding(c: &mut Criterion) {
    c.bench_function("seal a mutation", |b| {
        b.iter(|| seal(1, "create_product", vec![insert(black_box(1))]));
    });
    let sealed = |seq| Pushed::Mutation(seal(seq, "create_product", vec![insert(seq)]));
    let push = Frame::Push(Push {
        mutations: (1..=PUSHED).map(sealed).collect(),
    });
    c.bench_function("encode a push of 500", |b| {
        b.iter(|| black_box(&push).encode());
    });
    let text = push.encode();
    c.bench_function("decode a push of 500", |b| {
        b.iter(|| Frame::decode(black_box(&text)));
    });
}

fn summing(c: &mut Criterion) {
    let canonical = product(1).canonical();
    c.bench_function("add a record to a checksum", |b| {
        let mut sum = Checksum::default();
        b.iter(|| sum.add_text(id(1), Position(7), black_box(&canonical)));
    });
}

criterion_group!(micro, deciding, merging, encoding, summing);
criterion_main!(micro);
