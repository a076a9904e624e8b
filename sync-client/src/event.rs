use std::borrow::Cow;
use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::select;
use sync_core::{
    CONFLICTS, CollectionName, Map, NOTICES, Outcome, Position, RecordId, RoleChange, TASKS, map_of,
};

use crate::changes::Changes;
use crate::platform::watch;
use crate::shared::Shared;
use crate::storage::{Attention, MutationId};
use crate::{ConnectionState, Doc, PauseReason, Query, RecordChange, SyncStatus};

/// Something that happened on this device, by name.
///
/// What a screen shows comes from [`crate::Client::status`] and [`crate::Client::subscribe`]; an
/// event is for what is done once: a sound, a line in a log, a message.
#[derive(Clone, Debug)]
pub enum Event {
    /// The device stands otherwise to its master.
    Connection(ConnectionState),
    /// The master refuses this device or this build: the queue waits, nothing is dropped.
    Paused {
        /// Why.
        reason: PauseReason,
        /// In words.
        message: String,
    },
    /// This build is too old for the master; comes with `Paused`.
    UpgradeNeeded {
        /// In words.
        message: String,
    },
    /// Something in a collection is another one.
    Changed(CollectionName),
    /// A record came, is another one or went, as the master has decided; told by its name and what
    /// became of it, such as `product:updated`. What a snapshot brings is not told.
    Record(RecordChange),
    /// A mutation of this device was decided.
    Outcome(Box<Outcome>),
    /// A device, this one or another, is called or may do something else.
    RoleChange(Box<RoleChange>),
    /// A mutation of this device was rejected and waits for a person.
    Attention(Box<Attention>),
    /// Two people changed the same; a manager has to choose.
    Conflict(Box<Doc>),
    /// There is something for a manager to do, or it happened once more.
    Task(Box<Doc>),
    /// There is something that everybody should know, or it happened once more.
    Notice(Box<Doc>),
}

impl Event {
    /// Its name, the same in every language.
    pub fn name(&self) -> Cow<'static, str> {
        let name = match self {
            Self::Connection(_) => "connection",
            Self::Paused { .. } => "paused",
            Self::UpgradeNeeded { .. } => "upgrade_needed",
            Self::Changed(_) => "changed",
            Self::Record(record) => return Cow::Owned(record.event_name()),
            Self::Outcome(_) => "outcome",
            Self::RoleChange(_) => "role_change",
            Self::Attention(_) => "attention",
            Self::Conflict(_) => "conflict",
            Self::Task(_) => "task",
            Self::Notice(_) => "notice",
        };
        Cow::Borrowed(name)
    }
}

/// The events from its making on. Who asks for the next one too late misses outcomes and records
/// beyond the last five thousand, and nothing else.
pub struct Events {
    shared: Arc<Shared>,
    changes: Changes,
    status: watch::Receiver<SyncStatus>,
    connection: ConnectionState,
    attention: Vec<MutationId>,
    /// What is open and at which version it was seen.
    raised: [Map<RecordId, Position>; 3],
    ready: VecDeque<Event>,
}

/// The event that a record becomes.
type Told = fn(Box<Doc>) -> Event;

/// What the master raises for people.
const RAISED: [(&str, Told); 3] = [
    (CONFLICTS, Event::Conflict),
    (TASKS, Event::Task),
    (NOTICES, Event::Notice),
];

impl Events {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let changes = Changes::new(Arc::clone(&shared));
        let mut status = shared.status.subscribe();
        let connection = status.borrow_and_update().connection.clone();
        let mut events = Self {
            changes,
            status,
            connection,
            attention: Vec::new(),
            raised: Default::default(),
            ready: VecDeque::new(),
            shared,
        };
        events.attend();
        for place in 0..RAISED.len() {
            events.look_at(place);
        }
        events.ready.clear();
        events
    }

    /// The next one; `None` once the client is closed.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            self.gather();
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.shared.is_closed() {
                return None;
            }
            let (changed, status) = (pin!(self.changes.wait()), pin!(self.status.changed()));
            select(changed, status).await;
        }
    }

    fn gather(&mut self) {
        let connection = self.status.borrow_and_update().connection.clone();
        if connection != self.connection {
            self.connection = connection.clone();
            self.ready.push_back(Event::Connection(connection.clone()));
            if let ConnectionState::Paused { reason, message } = connection {
                let upgrade = (reason == PauseReason::NeedsUpgrade).then(|| message.clone());
                self.ready.push_back(Event::Paused { reason, message });
                let upgrade = upgrade.map(|message| Event::UpgradeNeeded { message });
                self.ready.extend(upgrade);
            }
        }
        let Some(change) = self.changes.take() else {
            return;
        };
        let records = change.records.into_iter().map(Event::Record);
        self.ready.extend(records);
        let outcomes = change.outcomes.into_iter().map(Box::new);
        self.ready.extend(outcomes.map(Event::Outcome));
        let roles = change.roles.into_iter().map(Box::new);
        self.ready.extend(roles.map(Event::RoleChange));
        self.attend();
        for (place, (name, _)) in RAISED.iter().enumerate() {
            if change.collections.iter().any(|changed| **changed == **name) {
                self.look_at(place);
            }
        }
        let changed = change.collections.into_iter().map(Event::Changed);
        self.ready.extend(changed);
    }

    fn attend(&mut self) {
        let entries = self.shared.read(|replica| replica.attention());
        let seen = std::mem::take(&mut self.attention);
        self.attention = entries.iter().map(|entry| entry.id).collect();
        let new = entries
            .into_iter()
            .filter(|entry| !seen.contains(&entry.id));
        let new = new.map(|entry| Event::Attention(Box::new(entry)));
        self.ready.extend(new);
    }

    fn look_at(&mut self, place: usize) {
        let (name, event) = RAISED[place];
        let query = Query::all(name).eq("status", "open");
        let open = self.shared.read(|replica| replica.view().query(&query));
        let now = map_of(open.items.iter().map(|doc| (doc.id, doc.version)));
        let seen = std::mem::replace(&mut self.raised[place], now);
        let new = |doc: &Doc| seen.get(&doc.id) != Some(&doc.version);
        let new = open.items.into_iter().filter(new);
        self.ready.extend(new.map(|doc| event(Box::new(doc))));
    }
}
