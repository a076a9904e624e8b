//! What every storage has to do, as one list of cases.
//!
//! [`crate::storage_cases!`] hands the names of all of them to a macro, so that no backend can
//! leave one out.

mod fixture;
pub mod released;
mod runs;

use std::future::Future;

use sync_core::{Position, Seq, Value};

use super::{
    Area, Batch, MutationId, OutboxMeta, OutboxPart, OutboxRow, Prune, RecordsPart, StageWrite,
    Storage, StorageError, StoredChange,
};
use fixture::{
    Found, attention, change, device, identity, outbox, outcome, records, row, stage, state,
};

pub use runs::outcomes_end_the_rows_they_name_and_no_other;

/// Where a backend's stores are opened for these cases.
pub trait Bench {
    /// The backend.
    type Storage: Storage;

    /// Opens the store of a name: a new one, or the one left under it.
    fn open(&self, name: &str) -> impl Future<Output = Self::Storage>;

    /// Lets so many more writes through and fails from then on, as a killed program would.
    fn kill_after(&self, storage: &mut Self::Storage, writes: u32);
}

/// Hands the name of every case to a macro: `$each! { first; second; … }`.
#[macro_export]
macro_rules! storage_cases {
    ($each:ident) => {
        $each! {
            a_new_store_is_empty;
            what_was_written_is_read_back;
            an_outcome_ends_a_row_and_stays_beside_it;
            outcomes_end_the_rows_they_name_and_no_other;
            a_decided_row_the_base_lacks_is_read_back;
            what_an_earlier_id_did_is_read_back_while_the_base_lacks_it;
            retained_rows_come_in_order_and_up_to_a_limit;
            rows_of_every_id_come_in_the_order_of_the_ids;
            rows_change_place_in_one_step;
            old_rows_go_by_the_rule_alone;
            records_and_cursor_come_back_together;
            records_from_another_cursor_are_refused;
            a_stage_goes_live_in_one_step;
            a_stage_can_be_thrown_away;
            clearing_the_cache_leaves_the_outbox;
            a_kill_between_any_two_writes_leaves_whole_parts;
        }
    };
}

/// A store that was just made.
pub async fn a_new_store_is_empty(bench: &impl Bench) {
    let mut storage = bench.open("empty").await;
    let found = Found::load(&mut storage).await;
    assert!(found.loaded.identity.is_none() && found.loaded.rows.is_empty());
    assert_eq!(found.loaded.meta, OutboxMeta::default());
    assert!(found.loaded.records.is_none() && found.base.is_empty() && found.stage.is_empty());
}

/// Identity, numbers, counters, rows, attention list.
pub async fn what_was_written_is_read_back(bench: &impl Bench) {
    let mut storage = bench.open("back").await;
    let part = OutboxPart {
        identity: Some(identity()),
        meta: Some(OutboxMeta {
            next_seq: Seq(3),
            ..OutboxMeta::default()
        }),
        counters: [("receipt".to_owned(), Value::Int(7))].into(),
        rows: vec![row(1), row(2)],
        attend: vec![attention(1)],
        ..OutboxPart::default()
    };
    storage.commit(outbox(part)).await.expect("written");
    drop(storage);
    let mut storage = bench.open("back").await;
    let loaded = Found::load(&mut storage).await.loaded;
    assert_eq!(loaded.identity, Some(identity()));
    assert_eq!(loaded.meta.next_seq, Seq(3));
    assert_eq!(loaded.counters["receipt"], Value::Int(7));
    let (first, written) = (&loaded.rows[0].envelope, row(1).envelope);
    assert_eq!(first.body.get(), written.body.get());
    assert!(first.is_sealed() && first.hash == written.hash);
    assert_eq!((loaded.rows.len(), loaded.attention.len()), (2, 1));
    let dismissed = OutboxPart {
        dismiss: vec![id(1)],
        ..OutboxPart::default()
    };
    storage.commit(outbox(dismissed)).await.expect("written");
    assert!(Found::load(&mut storage).await.loaded.attention.is_empty());
}

