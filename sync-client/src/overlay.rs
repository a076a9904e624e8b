//! What this device's undecided mutations do to the base, computed with the code that decides.

use std::cell::RefCell;

use sync_core::{
    Case, CollectionName, DeviceInfo, Domain, Map, ReadError, Record, RecordId, Records, Role, Set,
    Value, foresee,
};

use crate::base::Base;
use crate::storage::{MutationId, OutboxRow};
use crate::view::View;

/// The records that undecided mutations touch, as they would be after them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overlay {
    records: Map<CollectionName, Map<RecordId, Record>>,
    /// What the replay has read: only a change to one of these can make it come out otherwise.
    read: Set<(CollectionName, RecordId)>,
    read_whole: Set<CollectionName>,
    /// The mutations replayed, in order.
    replayed: Vec<MutationId>,
}

impl Overlay {
    /// Replays one more mutation on top and says which collections it changed.
    ///
    /// # Errors
    /// When the base cannot be read.
    pub(crate) fn replay(
        &mut self,
        domain: &dyn Domain,
        base: &Base,
        device: &DeviceInfo,
        row: &OutboxRow,
    ) -> Result<Vec<CollectionName>, ReadError> {
        // Under an id that this device had before.
        let earlier = (row.envelope.device != device.id).then(|| DeviceInfo {
            id: row.envelope.device,
            ..device.clone()
        });
        let case = Case {
            role: Role::Overlay,
            device: earlier.as_ref().unwrap_or(device),
            seq: row.envelope.seq,
            at: row.envelope.at,
            position: sync_core::Position(0),
            now: row.recorded_at,
        };
        let traced = Traced::new(View::new(base, self));
        let decision = foresee(domain, &traced, &case, &row.envelope)?;
        let (read, read_whole) = traced.into_read();
        self.read.extend(read);
        self.read_whole.extend(read_whole);
        self.replayed.push(row.id());
        let mut changed = Vec::new();
        for change in decision.changes {
            let records = self.records.or_default(change.collection.clone());
            records.insert(change.record.id, change.record);
            changed.push(change.collection);
        }
        Ok(changed)
    }

    /// The mutations replayed, in order.
    pub(crate) fn replayed(&self) -> &[MutationId] {
        &self.replayed
    }

    /// Whether a new state of a base record could change what is shown.
    pub(crate) fn depends_on(&self, collection: &CollectionName, id: RecordId) -> bool {
        self.read_whole.contains(collection) || self.read.contains(&(collection.clone(), id))
    }

    pub(crate) fn get(&self, collection: &str, id: RecordId) -> Option<&Record> {
        self.records.get(collection)?.get(&id)
    }

    pub(crate) fn records(&self, collection: &str) -> impl Iterator<Item = &Record> {
        let records = self.records.get(collection);
        records.into_iter().flat_map(Map::values)
    }

    pub(crate) fn collections(&self) -> impl Iterator<Item = &CollectionName> {
        self.records.keys()
    }
}

/// Notes what is read through it.
struct Traced<'a> {
    view: View<'a>,
    read: RefCell<Set<(CollectionName, RecordId)>>,
    read_whole: RefCell<Set<CollectionName>>,
}

impl<'a> Traced<'a> {
    fn new(view: View<'a>) -> Self {
        Self {
            view,
            read: RefCell::default(),
            read_whole: RefCell::default(),
        }
    }

    fn into_read(self) -> (Set<(CollectionName, RecordId)>, Set<CollectionName>) {
        (self.read.into_inner(), self.read_whole.into_inner())
    }
}

impl Records for Traced<'_> {
    fn get(&self, collection: &str, id: RecordId) -> Result<Option<Record>, ReadError> {
        self.read.borrow_mut().insert((collection.into(), id));
        self.view.get(collection, id)
    }

    fn find(&self, collection: &str, field: &str, value: &Value) -> Result<Vec<Record>, ReadError> {
        self.read_whole.borrow_mut().insert(collection.into());
        self.view.find(collection, field, value)
    }
}
