//! One of everything that travels, every optional part filled in somewhere.

mod frames;
mod mutations;
mod schema;

use sync_core::*;

pub(crate) use frames::frames;
pub(crate) use mutations::{body, changes, empty_body, envelopes, outcomes, void};
pub(crate) use schema::schema;

/// Every code there is; `channel.rs` keeps the list whole.
const CODES: [Code; 19] = [
    Code::Malformed,
    Code::TooLarge,
    Code::Validation,
    Code::NotFound,
    Code::Conflict,
    Code::Gap,
    Code::IdentityClosed,
    Code::ForeignCursor,
    Code::Unauthenticated,
    Code::Forbidden,
    Code::BadEnrolmentCode,
    Code::NeedsUpgrade,
    Code::RateLimited,
    Code::NotMaster,
    Code::Draining,
    Code::StorageFull,
    Code::StorageFailed,
    Code::RestoreNeeded,
    Code::Internal,
];

/// Every example as it is written.
pub(crate) fn texts() -> Vec<(&'static str, String)> {
    fn all<T: serde::Serialize>(
        samples: impl IntoIterator<Item = (&'static str, T)>,
    ) -> Vec<(&'static str, String)> {
        let text = |sample: &T| serde_json::to_string(sample).expect("json");
        let samples = samples.into_iter();
        samples
            .map(|(name, sample)| (name, text(&sample)))
            .collect()
    }
    [
        all(frames()),
        all(envelopes()),
        all(outcomes()),
        all(changes()),
        all(snapshot_lines()),
        all([("void", void())]),
        all([("body", body())]),
        all([("codes", codes())]),
        all([("schema", schema())]),
    ]
    .concat()
}

/// Every code with its class.
pub(crate) fn codes() -> Vec<(Code, Class)> {
    CODES.iter().map(|code| (*code, code.class())).collect()
}

fn uuid() -> uuid::Uuid {
    uuid::Uuid::from_bytes([0xee; 16])
}

fn log_id() -> LogId {
    LogId {
        generation: 2,
        uuid: uuid(),
    }
}

fn cursor() -> Cursor {
    Cursor {
        log_id: log_id(),
        position: Position(41),
    }
}

fn time() -> Hlc {
    Hlc::from(0x0197_a1c2_e800_0001)
}

fn now() -> Millis {
    time().millis()
}

fn digest(of: &str) -> Digest {
    Digest::of(&[of.as_bytes()])
}

fn items() -> Vec<Change> {
    changes().into_iter().map(|(_, change)| change).collect()
}

fn sums() -> Sums {
    let mut sum = Checksum::default();
    items().iter().for_each(|change| sum.add(&change.record));
    let of = |bucket| sync_core::Map::from([(Bucket(bucket), sum)]);
    [("products".into(), of(0)), ("sales".into(), of(20_270))].into()
}

pub(crate) fn snapshot_lines() -> Vec<(&'static str, SnapshotLine)> {
    let head = SnapshotHead {
        start: cursor(),
        term: Term(0),
        digest: digest("log"),
        your_seq: Seq(12),
        total: 3,
        scope_from: 20_200,
    };
    let end = SnapshotEnd {
        position: Position(41),
        digest: digest("log"),
        your_seq: Seq(12),
        sums: Some(sums()),
    };
    let row = items().remove(0);
    vec![
        ("snapshot_head", SnapshotLine::Head(head)),
        ("snapshot_row", SnapshotLine::Row(row)),
        ("snapshot_end", SnapshotLine::End(end)),
    ]
}
