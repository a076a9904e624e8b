//! Push, pull, check: the same answers on the socket and over plain requests.

use sync_core::{
    Ack, Check, Checked, Code, Cursor, DeviceId, DeviceInfo, Millis, Outcomes, Pong, Position,
    Push, Seq, Span, WireError,
};

use super::hello::lost;
use super::serving;
use crate::ledger::{Page, Standing, head, page, position_before, seq_at, standing};
use crate::state::AppState;

/// A page carries at most so many positions.
const PAGE_POSITIONS: u32 = 1_000;

/// After what a device wants the changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// After what it has applied.
    Cursor(Cursor),
    /// After a time, by the master's clock. Says nothing of what the device has applied.
    Time(Millis),
}

/// The answer to a pull.
pub(crate) enum Pulled {
    /// A page.
    Page(Span, Page),
    /// The cursor no longer holds, and why.
    Foreign(String),
}

/// Decides mutations. The second part is what stopped it before the last one.
///
/// # Errors
/// When none was decided.
pub(crate) async fn push(
    state: &AppState,
    device: &DeviceInfo,
    push: Push,
) -> Result<(Outcomes, Option<WireError>), WireError> {
    serving(&state.ledger)?;
    let decided = state.ledger.push(device.id, push.mutations).await?;
    let archived = state
        .ledger
        .directory()
        .device(device.id)
        .map(|d| d.archived);
    let identity = state.ledger.identity();
    let outcomes = Outcomes {
        log_id: identity.log_id,
        term: identity.term,
        time: state.ledger.time(),
        outcomes: decided.outcomes,
        archived: archived.unwrap_or_default(),
    };
    Ok((outcomes, decided.stopped))
}

/// Reads what came after a cursor or a time.
///
/// # Errors
/// When the ledger cannot be read, or the device knows of more than it.
pub(crate) async fn pull(
    state: &AppState,
    device: &DeviceInfo,
    after: After,
    limit: u32,
) -> Result<Pulled, WireError> {
    serving(&state.ledger)?;
    let (scope_from, log_id) = (state.scope_from(), state.ledger.identity().log_id);
    let limit = limit.clamp(1, PAGE_POSITIONS);
    let reader = device.clone();
    // In one look: between two the log could lose what the page is to be made of.
    let (standing, page) = state
        .ledger
        .read(move |reading| {
            let cursor = match after {
                After::Cursor(cursor) => cursor,
                After::Time(time) => Cursor {
                    log_id,
                    position: position_before(reading.connection, time)?,
                },
            };
            let standing = standing(reading.connection, log_id, cursor, None)?;
            let page = match standing {
                Standing::Good => Some(page(
                    reading.connection,
                    reading.schema,
                    &reader,
                    cursor.position,
                    limit,
                    scope_from,
                )?),
                _ => None,
            };
            Ok((standing, page))
        })
        .await?;
    let Some(page) = page else {
        return stale(state, standing).await;
    };
    if let After::Cursor(cursor) = after {
        let now = state.ledger.env().now();
        state.fleet.applied(device.id, cursor, page.head, now);
    }
    let span = Span {
        digest: page.digest,
        your_seq: page.your_seq,
        head: page.head,
        ..span(state, page.from, page.to)
    };
    Ok(Pulled::Page(span, page))
}

async fn stale(state: &AppState, standing: Standing) -> Result<Pulled, WireError> {
    let reason = match standing {
        Standing::Lost(what) => return Err(lost(state, what).await),
        Standing::Gone => "the log begins after this cursor: take a snapshot",
        Standing::Good | Standing::Foreign => "the cursor is of another log: take a snapshot",
    };
    Ok(Pulled::Foreign(reason.to_owned()))
}

/// Notes how far a device says it has applied the log.
///
/// # Errors
/// When the ledger cannot be read, or the device knows of more than it.
pub(crate) async fn ack(state: &AppState, device: &DeviceInfo, ack: Ack) -> Result<(), WireError> {
    let log_id = state.ledger.identity().log_id;
    let (found, head) = state
        .ledger
        .read(move |reading| {
            let found = standing(reading.connection, log_id, ack.cursor, None)?;
            Ok((found, head(reading.connection)?.0))
        })
        .await?;
    match found {
        Standing::Lost(what) => Err(lost(state, what).await),
        Standing::Foreign => Ok(()),
        Standing::Good | Standing::Gone => {
            let now = state.ledger.env().now();
            state.fleet.applied(device.id, ack.cursor, head, now);
            Ok(())
        }
    }
}

/// Compares checksums.
///
/// # Errors
/// When the ledger cannot be read.
pub(crate) async fn check(
    state: &AppState,
    device: &DeviceInfo,
    check: Check,
) -> Result<Checked, WireError> {
    serving(&state.ledger)?;
    let position = check.cursor.position;
    let scope_from = state.scope_from();
    let differs = state.ledger.check(device.kind, check, scope_from).await?;
    if differs.as_ref().is_some_and(|differs| !differs.is_empty()) {
        tracing::warn!(device = %device.id, %position, ?differs, "checksums differ");
        metrics::counter!("tillsync_checksum_differences_total").increment(1);
    }
    Ok(Checked {
        position: differs.is_some().then_some(position),
        differs: differs.unwrap_or_default(),
    })
}

/// The node's half of a heartbeat.
pub(crate) fn pong(state: &AppState, nonce: u64) -> Pong {
    let identity = state.ledger.identity();
    Pong {
        nonce,
        log_id: Some(identity.log_id),
        term: identity.term,
        time: Some(state.ledger.time()),
    }
}

/// A span from one position to another, its digest and marks still to be filled in.
pub(crate) fn span(state: &AppState, from: Position, to: Position) -> Span {
    let identity = state.ledger.identity();
    Span {
        log_id: identity.log_id,
        term: identity.term,
        time: state.ledger.time(),
        from,
        to,
        head: to,
        digest: sync_core::Digest::ZERO,
        your_seq: Seq(0),
        scope_from: state.scope_from(),
    }
}

/// The empty span at the head of the log.
///
/// # Errors
/// When the ledger cannot be read.
pub(crate) async fn span_at_head(state: &AppState, device: DeviceId) -> Result<Span, WireError> {
    let (to, digest, your_seq) = state
        .ledger
        .read(move |reading| {
            let (to, digest) = head(reading.connection)?;
            Ok((to, digest, seq_at(reading.connection, device, to)?))
        })
        .await?;
    Ok(Span {
        digest,
        your_seq,
        ..span(state, to, to)
    })
}

/// The answer to a pull over plain requests, where there is no frame to ask for a snapshot.
pub(crate) fn foreign(reason: String) -> WireError {
    WireError::new(Code::ForeignCursor, reason)
}
