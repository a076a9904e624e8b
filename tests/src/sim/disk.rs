//! A device's storage: what is synced and what is not yet, and everything a disk does to people.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use sync_client::storage::memory::MemoryStorage;
use sync_client::storage::{
    Area, Batch, Loaded, MutationId, OutboxRow, RecordSink, RecordsPart, Storage, StorageError,
    StoredRecord,
};
use sync_core::{Change, CollectionName, DeviceId, Seq};

use super::clock::Dice;
use super::faults::{Fault, Fired};

/// The disk below a device. It outlives the programs that write to it. Cheap to clone.
#[derive(Clone)]
pub struct Disk(Arc<Mutex<Platter>>);

struct Platter {
    /// What the running program reads back.
    seen: MemoryStorage,
    /// What a power cut leaves: outbox writes at once, records when they were synced.
    synced: MemoryStorage,
    waiting: Vec<RecordsPart>,
    /// The program that holds it: an earlier one that still runs is told so.
    program: u64,
    /// The last program that runs no more: it is told nothing.
    ended: u64,
    /// Lets a program write that does not hold it any more.
    open_to_all: bool,
    /// Parts of batches until the program stops.
    stops_in: Option<u32>,
    stopped: bool,
    full: bool,
    /// Says that an outbox write is synced when it is not.
    lies: bool,
    /// A copy of some time ago.
    old: Option<MemoryStorage>,
    dice: Dice,
    fired: Fired,
}

/// What one program holds of a disk.
pub struct Program {
    disk: Disk,
    number: u64,
}

impl Disk {
    /// An empty one.
    pub fn new(dice: Dice, fired: Fired) -> Self {
        Self(Arc::new(Mutex::new(Platter {
            seen: MemoryStorage::new(),
            synced: MemoryStorage::new(),
            waiting: Vec::new(),
            program: 0,
            ended: 0,
            open_to_all: false,
            stops_in: None,
            stopped: false,
            full: false,
            lies: false,
            old: None,
            dice,
            fired,
        })))
    }

    /// Starts a program on it after the one before has ended.
    pub fn start(&self) -> Program {
        self.with(|platter| platter.ended = platter.program);
        self.take_over()
    }

    /// Starts a program on it beside the one before, which can write no more.
    pub fn take_over(&self) -> Program {
        let number = self.with(|platter| {
            platter.program += 1;
            (platter.stops_in, platter.stopped) = (None, false);
            platter.program
        });
        Program {
            disk: self.clone(),
            number,
        }
    }

    /// From now on whoever was taken over writes all the same.
    pub fn open_to_all(&self) {
        self.with(|platter| platter.open_to_all = true);
    }

    /// Stops the program at one of its next writes.
    pub fn stop_after(&self, parts: u32) {
        self.with(|platter| platter.stops_in = Some(parts));
    }

    /// Whether the program was stopped by [`Disk::stop_after`].
    pub fn is_stopped(&self) -> bool {
        self.with(|platter| platter.stopped)
    }

    /// The power is gone: what was not synced is lost, and so is the program.
    pub fn power_cut(&self) {
        self.with(|platter| {
            platter.ended = platter.program;
            platter.seen = platter.synced.copy();
            platter.waiting.clear();
        });
    }

    /// From now on it says that outbox writes are synced when they are not.
    pub fn lie(&self) {
        self.with(|platter| platter.lies = true);
    }

    /// Whether there is no room.
    pub fn set_full(&self, full: bool) {
        self.with(|platter| platter.full = full);
    }

    /// The database of records is deleted.
    pub fn lose_records(&self) {
        self.with(|platter| {
            platter.sync();
            let gone = Batch {
                outbox: None,
                records: Some(RecordsPart {
                    clear: true,
                    ..RecordsPart::default()
                }),
            };
            let mut seen = platter.seen.copy();
            now(seen.commit(gone)).expect("memory takes everything");
            (platter.synced, platter.seen) = (seen.copy(), seen);
        });
    }

    /// One record is not what it was any more, or gone; false where there is none.
    pub fn damage(&self, dice: &Dice) -> bool {
        self.with(|platter| {
            platter.sync();
            let mut found = Found::default();
            let loaded = now(platter.seen.load(&mut found)).expect("memory is readable");
            let (Some(state), false) = (loaded.records, found.0.is_empty()) else {
                return false;
            };
            let (collection, record) = dice.one(&found.0).clone();
            let mut part = RecordsPart {
                from: Some(state.cursor),
                ..RecordsPart::default()
            };
            if dice.percent(50) {
                part.remove.push((collection, record.id));
            } else {
                let mut record = record.record();
                record.doc.set("name", Some("not what it was".into()));
                part.changes.push(Change { collection, record });
            }
            let damaged = Batch {
                outbox: None,
                records: Some(part),
            };
            now(platter.seen.commit(damaged)).expect("memory takes everything");
            platter.synced = platter.seen.copy();
            true
        })
    }

    /// The database of the outbox is deleted.
    pub fn lose_outbox(&self) {
        self.with(|platter| {
            platter.sync();
            let left = platter.seen.copy_records();
            (platter.synced, platter.seen) = (left.copy(), left);
        });
    }