/// The row is no longer pending, and what became of it can be read.
pub async fn an_outcome_ends_a_row_and_stays_beside_it(bench: &impl Bench) {
    let mut storage = bench.open("outcome").await;
    write_rows(&mut storage, 2).await;
    at_cursor(&mut storage, 1, 1).await;
    decide(&mut storage, 1, Some(5)).await;
    let loaded = Found::load(&mut storage).await.loaded;
    assert_eq!(seqs(&loaded.rows), [2]);
    let kept = storage.outbox(id(1), 10).await.expect("read");
    assert_eq!(kept[0].outcome, Some(outcome(1, 5)));
    decide(&mut storage, 1, None).await;
    assert_eq!(seqs(&Found::load(&mut storage).await.loaded.rows), [1, 2]);
}

/// Its effect is still shown from memory.
pub async fn a_decided_row_the_base_lacks_is_read_back(bench: &impl Bench) {
    let mut storage = bench.open("lacking").await;
    write_rows(&mut storage, 3).await;
    for seq in 1..=3 {
        decide(&mut storage, seq, Some(5)).await;
    }
    at_cursor(&mut storage, 1, 2).await;
    assert_eq!(seqs(&Found::load(&mut storage).await.loaded.rows), [3]);
}

/// The device has another id by now; what is decided behind the cursor counts, whatever its number.
pub async fn what_an_earlier_id_did_is_read_back_while_the_base_lacks_it(bench: &impl Bench) {
    let mut storage = bench.open("earlier").await;
    write_rows(&mut storage, 3).await;
    for seq in 1..=3 {
        decide(&mut storage, seq, Some(5)).await;
    }
    let mut later = identity();
    later.device.id = sync_core::DeviceId::from([8; 16]);
    let part = OutboxPart {
        identity: Some(later),
        ..OutboxPart::default()
    };
    storage.commit(outbox(part)).await.expect("written");
    assert_eq!(
        seqs(&Found::load(&mut storage).await.loaded.rows),
        [1, 2, 3]
    );
    at_cursor(&mut storage, 2, 0).await;
    assert_eq!(seqs(&Found::load(&mut storage).await.loaded.rows), [3]);
    let on = RecordsPart {
        from: Some(state(2, 0).cursor),
        state: Some(state(3, 0)),
        ..RecordsPart::default()
    };
    storage.commit(records(on)).await.expect("written");
    assert!(Found::load(&mut storage).await.loaded.rows.is_empty());
}

/// From a seq on.
pub async fn retained_rows_come_in_order_and_up_to_a_limit(bench: &impl Bench) {
    let mut storage = bench.open("order").await;
    write_rows(&mut storage, 300).await;
    let rows = storage.outbox(id(2), 299).await.expect("read");
    assert_eq!(seqs(&rows), (2..=300).collect::<Vec<_>>());
    let rows = storage.outbox(id(255), 3).await.expect("read");
    assert_eq!(seqs(&rows), [255, 256, 257]);
}

/// A device that had to take on another id still has what it did under the earlier one.
pub async fn rows_of_every_id_come_in_the_order_of_the_ids(bench: &impl Bench) {
    let mut storage = bench.open("ids").await;
    write_rows(&mut storage, 2).await;
    let later = sync_core::DeviceId::from([8; 16]);
    let rows = (1..=2).map(|seq| OutboxRow {
        envelope: row(seq).envelope.reissue(later, Seq(seq)),
        ..row(seq)
    });
    let part = OutboxPart {
        rows: rows.collect(),
        ..OutboxPart::default()
    };
    storage.commit(outbox(part)).await.expect("written");
    let rows = storage.outbox(id(2), 10).await.expect("read");
    let found = rows
        .iter()
        .map(|row| (row.envelope.device, row.envelope.seq.0));
    assert_eq!(
        found.collect::<Vec<_>>(),
        [(device(), 2), (later, 1), (later, 2)]
    );
}

/// As when a mutation is issued again under another number.
pub async fn rows_change_place_in_one_step(bench: &impl Bench) {
    let mut storage = bench.open("place").await;
    write_rows(&mut storage, 2).await;
    let part = OutboxPart {
        remove: vec![id(1), id(2)],
        rows: vec![row(2), row(3)],
        ..OutboxPart::default()
    };
    storage.commit(outbox(part)).await.expect("written");
    assert_eq!(seqs(&Found::load(&mut storage).await.loaded.rows), [2, 3]);
}

