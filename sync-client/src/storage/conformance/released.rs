//! What the stores of released versions hold: a small shop in the middle of its day.
//!
//! One store of every released layout is kept in the repository, filled by [`fill`] as that version
//! wrote it, and opened by every later one. A new layout adds a store; none is ever replaced.

use sync_core::{Seq, Value};

use super::fixture::{
    Found, attention, change, identity, outbox, outcome, records, row, stage, state,
};
use crate::storage::{
    Area, Batch, OutboxMeta, OutboxPart, RecordsPart, StageWrite, Storage, StorageError,
};

/// Records of the base.
const BASE: u64 = 40;

/// Writes it into an empty store.
///
/// # Errors
/// When the store refuses.
pub async fn fill(storage: &mut impl Storage) -> Result<(), StorageError> {
    let rows = OutboxPart {
        identity: Some(identity()),
        meta: Some(OutboxMeta {
            next_seq: Seq(4),
            ..OutboxMeta::default()
        }),
        counters: [("receipt".to_owned(), Value::Int(7))].into(),
        rows: vec![row(1), row(2), row(3)],
        attend: vec![attention(1)],
        ..OutboxPart::default()
    };
    storage.commit(outbox(rows)).await?;
    let decided = OutboxPart {
        outcomes: vec![(row(1).id(), Some(outcome(1, 5)))],
        ..OutboxPart::default()
    };
    storage.commit(outbox(decided)).await?;
    let base = RecordsPart {
        changes: (1..=BASE).map(|n| change(n, 1)).collect(),
        state: Some(state(1, 1)),
        ..RecordsPart::default()
    };
    storage.commit(records(base)).await?;
    let staged = RecordsPart {
        from: Some(state(1, 1).cursor),
        stage: Some(StageWrite::Write {
            rows: vec![(&change(1, 2)).into(), (&change(2, 2)).into()],
            state: stage(),
        }),
        ..RecordsPart::default()
    };
    storage.commit(records(staged)).await
}

/// Whether a store holds it: all of what exists nowhere else, and the cache wholly or not at all.
///
/// # Panics
/// Where something is missing.
pub async fn holds_all(storage: &mut impl Storage) {
    let found = Found::load(storage).await;
    let loaded = &found.loaded;
    assert_eq!(loaded.identity, Some(identity()));
    assert_eq!(loaded.meta.next_seq, Seq(4));
    assert_eq!(loaded.counters["receipt"], Value::Int(7));
    let open: Vec<u64> = loaded.rows.iter().map(|row| row.envelope.seq.0).collect();
    let wanted: &[u64] = match loaded.records {
        Some(_) => &[2, 3],
        // Without a base nothing is decided there yet.
        None => &[1, 2, 3],
    };
    assert_eq!(open, wanted);
    assert!(loaded.rows.iter().all(|row| row.envelope.is_sealed()));
    assert_eq!(loaded.attention.len(), 1);
    let kept = storage.outbox(super::id(1), 10).await.expect("read");
    assert_eq!((kept.len(), &kept[0].outcome), (3, &Some(outcome(1, 5))));
    if loaded.records.is_some() {
        assert_eq!(loaded.records, Some(state(1, 1)));
        assert_eq!((found.base.len() as u64, found.stage.len()), (BASE, 2));
        assert!(found.version(Area::Base, 9).is_some());
    } else {
        assert!(found.base.is_empty() && found.stage.is_empty());
    }
    // It can be written on.
    let next = OutboxPart {
        rows: vec![row(4)],
        ..OutboxPart::default()
    };
    let batch: Batch = outbox(next);
    storage.commit(batch).await.expect("written");
}
