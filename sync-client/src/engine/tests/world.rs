//! Tills, one master, and time.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::FutureExt;
use sync_core::{
    CollectionName, DeviceId, DeviceKind, Document, Domain, Enroll, Frame, Millis, Op, RecordId,
    WireError,
};

use super::master::Master;
use super::shop::Shop;
use super::till::Till;
use crate::engine::{Effect, Input};
use crate::storage::Storage;
use crate::storage::memory::MemoryStorage;
use crate::{SyncStatus, Timing};

/// Where simulated time begins: not at any real clock.
pub(super) const START: Millis = Millis(1_700_000_000_000);

pub(super) struct World {
    pub(super) master: Master,
    pub(super) tills: Vec<Till>,
    domain: Arc<dyn Domain>,
    timing: Timing,
    now: Millis,
    made: u64,
    /// Streams end after so many rows.
    stream_rows: Option<usize>,
    /// Nobody answers.
    shut: bool,
    /// Nodes that are not the master, and the one each of them names.
    pointers: BTreeMap<Option<String>, String>,
}

impl World {
    pub(super) fn new(tills: usize) -> Self {
        Self::timed(tills, Timing::default())
    }

    /// Tills that wait as long as this says.
    pub(super) fn timed(tills: usize, timing: Timing) -> Self {
        let domain: Arc<dyn Domain> = Arc::new(Shop::new());
        let mut world = Self {
            master: Master::new(Arc::clone(&domain)),
            tills: Vec::new(),
            domain,
            timing,
            now: START,
            made: 0,
            stream_rows: None,
            shut: false,
            pointers: BTreeMap::new(),
        };
        for _ in 0..tills {
            world.add_till();
        }
        world
    }

    pub(super) fn add_till(&mut self) -> usize {
        let storage = MemoryStorage::new();
        let till = self.tills.len();
        self.tills.push(Till::open(
            &self.domain,
            storage,
            (till, self.timing),
            self.now,
        ));
        self.feed(till, Input::Started);
        till
    }

    /// Runs until nothing is on its way; a minute is long enough for every wait.
    pub(super) fn settle(&mut self) {
        self.run(60_000);
    }

    pub(super) fn run(&mut self, millis: u64) {
        let end = self.now.plus(millis);
        loop {
            self.deliver();
            let wakes = self
                .tills
                .iter()
                .filter_map(|till| till.engine.poll_timeout());
            let next = wakes.min().filter(|at| *at < end);
            let Some(next) = next else { break };
            self.now = self.now.plus(1).max(next);
            for till in 0..self.tills.len() {
                if self.tills[till].engine.poll_timeout() <= Some(self.now) {
                    self.feed(till, Input::Timer);
                }
            }
        }
        self.now = end;
        (0..self.tills.len()).for_each(|till| self.feed(till, Input::Timer));
        self.deliver();
    }

    pub(super) fn fact(&mut self, till: usize, amount: i64) {
        let doc = Document::new().with("amount", amount);
        self.record(till, "facts", doc);
    }

    pub(super) fn refused(&mut self, till: usize) {
        self.record(till, "things", Document::new().with("name", "no"));
    }

    pub(super) fn poison(&mut self, till: usize) {
        self.record(till, "things", Document::new().with("name", "poison"));
    }

    fn record(&mut self, till: usize, collection: &str, doc: Document) {
        if self.tills[till].replica.identity().is_none() {
            self.settle();
        }
        self.made += 1;
        let mut id = [0; 16];
        id[8..].copy_from_slice(&(100 + self.made).to_be_bytes());
        let op = Op::Insert {
            collection: CollectionName::from(collection),
            id: RecordId::from(id),
            doc,
        };
        let now = self.now;
        self.tills[till].record(op, now);
        self.feed(till, Input::Recorded);
    }

    pub(super) fn cut(&mut self, till: usize) {
        self.tills[till].cut_at = None;
        self.feed(till, Input::Network(false));
    }

    pub(super) fn join(&mut self, till: usize) {
        self.feed(till, Input::Network(true));
    }

    pub(super) fn cut_at(&mut self, till: usize, at: fn(&Frame) -> bool) {
        self.tills[till].cut_at = Some(at);
    }