/// What has no outcome, or the base lacks, or no backup has, stays.
pub async fn old_rows_go_by_the_rule_alone(bench: &impl Bench) {
    let mut storage = bench.open("prune").await;
    write_rows(&mut storage, 5).await;
    for (seq, arrived) in [(1, 10), (2, 90), (3, 10), (5, 10)] {
        decide(&mut storage, seq, Some(arrived)).await;
    }
    let part = OutboxPart {
        prune: Some(Prune {
            device: device(),
            archived: Seq(2),
            your_seq: Seq(4),
            archived_before: sync_core::Millis(50),
            any_before: sync_core::Millis(5),
        }),
        ..OutboxPart::default()
    };
    storage.commit(outbox(part)).await.expect("written");
    let rows = storage.outbox(id(0), 10).await.expect("read");
    assert_eq!(seqs(&rows), [2, 3, 4, 5]);
}

/// New, replaced and removed records.
pub async fn records_and_cursor_come_back_together(bench: &impl Bench) {
    let mut storage = bench.open("records").await;
    let changes = (1..=1_200).map(|n| change(n, 1)).collect();
    let part = RecordsPart {
        changes,
        state: Some(state(1, 0)),
        ..RecordsPart::default()
    };
    storage.commit(records(part)).await.expect("written");
    let part = RecordsPart {
        from: Some(state(1, 0).cursor),
        changes: vec![change(2, 2)],
        remove: vec![("things".into(), change(1, 0).record.id)],
        state: Some(state(2, 0)),
        ..RecordsPart::default()
    };
    storage.commit(records(part)).await.expect("written");
    drop(storage);
    let found = Found::load(&mut bench.open("records").await).await;
    assert_eq!(found.loaded.records, Some(state(2, 0)));
    assert_eq!(found.base.len(), 1_199);
    assert_eq!(found.version(Area::Base, 1), None);
    assert_eq!(found.version(Area::Base, 2), Some(Position(2)));
    assert_eq!(found.version(Area::Base, 3), Some(Position(1)));
}

/// A side that did not notice that another one wrote.
pub async fn records_from_another_cursor_are_refused(bench: &impl Bench) {
    let mut storage = bench.open("stale").await;
    at_cursor(&mut storage, 1, 0).await;
    let part = RecordsPart {
        from: Some(state(2, 0).cursor),
        changes: vec![change(1, 3)],
        state: Some(state(3, 0)),
        ..RecordsPart::default()
    };
    let refused = storage.commit(records(part)).await;
    assert_eq!(refused, Err(StorageError::Stale));
    let found = Found::load(&mut storage).await;
    assert_eq!(found.loaded.records, Some(state(1, 0)));
    assert!(found.base.is_empty());
}

/// The old base is gone with it.
pub async fn a_stage_goes_live_in_one_step(bench: &impl Bench) {
    let mut storage = bench.open("stage").await;
    let part = RecordsPart {
        changes: vec![change(1, 1)],
        state: Some(state(1, 0)),
        ..RecordsPart::default()
    };
    storage.commit(records(part)).await.expect("written");
    let from = Some(state(1, 0).cursor);
    for rows in [vec![change(2, 4), change(3, 4)], vec![change(3, 5)]] {
        let part = RecordsPart {
            from,
            stage: Some(StageWrite::Write {
                rows: rows.iter().map(StoredChange::from).collect(),
                state: stage(),
            }),
            ..RecordsPart::default()
        };
        storage.commit(records(part)).await.expect("written");
    }
    drop(storage);
    let mut storage = bench.open("stage").await;
    let found = Found::load(&mut storage).await;
    assert_eq!(found.loaded.stage, Some(stage()));
    assert_eq!((found.base.len(), found.stage.len()), (1, 2));
    let part = RecordsPart {
        from,
        state: Some(state(5, 0)),
        stage: Some(StageWrite::Promote),
        ..RecordsPart::default()
    };
    storage.commit(records(part)).await.expect("written");
    drop(storage);
    let found = Found::load(&mut bench.open("stage").await).await;
    assert_eq!(found.loaded.records, Some(state(5, 0)));
    assert!(found.loaded.stage.is_none() && found.stage.is_empty());
    assert_eq!(found.version(Area::Base, 1), None);
    assert_eq!(found.version(Area::Base, 3), Some(Position(5)));
}

