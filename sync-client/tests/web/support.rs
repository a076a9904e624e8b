//! Small pieces that the cases are made of.

use sync_client::storage::{
    Area, Batch, Loaded, OutboxMeta, OutboxPart, RecordSink, RecordsPart, RecordsState, StageState,
    Storage, StorageError, StoredRecord,
};
use sync_core::{
    Change, CollectionName, Cursor, DeviceId, Digest, Document, LogId, Millis, Position, Record,
    RecordId, Seq,
};

/// What was read back.
#[derive(Default)]
pub(super) struct Found {
    pub(super) base: Vec<Change>,
    pub(super) stage: Vec<Change>,
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

impl Found {
    pub(super) fn version(&self, n: u64) -> Option<u64> {
        let id = id(n);
        let found = self.base.iter().find(|change| change.record.id == id);
        found.map(|change| change.record.version.0)
    }
}

pub(super) async fn load(storage: &mut impl Storage) -> Result<(Loaded, Found), StorageError> {
    let mut found = Found::default();
    let loaded = storage.load(&mut found).await?;
    Ok((loaded, found))
}

pub(super) fn id(n: u64) -> RecordId {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&n.to_be_bytes());
    bytes.into()
}

/// A product as large as real ones are.
pub(super) fn product(n: u64, version: u64) -> Change {
    let doc = Document::new()
        .with("name", format!("WHITE HANGING HEART T-LIGHT HOLDER {n}"))
        .with("code", format!("{n:05}A"))
        .with("barcode", format!("{n:013}"))
        .with("price", 255)
        .with("tax_rate", 2_000)
        .with("unit", "pc")
        .with("stocked", true)
        .with("archived", false)
        .with("category", id(n % 40).to_string());
    let mut record = Record::inserted(id(n), Position(version), Millis(5), doc);
    record.first = None;
    Change {
        collection: "products".into(),
        record,
    }
}

pub(super) fn state(position: u64) -> RecordsState {
    RecordsState {
        cursor: cursor(position),
        digest: Digest::ZERO,
        device: DeviceId::from([7; 16]),
        your_seq: Seq(0),
        scope_from: 0,
    }
}

pub(super) fn stage(done: u64) -> StageState {
    StageState {
        start: cursor(1),
        state: state(1),
        after: None,
        done,
        total: done,
        end: None,
    }
}

pub(super) fn cursor(position: u64) -> Cursor {
    Cursor {
        log_id: LogId {
            generation: 1,
            uuid: Default::default(),
        },
        position: Position(position),
    }
}

/// A write to the outbox alone.
pub(super) fn numbers(next_seq: u64) -> Batch {
    let meta = OutboxMeta {
        next_seq: Seq(next_seq),
        ..OutboxMeta::default()
    };
    Batch {
        outbox: Some(OutboxPart {
            meta: Some(meta),
            ..OutboxPart::default()
        }),
        records: None,
    }
}

/// A write to the records alone, from one position to another.
pub(super) fn changes(from: Option<u64>, to: u64, changes: Vec<Change>) -> Batch {
    Batch {
        outbox: None,
        records: Some(RecordsPart {
            from: from.map(cursor),
            changes,
            state: Some(state(to)),
            ..RecordsPart::default()
        }),
    }
}
