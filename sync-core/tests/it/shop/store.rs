use std::collections::BTreeMap;

use sync_core::{
    Actor, Body, Case, Change, Changes, Checksums, CollectionName, Decision, Digest, Domain,
    Envelope, Frame, Hlc, Kind, LogId, Millis, Op, Position, ReadError, Record, RecordId, Records,
    Role, Seq, Span, Term, Value, Verdict, Verified, decide,
};

use super::{Corner, at, device, id, info};

/// The records of a store.
#[derive(Clone, Default)]
pub(crate) struct Store(BTreeMap<(CollectionName, RecordId), Record>);

impl Records for Store {
    fn get(&self, collection: &str, id: RecordId) -> Result<Option<Record>, ReadError> {
        Ok(self.0.get(&(collection.into(), id)).cloned())
    }

    fn find(&self, collection: &str, field: &str, value: &Value) -> Result<Vec<Record>, ReadError> {
        let found = self
            .all(collection)
            .filter(|record| record.is_live() && record.doc.get(field) == Some(value));
        Ok(found.cloned().collect())
    }
}

impl Store {
    pub(crate) fn all(&self, collection: &str) -> impl Iterator<Item = &Record> {
        self.0
            .iter()
            .filter(move |((name, _), _)| name.as_str() == collection)
            .map(|(_, record)| record)
    }

    /// What a device knows of these records: what came over the wire.
    fn as_seen_by_a_device(&self) -> Self {
        let seen = |record: &Record| Record {
            first: None,
            authors: sync_core::Map::new(),
            ..record.clone()
        };
        Self(
            self.0
                .iter()
                .map(|(key, record)| (key.clone(), seen(record)))
                .collect(),
        )
    }
}

/// A master over a store, which checks at every mutation what holds for all of them.
pub(crate) struct Shop {
    pub(crate) store: Store,
    domain: Corner,
    /// What decides where rules shall not matter.
    lenient: Corner,
    sums: Checksums,
    head: Position,
    seqs: BTreeMap<u8, Seq>,
}

impl Shop {
    pub(crate) fn new() -> Self {
        Self {
            store: Store::default(),
            domain: Corner::new(),
            lenient: Corner::lenient(),
            sums: Checksums::default(),
            head: Position(0),
            seqs: BTreeMap::new(),
        }
    }

    /// A device's next mutation, made now.
    pub(crate) fn does(&mut self, by: u8, ops: Vec<Op>) -> Decision {
        let now = at(self.now().0);
        self.does_as(by, now, "work", ops)
    }

    /// A device's next mutation, made at a time of its own.
    pub(crate) fn does_at(&mut self, by: u8, made: u64, ops: Vec<Op>) -> Decision {
        self.does_as(by, at(made), "work", ops)
    }

    /// A device's next mutation by its name.
    pub(crate) fn does_as(&mut self, by: u8, made: Hlc, name: &str, ops: Vec<Op>) -> Decision {
        let seq = self.seqs.entry(by).or_default();
        *seq = seq.next();
        let body = Body {
            actor: Actor {
                user: id(99),
                verified: Verified::Pin,
                approved_by: None,
            },
            name: name.to_owned(),
            ops,
        };
        let envelope = Envelope::seal(device(by), *seq, made, 1, body.encode());
        let device = info(by);
        let case = Case {
            role: Role::Master,
            device: &device,
            seq: envelope.seq,
            at: made,
            position: self.head.next(),
            now: self.now(),
        };
        let decision = decide(&self.domain, &self.store, &case, &envelope).expect("readable");
        let again = decide(&self.domain, &self.store, &case, &envelope).expect("readable");
        assert_eq!(decision, again, "deciding twice gives the same");
        self.check_shape(&decision);
        self.check_overlay(&body, &envelope, &case);
        self.take(&decision);
        self.check_facts(&body, &decision);
        decision
    }

    pub(crate) fn record(&self, collection: &str, id: RecordId) -> Record {
        self.find(collection, id).expect("the record is there")
    }

    pub(crate) fn find(&self, collection: &str, id: RecordId) -> Option<Record> {
        self.store.get(collection, id).expect("readable")
    }

    pub(crate) fn count(&self, collection: &str) -> usize {
        self.store.all(collection).count()
    }

    /// The checksums were followed change by change; the same sums come out of all records at once.
    pub(crate) fn check_sums(&self) {
        let mut whole = Checksums::default();
        for ((name, _), record) in self.store.0.iter().rev() {
            whole.follow(self.domain.schema(), name, None, record);
        }
        assert_eq!(self.sums.sums(), whole.sums());
    }

