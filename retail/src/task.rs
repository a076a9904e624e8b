//! What the master asks people to look at.

use serde::{Deserialize, Serialize};
use sync_core::{
    Body, DeviceId, Document, Millis, Op, ReadError, Record, RecordId, Records, Value,
};

use crate::build::{body, patch_op};
use crate::{BuildError, Fields, Occasion, collection};

/// A record of `tasks` or `notices`, for reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// What kind of thing happened, such as `oversold`.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// A sentence.
    pub message: String,
    /// `open` or `closed`.
    pub status: String,
    /// How often it happened.
    pub count: i64,
    /// The first of them.
    pub causes: Vec<RaisedCause>,
    /// When the master made it.
    pub raised_at: Millis,
    /// Until when a notice concerns anybody.
    pub expires_at: Option<Millis>,
    /// What the person who closed it did about it.
    pub action: Option<TaskAction>,
    /// What they wrote.
    pub note: Option<String>,
    /// Who closed it.
    pub closed_by: Option<RecordId>,
    /// When, by the clock of their device.
    pub closed_at: Option<Millis>,
}

/// One time that it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaisedCause {
    /// The device it came from.
    pub device: DeviceId,
    /// What people called it then.
    pub device_name: Option<String>,
    /// The mutation there.
    pub seq: sync_core::Seq,
    /// When the master decided it.
    pub at: Millis,
    /// A sentence.
    pub message: String,
    /// What else there is to know.
    pub details: Document,
}

/// What somebody did about a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TaskAction {
    /// It may stay as it is.
    Accepted,
    /// The goods were counted.
    Recounted,
    /// The money went back, or came back.
    Refunded,
    /// The customer knows.
    Called,
    /// The document was issued again.
    Reissued,
    /// It was nothing.
    Dismissed,
}

impl TaskAction {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Accepted,
        Self::Recounted,
        Self::Refunded,
        Self::Called,
        Self::Reissued,
        Self::Dismissed,
    ];

    /// The word in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Recounted => "recounted",
            Self::Refunded => "refunded",
            Self::Called => "called",
            Self::Reissued => "reissued",
            Self::Dismissed => "dismissed",
        }
    }

    /// What a screen offers for a kind of task, the likeliest first.
    pub fn of_kind(kind: &str) -> &'static [Self] {
        use TaskAction::{Accepted, Called, Dismissed, Recounted, Refunded, Reissued};
        match kind {
            "oversold" => &[Recounted, Accepted, Called, Refunded],
            "double_refund" => &[Called, Refunded, Accepted],
            "expired_sold" => &[Called, Refunded, Accepted],
            "credit_over_limit" => &[Called, Accepted, Dismissed],
            "late_sale" => &[Accepted, Recounted, Dismissed],
            "number_gap" | "number_repeated" | "id_taken" | "totals_differ" => {
                &[Accepted, Reissued, Dismissed]
            }
            _ => &[Accepted, Dismissed],
        }
    }
}

/// Closes a task as it was seen. A task that happened again meanwhile stays open: the answer is
/// `happened_again`.
///
/// # Errors
/// When it is closed already.
pub fn close_task(
    occasion: &Occasion,
    id: RecordId,
    seen: &Document,
    action: TaskAction,
    note: Option<&str>,
) -> Result<Body, BuildError> {
    let op = closing_op(occasion, id, seen, action, note)?;
    Ok(body(occasion, "close_task", vec![op]))
}

/// The open tasks, newest first.
///
/// # Errors
/// When the records cannot be read.
pub fn open_tasks(records: &dyn Records) -> Result<Vec<Record>, ReadError> {
    let mut open = records.find(collection::TASKS, "status", &"open".into())?;
    open.sort_by_key(|task| (std::cmp::Reverse(task.doc.int("raised_at")), task.id));
    Ok(open)
}

/// The step that closes a task.
pub(crate) fn closing_op(
    occasion: &Occasion,
    id: RecordId,
    seen: &Document,
    action: TaskAction,
    note: Option<&str>,
) -> Result<Op, BuildError> {
    if seen.text("status") == Some("closed") {
        return Err(BuildError::Nothing);
    }
    let by = occasion.person.employee();
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    let changes = [
        ("status", Some(Value::from("closed"))),
        ("action", Some(action.as_str().into())),
        ("note", note.map(Value::from)),
        ("closed_at", Some(Value::Int(occasion.at.0 as i64))),
        ("closed_by", by.map(|id| Value::Text(id.to_string()))),
        (
            "closed_count",
            Some(Value::Int(seen.int("count").unwrap_or(1))),
        ),
    ];
    let changes = changes.into_iter().filter(|(_, value)| value.is_some());
    let changes: Fields = changes
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    patch_op(collection::TASKS, id, &Fields::of(seen), &changes, None)
}
