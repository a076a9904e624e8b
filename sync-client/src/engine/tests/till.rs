//! A till: an engine, what is durable of it, and its link.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::FutureExt;
use sync_core::{Actor, Domain, Frame, Millis, Op, Record, RecordId, Seq, Verified};

use super::world::START;
use crate::engine::{Engine, Input};
use crate::replica::{Reader, Replica};
use crate::storage::memory::MemoryStorage;
use crate::storage::{Batch, MutationId, OutboxPart, RecordsPart, RecordsState, Storage};
use crate::{Config, Enrolment, Timing};

pub(super) struct Till {
    pub(super) replica: Replica,
    pub(super) storage: MemoryStorage,
    pub(super) engine: Engine,
    pub(super) connected: bool,
    pub(super) reachable: bool,
    pub(super) deaf: bool,
    /// What is opened neither opens nor fails.
    pub(super) hangs: bool,
    /// Sockets do not get through, requests do.
    pub(super) no_sockets: bool,
    /// Sockets open, and nothing comes through them.
    pub(super) mute_sockets: bool,
    pub(super) polling: bool,
    /// The node it talks to; absent for the one it was opened with.
    pub(super) at: Option<String>,
    /// Connections opened so far.
    pub(super) connects: u32,
    pub(super) arriving: VecDeque<Frame>,
    /// The frame at which the link dies, once.
    pub(super) cut_at: Option<fn(&Frame) -> bool>,
    pub(super) earlier_resent: u64,
}

impl Till {
    pub(super) fn open(
        domain: &Arc<dyn Domain>,
        storage: MemoryStorage,
        (number, timing): (usize, Timing),
        now: Millis,
    ) -> Self {
        let config = Config {
            timing,
            device_name: format!("till {number}"),
            enrolment: Enrolment::Open,
            seed: number as u64,
            ..Config::default()
        };
        let mut storage = storage;
        let mut reader = Reader::new(domain);
        let loaded = storage.load(&mut reader).now_or_never().unwrap().unwrap();
        Self {
            replica: Replica::new(Arc::clone(domain), loaded, reader, 0),
            storage,
            engine: Engine::new(config, now),
            connected: false,
            reachable: true,
            deaf: false,
            hangs: false,
            no_sockets: false,
            mute_sockets: false,
            polling: false,
            at: None,
            connects: 0,
            arriving: VecDeque::new(),
            cut_at: None,
            earlier_resent: 0,
        }
    }

    pub(super) fn open_connection(&mut self, polling: bool, now: Millis) {
        self.connects += 1;
        (self.connected, self.polling) = (true, polling);
        self.arriving.clear();
        self.tell(Input::Opened { polling }, now);
    }

    pub(super) fn tell(&mut self, input: Input, now: Millis) {
        self.engine.handle(input, &self.replica, now);
    }

    pub(super) fn commit(&mut self, batch: &Batch, now: Millis) {
        let written = self.storage.commit(batch.clone()).now_or_never().unwrap();
        written.unwrap();
        self.replica.apply(batch);
        self.tell(Input::Committed, now);
    }

    pub(super) fn record(&mut self, op: Op, now: Millis) {
        let actor = Actor {
            user: RecordId::from([3; 16]),
            verified: Verified::Host,
            approved_by: None,
        };
        let identity = self.replica.identity().unwrap().clone();
        let name = "test".to_owned();
        let (row, meta) = self.replica.seal(&identity, name, actor, vec![op], now);
        let batch = Batch {
            outbox: Some(OutboxPart {
                meta: Some(meta),
                rows: vec![row],
                ..OutboxPart::default()
            }),
            records: None,
        };
        let written = self.storage.commit(batch.clone()).now_or_never().unwrap();
        written.unwrap();
        self.replica.apply(&batch);
    }

    /// What people see that all facts add up to.
    pub(super) fn shown_total(&self) -> Option<i64> {
        let totals = self.replica.view().query(&crate::Query::all("totals"));
        totals.items.first().and_then(|total| total.doc.int("sum"))
    }

    pub(super) fn resent(&self) -> u64 {
        self.earlier_resent + self.engine.resent()
    }

    pub(super) fn last_error(&self) -> Option<String> {
        let status = self.engine.status(&self.replica, START);
        status.last_error.map(|error| error.code)
    }

    pub(super) fn on_requests(&self) -> bool {
        self.polling
    }

    pub(super) fn connection(&self) -> String {
        let status = self.engine.status(&self.replica, START);
        let json = serde_json::to_value(status.connection).unwrap();
        json["state"].as_str().unwrap().to_owned()
    }

    /// A row of the outbox is gone from its storage, whatever became of it.
    pub(super) fn forget(&mut self, seq: Seq) {
        let device = self.replica.device().unwrap();
        let gone = Batch {
            outbox: Some(OutboxPart {
                remove: vec![MutationId { device, seq }],
                ..OutboxPart::default()
            }),
            records: None,
        };
        self.storage.commit(gone).now_or_never().unwrap().unwrap();
    }

    /// A copy of the storage as it is now.
    pub(super) fn image(&self) -> MemoryStorage {
        self.storage.copy()
    }

    pub(super) fn roll_back(&mut self, image: &MemoryStorage) {
        self.storage = image.copy();
    }

    /// Records written last did not reach the disk, as after a power cut; what is recorded did.
    pub(super) fn lose_records_since(&mut self, state: RecordsState) {
        let before = Batch {
            outbox: None,
            records: Some(RecordsPart {
                clear: true,
                state: Some(state),
                ..RecordsPart::default()
            }),
        };
        self.storage.commit(before).now_or_never().unwrap().unwrap();
    }

    /// A record of the base changes behind everybody's back.
    pub(super) fn corrupt(&mut self) {
        let record = self.replica.view().query(&crate::Query::all("totals"));
        let id = record.items[0].id;
        let mut changes = Vec::new();
        if let Ok(Some(record)) = sync_core::Records::get(self.replica.base(), "totals", id) {
            let doc = record.doc.clone().with("sum", 1_000_000);
            changes.push(sync_core::Change {
                collection: "totals".into(),
                record: Record { doc, ..record },
            });
        }
        self.put(changes);
    }

    /// A record that the master never made stands in the base.
    pub(super) fn make_up(&mut self, collection: &str) {
        let doc = sync_core::Document::new().with("amount", 5);
        let (id, now) = (sync_core::RecordId::derived(&[b"made up"]), START);
        self.put(vec![sync_core::Change {
            collection: collection.into(),
            record: Record::inserted(id, sync_core::Position(1), now, doc),
        }]);
    }

    fn put(&mut self, changes: Vec<sync_core::Change>) {
        let batch = Batch {
            outbox: None,
            records: Some(RecordsPart {
                from: self.replica.state().map(|state| state.cursor),
                changes,
                ..RecordsPart::default()
            }),
        };
        let written = self.storage.commit(batch.clone()).now_or_never().unwrap();
        written.unwrap();
        self.replica.apply(&batch);
    }
}