    /// Every projection equals the sum of the facts that stand.
    pub(crate) fn check_projections(&self) {
        let mut sold = BTreeMap::<&str, (i64, i64)>::new();
        for sale in self.store.all("sales") {
            let product = sale.doc.text("product").expect("a product");
            let quantity = sale.doc.int("quantity").expect("a quantity");
            let (sum, largest) = sold.entry(product).or_insert((0, i64::MIN));
            *sum += quantity;
            *largest = (*largest).max(quantity);
        }
        assert_eq!(self.count("levels"), sold.len());
        for (product, (sum, largest)) in sold {
            let product = product.parse().expect("an id");
            let level = self.record("levels", Corner::level_of(product));
            assert!(level.is_live());
            assert_eq!(level.doc.int("on_hand"), Some(-sum));
            assert_eq!(level.doc.int("largest"), Some(largest));
            let product = self.record("products", product);
            assert!(product.deleted || product.doc.int("stock") == Some(-sum));
        }
    }

    fn now(&self) -> Millis {
        Millis(1_000_000 + 40_000_000 * self.head.0)
    }

    fn take(&mut self, decision: &Decision) {
        self.head = self.head.next();
        for change in &decision.changes {
            let key = (change.collection.clone(), change.record.id);
            let old = self.store.0.insert(key, change.record.clone());
            self.sums.follow(
                self.domain.schema(),
                &change.collection,
                old.as_ref(),
                &change.record,
            );
        }
    }

    /// A rejection changes nothing and says why; what changes is stamped with this mutation and
    /// readable for every device.
    fn check_shape(&self, decision: &Decision) {
        let rejected = decision.verdict == Verdict::Rejected;
        assert_eq!(rejected, decision.refusal.is_some());
        assert!(!rejected || decision.changes.is_empty());
        for change in &decision.changes {
            assert_eq!(change.record.version, self.head.next());
            assert_eq!(change.record.at, self.now());
        }
        let span = Span {
            log_id: LogId {
                generation: 1,
                uuid: uuid::Uuid::nil(),
            },
            term: Term(0),
            time: at(0),
            from: self.head,
            to: self.head.next(),
            head: self.head.next(),
            digest: Digest::ZERO,
            your_seq: Seq(0),
            scope_from: 0,
        };
        let items = decision.changes.clone();
        let frame = Frame::Changes(Changes { span, items });
        match Frame::decode(&frame.encode()) {
            Ok(Frame::Changes(read)) => assert_eq!(read.items, bare(&decision.changes, |_| true)),
            other => panic!("a device cannot read the changes: {other:?}"),
        }
    }

    /// On an unchanged base the overlay shows what the master will make of it, short of what only
    /// the master does: judging and raising.
    fn check_overlay(&self, body: &Body, envelope: &Envelope, case: &Case<'_>) {
        let touched = |change: &Change| {
            let target = (&change.collection, change.record.id);
            body.ops.iter().any(|op| op.target() == target)
        };
        let raised = |change: &Change| {
            let raised = ["conflicts", "tasks", "notices"];
            raised.contains(&change.collection.as_str()) && !touched(change)
        };
        let master = decide(&self.lenient, &self.store, case, envelope).expect("readable");
        let case = Case {
            role: Role::Overlay,
            ..case.clone()
        };
        let base = self.store.as_seen_by_a_device();
        for domain in [&self.lenient, &self.domain] {
            let shown = decide(domain, &base, &case, envelope).expect("readable");
            assert_eq!(
                unsigned(bare(&shown.changes, |_| true)),
                unsigned(bare(&master.changes, |change| !raised(change)))
            );
        }
    }

    /// Every fact of a mutation that can be read stands.
    fn check_facts(&self, body: &Body, decision: &Decision) {
        let collection = |op: &Op| self.domain.schema().collection(op.target().0).cloned();
        if body.ops.iter().any(|op| collection(op).is_none()) {
            return;
        }
        for op in &body.ops {
            if let (Op::Insert { doc, .. }, Some(collection)) = (op, collection(op))
                && collection.kind == Kind::Fact
                && collection.check(doc).is_ok()
            {
                assert_ne!(decision.verdict, Verdict::Rejected);
                assert!(self.store.all("sales").any(|sale| sale.doc == *doc));
            }
        }
    }
}

/// Changes as they arrive: without what only the master knows.
fn bare(changes: &[Change], which: impl Fn(&Change) -> bool) -> Vec<Change> {
    changes
        .iter()
        .filter(|change| which(change))
        .cloned()
        .map(|mut change| {
            change.record.first = None;
            change.record.authors.clear();
            change
        })
        .collect()
}

/// Without what only the master knows of those who wrote what stands.
fn unsigned(mut changes: Vec<Change>) -> Vec<Change> {
    for change in &mut changes {
        for name in ["actor", "device", "device_name", "at"] {
            change.record.doc.set(format!("theirs_{name}"), None);
        }
    }
    changes
}
