//! A device that records mutations, by hand.

use sync_core::{
    Actor, Body, DeviceInfo, Document, Envelope, FieldPatch, Hlc, Millis, Op, Pushed, Seq, Value,
    Verified,
};

use super::START;
use super::domain::record_id;

pub(crate) struct Device {
    pub(crate) info: DeviceInfo,
    pub(crate) token: String,
    pub(crate) seq: Seq,
}

impl Device {
    pub(crate) fn new(info: DeviceInfo, token: String) -> Self {
        Self {
            info,
            token,
            seq: Seq(0),
        }
    }

    /// The device of an answer to an enrolment.
    pub(crate) fn enrolled(answer: &serde_json::Value) -> Self {
        let enrolled: sync_core::Enrolled =
            serde_json::from_value(answer.clone()).expect("an identity");
        Self::new(enrolled.device, enrolled.token)
    }

    /// Records a mutation with the device's next seq.
    pub(crate) fn record(&mut self, name: &str, ops: Vec<Op>) -> Pushed {
        self.record_at(Millis(START), name, ops)
    }

    pub(crate) fn record_at(&mut self, at: Millis, name: &str, ops: Vec<Op>) -> Pushed {
        self.seq = self.seq.next();
        let body = body(name, ops).encode();
        Pushed::Mutation(Envelope::seal(self.info.id, self.seq, Hlc::at(at), 1, body))
    }

    /// Sells one unit.
    pub(crate) fn sell(&mut self, product: &str) -> Pushed {
        let id = format!("sale {} of {}", self.seq.0 + 1, self.info.id);
        let doc = Document::new()
            .with("product", product)
            .with("quantity", 1_000);
        self.record("sell", vec![insert("sales", &id, doc)])
    }

    /// Makes a product.
    pub(crate) fn make(&mut self, product: &str, price: i64) -> Pushed {
        let doc = Document::new().with("name", product).with("price", price);
        self.record("make", vec![insert("products", product, doc)])
    }

    /// Changes a price.
    pub(crate) fn price(&mut self, at: u64, product: &str, was: i64, now: i64) -> Pushed {
        let patch = FieldPatch::new(Some(Value::Int(was)), Some(Value::Int(now)));
        let op = Op::Patch {
            collection: "products".into(),
            id: record_id(product),
            fields: [("price".to_owned(), patch)].into(),
        };
        self.record_at(Millis(START + at), "price", vec![op])
    }
}

pub(crate) fn body(name: &str, ops: Vec<Op>) -> Body {
    Body {
        actor: Actor {
            user: record_id("somebody"),
            verified: Verified::Pin,
            approved_by: None,
        },
        name: name.to_owned(),
        ops,
    }
}

pub(crate) fn insert(collection: &str, id: &str, doc: Document) -> Op {
    Op::Insert {
        collection: collection.into(),
        id: record_id(id),
        doc,
    }
}

/// What a device says first, with nothing pending.
pub(crate) async fn hello(world: &super::World, device: &Device) -> sync_core::Hello {
    let schema = world.ledger.schema().fingerprint();
    sync_core::Hello {
        protocol: sync_core::ProtocolRange::OWN,
        store: world.ledger.identity().store,
        device: device.info.id,
        token: device.token.clone(),
        cursor: None,
        digest: None,
        your_seq: Seq(0),
        schema,
        next_seq: device.seq.next(),
        app: "test".to_owned(),
        pending: 0,
    }
}

/// A void of the device's first mutation.
pub(crate) fn voided(device: &Device) -> Pushed {
    Pushed::Void(sync_core::Void {
        device: device.info.id,
        seq: Seq(1),
        at: Hlc::at(Millis(START)),
        hash: sync_core::Digest::ZERO,
        reason: "gone".to_owned(),
    })
}
