//! A master in memory that decides with the rules of `sync-core` and nothing else.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use sync_core::{
    Case, Change, Changes, Checked, Code, Cursor, DeviceId, DeviceInfo, DeviceKind, Digest, Domain,
    Enroll, Enrolled, Frame, Hello, Hlc, Intake, LogId, Millis, NodeAddress, Outcome, Outcomes,
    Pong, Position, Push, Pushed, QueueStatus, Record, Records, Role, Seq, SnapshotEnd,
    SnapshotHead, SnapshotRequired, Span, StoreId, Term, Verdict, Welcome, WireError, admit,
    decide,
};
use uuid::Uuid;

use super::shop::total_id;
use crate::base::Base;
use crate::engine::Line;

#[derive(Clone)]
pub(crate) struct Master {
    domain: Arc<dyn Domain>,
    store: StoreId,
    log_id: LogId,
    base: Base,
    rows: BTreeMap<(String, sync_core::RecordId), Change>,
    log: Vec<(DeviceId, Seq, Vec<Change>)>,
    decided: BTreeMap<(DeviceId, Seq), Outcome>,
    origins: HashMap<(DeviceId, Seq, Digest), Outcome>,
    devices: Vec<DeviceInfo>,
    closed: HashSet<DeviceId>,
    /// Every id is below the one before, as where the master's clock was set back.
    pub(super) ids_fall: bool,
    /// Changes up to here are no longer in the log.
    pub(super) horizon: Position,
    pub(super) resumes: u32,
    /// Rows of snapshots sent.
    pub(super) sent_rows: usize,
    /// An older build: whoever asks for a part is sent everything.
    pub(super) knows_no_parts: bool,
    /// How often a part was asked for.
    pub(super) parts_asked: u32,
    /// What every check is told to differ, whatever is so.
    pub(super) pretends: Vec<(sync_core::CollectionName, sync_core::Bucket)>,
    /// Pushes are answered with "not now".
    pub(super) refuse_pushes: bool,
    /// What each device told of itself last.
    pub(super) told: HashMap<DeviceId, (Option<Cursor>, Option<QueueStatus>)>,
}

impl Master {
    pub(super) fn new(domain: Arc<dyn Domain>) -> Self {
        Self {
            base: Base::new(Arc::clone(&domain)),
            domain,
            store: StoreId::from([9; 16]),
            log_id: LogId {
                generation: 1,
                uuid: Uuid::from_u128(1),
            },
            rows: BTreeMap::new(),
            log: Vec::new(),
            decided: BTreeMap::new(),
            origins: HashMap::new(),
            devices: Vec::new(),
            closed: HashSet::new(),
            ids_fall: false,
            horizon: Position(0),
            resumes: 0,
            sent_rows: 0,
            knows_no_parts: false,
            parts_asked: 0,
            pretends: Vec::new(),
            refuse_pushes: false,
            told: HashMap::new(),
        }
    }

    /// The master of another shop.
    pub(super) fn next_door(domain: Arc<dyn Domain>) -> Self {
        Self {
            store: StoreId::from([8; 16]),
            log_id: LogId {
                generation: 1,
                uuid: Uuid::from_u128(8),
            },
            ..Self::new(domain)
        }
    }

    pub(super) fn restored(mut self) -> Self {
        self.log_id = LogId {
            generation: self.log_id.generation + 1,
            uuid: Uuid::from_u128(2),
        };
        self
    }

    /// What all facts add up to.
    pub(super) fn total(&self) -> i64 {
        let record = self.base.get("totals", total_id()).unwrap();
        record.and_then(|r| r.doc.int("sum")).unwrap_or(0)
    }

    pub(super) fn verdict(&self, till: usize, seq: Seq) -> Option<Verdict> {
        let decided = self.decided.get(&(self.devices[till].id, seq));
        decided.map(|outcome| outcome.verdict)
    }

    pub(super) fn close(&mut self, till: usize) {
        self.closed.insert(self.devices[till].id);
    }

    pub(super) fn head(&self) -> Position {
        Position(self.log.len() as u64)
    }

    pub(super) fn sums(&self) -> (Cursor, sync_core::Sums) {
        (self.cursor(self.head()), self.base.sums())
    }

    pub(super) fn enroll(&mut self, enroll: &Enroll) -> Enrolled {
        let ordinal = self.devices.len() as u32 + 1;
        let byte = if self.ids_fall {
            255 - ordinal
        } else {
            ordinal
        };
        let device = DeviceInfo {
            id: DeviceId::from([byte as u8; 16]),
            kind: DeviceKind::Till,
            ordinal,
            name: enroll.name.clone(),
            read_only: false,
        };
        self.devices.push(device.clone());
        Enrolled {
            store: self.store,
            store_name: "Shop".to_owned(),
            device,
            token: format!("token {ordinal}"),
            log_id: self.log_id,
        }
    }

