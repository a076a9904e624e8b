//! One device's session: opening, then frames both ways until one side leaves.
//!
//! Live changes begin once a pull has reached the head. Whatever is missed after that, because the
//! device was slow or a batch too large, is answered with an empty frame at the head: its `from` is
//! not where the device stands, so it pulls.

mod opening;
mod work;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;
use sync_core::{
    Code, Cursor, DeviceInfo, Drain, Frame, LogId, Ping, Position, Seq, WireError, encode_changes,
};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tracing::Instrument;

use super::socket::{Incoming, Receiver, Sender};
use crate::http::extract::{Peer, too_fast};
use crate::ledger::Batch;
use crate::pace::Took;
use crate::service;
use crate::state::AppState;
use crate::visits::{End, Visit, Way};
use work::{Done, Job};

/// How often each side says that it is there.
const PING_EVERY: Duration = Duration::from_secs(4);
/// A device that says nothing for so long is gone.
const DEAD_AFTER: Duration = Duration::from_secs(10);
/// So many questions of one device are worked on at once; further ones wait in its socket.
const JOBS: usize = 4;

/// One device's session.
struct Session {
    state: AppState,
    device: DeviceInfo,
    log_id: LogId,
    sender: Sender,
    /// Where the device stands, once it follows live.
    live: Option<(Position, Seq)>,
    /// The newest batch that went by.
    newest: Position,
    nonce: u64,
    /// What the audit will say of it.
    visit: Visit,
    /// It was told that it asks too often, and still does.
    slowed: bool,
}

/// Serves one socket until it closes.
pub(super) async fn run(state: AppState, peer: Peer, mut sender: Sender, mut receiver: Receiver) {
    // Subscribed before the hello is read, so that no batch and no new name falls between.
    let (batches, told) = (state.ledger.subscribe(), state.hub.subscribe());
    // Apart, and gone once the session runs: it needs more room than all that comes after it.
    let opening = Box::pin(opening::open(&state, &peer, &mut sender, &mut receiver));
    let greeted = match opening.await {
        Ok(Some(greeted)) => greeted,
        Ok(None) => return,
        Err(error) => {
            sender.frame(&Frame::Error(error)).await;
            sender.close("not let in").await;
            return;
        }
    };
    let device = greeted.welcome.device.clone();
    let store = state.ledger.identity().store;
    let span = tracing::info_span!("session", %store, device = %device.id);
    let (now, stands) = (state.ledger.env().now(), state.stands(device.id));
    let session = Session {
        visit: Visit::begin(device.id, Way::Socket, stands, now),
        log_id: greeted.welcome.log_id,
        live: greeted.live,
        newest: greeted.welcome.head,
        nonce: 0,
        slowed: false,
        device,
        sender,
        state,
    };
    session
        .serve(receiver, batches, told, Frame::Welcome(greeted.welcome))
        .instrument(span)
        .await;
}

impl Session {
    async fn serve(
        mut self,
        receiver: Receiver,
        batches: tokio::sync::broadcast::Receiver<Arc<Batch>>,
        told: tokio::sync::broadcast::Receiver<super::hub::Told>,
        welcome: Frame,
    ) {
        self.state.hub.joined(&self.device);
        tracing::info!(name = self.device.name, "a device is online");
        let end = match self.sender.frame(&welcome).await {
            true => self.talk(receiver, batches, told).await,
            false => End::Lost,
        };
        let reason = end.in_words();
        tracing::info!(reason, "a device left");
        self.state.visit_ended(&self.visit, end);
        self.state.hub.left(self.device.id, reason);
        self.sender.close(reason).await;
    }

