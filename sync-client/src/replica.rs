//! Everything a device holds in memory: what its storage made durable, and the view computed of it.

mod follow;

use std::sync::Arc;

use sync_core::{
    Actor, Body, CollectionName, Cursor, DeviceId, Domain, Envelope, Hlc, Map, Millis, Op,
    Position, RecordId, Seq, Sums, Value, map_of,
};

use crate::SyncPosition;
use crate::base::Base;
use crate::overlay::Overlay;
use crate::storage::{
    Area, Attention, Identity, Loaded, MutationId, OutboxMeta, OutboxRow, RecordSink, RecordsState,
    StageState, StoredRecord,
};
use crate::view::View;

/// Reads back the records of a storage.
pub(crate) struct Reader {
    base: Base,
    staged: Base,
}

/// The durable state in memory. Brought forward by the very batches that storages write.
pub(crate) struct Replica {
    domain: Arc<dyn Domain>,
    identity: Option<Identity>,
    meta: OutboxMeta,
    counters: Map<String, Value>,
    /// The current device's rows without an outcome, and those the base does not have yet.
    rows: Map<Seq, OutboxRow>,
    /// What took effect under ids that this device had before, and the base does not have yet; as
    /// it was decided.
    earlier: Vec<OutboxRow>,
    attention: Map<MutationId, Attention>,
    state: Option<RecordsState>,
    stage: Option<StageState>,
    base: Base,
    staged: Base,
    overlay: Overlay,
    revisions: Map<CollectionName, u64>,
    revision: u64,
}

impl Reader {
    pub(crate) fn new(domain: &Arc<dyn Domain>) -> Self {
        Self {
            base: Base::new(Arc::clone(domain)),
            staged: Base::new(Arc::clone(domain)),
        }
    }
}

impl RecordSink for Reader {
    fn take(&mut self, area: Area, collection: &CollectionName, records: Vec<StoredRecord>) {
        let base = match area {
            Area::Base => &mut self.base,
            Area::Stage => &mut self.staged,
        };
        for record in records {
            base.load(collection, record);
        }
    }
}

impl Replica {
    /// What a storage has read back. `revision` is above every one given out before.
    pub(crate) fn new(
        domain: Arc<dyn Domain>,
        loaded: Loaded,
        reader: Reader,
        revision: u64,
    ) -> Self {
        let device = loaded.identity.as_ref().map(|identity| identity.device.id);
        let (own, earlier): (Vec<_>, Vec<_>) = loaded
            .rows
            .into_iter()
            .partition(|row| Some(row.envelope.device) == device);
        let attention = loaded.attention.into_iter();
        let mut replica = Self {
            domain,
            identity: loaded.identity,
            meta: loaded.meta,
            counters: loaded.counters,
            rows: map_of(own.into_iter().map(|row| (row.envelope.seq, row))),
            earlier: Vec::new(),
            attention: map_of(attention.map(|entry| (entry.id, entry))),
            state: loaded.records,
            stage: loaded.stage,
            base: reader.base,
            staged: reader.staged,
            overlay: Overlay::default(),
            revisions: Map::new(),
            revision,
        };
        replica.keep_earlier(earlier);
        replica.settle(true);
        replica
    }

    /// Gives its records away, to the replica that follows.
    pub(crate) fn give_records(&mut self) -> Reader {
        let mut reader = Reader::new(&self.domain);
        std::mem::swap(&mut reader.base, &mut self.base);
        std::mem::swap(&mut reader.staged, &mut self.staged);
        reader
    }

    fn touch(&mut self, collection: &CollectionName) {
        self.revision += 1;
        match self.revisions.get_mut(collection) {
            Some(revision) => *revision = self.revision,
            None => {
                self.revisions.insert(collection.clone(), self.revision);
            }
        }
    }

    pub(crate) fn touch_all(&mut self) {
        let names: Vec<_> = self.domain.schema().collections.keys().cloned().collect();
        names.iter().for_each(|name| self.touch(name));
    }