    /// The till hears an error, whatever else is on its way.
    pub(super) fn hear(&mut self, till: usize, error: WireError) {
        let now = self.now;
        self.tills[till].tell(Input::Frame(Frame::Error(error)), now);
    }

    /// The till hears a frame, whatever else is on its way.
    pub(super) fn hear_frame(&mut self, till: usize, frame: Frame) {
        self.feed(till, Input::Frame(frame));
    }

    pub(super) fn deaf(&mut self, till: usize, deaf: bool) {
        self.tills[till].deaf = deaf;
    }

    /// Somebody lets a till join another shop, and the master of that is the only one from now on.
    pub(super) fn move_next_door(&mut self, till: usize) {
        self.replace(Master::next_door(Arc::clone(&self.domain)));
        let enroll = Enroll {
            code: None,
            token: None,
            name: "moved".to_owned(),
            kind: DeviceKind::Till,
        };
        let enrolled = Box::new(self.master.enroll(&enroll));
        self.feed(till, Input::Enrolled(enrolled));
    }

    pub(super) fn cut_streams_after(&mut self, rows: Option<usize>) {
        self.stream_rows = rows;
    }

    /// Sockets of a till no longer get through, or do again.
    pub(super) fn block_sockets(&mut self, till: usize, blocked: bool) {
        self.tills[till].no_sockets = blocked;
        if blocked {
            self.tills[till].connected = false;
            self.feed(till, Input::Closed(None));
        }
    }

    /// Sockets of a till open and let nothing through, or do again.
    pub(super) fn mute_sockets(&mut self, till: usize, mute: bool) {
        self.tills[till].mute_sockets = mute;
        if mute {
            self.tills[till].connected = false;
            self.feed(till, Input::Closed(None));
        }
    }

    /// Lets a node, the one tills are opened with where absent, name another one as the master.
    pub(super) fn point(&mut self, node: Option<&str>, to: &str) {
        self.pointers.insert(node.map(str::to_owned), to.to_owned());
    }

    /// Lets a node be the master again.
    pub(super) fn end_pointing(&mut self, node: Option<&str>) {
        self.pointers.remove(&node.map(str::to_owned));
    }

    /// A till that was killed and started again.
    pub(super) fn reopen(&mut self, till: usize) {
        let old = &self.tills[till];
        let (storage, network) = (old.storage.clone(), old.reachable);
        let mut new = Till::open(&self.domain, storage, (till, self.timing), self.now);
        new.earlier_resent = old.resent();
        self.tills[till] = new;
        if network {
            self.feed(till, Input::Started);
        } else {
            self.feed(till, Input::Network(false));
        }
    }

    /// The master's process ends, or is there again.
    pub(super) fn shut(&mut self, shut: bool) {
        self.shut = shut;
        if shut {
            for till in 0..self.tills.len() {
                self.tills[till].connected = false;
                self.tills[till].arriving.clear();
                self.feed(till, Input::Closed(None));
            }
        }
    }

    /// The master comes back from a backup, under the next generation.
    pub(super) fn restore(&mut self, backup: Master) {
        self.replace(backup.restored());
    }

    pub(super) fn replace(&mut self, master: Master) {
        self.master = master.with_devices_of(&self.master);
        for till in 0..self.tills.len() {
            self.tills[till].connected = false;
            self.tills[till].arriving.clear();
            self.feed(till, Input::Closed(None));
        }
    }

    /// What people at a till are shown now.
    pub(super) fn status(&self, till: usize) -> SyncStatus {
        let till = &self.tills[till];
        till.engine.status(&till.replica, self.now)
    }

    /// Every till has what the master has, by checksum and by cursor, and nothing is waiting.
    #[track_caller]
    pub(super) fn check_level(&self) {
        let (cursor, sums) = self.master.sums();
        for till in &self.tills {
            assert_eq!(till.replica.pending(), 0);
            let (own, held) = till.replica.checksums();
            assert_eq!((own, &held), (Some(cursor), &sums));
        }
        assert!(!self.master.records().is_empty());
    }

