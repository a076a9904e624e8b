//! How memory follows what became durable, and what is shown over the base.

use std::sync::Arc;

use sync_core::{ARCHIVED, Change, Record, Records, Value, Verdict};

use super::Replica;
use crate::base::Base;
use crate::storage::{
    Batch, MutationId, OutboxPart, OutboxRow, RecordsPart, StageWrite, StoredChange,
};
use crate::{ChangeKind, RecordChange};

impl Replica {
    /// Follows a batch that is durable, and says what became of single records.
    pub(crate) fn apply(&mut self, batch: &Batch) -> Vec<RecordChange> {
        let (mut rebuild, mut news) = (false, Vec::new());
        if let Some(part) = &batch.outbox {
            rebuild |= self.apply_outbox(part);
        }
        if let Some(part) = &batch.records {
            rebuild |= self.apply_records(part, &mut news);
        }
        self.settle(rebuild);
        news
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
                let left = std::mem::take(&mut self.rows);
                self.keep_earlier(left.into_values().collect());
            }
            rebuild = true;
            self.identity = Some(identity.clone());
        }
        self.meta = part.meta.unwrap_or(self.meta);
        self.counters.extend(part.counters.clone());
        let device = self.device();
        let own = |id: &MutationId| (Some(id.device) == device).then_some(id.seq);
        self.earlier.retain(|row| !part.remove.contains(&row.id()));
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

    fn apply_records(&mut self, part: &RecordsPart, news: &mut Vec<RecordChange>) -> bool {
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
            if !part.mended {
                news.extend(self.became(change));
            }
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
                for StoredChange { collection, record } in rows {
                    self.staged.load(collection, record.clone());
                }
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

    /// What becomes of a record once it is put in the place of its old state.
    fn became(&self, change: &Change) -> Option<RecordChange> {
        let Change { collection, record } = change;
        let old = Records::get(&self.base, collection, record.id).ok()?;
        let change = match (old.as_ref().is_some_and(is_there), is_there(record)) {
            (false, false) => return None,
            (false, true) => ChangeKind::Created,
            (true, true) => ChangeKind::Updated,
            (true, false) => ChangeKind::Deleted,
        };
        let (collection, id) = (collection.clone(), record.id);
        Some(RecordChange {
            collection,
            id,
            change,
        })
    }

    /// Goes on showing what was decided under an id that is closed.
    pub(super) fn keep_earlier(&mut self, rows: Vec<OutboxRow>) {
        let position = |row: &OutboxRow| row.outcome.as_ref().map(|o| o.outcome.position);
        for row in rows {
            if row.outcome.is_some() && shows(&row) {
                let earlier = |other: &OutboxRow| position(other) <= position(&row);
                self.earlier
                    .insert(self.earlier.partition_point(earlier), row);
            }
        }
    }

    /// Lets go of rows that ended, and brings the overlay in line.
    pub(super) fn settle(&mut self, rebuild: bool) {
        let your_seq = self.your_seq();
        self.rows
            .retain(|seq, row| row.outcome.is_none() || *seq > your_seq);
        let after = |row: &OutboxRow| {
            let outcome = row.outcome.as_ref();
            outcome.is_some_and(|stored| stored.is_after(self.state.as_ref()))
        };
        self.earlier.retain(after);
        let own = self.rows.range_from(&your_seq.next()).map(|(_, row)| row);
        let shown: Vec<&OutboxRow> = self
            .earlier
            .iter()
            .chain(own.filter(|row| shows(row)))
            .collect();
        let replayed = self.overlay.replayed();
        let mut done = replayed.len();
        let same = |(id, row): (&MutationId, &&OutboxRow)| *id == row.id();
        let goes_on = done <= shown.len() && replayed.iter().zip(&shown).all(same);
        if rebuild || !goes_on {
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
        for row in &shown[done..] {
            // A base that cannot be read does not exist: it is in memory.
            let changed = self.overlay.replay(&*self.domain, &self.base, device, row);
            for name in changed.unwrap_or_default() {
                self.revision += 1;
                self.revisions.insert(name, self.revision);
            }
        }
    }
}

/// Whether a mutation that the base does not have yet is shown: what was refused no longer is.
fn shows(row: &OutboxRow) -> bool {
    let refused = row.outcome.as_ref();
    let refused = refused.is_some_and(|stored| stored.outcome.verdict == Verdict::Rejected);
    row.void.is_none() && !refused
}

/// Whether people find a record: what is in the archive is kept for what refers to it.
fn is_there(record: &Record) -> bool {
    record.is_live() && record.doc.get(ARCHIVED) != Some(&Value::Bool(true))
}