    /// Seals steps as this device's next mutation, with the batch that makes it durable.
    pub(crate) fn seal(
        &self,
        identity: &Identity,
        name: String,
        actor: Actor,
        ops: Vec<Op>,
        now: Millis,
    ) -> (OutboxRow, OutboxMeta) {
        let at = self.meta.hlc.tick(now);
        let body = Body { actor, name, ops }.encode();
        let format = self.domain.schema().format;
        let seq = self.meta.next_seq;
        let row = OutboxRow {
            envelope: Envelope::seal(identity.device.id, seq, at, format, body),
            recorded_at: now,
            void: None,
            outcome: None,
        };
        let meta = OutboxMeta {
            next_seq: seq.next(),
            hlc: at,
            ..self.meta
        };
        (row, meta)
    }

    pub(crate) fn view(&self) -> View<'_> {
        View::new(&self.base, &self.overlay)
    }

    pub(crate) fn base(&self) -> &Base {
        &self.base
    }

    pub(crate) fn domain(&self) -> &dyn Domain {
        &*self.domain
    }

    pub(crate) fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    pub(crate) fn device(&self) -> Option<DeviceId> {
        Some(self.identity.as_ref()?.device.id)
    }

    pub(crate) fn meta(&self) -> OutboxMeta {
        self.meta
    }

    /// Lets the clock see another one; the next mutation is later than both.
    pub(crate) fn observe(&mut self, time: Hlc) {
        self.meta.hlc = self.meta.hlc.observe(time);
    }

    pub(crate) fn row(&self, seq: Seq) -> Option<&OutboxRow> {
        self.rows.get(&seq)
    }

    /// The rows without an outcome from a seq on.
    pub(crate) fn pending_from(&self, seq: Seq) -> impl Iterator<Item = &OutboxRow> {
        let rows = self.rows.range_from(&seq).map(|(_, row)| row);
        rows.filter(|row| row.outcome.is_none())
    }

    pub(crate) fn pending(&self) -> u64 {
        self.pending_from(Seq(0)).count() as u64
    }

    pub(crate) fn attention(&self) -> Vec<Attention> {
        let mut entries: Vec<Attention> = Vec::with_capacity(self.attention.len());
        for entry in self.attention.values() {
            let place = entries.partition_point(|other| other.since <= entry.since);
            entries.insert(place, entry.clone());
        }
        entries
    }

    pub(crate) fn attention_len(&self) -> u64 {
        self.attention.len() as u64
    }

    pub(crate) fn attention_on(&self, id: MutationId) -> Option<&Attention> {
        self.attention.get(&id)
    }

    pub(crate) fn attends(&self, id: MutationId) -> bool {
        self.attention.contains_key(&id)
    }

    pub(crate) fn counter(&self, name: &str) -> Option<&Value> {
        self.counters.get(name)
    }

    pub(crate) fn state(&self) -> Option<RecordsState> {
        self.state
    }

    pub(crate) fn stage(&self) -> Option<&StageState> {
        self.stage.as_ref()
    }

    pub(crate) fn staged_version(&self, name: &str, id: RecordId) -> Option<Position> {
        self.staged.version(name, id)
    }

    /// The current device's last seq that the base has.
    pub(crate) fn your_seq(&self) -> Seq {
        match (self.device(), &self.state) {
            (Some(device), Some(state)) if device == state.device => state.your_seq,
            _ => Seq(0),
        }
    }

    /// Whether the base has work that can wait.
    pub(crate) fn has_chores(&self) -> bool {
        self.base.has_chores()
    }

    /// Does a millisecond or two of it.
    pub(crate) fn chore(&mut self) {
        self.base.chore();
    }

    pub(crate) fn checksums(&self) -> (Option<Cursor>, Sums) {
        (self.state.map(|state| state.cursor), self.base.sums())
    }

    pub(crate) fn revision(&self, name: &CollectionName) -> u64 {
        self.revisions.get(name).copied().unwrap_or(0)
    }

    /// The highest revision given out.
    pub(crate) fn last_revision(&self) -> u64 {
        self.revision
    }

    pub(crate) fn position(&self) -> SyncPosition {
        SyncPosition {
            cursor: self.state.map(|state| state.cursor),
            your_seq: self.your_seq(),
            next_seq: self.meta.next_seq,
            archived: self.meta.archived,
            resent: 0,
        }
    }
}
