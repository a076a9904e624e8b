//! How devices were connected, as the audit tells it: one entry for each session on a socket, and one
//! for each hour in which a device asked by requests.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::json;
use sync_core::{Code, DeviceId, Millis, Position};

use crate::came_from;
use crate::ledger::Entry;

/// A visit that lasts is told of each hour, in milliseconds.
const HOUR: u64 = 60 * 60_000;

/// One device, connected for a while.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    device: DeviceId,
    address: Option<IpAddr>,
    road: Way,
    since: Millis,
    /// How far it had applied the log then; none where nobody knew.
    from: Option<Position>,
    sent: u64,
    snapshots: u64,
    error: Option<Code>,
}

/// How a device asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// Over a socket that stays open.
    Socket,
    /// By single requests.
    Requests,
}

/// Why nothing more is told of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// An hour is over, and the device is still there.
    GoesOn,
    /// An hour of requests is over.
    Hour,
    /// It said goodbye.
    Goodbye,
    /// The connection broke or was closed.
    Lost,
    /// It said nothing for too long.
    Silent,
    /// Nothing is taken from it any more.
    Refused,
    /// The master stopped.
    MasterStopped,
    /// The log began anew.
    NewLog,
    /// The master could not read its ledger.
    Failed,
}

impl End {
    /// The same for the other devices.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::GoesOn | Self::Hour => "still there",
            Self::Goodbye => "left on purpose",
            Self::Lost => "lost",
            Self::Silent => "silent",
            Self::Refused => "not let in any more",
            Self::MasterStopped => "draining",
            Self::NewLog => "a new generation of the log began",
            Self::Failed => "the ledger cannot be read",
        }
    }
}

impl Visit {
    /// A visit that begins now, from where the current task was asked for.
    pub(crate) fn begin(device: DeviceId, road: Way, from: Option<Position>, now: Millis) -> Self {
        Self {
            device,
            address: came_from::address(),
            road,
            since: now,
            from,
            sent: 0,
            snapshots: 0,
            error: None,
        }
    }

    /// So many mutations of it were decided.
    pub(crate) fn sent(&mut self, mutations: usize) {
        self.sent += mutations as u64;
    }

    /// It began to take all records anew.
    pub(crate) fn took_snapshot(&mut self) {
        self.snapshots += 1;
    }

    /// It was answered with an error; the last one is told.
    pub(crate) fn failed(&mut self, code: Code) {
        self.error = Some(code);
    }

    /// Whether it is time to tell of it.
    pub(crate) fn is_long(&self, now: Millis) -> bool {
        now.since(self.since) >= HOUR
    }

    /// What the audit says of it. `to` is how far the device has applied the log by now.
    pub(crate) fn entry(&self, to: Option<Position>, end: End, now: Millis) -> Entry {
        let mut about = json!({
            "road": self.road,
            "since": self.since,
            "until": now,
            "from_position": self.from,
            "to_position": to,
            "sent": self.sent,
            "ended": end,
        });
        if let Some(address) = self.address {
            about["address"] = json!(address);
        }
        if self.snapshots > 0 {
            about["snapshots"] = json!(self.snapshots);
        }
        if let Some(error) = self.error {
            about["error"] = json!(error);
        }
        Entry::new("session", Some(self.device), about)
    }

    /// The rest of a visit that goes on: everything is counted anew from here.
    pub(crate) fn rest(&self, from: Option<Position>, now: Millis) -> Self {
        Self {
            since: now,
            from,
            sent: 0,
            snapshots: 0,
            error: None,
            ..*self
        }
    }

    /// Whose it is.
    pub(crate) fn device(&self) -> DeviceId {
        self.device
    }
}

/// The devices that ask by requests, each with what it did within the hour.
#[derive(Debug, Default)]
pub(crate) struct Visits(Mutex<BTreeMap<DeviceId, Visit>>);

impl Visits {
    /// Notes what a device asked for. Returns the visit before this one, where its hour is over.
    pub(crate) fn note(
        &self,
        device: DeviceId,
        from: Option<Position>,
        now: Millis,
        change: impl FnOnce(&mut Visit),
    ) -> Option<Visit> {
        let mut visits = self.visits();
        let over = visits.remove(&device).filter(|visit| {
            let over = visit.is_long(now);
            if !over {
                visits.insert(device, visit.clone());
            }
            over
        });
        let begin = || Visit::begin(device, Way::Requests, from, now);
        change(visits.entry(device).or_insert_with(begin));
        over
    }

    /// Lets go of the visits whose hour is over.
    pub(crate) fn over(&self, now: Millis) -> Vec<Visit> {
        let mut visits = self.visits();
        let (over, left) = std::mem::take(&mut *visits)
            .into_iter()
            .partition(|(_, visit)| visit.is_long(now));
        *visits = left;
        let over: BTreeMap<_, _> = over;
        over.into_values().collect()
    }

    /// Lets go of all of them.
    pub(crate) fn all(&self) -> Vec<Visit> {
        std::mem::take(&mut *self.visits()).into_values().collect()
    }

    fn visits(&self) -> MutexGuard<'_, BTreeMap<DeviceId, Visit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Millis = Millis(1_000);

    #[test]
    fn an_hour_of_requests_is_one_visit_and_the_next_request_begins_another() {
        let (visits, device) = (Visits::default(), DeviceId::from([1; 16]));
        let push = |now| visits.note(device, Some(Position(4)), now, |visit| visit.sent(2));
        assert!(push(START).is_none());
        assert!(push(START.plus(HOUR - 1)).is_none());
        assert!(visits.over(START.plus(HOUR - 1)).is_empty());
        let over = push(START.plus(HOUR)).expect("the hour is over");
        let told = over.entry(Some(Position(9)), End::Hour, START.plus(HOUR));
        let expected = json!({
            "road": "requests", "since": START, "until": START.plus(HOUR),
            "from_position": 4, "to_position": 9, "sent": 4, "ended": "hour",
        });
        assert_eq!((told.kind, told.payload), ("session", expected));
        assert_eq!(visits.over(START.plus(2 * HOUR)).len(), 1);
        assert!(visits.all().is_empty());
    }
}
