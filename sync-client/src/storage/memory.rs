//! A storage that lasts as long as its value: for simulations and tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sync_core::{CollectionName, Map, RecordId, Value};

use crate::platform::MaybeSend;

use super::{
    Area, Attention, Batch, Identity, Loaded, MutationId, OutboxMeta, OutboxPart, OutboxRow,
    RecordSink, RecordsPart, RecordsState, StageState, StageWrite, Storage, StorageError,
    StoredChange, StoredRecord,
};

type Rows = BTreeMap<(CollectionName, RecordId), StoredRecord>;

/// Holds everything in memory. A clone is another handle on the same content, as a file opened
/// again would be.
#[derive(Clone, Debug, Default)]
pub struct MemoryStorage {
    content: Arc<Mutex<Content>>,
}

#[derive(Clone, Debug, Default)]
struct Content {
    identity: Option<Identity>,
    meta: OutboxMeta,
    counters: Map<String, Value>,
    rows: BTreeMap<MutationId, OutboxRow>,
    attention: BTreeMap<MutationId, Attention>,
    state: Option<RecordsState>,
    stage: Option<StageState>,
    base: Rows,
    staged: Rows,
    /// Writes that still succeed; none set, all do.
    left: Option<u32>,
}

impl MemoryStorage {
    /// An empty storage.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets so many more parts of batches be written and refuses the rest, as a full disk does.
    /// `None` lets everything through again.
    pub fn fail_after(&self, parts: Option<u32>) {
        self.lock(|content| content.left = parts);
    }

    /// A storage of its own with the same content, as a copied file would be.
    #[must_use]
    pub fn copy(&self) -> Self {
        let content = self.lock(|content| content.clone());
        Self {
            content: Arc::new(Mutex::new(content)),
        }
    }

    /// A storage of its own with the records alone, as a browser that lost the other database has.
    #[must_use]
    pub fn copy_records(&self) -> Self {
        let content = self.lock(|content| Content {
            state: content.state,
            stage: content.stage.clone(),
            base: content.base.clone(),
            staged: content.staged.clone(),
            ..Content::default()
        });
        Self {
            content: Arc::new(Mutex::new(content)),
        }
    }

    fn lock<R>(&self, work: impl FnOnce(&mut Content) -> R) -> R {
        work(&mut self.content.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Storage for MemoryStorage {
    async fn load(&mut self, sink: &mut dyn RecordSink) -> Result<Loaded, StorageError> {
        self.lock(|content| {
            for (area, rows) in [(Area::Base, &content.base), (Area::Stage, &content.staged)] {
                for ((collection, _), record) in rows {
                    sink.take(area, collection, vec![record.clone()]);
                }
            }
            let mut loaded = Loaded {
                identity: content.identity.clone(),
                meta: content.meta,
                counters: content.counters.clone(),
                rows: Vec::new(),
                attention: content.attention.values().cloned().collect(),
                records: content.state,
                stage: content.stage.clone(),
                records_in_memory: false,
            };
            let wanted = content.rows.values().filter(|row| loaded.wants(row));
            loaded.rows = wanted.cloned().collect();
            Ok(loaded)
        })
    }

    async fn commit(
        &mut self,
        batch: impl Into<Arc<Batch>> + MaybeSend,
    ) -> Result<(), StorageError> {
        let batch = Arc::unwrap_or_clone(batch.into());
        self.lock(|content| {
            if let Some(part) = batch.outbox {
                content.spend()?;
                content.write_outbox(part);
            }
            if let Some(part) = batch.records {
                if !part.clear && part.from != content.cursor() {
                    return Err(StorageError::Stale);
                }
                content.spend()?;
                content.write_records(part);
            }
            Ok(())
        })
    }

    async fn outbox(
        &mut self,
        from: MutationId,
        limit: usize,
    ) -> Result<Vec<OutboxRow>, StorageError> {
        self.lock(|content| {
            let rows = content.rows.range(from..).map(|(_, row)| row);
            Ok(rows.take(limit).cloned().collect())
        })
    }
}

impl Content {
    fn spend(&mut self) -> Result<(), StorageError> {
        match &mut self.left {
            Some(0) => Err(StorageError::Full("the test's limit is reached".to_owned())),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn cursor(&self) -> Option<sync_core::Cursor> {
        self.state.map(|state| state.cursor)
    }

    fn write_outbox(&mut self, part: OutboxPart) {
        self.identity = part.identity.or(self.identity.take());
        self.meta = part.meta.unwrap_or(self.meta);
        self.counters.extend(part.counters);
        for id in part.remove {
            self.rows.remove(&id);
        }
        for row in part.rows {
            self.rows.insert(row.id(), row);
        }
        for (id, outcome) in part.outcomes {
            if let Some(row) = self.rows.get_mut(&id) {
                row.outcome = outcome;
            }
        }
        for entry in part.attend {
            self.attention.insert(entry.id, entry);
        }
        for id in part.dismiss {
            self.attention.remove(&id);
        }
        if let Some(prune) = part.prune {
            self.rows.retain(|_, row| !prune.covers(row));
        }
    }

    fn write_records(&mut self, part: RecordsPart) {
        if part.clear {
            self.base.clear();
            self.staged.clear();
            (self.state, self.stage) = (None, None);
        }
        let put = |rows: &mut Rows, StoredChange { collection, record }| {
            rows.insert((collection, record.id), record);
        };
        for change in &part.changes {
            put(&mut self.base, change.into());
        }
        for key in part.remove {
            self.base.remove(&key);
        }
        match part.stage {
            None => {}
            Some(StageWrite::Clear) => {
                self.staged.clear();
                self.stage = None;
            }
            Some(StageWrite::Write { rows, state }) => {
                for change in rows {
                    put(&mut self.staged, change);
                }
                self.stage = Some(state);
            }
            Some(StageWrite::Promote) => {
                self.base = std::mem::take(&mut self.staged);
                self.stage = None;
            }
        }
        self.state = part.state.or(self.state);
    }
}
