//! Outcomes that come for several rows at once.

use super::fixture::{Found, outbox, outcome};
use super::{Bench, at_cursor, id, seqs, write_rows};
use crate::storage::{OutboxPart, Storage};

/// Rows with whether they are decided, and which are open then.
type Step = (&'static [(u64, bool)], &'static [u64]);

/// Of a run, of rows with others between them, twice for one row, for a row that is not there; and
/// one that is taken away again beside one that comes.
pub async fn outcomes_end_the_rows_they_name_and_no_other(bench: &impl Bench) {
    let mut storage = bench.open("several").await;
    write_rows(&mut storage, 6).await;
    at_cursor(&mut storage, 50, 6).await;
    let steps: [Step; 6] = [
        (&[(1, true), (3, true)], &[2, 4, 5, 6]),
        (&[(4, true), (5, true)], &[2, 6]),
        (&[(1, true), (1, true), (3, true)], &[2, 6]),
        (&[(4, false), (5, true)], &[2, 4, 6]),
        (&[(4, true), (3, true), (2, true)], &[6]),
        (&[(6, true), (9, true)], &[]),
    ];
    for (outcomes, open) in steps {
        let decided = |(seq, decided): &(u64, bool)| (id(*seq), decided.then(|| outcome(*seq, 5)));
        let part = OutboxPart {
            outcomes: outcomes.iter().map(decided).collect(),
            ..OutboxPart::default()
        };
        storage.commit(outbox(part)).await.expect("written");
        drop(storage);
        storage = bench.open("several").await;
        let found = Found::load(&mut storage).await;
        assert_eq!(seqs(&found.loaded.rows), open, "{outcomes:?}");
    }
}
