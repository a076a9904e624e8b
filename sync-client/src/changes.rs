use std::sync::Arc;

use sync_core::{CollectionName, Map, Outcome, RoleChange};

use crate::platform::watch;
use crate::shared::Shared;

/// What is new since the last look.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The collections in which something is another one.
    pub collections: Vec<CollectionName>,
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
    /// The last outcome and role change that were looked at.
    told: [u64; 2],
}

impl Changes {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let mut changes = Self {
            changed: shared.changed.subscribe(),
            seen: Map::new(),
            told: [0; 2],
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
        let (outcomes, roles) = self.shared.told_since(&mut self.told);
        let nothing = collections.is_empty() && outcomes.is_empty() && roles.is_empty();
        (!nothing).then_some(Change {
            collections,
            outcomes,
            roles,
        })
    }
}
