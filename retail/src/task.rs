//! What the master asks people to look at.

use serde::{Deserialize, Serialize};
use sync_core::{Body, DeviceId, Document, Millis, RecordId, Seq, Value};

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
    /// `open`, `closed` or `acknowledged`.
    pub status: String,
    /// How often it happened.
    pub count: i64,
    /// The first of them.
    pub causes: Vec<RaisedCause>,
    /// When the master made it.
    pub raised_at: Millis,
    /// What the person who closed it wrote.
    pub note: Option<String>,
}

/// One time that it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaisedCause {
    /// The device it came from.
    pub device: DeviceId,
    /// What people called it then.
    pub device_name: Option<String>,
    /// The mutation there.
    pub seq: Seq,
    /// When the master decided it.
    pub at: Millis,
    /// A sentence.
    pub message: String,
    /// What else there is to know.
    pub details: Document,
}

/// Closes a task.
///
/// # Errors
/// When it is closed already.
pub fn close_task(
    occasion: &Occasion,
    id: RecordId,
    seen: &Document,
    note: Option<&str>,
) -> Result<Body, BuildError> {
    end(
        occasion,
        "close_task",
        collection::TASKS,
        id,
        seen,
        "closed",
        note,
    )
}

/// Acknowledges a notice for everyone.
///
/// # Errors
/// When it is acknowledged already.
pub fn acknowledge_notice(
    occasion: &Occasion,
    id: RecordId,
    seen: &Document,
) -> Result<Body, BuildError> {
    let status = "acknowledged";
    end(
        occasion,
        "acknowledge_notice",
        collection::NOTICES,
        id,
        seen,
        status,
        None,
    )
}

fn end(
    occasion: &Occasion,
    name: &str,
    collection: &str,
    id: RecordId,
    seen: &Document,
    status: &str,
    note: Option<&str>,
) -> Result<Body, BuildError> {
    if seen.text("status") == Some(status) {
        return Err(BuildError::Nothing);
    }
    let by = occasion.person.employee();
    let mut changes = Fields::from_iter([
        ("status".to_owned(), Some(Value::from(status))),
        (
            "closed_at".to_owned(),
            Some(Value::Int(occasion.at.0 as i64)),
        ),
        (
            "closed_by".to_owned(),
            by.map(|id| Value::Text(id.to_string())),
        ),
    ]);
    if let Some(note) = note {
        changes.0.insert("note".to_owned(), Some(note.into()));
    }
    let op = patch_op(collection, id, &Fields::of(seen), &changes, None)?;
    Ok(body(occasion, name, vec![op]))
}