/// The base stays.
pub async fn a_stage_can_be_thrown_away(bench: &impl Bench) {
    let mut storage = bench.open("thrown").await;
    at_cursor(&mut storage, 1, 0).await;
    let write = StageWrite::Write {
        rows: vec![(&change(1, 2)).into()],
        state: stage(),
    };
    for step in [write, StageWrite::Clear] {
        let part = RecordsPart {
            from: Some(state(1, 0).cursor),
            stage: Some(step),
            ..RecordsPart::default()
        };
        storage.commit(records(part)).await.expect("written");
    }
    let found = Found::load(&mut storage).await;
    assert!(found.loaded.stage.is_none() && found.stage.is_empty());
    assert_eq!(found.loaded.records, Some(state(1, 0)));
}

/// What exists nowhere else is no cache.
pub async fn clearing_the_cache_leaves_the_outbox(bench: &impl Bench) {
    let mut storage = bench.open("clear").await;
    write_rows(&mut storage, 1).await;
    at_cursor(&mut storage, 1, 0).await;
    let part = RecordsPart {
        clear: true,
        ..RecordsPart::default()
    };
    storage.commit(records(part)).await.expect("written");
    drop(storage);
    let found = Found::load(&mut bench.open("clear").await).await;
    assert!(found.loaded.records.is_none() && found.base.is_empty());
    assert_eq!(seqs(&found.loaded.rows), [1]);
}

/// Each part is there or it is not, and the records never come before the outbox.
pub async fn a_kill_between_any_two_writes_leaves_whole_parts(bench: &impl Bench) {
    for writes in 0.. {
        let name = format!("kill-{writes}");
        let mut storage = bench.open(&name).await;
        write_rows(&mut storage, 1).await;
        at_cursor(&mut storage, 1, 0).await;
        bench.kill_after(&mut storage, writes);
        let batch = Batch {
            outbox: Some(OutboxPart {
                rows: vec![row(2), row(3)],
                outcomes: vec![(id(1), Some(outcome(1, 5)))],
                attend: vec![attention(1)],
                ..OutboxPart::default()
            }),
            records: Some(RecordsPart {
                from: Some(state(1, 0).cursor),
                changes: vec![change(1, 2), change(2, 2)],
                state: Some(state(2, 1)),
                ..RecordsPart::default()
            }),
        };
        let written = storage.commit(batch).await;
        drop(storage);
        let found = Found::load(&mut bench.open(&name).await).await;
        let rows = seqs(&found.loaded.rows);
        let listed = found.loaded.attention.len();
        let cursor = found.loaded.records.map(|state| state.cursor.position.0);
        let seen = (rows.as_slice(), listed, cursor, found.base.len());
        let nothing: (&[u64], _, _, _) = (&[1], 0, Some(1), 0);
        let outbox_alone: (&[u64], _, _, _) = (&[1, 2, 3], 1, Some(1), 0);
        let everything: (&[u64], _, _, _) = (&[2, 3], 1, Some(2), 2);
        match written {
            Ok(()) => {
                assert_eq!(seen, everything, "after {writes} writes");
                return;
            }
            // A decided row above `your_seq` is read back as well.
            Err(_) => assert!(
                [nothing, outbox_alone, everything].contains(&seen),
                "after {writes} writes: {seen:?}"
            ),
        }
    }
}

fn id(seq: u64) -> MutationId {
    MutationId {
        device: device(),
        seq: Seq(seq),
    }
}

fn seqs(rows: &[super::OutboxRow]) -> Vec<u64> {
    rows.iter().map(|row| row.envelope.seq.0).collect()
}

async fn write_rows(storage: &mut impl Storage, last: u64) {
    let part = OutboxPart {
        identity: Some(identity()),
        rows: (1..=last).map(row).collect(),
        ..OutboxPart::default()
    };
    storage.commit(outbox(part)).await.expect("written");
}

async fn at_cursor(storage: &mut impl Storage, position: u64, your_seq: u64) {
    let part = RecordsPart {
        state: Some(state(position, your_seq)),
        ..RecordsPart::default()
    };
    storage.commit(records(part)).await.expect("written");
}

async fn decide(storage: &mut impl Storage, seq: u64, arrived: Option<u64>) {
    let part = OutboxPart {
        outcomes: vec![(id(seq), arrived.map(|at| outcome(seq, at)))],
        ..OutboxPart::default()
    };
    storage.commit(outbox(part)).await.expect("written");
}