    /// The answer to a frame of a device.
    pub(super) fn answer(&mut self, device: DeviceId, frame: Frame, now: Millis) -> Vec<Frame> {
        match frame {
            Frame::Hello(hello) => vec![self.hello(&hello, now)],
            Frame::Push(push) => self.push(device, push, now),
            Frame::Pull(pull) if pull.cursor.log_id != self.log_id => {
                let message = "the cursor is of another log";
                vec![Frame::Error(WireError::new(Code::ForeignCursor, message))]
            }
            Frame::Pull(pull) if pull.cursor.position < self.horizon => {
                vec![Frame::SnapshotRequired(SnapshotRequired {
                    log_id: self.log_id,
                    reason: "the log begins later".to_owned(),
                })]
            }
            Frame::Ack(ack) => {
                self.told.entry(device).or_default().0 = Some(ack.cursor);
                Vec::new()
            }
            Frame::QueueStatus(queue) => {
                self.told.entry(device).or_default().1 = Some(queue);
                Vec::new()
            }
            Frame::Pull(pull) => {
                let from = pull.cursor.position;
                let to = Position((from.0 + u64::from(pull.limit)).min(self.head().0));
                vec![self.changes(device, from, to, now)]
            }
            Frame::Check(check) => {
                let here = check.cursor == self.cursor(self.head());
                let own = self.base.sums();
                let names = own.keys().chain(check.sums.keys());
                let names = names.filter(|name| own.get(*name) != check.sums.get(*name));
                let differs = names.map(|name| (name.clone(), sync_core::Bucket(0)));
                let differs = differs.chain(self.pretends.iter().cloned());
                vec![Frame::Checked(Checked {
                    position: here.then_some(check.cursor.position),
                    differs: if here { differs.collect() } else { Vec::new() },
                })]
            }
            Frame::Ping(ping) => vec![Frame::Pong(Pong {
                nonce: ping.nonce,
                log_id: Some(self.log_id),
                term: Term(0),
                time: Some(Hlc::at(now)),
            })],
            _ => Vec::new(),
        }
    }

    fn hello(&mut self, hello: &Hello, now: Millis) -> Frame {
        let high_water = self.mark(hello.device);
        if self.closed.contains(&hello.device) || hello.next_seq <= high_water {
            self.closed.insert(hello.device);
            return Frame::Error(WireError::new(Code::IdentityClosed, "enrol again"));
        }
        let device = self.devices.iter().find(|d| d.id == hello.device).unwrap();
        Frame::Welcome(Welcome {
            protocol: 1,
            log_id: self.log_id,
            term: Term(0),
            time: Hlc::at(now),
            head: self.head(),
            high_water,
            high_water_hash: self
                .decided
                .get(&(hello.device, high_water))
                .map(|o| o.hash),
            archived: Seq(0),
            scope_from: 0,
            device: device.clone(),
            master: NodeAddress {
                node: DeviceId::from([0; 16]),
                url: "http://master".to_owned(),
            },
            nodes: Vec::new(),
        })
    }

    fn push(&mut self, device: DeviceId, push: Push, now: Millis) -> Vec<Frame> {
        if self.refuse_pushes {
            let full = WireError::new(Code::StorageFull, "the disk is full");
            return vec![Frame::Error(full)];
        }
        let text = serde_json::to_string(&push).unwrap();
        if text.contains("poison") && text.contains("\"mutation\"") {
            return vec![Frame::Error(WireError::new(Code::Malformed, "poisoned"))];
        }
        let from = self.head();
        let (mut outcomes, mut stopped) = (Vec::new(), None);
        for pushed in push.mutations {
            let (seq, hash) = (pushed.seq(), pushed.hash());
            let kept = self.decided.get(&(device, seq)).cloned();
            match admit(self.mark(device), kept.as_ref().map(|k| k.hash), seq, hash) {
                Intake::New => outcomes.push(self.decide(device, &pushed, now)),
                Intake::Decided => outcomes.extend(kept),
                Intake::Gap { expected } => stopped = Some(WireError::gap(expected)),
                Intake::Equivocation => {
                    stopped = Some(WireError::new(Code::IdentityClosed, "enrol again"));
                }
            }
            if stopped.is_some() {
                break;
            }
        }
        let mut frames = Vec::new();
        if self.head() > from {
            frames.push(self.changes(device, from, self.head(), now));
        }
        if !outcomes.is_empty() {
            frames.push(Frame::Outcomes(Outcomes {
                log_id: self.log_id,
                term: Term(0),
                time: Hlc::at(now),
                outcomes,
                archived: Seq(0),
            }));
        }
        frames.extend(stopped.map(Frame::Error));
        frames
    }

