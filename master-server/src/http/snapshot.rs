//! A snapshot as newline-delimited JSON, read chunk by chunk while it is sent.

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use sync_core::{
    Bucket, CollectionName, Cursor, DeviceInfo, Digest, LogId, Position, RecordId, SnapshotEnd,
    SnapshotHead, SnapshotLine, WireError,
};
use uuid::Uuid;

use super::error::Problem;
use super::extract::Caller;
use crate::ledger::{Extent, digest_at, head, horizon, next_rows, seq_at, total};
use crate::service;
use crate::state::AppState;
use crate::visits::Visit;

/// Rows per read.
const CHUNK: u32 = 500;

/// Where an earlier stream was cut off.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Resume {
    after_collection: Option<String>,
    after_id: Option<RecordId>,
    generation: Option<u64>,
    log: Option<Uuid>,
    position: Option<Position>,
    /// One collection alone, to mend what differs there.
    only: Option<String>,
    /// And of that the facts of one UTC day.
    bucket: Option<Bucket>,
}

/// What is left to send.
enum Next {
    Rows(Option<(CollectionName, RecordId)>),
    Nothing,
}

struct Stream {
    state: AppState,
    device: DeviceInfo,
    start: Cursor,
    extent: Extent,
    next: Next,
}

/// Streams every record in the device's scope. A resume names log and start; where either no
/// longer holds, it starts anew.
pub(crate) async fn snapshot(
    State(state): State<AppState>,
    Caller(device): Caller,
    Query(resume): Query<Resume>,
) -> Result<Response, Problem> {
    service::serving(&state.ledger)?;
    let device = device.info;
    let scope_from = state.scope_from();
    let log_id = state.ledger.identity().log_id;
    let extent = Extent {
        kind: device.kind,
        scope_from,
        only: resume.only(),
    };
    let (wanted, reader, of) = (resume.start(log_id), device.clone(), extent.clone());
    let (started, resumed) = state
        .ledger
        .read(move |reading| {
            let (head, _) = head(reading.connection)?;
            let first = horizon(reading.connection)?;
            let resumed = wanted.filter(|position| (first..=head).contains(position));
            let position = resumed.unwrap_or(head);
            let started = SnapshotHead {
                start: Cursor { log_id, position },
                term: sync_core::Term(0),
                digest: digest_at(reading.connection, position)?.unwrap_or(Digest::ZERO),
                your_seq: seq_at(reading.connection, reader.id, position)?,
                total: total(reading, &of)?,
                scope_from,
            };
            Ok((started, resumed.is_some()))
        })
        .await?;
    state.visited(device.id, Visit::took_snapshot);
    let after = resume.after().filter(|_| resumed);
    let stream = Stream {
        state,
        device,
        start: started.start,
        extent,
        next: Next::Rows(after),
    };
    let first = line(&SnapshotLine::Head(started));
    let rest = stream::unfold(stream, |mut stream| async move {
        let chunk = stream.chunk().await?;
        Some((chunk, stream))
    });
    // Compression asks once more after the end, which an unfold does not bear.
    let rest = stream::StreamExt::fuse(rest);
    let all = stream::StreamExt::chain(stream::iter([Ok(Bytes::from(first))]), rest);
    let kind = [(CONTENT_TYPE, "application/x-ndjson")];
    Ok((kind, Body::from_stream(all)).into_response())
}

impl Resume {
    fn start(&self, log_id: LogId) -> Option<Position> {
        let same = self.generation == Some(log_id.generation) && self.log == Some(log_id.uuid);
        self.position.filter(|_| same)
    }

    fn only(&self) -> Option<(CollectionName, Bucket)> {
        let collection = self.only.as_deref()?;
        Some((collection.into(), self.bucket.unwrap_or_default()))
    }

    fn after(&self) -> Option<(CollectionName, RecordId)> {
        let collection = self.after_collection.as_deref()?;
        Some((collection.into(), self.after_id?))
    }
}

impl Stream {
    async fn chunk(&mut self) -> Option<Result<Bytes, WireError>> {
        let Next::Rows(after) = std::mem::replace(&mut self.next, Next::Nothing) else {
            return None;
        };
        let (device, start, extent) = (self.device.clone(), self.start, self.extent.clone());
        let read = self.state.ledger.read(move |reading| {
            let rows = next_rows(reading, &extent, after.as_ref(), CHUNK)?;
            let mut text = rows.lines;
            if rows.last.is_none() {
                let (position, digest) = head(reading.connection)?;
                text.push_str(&line(&SnapshotLine::End(SnapshotEnd {
                    position,
                    digest,
                    your_seq: seq_at(reading.connection, device.id, position)?,
                    sums: match position == start.position {
                        true => Some(reading.sums(extent.kind, extent.scope_from)?),
                        false => None,
                    },
                })));
            }
            Ok((text, rows.last))
        });
        match read.await {
            Ok((text, last)) => {
                self.next = last.map_or(Next::Nothing, |last| Next::Rows(Some(last)));
                Some(Ok(text.into()))
            }
            Err(error) => Some(Err(error)),
        }
    }
}

fn line(line: &SnapshotLine) -> String {
    let mut text = serde_json::to_string(line).unwrap_or_default();
    text.push('\n');
    text
}