    async fn talk(
        &mut self,
        mut receiver: Receiver,
        mut batches: tokio::sync::broadcast::Receiver<Arc<Batch>>,
        mut told: tokio::sync::broadcast::Receiver<super::hub::Told>,
    ) -> End {
        let mut jobs: FuturesOrdered<Job> = FuturesOrdered::new();
        let mut draining = self.state.draining.subscribe();
        let mut ticks = interval(PING_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        // Until when nothing more is read of a device that asks too often: what it sends waits in its
        // own socket, and nothing is lost.
        let mut rest = None;
        loop {
            if rest.is_some()
                && !std::mem::replace(&mut self.slowed, true)
                && let Err(end) = self.tell_to_slow_down(rest).await
            {
                return end;
            }
            let going = tokio::select! {
                incoming = receiver.next(), if jobs.len() < JOBS && rest.is_none() => match incoming {
                    Some(incoming) => {
                        heard = Instant::now();
                        rest = self.rest();
                        self.incoming(incoming, &mut jobs).await
                    }
                    None => Err(End::Lost),
                },
                () = until(rest), if rest.is_some() => {
                    rest = None;
                    Ok(())
                }
                Some(done) = jobs.next(), if !jobs.is_empty() => self.done(done).await,
                batch = batches.recv() => match batch {
                    Ok(batch) => self.batch(&batch).await,
                    Err(RecvError::Lagged(_)) => self.missed().await,
                    Err(RecvError::Closed) => Err(End::Failed),
                },
                Ok(told) = told.recv() => match told.except == Some(self.device.id) {
                    true => Ok(()),
                    false => sent(self.sender.text(told.text.as_ref()).await),
                },
                _ = ticks.tick() => self.tick(heard, jobs.is_empty() && rest.is_none()).await,
                () = stopping(&mut draining) => self.drain().await,
            };
            if let Err(end) = going {
                return end;
            }
        }
    }

    /// Counts a frame; until when to read no more where there were too many.
    fn rest(&mut self) -> Option<Instant> {
        let pace = self.state.config.pace();
        match self.state.paces.took(self.device.id, pace) {
            Took::Calm => self.slowed = false,
            Took::Busy => {}
            Took::TooFast(rest) => {
                metrics::counter!("tillsync_slowed_total").increment(1);
                return Some(Instant::now() + rest);
            }
        }
        None
    }

    /// Once for each time that it is too fast: it holds its pushes then.
    async fn tell_to_slow_down(&mut self, rest: Option<Instant>) -> Result<(), End> {
        let wait = rest.map_or(Duration::ZERO, |rest| rest - Instant::now());
        let error = too_fast(wait);
        tracing::warn!(%error, "a device is slowed down");
        self.visit.failed(error.code);
        sent(self.sender.frame(&Frame::Error(error)).await)
    }

    async fn incoming(
        &mut self,
        incoming: Incoming,
        jobs: &mut FuturesOrdered<Job>,
    ) -> Result<(), End> {
        self.still_welcome().await?;
        self.tell_of_long_visit();
        let frame = match incoming {
            Incoming::Nothing => return Ok(()),
            Incoming::Unreadable(error) => {
                tracing::warn!(%error, "a frame cannot be read");
                self.visit.failed(error.code);
                metrics::counter!("tillsync_unreadable_frames_total").increment(1);
                return sent(self.sender.frame(&Frame::Error(error)).await);
            }
            Incoming::Frame(frame) => *frame,
        };
        let (state, device) = (self.state.clone(), self.device.clone());
        match frame {
            Frame::Push(push) => jobs.push_back(work::push(state, device, push)),
            Frame::Pull(pull) => jobs.push_back(work::pull(state, device, pull)),
            Frame::Check(check) => jobs.push_back(work::check(state, device, check)),
            Frame::Fetch(fetch) => jobs.push_back(work::fetch(state, device, fetch)),
            Frame::Reserve(reserve) => jobs.push_back(work::reserve(state, device, reserve)),
            Frame::Ping(ping) => {
                let pong = Frame::Pong(service::pong(&self.state, ping.nonce));
                return sent(self.sender.frame(&pong).await);
            }
            Frame::Ack(ack) => jobs.push_back(work::ack(state, device, ack)),
            Frame::QueueStatus(queue) => {
                let now = state.ledger.env().now();
                state.fleet.queued(device.id, queue, now);
            }
            Frame::Pong(_) => {}
            Frame::DeviceShutdown(_) => return Err(End::Goodbye),
            Frame::Error(error) => tracing::warn!(%error, "a device reports an error"),
            other => {
                let message = format!("{} is not expected here", other.name());
                // Not `malformed`: a device may have a push on the way and would think it is meant.
                let error = WireError::new(Code::Validation, message);
                return sent(self.sender.frame(&Frame::Error(error)).await);
            }
        }
        Ok(())
    }

    async fn done(&mut self, done: Done) -> Result<(), End> {
        self.visit.sent(done.decided);
        if let Some(code) = done.error {
            self.visit.failed(code);
        }
        for text in done.frames {
            sent(self.sender.text(text).await)?;
        }
        let Some((position, your_seq)) = done.reached_head else {
            return Ok(());
        };
        if self.live.is_none_or(|(live, _)| live < position) {
            self.live = Some((position, your_seq));
        }
        // A batch went by while the page was read.
        match self.newest > position && self.live == Some((position, your_seq)) {
            true => self.missed().await,
            false => Ok(()),
        }
    }

    async fn batch(&mut self, batch: &Batch) -> Result<(), End> {
        self.still_welcome().await?;
        self.newest = self.newest.max(batch.to);
        let Some((position, your_seq)) = self.live else {
            return Ok(());
        };
        if batch.to <= position {
            return Ok(());
        }
        let list = batch.list(self.state.ledger.schema(), self.device.kind);
        let Some(list) = list.filter(|_| batch.from == position) else {
            return self.missed().await;
        };
        let your_seq = batch.mark_of(self.device.id).unwrap_or(your_seq);
        let span = sync_core::Span {
            digest: batch.digest,
            your_seq,
            ..service::span(&self.state, batch.from, batch.to)
        };
        self.live = Some((batch.to, your_seq));
        sent(self.sender.text(encode_changes(&span, &list)).await)
    }

    /// Lets the device know that there is more than it was sent: an empty frame at the true head.
    async fn missed(&mut self) -> Result<(), End> {
        let Some((position, _)) = self.live.take() else {
            return Ok(());
        };
        let span = service::span_at_head(&self.state, self.device.id).await;
        let span = span.map_err(|_| End::Failed)?;
        self.newest = self.newest.max(span.to);
        if span.to == position {
            // What was missed was not new.
            self.live = Some((position, span.your_seq));
            return Ok(());
        }
        metrics::counter!("tillsync_streams_dropped_total").increment(1);
        sent(self.sender.text(encode_changes(&span, "[]")).await)
    }

    async fn tick(&mut self, heard: Instant, idle: bool) -> Result<(), End> {
        // A device whose questions we have not answered yet is not read, so it is not silent.
        if idle && heard.elapsed() > DEAD_AFTER {
            return Err(End::Silent);
        }
        self.still_welcome().await?;
        let head = Cursor {
            log_id: self.log_id,
            position: self.newest,
        };
        let now = self.state.ledger.env().now();
        self.state.fleet.is_there(self.device.id, head, now);
        self.tell_of_long_visit();
        self.nonce += 1;
        let ping = Ping { nonce: self.nonce };
        sent(self.sender.frame(&Frame::Ping(ping)).await)
    }

    async fn drain(&mut self) -> Result<(), End> {
        let drain = Drain {
            reason: "the master is about to stop".to_owned(),
        };
        self.sender.frame(&Frame::Drain(drain)).await;
        Err(End::MasterStopped)
    }

    /// Access taken away and a new generation take effect with the next frame.
    async fn still_welcome(&mut self) -> Result<(), End> {
        let directory = self.state.ledger.directory();
        let barred = directory.device(self.device.id).and_then(|d| d.barred());
        if let Some(error) = barred {
            self.visit.failed(error.code);
            self.sender.frame(&Frame::Error(error)).await;
            return Err(End::Refused);
        }
        match self.state.ledger.identity().log_id == self.log_id {
            true => Ok(()),
            false => Err(End::NewLog),
        }
    }

    /// A session may last for weeks: each hour of it is told.
    fn tell_of_long_visit(&mut self) {
        let now = self.state.ledger.env().now();
        if self.visit.is_long(now) {
            self.state.visit_ended(&self.visit, End::GoesOn);
            let stands = self.state.stands(self.device.id);
            self.visit = self.visit.rest(stands, now);
        }
    }
}

/// Ends at a time; never where there is none.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// Ends once the master is about to stop.
async fn stopping(draining: &mut tokio::sync::watch::Receiver<bool>) {
    // The sender lives as long as the state this session holds.
    let _ = draining.wait_for(|draining| *draining).await;
}

fn sent(through: bool) -> Result<(), End> {
    if through { Ok(()) } else { Err(End::Lost) }
}
