//! Conflicts over plain requests: the cards of the inbox, and a manager's choice.

use crate::ledger::{
    Command, Compare, Condition, Entry, LedgerError, Reading, Selection, SqlRecords,
};
use crate::{AppState, Caller, Clash, Json, Problem, error_of};
use axum::extract::{Path, Query, State};
use retail::{
    Choice, ConflictCard, Occasion, Person, Resolution, Role, collection, conflict_card,
    resolve_conflicts,
};
use serde::{Deserialize, Deserializer};
use serde_json::json;
use sync_core::{
    Code, DeviceId, Document, Outcome, ReadError, Record, RecordId, Value, Verdict, Verified,
    WireError,
};

/// A page has so many cards unless told otherwise, and at most [`MOST`].
const PAGE: u32 = 100;
/// The largest page, and the most resolutions in one request.
const MOST: u32 = 500;

/// Which conflicts are wanted.
#[derive(Deserialize)]
pub(super) struct Wanted {
    /// `open` unless told otherwise, `resolved` or `all`.
    status: Option<String>,
    collection: Option<String>,
    record: Option<RecordId>,
    device: Option<DeviceId>,
    limit: Option<u32>,
    offset: Option<u32>,
}

/// A manager's choices.
#[derive(Deserialize)]
pub(super) struct Chosen {
    /// Who chooses, as the device claims.
    by: RecordId,
    resolutions: Vec<One>,
}

/// One choice.
#[derive(Deserialize)]
struct One {
    /// The conflict.
    id: RecordId,
    /// What stood when it was chosen: `theirs` of the card. `null` is no value.
    #[serde(default, deserialize_with = "present")]
    seen: Option<Option<Value>>,
    #[serde(flatten)]
    choice: Choice,
}

