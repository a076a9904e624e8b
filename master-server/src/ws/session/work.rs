//! Questions that take a while, answered beside the session's loop and in the order they came.

use futures_util::future::BoxFuture;
use sync_core::{
    Ack, Check, Code, DeviceInfo, Fetch, Frame, Position, Pull, Push, Reserve, Seq,
    SnapshotRequired, WireError, encode_changes,
};

use crate::service::{self, After, Pulled};
use crate::state::AppState;

/// A question being answered.
pub(super) type Job = BoxFuture<'static, Done>;

/// The answer.
pub(super) struct Done {
    /// The frames to send.
    pub(super) frames: Vec<String>,
    /// Where the device stands, if a page brought it to the head.
    pub(super) reached_head: Option<(Position, Seq)>,
    /// How many of its mutations were decided.
    pub(super) decided: usize,
    /// What it was refused with.
    pub(super) error: Option<Code>,
}

impl Done {
    fn with(frames: Vec<String>) -> Self {
        Self {
            frames,
            reached_head: None,
            decided: 0,
            error: None,
        }
    }
}

pub(super) fn push(state: AppState, device: DeviceInfo, push: Push) -> Job {
    Box::pin(async move {
        match service::push(&state, &device, push).await {
            Ok((outcomes, stopped)) => {
                let (decided, error) = (outcomes.outcomes.len(), stopped.as_ref().map(|e| e.code));
                let mut frames = vec![Frame::Outcomes(outcomes).encode()];
                frames.extend(stopped.map(|error| Frame::Error(error).encode()));
                Done {
                    decided,
                    error,
                    ..Done::with(frames)
                }
            }
            Err(error) => refused(error),
        }
    })
}

pub(super) fn pull(state: AppState, device: DeviceInfo, pull: Pull) -> Job {
    Box::pin(async move {
        let after = After::Cursor(pull.cursor);
        match service::pull(&state, &device, after, pull.limit).await {
            Ok(Pulled::Page(span, page)) => Done {
                reached_head: (page.to == page.head).then_some((page.to, page.your_seq)),
                ..Done::with(vec![encode_changes(&span, &page.items)])
            },
            Ok(Pulled::Foreign(reason)) => frame(&Frame::SnapshotRequired(SnapshotRequired {
                log_id: state.ledger.identity().log_id,
                reason,
            })),
            Err(error) => refused(error),
        }
    })
}

pub(super) fn ack(state: AppState, device: DeviceInfo, ack: Ack) -> Job {
    Box::pin(async move {
        match service::ack(&state, &device, ack).await {
            Ok(()) => Done::with(Vec::new()),
            Err(error) => refused(error),
        }
    })
}

pub(super) fn check(state: AppState, device: DeviceInfo, check: Check) -> Job {
    Box::pin(async move {
        match service::check(&state, &device, check).await {
            Ok(checked) => frame(&Frame::Checked(checked)),
            Err(error) => refused(error),
        }
    })
}

pub(super) fn fetch(state: AppState, device: DeviceInfo, fetch: Fetch) -> Job {
    Box::pin(async move {
        match service::fetch(&state, &device, fetch).await {
            Ok(fetched) => frame(&Frame::Fetched(fetched)),
            Err(error) => refused(error),
        }
    })
}

pub(super) fn reserve(state: AppState, device: DeviceInfo, reserve: Reserve) -> Job {
    Box::pin(async move {
        match service::reserve(&state, &device, reserve).await {
            Ok(reserved) => frame(&Frame::Reserved(reserved)),
            Err(error) => refused(error),
        }
    })
}

fn frame(frame: &Frame) -> Done {
    Done::with(vec![frame.encode()])
}

fn refused(error: WireError) -> Done {
    Done {
        error: Some(error.code),
        ..frame(&Frame::Error(error))
    }
}
