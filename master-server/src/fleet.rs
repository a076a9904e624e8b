//! What the devices tell of themselves: how far each is, and how long its queue.
//!
//! Kept in memory: one entry per enrolled device that was heard of since the start.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use sync_core::{Cursor, DeviceId, Hello, LogId, Millis, Position, QueueStatus};

use crate::ledger::Directory;

/// So many characters are kept of what a device could not do.
const LONGEST_ERROR: usize = 500;

/// What is known of each device.
#[derive(Debug, Default)]
pub(crate) struct Fleet(Mutex<HashMap<DeviceId, Known>>);

#[derive(Clone, Debug, Default)]
struct Known {
    cursor: Option<Cursor>,
    pending: u64,
    attention: u64,
    /// By this node's clock.
    oldest_since: Option<Millis>,
    heard_at: Millis,
    /// When it last stood level with the head of the log.
    level_at: Option<Millis>,
    /// What it could not do last, in its own words.
    last_error: Option<String>,
}

/// A device as people and programs look at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct DeviceStatus {
    /// Which.
    pub(crate) device: DeviceId,
    /// As people call it.
    pub(crate) name: String,
    /// Whether it has a session.
    pub(crate) online: bool,
    /// How far it has applied the log; absent while it has nothing of this log.
    pub(crate) position: Option<Position>,
    /// Positions it has not applied.
    pub(crate) behind: u64,
    /// Its mutations without an outcome.
    pub(crate) pending: u64,
    /// Its rejected mutations that nobody has dismissed.
    pub(crate) attention: u64,
    /// For how long the oldest pending one has waited, in milliseconds.
    pub(crate) oldest_pending_ms: Option<u64>,
    /// When it was last heard of.
    pub(crate) heard_at: Millis,
    /// When it last stood level with the head of the log; absent where it did not since the master
    /// started.
    pub(crate) last_synced_at: Option<Millis>,
}

impl Fleet {
    /// A device said hello.
    pub(crate) fn greeted(&self, hello: &Hello, now: Millis) {
        self.note(hello.device, now, |known| {
            known.cursor = hello.cursor;
            known.last_error = None;
            known.pending = hello.pending;
            // How long is told next; it is no longer than since it was first heard of.
            known.oldest_since = match hello.pending {
                0 => None,
                _ => Some(known.oldest_since.unwrap_or(now)),
            };
        });
    }

    /// A device has applied the log up to a cursor of this log, whose head is there now.
    pub(crate) fn applied(&self, device: DeviceId, cursor: Cursor, head: Position, now: Millis) {
        self.note(device, now, |known| {
            known.cursor = Some(cursor);
            if cursor.position >= head {
                known.level_at = Some(now);
            }
        });
    }

    /// A device is there, and this is the head of the log: it may be level still.
    pub(crate) fn is_there(&self, device: DeviceId, head: Cursor, now: Millis) {
        if let Some(known) = self.known().get_mut(&device)
            && known.cursor == Some(head)
        {
            known.level_at = Some(now);
        }
    }

    /// When a device last stood level with the head of the log.
    pub(crate) fn level_at(&self, device: DeviceId) -> Option<Millis> {
        self.known().get(&device)?.level_at
    }

    /// A device told how long its queue is.
    pub(crate) fn queued(&self, device: DeviceId, queue: QueueStatus, now: Millis) {
        self.note(device, now, |known| {
            (known.pending, known.attention) = (queue.pending, queue.attention);
            known.oldest_since = queue.oldest_ms.map(|age| Millis(now.0.saturating_sub(age)));
        });
    }

    /// A device told what it could not do last; nothing where all is well.
    pub(crate) fn failed(&self, device: DeviceId, error: Option<String>, now: Millis) {
        let short = |error: String| error.chars().take(LONGEST_ERROR).collect();
        self.note(device, now, |known| known.last_error = error.map(short));
    }

    /// How far a device has applied this log, where that is known.
    pub(crate) fn position(&self, device: DeviceId, log_id: LogId) -> Option<Position> {
        let cursor = self.known().get(&device)?.cursor?;
        (cursor.log_id == log_id).then_some(cursor.position)
    }

    /// What a device could not do last.
    pub(crate) fn last_error(&self, device: DeviceId) -> Option<String> {
        self.known().get(&device)?.last_error.clone()
    }

    /// Every device heard of, in the order people count them.
    pub(crate) fn report(
        &self,
        directory: &Directory,
        online: &[DeviceId],
        head: Cursor,
        now: Millis,
    ) -> Vec<DeviceStatus> {
        let known = self.known();
        let mut devices: Vec<_> = directory
            .iter()
            .filter_map(|device| Some((&device.info, known.get(&device.info.id)?)))
            .collect();
        devices.sort_by_key(|(info, _)| (info.ordinal, info.id));
        let status = devices.into_iter().map(|(info, known)| {
            let cursor = known.cursor.filter(|cursor| cursor.log_id == head.log_id);
            let position = cursor.map(|cursor| cursor.position);
            DeviceStatus {
                device: info.id,
                name: info.name.clone(),
                online: online.contains(&info.id),
                position,
                behind: head.position.0.saturating_sub(position.map_or(0, |p| p.0)),
                pending: known.pending,
                attention: known.attention,
                oldest_pending_ms: known.oldest_since.map(|since| now.since(since)),
                heard_at: known.heard_at,
                last_synced_at: known.level_at,
            }
        });
        status.collect()
    }

    fn note(&self, device: DeviceId, now: Millis, change: impl FnOnce(&mut Known)) {
        let mut all = self.known();
        let known = all.entry(device).or_default();
        known.heard_at = now;
        change(known);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<DeviceId, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what is known of the devices into the numbers.
pub(crate) fn measure(devices: &[DeviceStatus]) {
    let mut oldest = 0;
    for device in devices {
        let age = device.oldest_pending_ms.unwrap_or(0);
        oldest = oldest.max(age);
        let gauge = |name: &'static str, value: f64| {
            metrics::gauge!(name, "device" => device.device.to_string()).set(value);
        };
        gauge("tillsync_device_online", f64::from(u8::from(device.online)));
        gauge("tillsync_device_behind", device.behind as f64);
        gauge("tillsync_device_pending", device.pending as f64);
        gauge("tillsync_device_attention", device.attention as f64);
        gauge("tillsync_device_oldest_pending_seconds", seconds(age));
    }
    let pending: u64 = devices.iter().map(|device| device.pending).sum();
    metrics::gauge!("tillsync_pending").set(pending as f64);
    metrics::gauge!("tillsync_oldest_pending_seconds").set(seconds(oldest));
}

fn seconds(millis: u64) -> f64 {
    millis as f64 / 1_000.0
}
