use std::sync::Arc;

use crate::platform::watch;
use crate::shared::Shared;
use crate::{Query, QueryResult};

/// A query that says when its result changed. Evaluated only when its collection did.
pub struct LiveQuery {
    shared: Arc<Shared>,
    query: Query,
    changed: watch::Receiver<u64>,
    revision: Option<u64>,
    last: Option<QueryResult>,
}

impl LiveQuery {
    pub(crate) fn new(shared: Arc<Shared>, query: Query) -> Self {
        let changed = shared.changed.subscribe();
        Self {
            shared,
            query,
            changed,
            revision: None,
            last: None,
        }
    }

    /// The next result: at once the first time, then whenever it differs from the one before.
    /// `None` once the client is closed.
    pub async fn next(&mut self) -> Option<QueryResult> {
        loop {
            self.changed.borrow_and_update();
            if let Some(result) = self.evaluate() {
                return Some(result);
            }
            if self.shared.is_closed() {
                return None;
            }
            self.changed.changed().await.ok()?;
        }
    }

    /// The result, where it differs from the one before.
    pub(crate) fn evaluate(&mut self) -> Option<QueryResult> {
        let (query, seen) = (&self.query, self.revision);
        let (revision, result) = self.shared.read(|replica| {
            let revision = replica.revision(&query.collection);
            let stale = seen != Some(revision);
            (revision, stale.then(|| replica.view().query(query)))
        });
        self.revision = Some(revision);
        let result = result.filter(|result| self.last.as_ref() != Some(result))?;
        self.last = Some(result.clone());
        Some(result)
    }
}
