//! What waits for a person: conflicts, tasks, notices.

use retail::{
    Choice, ConflictCard, ConflictStatus, StockCount, TaskAction, collection, conflict_card,
    conflict_cards, shown_notices,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sync_client::platform::now;
use sync_client::{Client, Query};
use sync_core::{Millis, Position, Quantity, RecordId, Value};

use crate::docs;
use crate::error::TillError;
use crate::selling::{is_there, seen};
use crate::till::Till;

/// How many settled ones are worth a look back.
const SETTLED: usize = 50;
/// How many open tasks a person looks through.
const OPEN: usize = 500;

/// A choice about one conflict.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct Chosen {
    /// The conflict.
    id: RecordId,
    /// What its card gave as `seen`.
    seen: String,
    #[serde(flatten)]
    choice: Choice,
}

/// How a task ends.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct TaskEnd {
    task: RecordId,
    /// How often it had happened when it was seen.
    count: i64,
    action: TaskAction,
    #[serde(default)]
    note: String,
}

/// What somebody counted; the difference to what was shown is what changes.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "StockCount"))]
pub(crate) struct Counted {
    /// Made by the caller: asking twice counts once.
    id: RecordId,
    product: RecordId,
    /// Which batch of it was counted.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional = nullable))]
    batch: Option<RecordId>,
    counted: Quantity,
    /// What the screen showed as the stock on hand.
    expected: Quantity,
    note: String,
    /// The task that asked for it, as it was seen.
    task: Option<SeenTask>,
}

/// A task as it was seen, so that one that happened again is not closed.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct SeenTask {
    task: RecordId,
    count: i64,
}

/// Two changes of the same thing, side by side, as they stand now.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "ConflictCard"))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownConflict {
    #[serde(flatten)]
    card: ConflictCard,
    /// Goes back with the choice: so that nothing is overwritten that nobody has seen.
    seen: String,
    /// When the record was last changed.
    theirs_at: Option<Millis>,
    /// Resolved here, and not sent yet.
    pending: bool,
}

/// What everybody should know at once.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Notice {
    id: RecordId,
    kind: String,
    subject: String,
    /// A sentence.
    message: String,
    raised_at: Millis,
}

impl Till {
    /// The conflicts that are open, or those that were resolved last.
    pub(crate) fn conflicts(
        &self,
        status: ConflictStatus,
    ) -> Result<Vec<ShownConflict>, TillError> {
        let client = self.client()?;
        let mut cards = client.read(|records| conflict_cards(records, status))?;
        if status == ConflictStatus::Resolved {
            cards.truncate(SETTLED);
        }
        let cards = cards.into_iter();
        Ok(cards.map(|card| shown(&client, card)).collect())
    }

    /// Carries choices out, all in one mutation. Where something was changed or resolved since it
    /// was seen, nothing is done.
    pub(crate) async fn resolve(&self, chosen: Vec<Chosen>) -> Result<(), TillError> {
        self.may("resolve_conflict")?;
        let client = self.client()?;
        let mut resolutions = Vec::with_capacity(chosen.len());
        for Chosen { id, seen, choice } in chosen {
            let card = client.read(|records| conflict_card(records, id))?;
            let card = card.ok_or_else(|| TillError::missing("conflict"))?;
            if card.conflict.status != ConflictStatus::Open {
                let message = "Somebody else has resolved this already.";
                return Err(TillError::invalid("already_resolved", message));
            }
            if stamp(&card) != seen {
                let message = "It was changed again meanwhile. Look at the new value and choose.";
                return Err(TillError::invalid("changed_meanwhile", message));
            }
            resolutions.push(card.choose(choice));
        }
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("resolve_conflict", actor, move |_| {
            retail::resolve_conflicts(&occasion, &resolutions)
        })
        .await
    }

    /// The open tasks, or those that were closed last.
    pub(crate) fn tasks(&self, open: bool) -> Result<Vec<Json>, TillError> {
        let client = self.client()?;
        let (status, most) = match open {
            true => ("open", OPEN),
            false => ("closed", SETTLED),
        };
        let query = Query::all(collection::TASKS).eq("status", status);
        let query = query.sort_by_desc("raised_at").window(0, most);
        let tasks = client.query(&query).items.into_iter().map(|task| {
            let actions = TaskAction::of_kind(task.doc.text("kind").unwrap_or_default());
            let closer = task.doc.text("closed_by").and_then(|id| id.parse().ok());
            let closer = closer.and_then(|id| client.get(collection::EMPLOYEES, id));
            let closer = closer.and_then(|person| person.doc.text("name").map(str::to_owned));
            let mut shown = docs::shown(collection::TASKS, None, task);
            shown["actions"] = json!(actions);
            shown["closerName"] = json!(closer);
            shown
        });
        Ok(tasks.collect())
    }