    /// Copies it, as a backup of the device would.
    pub fn copy_aside(&self) {
        self.with(|platter| platter.old = Some(platter.synced.copy()));
    }

    /// Puts the copy back; false where there is none.
    pub fn roll_back(&self) -> bool {
        self.with(|platter| {
            let Some(old) = &platter.old else {
                return false;
            };
            let (seen, synced) = (old.copy(), old.copy());
            (platter.seen, platter.synced) = (seen, synced);
            platter.waiting.clear();
            platter.ended = platter.program;
            true
        })
    }

    /// The mutations of its outbox, each with what became of it.
    pub fn outbox(&self) -> Vec<OutboxRow> {
        let first = MutationId {
            device: DeviceId::from([0; 16]),
            seq: Seq(0),
        };
        self.with(|platter| {
            now(platter.seen.outbox(first, usize::MAX)).expect("memory is readable")
        })
    }

    /// Everything that is written on it.
    pub fn texts(&self) -> Vec<String> {
        let mut found = Found::default();
        self.with(|platter| now(platter.seen.load(&mut found)).expect("memory is readable"));
        let records = found.0.into_iter().map(|(_, record)| record);
        let records = records.map(|record| format!("{} {}", record.id, record.doc.as_str()));
        let rows = self.outbox().into_iter();
        records
            .chain(rows.map(|row| row.envelope.body.get().to_owned()))
            .collect()
    }

    fn with<R>(&self, work: impl FnOnce(&mut Platter) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The records of a base.
#[derive(Default)]
struct Found(Vec<(CollectionName, StoredRecord)>);

impl RecordSink for Found {
    fn take(&mut self, area: Area, collection: &CollectionName, records: Vec<StoredRecord>) {
        if area == Area::Base {
            let records = records.into_iter();
            self.0
                .extend(records.map(|record| (collection.clone(), record)));
        }
    }
}

impl Platter {
    fn sync(&mut self) {
        for part in self.waiting.drain(..) {
            let batch = Batch {
                outbox: None,
                records: Some(part),
            };
            now(self.synced.commit(batch)).expect("what was written once is written again");
        }
    }

    /// Whether the program still runs after one more part.
    fn spend(&mut self) -> bool {
        match &mut self.stops_in {
            Some(0) => {
                self.stopped = true;
                false
            }
            Some(left) => {
                *left -= 1;
                true
            }
            None => true,
        }
    }

    /// Writes; `None` when the program stops before it hears of it.
    fn write(&mut self, batch: Batch) -> Option<Result<(), StorageError>> {
        if self.full {
            self.fired.count(Fault::Quota);
            return Some(Err(StorageError::Full("no room".to_owned())));
        }
        if let Some(part) = batch.outbox {
            // Stopped before or after the write: either way nobody was told.
            let runs = self.spend();
            if runs || self.dice.percent(50) {
                let batch = Batch {
                    outbox: Some(part),
                    records: None,
                };
                if !self.lies {
                    now(self.synced.commit(batch.clone())).expect("memory takes everything");
                }
                now(self.seen.commit(batch)).expect("memory takes everything");
            }
            if !runs {
                return None;
            }
        }
        if let Some(part) = batch.records {
            let batch = Batch {
                outbox: None,
                records: Some(part.clone()),
            };
            if let Err(error) = now(self.seen.commit(batch)) {
                return Some(Err(error));
            }
            self.waiting.push(part);
            if self.dice.percent(30) {
                self.sync();
            }
            if !self.spend() {
                return None;
            }
        }
        Some(Ok(()))
    }
}

impl Program {
    /// Lets it do something; `None` when it has ended or was stopped.
    fn with<R>(
        &self,
        work: impl FnOnce(&mut Platter) -> Result<R, StorageError>,
    ) -> Option<Result<R, StorageError>> {
        self.disk.with(|platter| {
            if self.number <= platter.ended {
                return None;
            }
            if self.number != platter.program && !platter.open_to_all {
                let why = "another tab has taken over";
                return Some(Err(StorageError::Held(why.to_owned())));
            }
            (!platter.stopped).then(|| work(platter))
        })
    }
}

impl Storage for Program {
    async fn load(&mut self, sink: &mut dyn RecordSink) -> Result<Loaded, StorageError> {
        let loaded = self.with(|platter| now(platter.seen.load(sink)));
        alive(loaded).await
    }

    async fn commit(&mut self, batch: impl Into<Arc<Batch>> + Send) -> Result<(), StorageError> {
        let batch = Arc::unwrap_or_clone(batch.into());
        let written = self.with(|platter| platter.write(batch).transpose());
        alive(written.and_then(Result::transpose)).await
    }

    async fn outbox(
        &mut self,
        from: MutationId,
        limit: usize,
    ) -> Result<Vec<OutboxRow>, StorageError> {
        let rows = self.with(|platter| now(platter.seen.outbox(from, limit)));
        alive(rows).await
    }
}

/// A program that was stopped waits for ever.
async fn alive<T>(answer: Option<T>) -> T {
    match answer {
        Some(answer) => answer,
        None => std::future::pending().await,
    }
}

/// Memory answers at once.
fn now<T>(answer: impl Future<Output = T>) -> T {
    answer
        .now_or_never()
        .expect("a storage in memory never waits")
}
