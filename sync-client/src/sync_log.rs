use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use sync_core::{Class, DeviceId, Millis, Seq};

use crate::{ConnectionState, PauseReason, StorageProblem, SyncStatus};

/// So many entries are kept.
const KEPT: usize = 200;
/// What is sent within so many milliseconds is one entry.
const TOGETHER: u64 = 5 * 60_000;

/// What a device did about its synchronisation: found by comparing one status with the next.
///
/// Holds no records and no names, and at most 200 entries. Kept over a restart by whoever embeds it:
/// [`SyncLog::entries`] goes to a store, and comes back with [`SyncLog::new`].
#[derive(Clone, Debug, Default)]
pub struct SyncLog {
    entries: VecDeque<SyncLogEntry>,
    before: Option<Seen>,
}

/// One thing that the device did about its synchronisation, or that happened to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct SyncLogEntry {
    /// When; of several together the last.
    pub at: Millis,
    /// What.
    pub kind: SyncLogKind,
    /// How many mutations or records it was about, where it was about some.
    pub count: Option<u64>,
    /// More about it, in words.
    pub detail: Option<String>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SyncLogKind {
    /// The app was started.
    Started,
    /// The device joined a store, or has a new identity in it.
    Joined,
    /// The master answers.
    Connected,
    /// The master no longer answers.
    Lost,
    /// The device has no network.
    NoNetwork,
    /// The master told that it stops.
    Draining,
    /// The master refuses this device, or this build.
    Paused,
    /// The device's own storage failed.
    Storage,
    /// Going on could have lost or doubled something.
    Failed,
    /// Mutations were sent and have their outcome.
    Sent,
    /// Mutations were refused and wait for a person.
    Refused,
    /// Records differed from the master's and are brought anew.
    Repaired,
    /// All records were brought anew.
    Resynchronised,
    /// Something else went wrong.
    Problem,
}

/// What of a status is compared with the next.
#[derive(Clone, Debug)]
struct Seen {
    /// `None` while that is not known: it has just been started.
    link: Option<SyncLogKind>,
    device: Option<DeviceId>,
    decided: Seq,
    attention: u64,
    total: Option<u64>,
    error_at: Option<Millis>,
}

impl SyncLog {
    /// Goes on with what was kept, oldest first.
    pub fn new(kept: Vec<SyncLogEntry>) -> Self {
        let surplus = kept.len().saturating_sub(KEPT);
        Self {
            entries: kept.into_iter().skip(surplus).collect(),
            before: None,
        }
    }

    /// Takes a status in, and the device's last seq that has an outcome. Says whether that added or
    /// changed an entry.
    pub fn observe(&mut self, status: &SyncStatus, decided: Seq, now: Millis) -> bool {
        let device = status.device.as_ref().map(|device| device.id);
        let first_sync = status.first_sync.as_ref();
        let seen = Seen {
            link: link(&status.connection, self.before.as_ref()),
            device,
            decided,
            attention: status.attention,
            total: first_sync.map(|first| first.total.unwrap_or(first.done)),
            error_at: status.last_error.as_ref().map(|error| error.at),
        };
        let Some(before) = self.before.replace(seen.clone()) else {
            self.note(now, SyncLogKind::Started, None, None);
            self.linked(seen.link, status, now);
            return true;
        };
        let length = self.entries.len();
        let last = self.entries.back().cloned();
        if let Some(error) = &status.last_error
            && before.error_at != Some(error.at)
        {
            let kind = match (error.code.as_str(), error.class) {
                ("checksum", _) => Some(SyncLogKind::Repaired),
                // A connection that comes and goes is told as that.
                (_, Class::Retry | Class::Wait) => None,
                _ => Some(SyncLogKind::Problem),
            };
            if let Some(kind) = kind {
                self.note(now, kind, None, Some(error.message.clone()));
            }
        }
        if device.is_some() && device != before.device {
            let name = status.device.as_ref().map(|device| device.name.clone());
            self.note(now, SyncLogKind::Joined, None, name);
        } else if seen.decided > before.decided {
            let count = seen.decided.0 - before.decided.0;
            self.sent(now, count);
        }
        if seen.attention > before.attention {
            let count = seen.attention - before.attention;
            self.note(now, SyncLogKind::Refused, Some(count), None);
        }
        if let (Some(total), None) = (before.total, seen.total)
            && seen.link == Some(SyncLogKind::Connected)
        {
            self.note(now, SyncLogKind::Resynchronised, Some(total), None);
        }
        if seen.link != before.link {
            self.linked(seen.link, status, now);
        }
        self.entries.len() != length || self.entries.back() != last.as_ref()
    }

    /// What is kept, oldest first.
    pub fn entries(&self) -> Vec<SyncLogEntry> {
        self.entries.iter().cloned().collect()
    }

    /// How the device stands to its master now.
    fn linked(&mut self, link: Option<SyncLogKind>, status: &SyncStatus, now: Millis) {
        let Some(kind) = link else {
            return;
        };
        let detail = match &status.connection {
            ConnectionState::Connecting { .. } | ConnectionState::ServerUnreachable { .. } => {
                status
                    .last_error
                    .as_ref()
                    .map(|error| error.message.clone())
            }
            ConnectionState::Paused { reason, message } => Some(match reason {
                PauseReason::Auth => message.clone(),
                PauseReason::NeedsUpgrade => format!("this version is too old: {message}"),
            }),
            ConnectionState::Storage { problem } => Some(match problem {
                StorageProblem::Lost => "it was taken away while open".to_owned(),
                StorageProblem::Full => "there is no room left".to_owned(),
                StorageProblem::MemoryOnly => "nothing can be kept".to_owned(),
            }),
            ConnectionState::Failed { message } => Some(message.clone()),
            _ => None,
        };
        self.note(now, kind, None, detail);
    }

    fn sent(&mut self, now: Millis, count: u64) {
        if let Some(last) = self.entries.back_mut()
            && last.kind == SyncLogKind::Sent
            && last.at <= now
            && now.since(last.at) < TOGETHER
        {
            last.at = now;
            last.count = last.count.map(|before| before + count);
            return;
        }
        self.note(now, SyncLogKind::Sent, Some(count), None);
    }

    fn note(&mut self, at: Millis, kind: SyncLogKind, count: Option<u64>, detail: Option<String>) {
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(SyncLogEntry {
            at,
            kind,
            count,
            detail,
        });
    }
}

fn link(connection: &ConnectionState, before: Option<&Seen>) -> Option<SyncLogKind> {
    let before = before.and_then(|before| before.link);
    Some(match connection {
        ConnectionState::NoNetwork => SyncLogKind::NoNetwork,
        // The first attempts after the start are no loss, and another one is none again.
        ConnectionState::Connecting { .. } => match before? {
            SyncLogKind::Connected | SyncLogKind::Draining => SyncLogKind::Lost,
            before => before,
        },
        ConnectionState::ServerUnreachable { .. } => SyncLogKind::Lost,
        // Two heartbeats late is no loss yet.
        ConnectionState::Checking | ConnectionState::Online => SyncLogKind::Connected,
        ConnectionState::Paused { .. } => SyncLogKind::Paused,
        ConnectionState::Draining => SyncLogKind::Draining,
        ConnectionState::Storage { .. } => SyncLogKind::Storage,
        ConnectionState::OtherTab => return before,
        ConnectionState::Failed { .. } => SyncLogKind::Failed,
    })
}

#[cfg(test)]
mod tests;