    /// Ends a task, as it was seen, with what was done about it.
    pub(crate) async fn close_task(&self, end: TaskEnd) -> Result<(), TillError> {
        self.may("close_task")?;
        self.unchanged(end.task, end.count)?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("close_task", actor, move |draft| {
            let task = seen(draft, collection::TASKS, end.task)?;
            retail::close_task(&occasion, end.task, &task, end.action, Some(&end.note))
        })
        .await
    }

    /// Records what somebody counted, and ends the task that asked for it.
    pub(crate) async fn count_stock(&self, counted: Counted) -> Result<(), TillError> {
        self.may("count_stock")?;
        let task = counted.task;
        if let Some(end) = task {
            self.unchanged(end.task, end.count)?;
        }
        let occasion = self.occasion(&[])?;
        let cursor = self.client()?.position().cursor;
        let count = StockCount {
            product: counted.product,
            batch: counted.batch,
            counted: counted.counted,
            expected: counted.expected,
            at: cursor.map_or(Position(0), |cursor| cursor.position),
            note: Some(counted.note).filter(|note| !note.is_empty()),
        };
        let actor = occasion.person.actor();
        self.record("count_stock", actor, move |draft| {
            let task = match task {
                Some(end) => Some((end.task, seen(draft, collection::TASKS, end.task)?)),
                None => None,
            };
            let task = task.as_ref().map(|(id, doc)| (*id, doc));
            retail::count_stock(&occasion, counted.id, &count, task)
        })
        .await
    }

    /// What this device still has to show to somebody.
    pub(crate) fn notices(&self) -> Result<Vec<Notice>, TillError> {
        let device = self.device()?.id;
        let shown = self
            .client()?
            .read(|records| shown_notices(records, device, now()))?;
        let shown = shown.into_iter().map(|each| Notice {
            id: each.id,
            kind: each.notice.kind,
            subject: each.notice.subject,
            message: each.notice.message,
            raised_at: each.notice.raised_at,
        });
        Ok(shown.collect())
    }

    /// Does not show a notice on this device any more.
    pub(crate) async fn acknowledge(&self, notice: RecordId) -> Result<(), TillError> {
        self.may("acknowledge_notice")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("acknowledge_notice", actor, move |draft| {
            let id = retail::acknowledgement_id(notice, occasion.device);
            if is_there(draft, collection::ACKNOWLEDGEMENTS, id) {
                return Err(retail::BuildError::Nothing);
            }
            retail::acknowledge_notice(&occasion, notice)
        })
        .await
    }

    /// Refuses where a task is closed, or happened again since it was seen.
    fn unchanged(&self, task: RecordId, count: i64) -> Result<(), TillError> {
        let found = self.client()?.get(collection::TASKS, task);
        let task = found.ok_or_else(|| TillError::missing("task"))?.doc;
        if task.text("status") != Some("open") {
            let message = "Somebody else has closed this already.";
            return Err(TillError::invalid("already_closed", message));
        }
        if task.int("count") != Some(count) {
            let message = "It happened again meanwhile. Look once more before you close it.";
            return Err(TillError::invalid("happened_again", message));
        }
        Ok(())
    }
}

fn shown(client: &Client, card: ConflictCard) -> ShownConflict {
    let conflict = &card.conflict;
    let changed = client.read(|records| records.get(&conflict.collection, conflict.record));
    let own = client.get(collection::CONFLICTS, card.id);
    ShownConflict {
        seen: stamp(&card),
        theirs_at: changed.ok().flatten().map(|record| record.at),
        pending: own.is_some_and(|own| own.pending),
        card,
    }
}

/// What stands, as a text to compare with.
fn stamp(card: &ConflictCard) -> String {
    let standing: &Option<Value> = &card.theirs;
    serde_json::to_string(standing).unwrap_or_default()
}