    fn decide(&mut self, device: DeviceId, pushed: &Pushed, now: Millis) -> Outcome {
        let info = self.devices.iter().find(|d| d.id == device).unwrap();
        let seq = pushed.seq();
        let position = self.head().next();
        let case = Case {
            role: Role::Master,
            device: info,
            seq,
            at: pushed.at(),
            position,
            now,
        };
        let origin = match pushed {
            Pushed::Mutation(envelope) => envelope.origin,
            Pushed::Void(_) => None,
        };
        let first = origin.and_then(|o| {
            let own = self.decided.get(&(o.device, o.seq));
            let own = own.filter(|outcome| outcome.hash == o.hash);
            own.or_else(|| self.origins.get(&(o.device, o.seq, o.hash)))
                .cloned()
        });
        let mut outcome = Outcome {
            device,
            seq,
            hash: pushed.hash(),
            position,
            verdict: Verdict::Rejected,
            refusal: None,
            withheld: Vec::new(),
            flags: Vec::new(),
        };
        let mut changes = Vec::new();
        match (pushed, first) {
            (_, Some(first)) => (outcome.verdict, outcome.refusal) = (first.verdict, first.refusal),
            (Pushed::Void(_), _) => {}
            (Pushed::Mutation(envelope), None) => {
                let decision = decide(&*self.domain, &self.base, &case, envelope).unwrap();
                (outcome.verdict, outcome.refusal) = (decision.verdict, decision.refusal);
                changes = decision.changes;
            }
        }
        for change in &changes {
            self.base.put(change);
            let key = (change.collection.to_string(), change.record.id);
            self.rows.insert(key, change.clone());
        }
        self.log.push((device, seq, changes));
        self.decided.insert((device, seq), outcome.clone());
        if let Some(origin) = origin {
            let key = (origin.device, origin.seq, origin.hash);
            self.origins.insert(key, outcome.clone());
        }
        outcome
    }

    pub(super) fn changes(
        &self,
        device: DeviceId,
        from: Position,
        to: Position,
        now: Millis,
    ) -> Frame {
        let span = Span {
            log_id: self.log_id,
            term: Term(0),
            time: Hlc::at(now),
            from,
            to,
            head: self.head(),
            digest: Digest::ZERO,
            your_seq: self.mark_at(device, to),
            scope_from: 0,
        };
        let log = &self.log[from.0 as usize..to.0 as usize];
        let items = log.iter().flat_map(|(.., changes)| changes.clone());
        Frame::Changes(Changes {
            span,
            items: items.collect(),
        })
    }

    /// The lines of a snapshot, resumed where the request says so.
    pub(super) fn snapshot(&mut self, device: DeviceId, path: &str) -> Vec<Line> {
        let asked = |name: &str| {
            let from = path.find(&format!("{name}="))? + name.len() + 1;
            path[from..].split('&').next()
        };
        let after = asked("after_id").map(str::to_owned);
        let resumed = asked("log").is_some_and(|log| log == self.log_id.uuid.to_string());
        let position = asked("position").and_then(|p| p.parse().ok()).map(Position);
        let resumed = resumed && position.is_some_and(|position| position >= self.horizon);
        let start = position.filter(|_| resumed).unwrap_or(self.head());
        self.resumes += u32::from(resumed && after.is_some());
        let only = asked("only");
        self.parts_asked += u32::from(only.is_some());
        let only = only.filter(|_| !self.knows_no_parts);
        let rows = self.rows.values();
        let rows = rows.filter(|row| only.is_none_or(|name| *name == *row.collection));
        let rows: Vec<&Change> = rows.filter(|row| !row.record.deleted).collect();
        self.sent_rows += rows.len();
        let skip = match (&after, resumed) {
            (Some(id), true) => {
                let at = rows.iter().position(|row| row.record.id.to_string() == *id);
                at.map_or(0, |at| at + 1)
            }
            _ => 0,
        };
        let mut lines = vec![Line::Head(SnapshotHead {
            start: self.cursor(start),
            term: Term(0),
            digest: Digest::ZERO,
            your_seq: self.mark_at(device, start),
            total: rows.len() as u64,
            scope_from: 0,
        })];
        lines.extend(rows[skip..].iter().map(|row| Line::Row((*row).into())));
        lines.push(Line::End(SnapshotEnd {
            position: self.head(),
            digest: Digest::ZERO,
            your_seq: self.mark(device),
            sums: None,
        }));
        lines
    }

    fn cursor(&self, position: Position) -> Cursor {
        Cursor {
            log_id: self.log_id,
            position,
        }
    }

    fn mark(&self, device: DeviceId) -> Seq {
        self.mark_at(device, self.head())
    }

    fn mark_at(&self, device: DeviceId, at: Position) -> Seq {
        let log = self.log[..at.0 as usize].iter().rev();
        let own = log.clone().find(|(d, ..)| *d == device);
        own.map_or(Seq(0), |(_, seq, _)| *seq)
    }

    /// The devices known here, taken over by an older copy of this master.
    pub(super) fn with_devices_of(mut self, other: &Self) -> Self {
        self.devices.clone_from(&other.devices);
        self
    }

    pub(super) fn records(&self) -> Vec<Record> {
        self.rows.values().map(|row| row.record.clone()).collect()
    }
}