    fn deliver(&mut self) {
        while let Some(till) = self.tills.iter().position(|till| !till.arriving.is_empty()) {
            let Some(frame) = self.tills[till].arriving.pop_front() else {
                continue;
            };
            if self.tills[till].cut_at.is_some_and(|at| at(&frame)) {
                self.tills[till].cut_at = None;
                self.tills[till].connected = false;
                self.tills[till].arriving.clear();
                self.feed(till, Input::Closed(None));
            } else {
                self.feed(till, Input::Frame(frame));
            }
        }
    }

    fn feed(&mut self, till: usize, input: Input) {
        let now = self.now;
        if let Input::Network(available) = input {
            self.tills[till].reachable = available;
        }
        self.tills[till].tell(input, now);
        while let Some(effect) = self.tills[till].engine.poll_effect() {
            self.execute(till, effect);
        }
    }

    fn execute(&mut self, till: usize, effect: Effect) {
        let now = self.now;
        let device = self.tills[till].replica.device();
        match effect {
            Effect::Connect { .. } if self.tills[till].hangs => self.tills[till].connects += 1,
            Effect::Connect { .. } if self.shut => self.tills[till].tell(Input::Closed(None), now),
            Effect::Connect { by_requests } => {
                let polling = by_requests || self.tills[till].no_sockets;
                self.tills[till].open_connection(polling, now);
            }
            Effect::Probe if self.tills[till].no_sockets => {}
            Effect::Probe => self.tills[till].open_connection(false, now),
            Effect::Move(node) => self.tills[till].at = node,
            Effect::Disconnect => {
                self.tills[till].connected = false;
                self.tills[till].arriving.clear();
            }
            Effect::Send(frame) => self.send(till, &frame),
            Effect::Commit(batch) => self.tills[till].commit(&batch, now),
            Effect::Observe(time) => self.tills[till].replica.observe(time),
            Effect::Tell(_) => {}
            Effect::LoadRows { from, limit } => {
                let rows = self.tills[till].storage.outbox(from, limit);
                let rows = rows.now_or_never().unwrap().unwrap();
                self.tills[till].tell(Input::Rows(rows), now);
            }
            Effect::Enroll(enroll) => {
                let enrolled = Box::new(self.master.enroll(&enroll));
                self.tills[till].tell(Input::Enrolled(enrolled), now);
            }
            Effect::Stream(request) => {
                let device = device.unwrap_or(DeviceId::from([0; 16]));
                let lines = self.master.snapshot(device, &request.path);
                let rows = self.stream_rows.unwrap_or(usize::MAX).min(lines.len());
                self.tills[till].tell(Input::Lines(lines[..rows].to_vec()), now);
                while let Some(effect) = self.tills[till].engine.poll_effect() {
                    self.execute(till, effect);
                }
                self.tills[till].tell(Input::StreamEnded(None), now);
            }
            Effect::StopStream | Effect::Reload => {}
        }
    }

    fn send(&mut self, till: usize, frame: &Frame) {
        let Some(device) = self.tills[till].replica.device() else {
            return;
        };
        let mute = self.tills[till].mute_sockets && !self.tills[till].polling;
        if !self.tills[till].connected || self.tills[till].deaf || mute {
            return;
        }
        let pointer = self.pointers.get(&self.tills[till].at);
        if let (Frame::Hello(_), Some(url)) = (frame, pointer) {
            let elsewhere = Frame::Error(WireError::not_master(url));
            return self.tills[till].arriving.push_back(elsewhere);
        }
        let from = self.master.head();
        // Frames cross the wire as text.
        let frame = Frame::decode(&frame.encode()).unwrap();
        let answers = self.master.answer(device, frame, self.now);
        self.tills[till].arriving.extend(answers);
        let to = self.master.head();
        for other in 0..self.tills.len() {
            let Some(device) = self.tills[other].replica.device() else {
                continue;
            };
            let listens = self.tills[other].connected && !self.tills[other].polling;
            if other != till && listens && to > from {
                let live = self.master.changes(device, from, to, self.now);
                self.tills[other].arriving.push_back(live);
            }
        }
    }
}
