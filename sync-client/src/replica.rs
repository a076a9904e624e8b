//! Everything a device holds in memory: what its storage made durable, and the view computed of it.

use std::sync::Arc;

use sync_core::{
    Actor, Body, Change, CollectionName, Cursor, DeviceId, Domain, Envelope, Hlc, Map, Millis, Op,
    Position, Seq, Sums, Value, Verdict, map_of,
};

use crate::SyncPosition;
use crate::base::Base;
use crate::overlay::Overlay;
use crate::storage::{
    Area, Attention, Batch, Identity, Loaded, MutationId, OutboxMeta, OutboxPart, OutboxRow,
    RecordSink, RecordsPart, RecordsState, StageState, StageWrite, StoredRecord,
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
        base.load(collection, records);
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
        let own = loaded.rows.into_iter();
        let own = own.filter(|row| Some(row.envelope.device) == device);
        let attention = loaded.attention.into_iter();
        let mut replica = Self {
            domain,
            identity: loaded.identity,
            meta: loaded.meta,
            counters: loaded.counters,
            rows: map_of(own.map(|row| (row.envelope.seq, row))),
            attention: map_of(attention.map(|entry| (entry.id, entry))),
            state: loaded.records,
            stage: loaded.stage,
            base: reader.base,
            staged: reader.staged,
            overlay: Overlay::default(),
            revisions: Map::new(),
            revision,
        };
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

    /// Follows a batch that is durable.
    pub(crate) fn apply(&mut self, batch: &Batch) {
        let mut rebuild = false;
        if let Some(part) = &batch.outbox {
            rebuild |= self.apply_outbox(part);
        }
        if let Some(part) = &batch.records {
            rebuild |= self.apply_records(part);
        }
        self.settle(rebuild);
    }

    /// Goes on by the outbox side alone.
    pub(crate) fn apply_part(&mut self, part: &OutboxPart) {
        let rebuild = self.apply_outbox(part);
        self.settle(rebuild);
    }

    fn apply_outbox(&mut self, part: &OutboxPart) -> bool {
        let mut rebuild = false;
        if let Some(identity) = &part.identity {
            let device = Some(identity.device.id);
            if self.device() != device {
                self.rows.clear();
            }
            rebuild = true;
            self.identity = Some(identity.clone());
        }
        self.meta = part.meta.unwrap_or(self.meta);
        self.counters.extend(part.counters.clone());
        let device = self.device();
        let own = |id: &MutationId| (Some(id.device) == device).then_some(id.seq);
        for seq in part.remove.iter().filter_map(own) {
            rebuild |= self.rows.remove(&seq).is_some();
        }
        for row in &part.rows {
            if let Some(seq) = own(&row.id()) {
                rebuild |= self.rows.insert(seq, row.clone()).is_some();
            }
        }
        for (id, outcome) in &part.outcomes {
            if let Some(row) = own(id).and_then(|seq| self.rows.get_mut(&seq)) {
                row.outcome.clone_from(outcome);
            }
        }
        for entry in &part.attend {
            self.attention.insert(entry.id, entry.clone());
        }
        for id in &part.dismiss {
            self.attention.remove(id);
        }
        rebuild
    }

    fn apply_records(&mut self, part: &RecordsPart) -> bool {
        let mut rebuild = part.clear;
        if part.clear {
            self.base = Base::new(Arc::clone(&self.domain));
            self.staged = Base::new(Arc::clone(&self.domain));
            (self.state, self.stage) = (None, None);
            self.touch_all();
        }
        for change in &part.changes {
            rebuild |= self
                .overlay
                .depends_on(&change.collection, change.record.id);
            self.base.put(change);
            self.touch(&change.collection);
        }
        for (collection, id) in &part.remove {
            rebuild |= self.overlay.depends_on(collection, *id);
            self.base.remove(collection, *id);
            self.touch(collection);
        }
        match &part.stage {
            None => {}
            Some(StageWrite::Clear) => {
                self.staged = Base::new(Arc::clone(&self.domain));
                self.stage = None;
            }
            Some(StageWrite::Write { rows, state }) => {
                rows.iter().for_each(|row| self.staged.put(row));
                self.stage = Some(state.clone());
            }
            Some(StageWrite::Promote) => {
                let empty = Base::new(Arc::clone(&self.domain));
                self.base = std::mem::replace(&mut self.staged, empty);
                self.stage = None;
                self.touch_all();
                rebuild = true;
            }
        }
        self.state = part.state.or(self.state);
        rebuild
    }

    /// Lets go of rows that ended, and brings the overlay in line.
    fn settle(&mut self, rebuild: bool) {
        let your_seq = self.your_seq();
        self.rows
            .retain(|seq, row| row.outcome.is_none() || *seq > your_seq);
        let undecided: Vec<Seq> = self
            .rows
            .range_from(&your_seq.next())
            .filter(|(_, row)| shows(row))
            .map(|(seq, _)| *seq)
            .collect();
        let replayed = self.overlay.seqs();
        let mut done = replayed.len();
        if rebuild || !undecided.starts_with(replayed) {
            let old = std::mem::take(&mut self.overlay);
            old.collections().for_each(|name| {
                self.revision += 1;
                self.revisions.insert(name.clone(), self.revision);
            });
            done = 0;
        }
        let Some(device) = self.identity.as_ref().map(|i| &i.device) else {
            return;
        };
        for seq in &undecided[done..] {
            let row = &self.rows[seq];
            // A base that cannot be read does not exist: it is in memory.
            let changed = self.overlay.replay(&*self.domain, &self.base, device, row);
            for name in changed.unwrap_or_default() {
                self.revision += 1;
                self.revisions.insert(name, self.revision);
            }
        }
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

    pub(crate) fn staged_version(&self, change: &Change) -> Option<Position> {
        self.staged.version(&change.collection, change.record.id)
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

/// Whether a mutation that the base does not have yet is shown: what was refused no longer is.
fn shows(row: &OutboxRow) -> bool {
    let refused = row.outcome.as_ref();
    let refused = refused.is_some_and(|stored| stored.outcome.verdict == Verdict::Rejected);
    row.void.is_none() && !refused
}
