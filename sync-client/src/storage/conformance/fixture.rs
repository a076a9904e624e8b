//! Small pieces that the cases are made of.

use sync_core::{
    Actor, Body, Change, CollectionName, Cursor, DeviceId, DeviceInfo, DeviceKind, Digest,
    Document, Envelope, Hlc, LogId, Millis, Op, Outcome, Position, Record, RecordId, Refusal, Seq,
    StoreId, Verdict, Verified,
};
use uuid::Uuid;

use crate::storage::{
    Area, Attention, Batch, Identity, Loaded, MutationId, OutboxPart, OutboxRow, RecordSink,
    RecordsPart, RecordsState, StageState, Storage, StoredOutcome, StoredRecord,
};

/// Everything a storage reads back.
#[derive(Default)]
pub(super) struct Found {
    pub(super) loaded: Loaded,
    pub(super) base: Vec<Change>,
    pub(super) stage: Vec<Change>,
}

impl Found {
    pub(super) async fn load(storage: &mut impl Storage) -> Self {
        let mut found = Self::default();
        found.loaded = storage.load(&mut found).await.expect("read back");
        found
    }

    pub(super) fn version(&self, area: Area, number: u64) -> Option<Position> {
        let records = match area {
            Area::Base => &self.base,
            Area::Stage => &self.stage,
        };
        let id = record_id(number);
        let found = records.iter().find(|change| change.record.id == id);
        found.map(|change| change.record.version)
    }
}

impl RecordSink for Found {
    fn take(&mut self, area: Area, collection: &CollectionName, records: Vec<StoredRecord>) {
        let records = records.into_iter().map(|stored| Change {
            collection: collection.clone(),
            record: stored.record(),
        });
        match area {
            Area::Base => self.base.extend(records),
            Area::Stage => self.stage.extend(records),
        }
    }
}

pub(super) fn device() -> DeviceId {
    DeviceId::from([7; 16])
}

pub(super) fn identity() -> Identity {
    Identity {
        store: StoreId::from([1; 16]),
        store_name: "Corner shop".to_owned(),
        device: DeviceInfo {
            id: device(),
            kind: DeviceKind::Till,
            ordinal: 1,
            name: "Till 1".to_owned(),
            read_only: false,
        },
        token: "secret".to_owned(),
    }
}

pub(super) fn row(seq: u64) -> OutboxRow {
    let body = Body {
        actor: Actor {
            user: record_id(0),
            verified: Verified::Host,
            approved_by: None,
        },
        name: "put_thing".to_owned(),
        ops: vec![Op::Insert {
            collection: "things".into(),
            id: record_id(seq),
            doc: Document::new().with("name", "ä \u{1f9f5} \"quoted\""),
        }],
    };
    let at = Hlc::at(Millis(1_000 + seq));
    OutboxRow {
        envelope: Envelope::seal(device(), Seq(seq), at, 1, body.encode()),
        recorded_at: Millis(1_000 + seq),
        void: None,
        outcome: None,
    }
}

pub(super) fn outcome(seq: u64, arrived: u64) -> StoredOutcome {
    StoredOutcome {
        log_id: log_id(),
        arrived_at: Millis(arrived),
        outcome: Outcome {
            device: device(),
            seq: Seq(seq),
            hash: row(seq).envelope.hash,
            position: Position(seq),
            verdict: Verdict::Accepted,
            refusal: None,
            withheld: Vec::new(),
            flags: Vec::new(),
        },
    }
}

pub(super) fn attention(seq: u64) -> Attention {
    Attention {
        id: MutationId {
            device: device(),
            seq: Seq(seq),
        },
        envelope: row(seq).envelope,
        recorded_at: Millis(1_000),
        since: Millis(2_000 + seq),
        refusal: Refusal::new("forbidden", "no"),
    }
}

pub(super) fn change(number: u64, version: u64) -> Change {
    let doc = Document::new().with("name", format!("thing {number}"));
    Change {
        collection: "things".into(),
        record: Record::inserted(record_id(number), Position(version), Millis(1), doc),
    }
}

pub(super) fn state(position: u64, your_seq: u64) -> RecordsState {
    RecordsState {
        cursor: Cursor {
            log_id: log_id(),
            position: Position(position),
        },
        digest: Digest::ZERO,
        device: device(),
        your_seq: Seq(your_seq),
        scope_from: 0,
    }
}

pub(super) fn stage() -> StageState {
    StageState {
        start: state(4, 0).cursor,
        state: state(5, 0),
        after: Some(("things".into(), record_id(3))),
        done: 2,
        total: 2,
        end: Some(Position(5)),
    }
}

pub(super) fn outbox(part: OutboxPart) -> Batch {
    Batch {
        outbox: Some(part),
        records: None,
    }
}

pub(super) fn records(part: RecordsPart) -> Batch {
    Batch {
        outbox: None,
        records: Some(part),
    }
}

fn log_id() -> LogId {
    LogId {
        generation: 1,
        uuid: Uuid::from_bytes([9; 16]),
    }
}

fn record_id(number: u64) -> RecordId {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    RecordId::from(bytes)
}