/// Cards, newest first.
pub(super) async fn list(
    State(state): State<AppState>,
    Caller(_): Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<serde_json::Value>, Problem> {
    let limit = wanted.limit.unwrap_or(PAGE).clamp(1, MOST);
    let offset = wanted.offset.unwrap_or(0);
    let selection = selection(&wanted, offset, limit)?;
    let (cards, total) = state
        .ledger
        .read(move |reading| {
            let records = SqlRecords::new(reading.connection, reading.schema);
            let found = records.select(collection::CONFLICTS, &selection)?;
            Ok((cards(reading, found.records.iter())?, found.total))
        })
        .await?;
    let next = u64::from(offset) + u64::from(limit);
    let next = (next < total).then_some(next);
    Ok(Json(
        json!({ "conflicts": cards, "total": total, "next": next }),
    ))
}

/// Every conflict about one record, newest first.
pub(super) async fn of_record(
    State(state): State<AppState>,
    Caller(_): Caller,
    Path((name, id)): Path<(String, String)>,
) -> Result<Json<serde_json::Value>, Problem> {
    let id = id.parse().map_err(|_| {
        let message = "there is no such record";
        WireError::new(Code::NotFound, message)
    })?;
    let wanted = Wanted {
        status: Some("all".to_owned()),
        collection: Some(name),
        record: Some(id),
        device: None,
        limit: None,
        offset: None,
    };
    let selection = selection(&wanted, 0, MOST)?;
    let cards = state
        .ledger
        .read(move |reading| {
            let records = SqlRecords::new(reading.connection, reading.schema);
            let found = records.select(collection::CONFLICTS, &selection)?;
            cards(reading, found.records.iter())
        })
        .await?;
    Ok(Json(json!({ "conflicts": cards })))
}

/// Resolves conflicts in the name of a manager.
pub(super) async fn resolve(
    State(state): State<AppState>,
    Caller(device): Caller,
    Json(chosen): Json<Chosen>,
) -> Result<Json<serde_json::Value>, Clash> {
    if device.info.read_only {
        let message = "this device may look but not write";
        return Err(WireError::new(Code::Forbidden, message).into());
    }
    if chosen.resolutions.len() > MOST as usize {
        let message = format!("at most {MOST} conflicts at a time");
        return Err(WireError::new(Code::TooLarge, message).into());
    }
    let (by, ids) = (chosen.by, ids(&chosen.resolutions));
    let known = cards_of(&state, ids.clone()).await?;
    let resolutions = resolutions(chosen.resolutions, &known)?;
    let occasion = Occasion {
        person: Person {
            id: by,
            name: String::new(),
            // The rules look at the employee's own role.
            role: Role::Viewer,
            verified: Verified::Host,
            approved_by: None,
        },
        ..Occasion::system(state.ledger.identity().node, state.ledger.env().now())
    };
    let body = resolve_conflicts(&occasion, &resolutions).map_err(|error| {
        let refused = WireError::new(Code::Validation, error.to_string());
        match error.field() {
            Some(field) => refused.of_field(field),
            None => refused,
        }
    })?;
    let about = json!({ "by": by, "conflicts": ids });
    let asked = Entry::new("conflicts_resolved", Some(device.info.id), about);
    let asked = asked.by(Some(by.to_string()));
    state.ledger.command(Command::Audit(asked)).await?;
    let outcome = state.ledger.propose(vec![body]).await?.into_iter().next();
    let outcome = outcome.ok_or_else(|| WireError::new(Code::Internal, "nothing was decided"))?;
    let now = cards_of(&state, ids).await?;
    answer(&outcome, &now)
}

fn answer(outcome: &Outcome, now: &[ConflictCard]) -> Result<Json<serde_json::Value>, Clash> {
    if let Some(refusal) = &outcome.refusal {
        let mut refused = Clash::from(error_of(refusal));
        refused.more.insert("conflicts".to_owned(), json!(now));
        return Err(refused);
    }
    if outcome.verdict == Verdict::Conflict {
        let message = "what stands has changed since it was seen: choose again";
        let more = [("conflicts", json!(now)), ("outcome", json!(outcome))];
        return Err(Clash::new(message, more));
    }
    Ok(Json(json!({ "conflicts": now, "outcome": outcome })))
}

/// Every choice with the card it is about, as its maker saw it.
fn resolutions(chosen: Vec<One>, known: &[ConflictCard]) -> Result<Vec<Resolution>, WireError> {
    let mut resolutions = Vec::new();
    for one in chosen {
        let card = known.iter().find(|card| card.id == one.id).cloned();
        let mut card = card.ok_or_else(|| {
            WireError::new(Code::NotFound, format!("there is no conflict {}", one.id))
        })?;
        let seen = one.seen.ok_or_else(|| {
            let message = "say what you saw: seen is theirs of the conflict, or null";
            WireError::new(Code::Validation, message).of_field("seen")
        })?;
        card.current = match (&card.conflict.field, seen) {
            (None, Some(Value::Map(fields))) => Some(Document::from_iter(fields)),
            (None, None) => None,
            (Some(_), None) if card.current.is_none() => None,
            (Some(field), seen) => {
                let mut current = card.current.take().unwrap_or_default();
                current.set(field.as_str(), seen);
                Some(current)
            }
            (None, Some(_)) => {
                let message = "of a whole record all fields are seen";
                return Err(WireError::new(Code::Validation, message).of_field("seen"));
            }
        };
        resolutions.push(card.choose(one.choice));
    }
    Ok(resolutions)
}

fn ids(resolutions: &[One]) -> Vec<RecordId> {
    resolutions.iter().map(|one| one.id).collect()
}

fn selection(wanted: &Wanted, offset: u32, limit: u32) -> Result<Selection, WireError> {
    let status = match wanted.status.as_deref() {
        None | Some("open") => Some("open"),
        Some("resolved") => Some("resolved"),
        Some("all") => None,
        Some(_) => {
            let message = "status is open, resolved or all";
            return Err(WireError::new(Code::Validation, message).of_field("status"));
        }
    };
    let conditions = [
        ("status", status.map(str::to_owned)),
        ("collection", wanted.collection.clone()),
        ("record", wanted.record.map(|id| id.to_string())),
        ("device", wanted.device.map(|id| id.to_string())),
    ];
    let conditions = conditions.into_iter().filter_map(|(field, value)| {
        Some(Condition {
            field: field.to_owned(),
            compare: Compare::Eq,
            value: Value::Text(value?),
        })
    });
    Ok(Selection {
        conditions: conditions.collect(),
        sort: Some(("raised_at".to_owned(), true)),
        offset,
        limit,
    })
}

async fn cards_of(state: &AppState, ids: Vec<RecordId>) -> Result<Vec<ConflictCard>, WireError> {
    let read = state.ledger.read(move |reading| {
        let records = SqlRecords::new(reading.connection, reading.schema);
        let cards = ids.into_iter().map(|id| conflict_card(&records, id));
        let cards: Result<Vec<_>, ReadError> = cards.filter_map(Result::transpose).collect();
        cards.map_err(|e| unreadable(&e))
    });
    read.await
}

fn cards<'r>(
    reading: &Reading<'_>,
    found: impl Iterator<Item = &'r Record>,
) -> Result<Vec<ConflictCard>, LedgerError> {
    let records = SqlRecords::new(reading.connection, reading.schema);
    let cards = found.map(|record| conflict_card(&records, record.id));
    let cards: Result<Vec<_>, ReadError> = cards.filter_map(Result::transpose).collect();
    cards.map_err(|e| unreadable(&e))
}

fn unreadable(error: &ReadError) -> LedgerError {
    LedgerError::Corrupt(error.to_string())
}

/// Tells `null` from a field that is not there.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Value>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
