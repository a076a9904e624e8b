use std::sync::Arc;

use sync_core::{CollectionName, Map, Outcome, RecordId, RoleChange};

use crate::platform::watch;
use crate::shared::{News, Shared};

/// A record came, is another one or went, as the master has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordChange {
    /// Where it lies.
    pub collection: CollectionName,
    /// Which one it is.
    pub id: RecordId,
    /// What became of it.
    pub change: ChangeKind,
}

impl RecordChange {
    /// The name of its event: one of the collection, and what became of it. `products` and
    /// `Updated` are `product:updated`.
    pub(crate) fn event_name(&self) -> String {
        let many: &str = &self.collection;
        let one = match many.strip_suffix("ies") {
            Some(stem) => format!("{stem}y"),
            None => {
                let hissing = ["ches", "shes", "sses", "xes"];
                let letters = match hissing.iter().any(|end| many.ends_with(end)) {
                    true => 2,
                    false => usize::from(many.ends_with('s')),
                };
                many[..many.len() - letters].to_owned()
            }
        };
        let change = ChangeKind::WORDS[self.change as usize];
        format!("{one}:{change}")
    }
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is there, and was not: new, or back from the archive.
    Created,
    /// It is another one.
    Updated,
    /// It was there, and is not: deleted, or put into the archive.
    Deleted,
}

sync_core::fields_to! { RecordChange { collection, id, change } }
sync_core::words! {
    ChangeKind { Created = "created", Updated = "updated", Deleted = "deleted" }
}

/// What is new since the last look.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The collections in which something is another one.
    pub collections: Vec<CollectionName>,
    /// What the master decided about single records. A snapshot names none.
    pub records: Vec<RecordChange>,
    /// How mutations of this device ended.
    pub outcomes: Vec<Outcome>,
    /// The devices that are called or may do something else, with the reason.
    pub roles: Vec<RoleChange>,
}

/// Says which collections changed and which mutations ended, from its making on.
pub struct Changes {
    shared: Arc<Shared>,
    changed: watch::Receiver<u64>,
    seen: Map<CollectionName, u64>,
    /// The last news that was looked at.
    told: u64,
}

impl Changes {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let mut changes = Self {
            changed: shared.changed.subscribe(),
            seen: Map::new(),
            told: 0,
            shared,
        };
        changes.take();
        changes
    }

    /// The next change; `None` once the client is closed.
    pub async fn next(&mut self) -> Option<Change> {
        loop {
            if let Some(change) = self.take() {
                return Some(change);
            }
            if self.shared.is_closed() {
                return None;
            }
            self.wait().await;
        }
    }

    /// Waits for something to change.
    pub(crate) async fn wait(&mut self) {
        // Without a sender there is no client, which the next look finds out.
        let _ = self.changed.changed().await;
    }

    /// What is new, where anything is.
    pub(crate) fn take(&mut self) -> Option<Change> {
        self.changed.borrow_and_update();
        let seen = &mut self.seen;
        let collections = self.shared.read(|replica| {
            let names = replica.domain().schema().collections.keys();
            let changed = names.filter(|name| {
                let revision = replica.revision(name);
                let new = seen.get(*name).copied().unwrap_or(0) != revision;
                seen.insert((*name).clone(), revision);
                new
            });
            changed.cloned().collect::<Vec<_>>()
        });
        let mut change = Change {
            collections,
            ..Change::default()
        };
        self.shared.told_since(&mut self.told, |news| match news {
            News::Record(record) => change.records.push(record.clone()),
            News::Outcome(outcome) => change.outcomes.push(outcome.clone()),
            News::Role(role) => change.roles.push(role.clone()),
        });
        let nothing = change.collections.is_empty()
            && change.records.is_empty()
            && change.outcomes.is_empty()
            && change.roles.is_empty();
        (!nothing).then_some(change)
    }
}

#[cfg(test)]
mod tests {
    use super::{ChangeKind, RecordChange};
    use sync_core::{Millis, RecordId};

    #[test]
    fn an_event_has_the_name_of_one_record() {
        let names = [
            ("products", "product:updated"),
            ("categories", "category:updated"),
            ("batches", "batch:updated"),
            ("sales", "sale:updated"),
            ("settings", "setting:updated"),
            ("stock", "stock:updated"),
        ];
        for (collection, name) in names {
            let change = RecordChange {
                collection: collection.into(),
                id: RecordId::new(Millis(1), [7; 10]),
                change: ChangeKind::Updated,
            };
            assert_eq!(change.event_name(), name);
        }
    }
}
