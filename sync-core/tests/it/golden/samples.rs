//! One of everything that travels, every optional part filled in somewhere.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use sync_core::*;

use crate::shop::{add, delete, device, id, info, insert, patch_with, product, text};

/// Every code there is; `channel.rs` keeps the list whole.
const CODES: [Code; 19] = [
    Code::Malformed,
    Code::TooLarge,
    Code::Validation,
    Code::NotFound,
    Code::Conflict,
    Code::Gap,
    Code::IdentityClosed,
    Code::ForeignCursor,
    Code::Unauthenticated,
    Code::Forbidden,
    Code::BadEnrolmentCode,
    Code::NeedsUpgrade,
    Code::RateLimited,
    Code::NotMaster,
    Code::Draining,
    Code::StorageFull,
    Code::StorageFailed,
    Code::RestoreNeeded,
    Code::Internal,
];

/// Every example as it is written.
pub(crate) fn texts() -> Vec<(&'static str, String)> {
    fn all<T: serde::Serialize>(
        samples: impl IntoIterator<Item = (&'static str, T)>,
    ) -> Vec<(&'static str, String)> {
        let text = |sample: &T| serde_json::to_string(sample).expect("json");
        let samples = samples.into_iter();
        samples
            .map(|(name, sample)| (name, text(&sample)))
            .collect()
    }
    [
        all(frames()),
        all(envelopes()),
        all(outcomes()),
        all(changes()),
        all(snapshot_lines()),
        all([("void", void())]),
        all([("body", body())]),
        all([("codes", codes())]),
        all([("schema", schema())]),
    ]
    .concat()
}

/// Every code with its class.
pub(crate) fn codes() -> Vec<(Code, Class)> {
    CODES.iter().map(|code| (*code, code.class())).collect()
}

/// A collection of every kind.
pub(crate) fn schema() -> Schema {
    let owner = "j".to_owned();
    let kinds = [
        ("fact", Kind::Fact),
        ("owned", Kind::Owned { owner }),
        ("shared", Kind::Shared),
        ("master", Kind::Master),
        ("raised", Kind::Raised),
        ("projection", Kind::Projection),
    ];
    let collection = |(name, kind): (&str, Kind)| {
        let scope = Scope {
            dated: kind == Kind::Fact,
            ..all_types().scope
        };
        let collection = match kind {
            Kind::Shared => all_types(),
            kind => Collection {
                kind,
                fields: BTreeMap::new(),
                indexes: Vec::new(),
                search: Vec::new(),
                scope,
            },
        };
        (name.into(), collection)
    };
    Schema {
        format: 1,
        collections: kinds.into_iter().map(collection).collect(),
    }
}

fn uuid() -> uuid::Uuid {
    uuid::Uuid::from_bytes([0xee; 16])
}

fn log_id() -> LogId {
    LogId {
        generation: 2,
        uuid: uuid(),
    }
}

fn cursor() -> Cursor {
    Cursor {
        log_id: log_id(),
        position: Position(41),
    }
}

fn time() -> Hlc {
    Hlc::from(0x0197_a1c2_e800_0001)
}

fn now() -> Millis {
    time().millis()
}

fn digest(of: &str) -> Digest {
    Digest::of(&[of.as_bytes()])
}

/// Text that JSON writers like to escape each in their own way.
const AWKWARD: &str = "Ü \"½\" \\ / \u{1f375} \u{7} \u{2028} </script>";

pub(crate) fn body() -> Body {
    let clash = FieldPatch {
        was: text("seen"),
        base: Some(None),
        now: None,
    };
    let doc = product(AWKWARD)
        .with("price", 295)
        .with("taxed", true)
        .with("tags", vec![Value::from("a"), Value::from(-1)])
        .with(
            "sizes",
            BTreeMap::from([("s".to_owned(), Value::from(MAX_INTEGER))]),
        );
    Body {
        actor: Actor {
            user: id(9),
            verified: Verified::Pin,
            approved_by: Some(id(8)),
        },
        name: "edit_product".to_owned(),
        ops: vec![
            insert("products", id(1), doc.clone()),
            patch_with("products", id(2), "note", clash),
            patch_with(
                "products",
                id(2),
                "price",
                FieldPatch::new(Some(255.into()), Some(295.into())),
            ),
            delete("products", id(3), &doc),
            add("products", id(4), "points", -5),
        ],
    }
}

pub(crate) fn empty_body() -> Box<RawValue> {
    RawValue::from_string("{}".to_owned()).expect("json")
}

pub(crate) fn envelopes() -> [(&'static str, Envelope); 2] {
    let first = Envelope::seal(device(1), Seq(12), time(), 1, body().encode());
    let again = first.reissue(device(2), Seq(3));
    [("envelope", first), ("envelope_reissued", again)]
}

pub(crate) fn void() -> Void {
    Void {
        device: device(1),
        seq: Seq(13),
        at: time(),
        hash: digest("void"),
        reason: "larger than 1 MiB".to_owned(),
    }
}

pub(crate) fn outcomes() -> Vec<(&'static str, Outcome)> {
    let accepted = Outcome {
        device: device(1),
        seq: Seq(12),
        hash: digest("outcome"),
        position: Position(41),
        verdict: Verdict::Accepted,
        refusal: None,
        withheld: Vec::new(),
        flags: Vec::new(),
    };
    let withheld = |because, field: Option<&str>| Withheld {
        op: 1,
        collection: "products".into(),
        id: id(1),
        field: field.map(str::to_owned),
        because,
        theirs: text("theirs"),
        mine: field.and(text("mine")),
    };
    let conflict = Outcome {
        verdict: Verdict::Conflict,
        withheld: vec![
            withheld(WithheldBecause::Conflict, Some("note")),
            withheld(WithheldBecause::FirstWins, Some("color")),
            withheld(WithheldBecause::LastWins, Some("shelf")),
            withheld(WithheldBecause::EarliestWins, Some("supplier")),
            withheld(WithheldBecause::Refused, None),
        ],
        ..accepted.clone()
    };
    let flagged = Outcome {
        verdict: Verdict::Merged,
        flags: vec![Flag {
            op: 0,
            code: "oversold".to_owned(),
            message: "2 sold, 1 there".to_owned(),
        }],
        ..accepted.clone()
    };
    let refusal = Refusal::new("validation", "a price is not negative").of_field("price");
    let rejected = Outcome {
        verdict: Verdict::Rejected,
        refusal: Some(refusal),
        ..accepted.clone()
    };
    vec![
        ("outcome_accepted", accepted),
        ("outcome_conflict", conflict),
        ("outcome_flagged", flagged),
        ("outcome_rejected", rejected),
    ]
}

pub(crate) fn changes() -> Vec<(&'static str, Change)> {
    let stamp = Stamp {
        at: time(),
        device: device(1),
        seq: Seq(12),
    };
    let write = |from| Write { from, stamp };
    let record = Record {
        writes: [
            ("shelf".to_owned(), vec![write(None)]),
            ("supplier".to_owned(), vec![write(text("a")), write(None)]),
        ]
        .into(),
        ..Record::inserted(id(1), Position(41), now(), product(AWKWARD))
    };
    let of = |record| Change {
        collection: "products".into(),
        record,
    };
    let deleted = Record {
        deleted: true,
        ..Record::inserted(id(2), Position(41), now(), Document::new())
    };
    let stub = Record {
        stub: true,
        ..Record::inserted(
            id(3),
            Position(41),
            now(),
            Document::new().with("stock", -1_000),
        )
    };
    vec![
        ("change", of(record)),
        ("change_deleted", of(deleted)),
        ("change_stub", of(stub)),
    ]
}

fn items() -> Vec<Change> {
    changes().into_iter().map(|(_, change)| change).collect()
}

fn sums() -> Sums {
    let mut sum = Checksum::default();
    items().iter().for_each(|change| sum.add(&change.record));
    let of = |bucket| BTreeMap::from([(Bucket(bucket), sum)]);
    [("products".into(), of(0)), ("sales".into(), of(20_270))].into()
}

pub(crate) fn snapshot_lines() -> Vec<(&'static str, SnapshotLine)> {
    let head = SnapshotHead {
        start: cursor(),
        term: Term(0),
        digest: digest("log"),
        your_seq: Seq(12),
        total: 3,
        scope_from: 20_200,
    };
    let end = SnapshotEnd {
        position: Position(41),
        digest: digest("log"),
        your_seq: Seq(12),
        sums: Some(sums()),
    };
    let row = items().remove(0);
    vec![
        ("snapshot_head", SnapshotLine::Head(head)),
        ("snapshot_row", SnapshotLine::Row(row)),
        ("snapshot_end", SnapshotLine::End(end)),
    ]
}

pub(crate) fn frames() -> Vec<(&'static str, Frame)> {
    let mut frames = opening();
    frames.extend(working());
    frames.extend(around());
    frames
}

fn opening() -> Vec<(&'static str, Frame)> {
    let store = StoreId::from([0xaa; 16]);
    let enroll = Enroll {
        code: Some("ABCD-EFGH".to_owned()),
        token: None,
        name: "Till 1".to_owned(),
        kind: DeviceKind::Till,
    };
    let again = Enroll {
        code: None,
        token: Some("secret".to_owned()),
        kind: DeviceKind::Terminal,
        ..enroll.clone()
    };
    let enrolled = Enrolled {
        store,
        store_name: "Corner".to_owned(),
        device: info(1),
        token: "secret".to_owned(),
        log_id: log_id(),
    };
    let first = Hello {
        protocol: ProtocolRange { min: 1, max: 1 },
        store,
        device: device(1),
        token: "secret".to_owned(),
        cursor: None,
        digest: None,
        your_seq: Seq(0),
        schema: digest("schema"),
        next_seq: Seq(1),
        app: "0.1.0".to_owned(),
        pending: 0,
    };
    let hello = Hello {
        cursor: Some(cursor()),
        digest: Some(digest("log")),
        your_seq: Seq(12),
        next_seq: Seq(14),
        pending: 1,
        ..first.clone()
    };
    let master = NodeAddress {
        node: device(0),
        url: "http://127.0.0.1:7400".to_owned(),
    };
    let welcome = Welcome {
        protocol: 1,
        log_id: log_id(),
        term: Term(0),
        time: time(),
        head: Position(41),
        high_water: Seq(12),
        archived: Seq(10),
        scope_from: 20_200,
        device: info(1),
        master: master.clone(),
        nodes: vec![master],
    };
    vec![
        ("enroll", Frame::Enroll(enroll)),
        ("enroll_again", Frame::Enroll(again)),
        ("enrolled", Frame::Enrolled(enrolled)),
        ("hello_first", Frame::Hello(first)),
        ("hello", Frame::Hello(hello)),
        ("welcome", Frame::Welcome(welcome)),
    ]
}

fn working() -> Vec<(&'static str, Frame)> {
    let [(_, envelope), _] = envelopes();
    let push = Push {
        mutations: vec![Pushed::Mutation(envelope), Pushed::Void(void())],
    };
    let answered = Outcomes {
        log_id: log_id(),
        term: Term(0),
        time: time(),
        outcomes: outcomes().into_iter().map(|(_, outcome)| outcome).collect(),
        archived: Seq(10),
    };
    let pull = Pull {
        cursor: cursor(),
        limit: 500,
    };
    let span = Span {
        log_id: log_id(),
        term: Term(0),
        time: time(),
        from: Position(40),
        to: Position(41),
        head: Position(42),
        digest: digest("log"),
        your_seq: Seq(12),
        scope_from: 20_200,
    };
    let changed = Changes {
        span,
        items: items(),
    };
    let check = Check {
        cursor: cursor(),
        sums: sums(),
    };
    let moved_on = Checked {
        position: None,
        differs: Vec::new(),
    };
    let checked = Checked {
        position: Some(Position(41)),
        differs: vec![("sales".into(), Bucket(20_270))],
    };
    vec![
        ("push", Frame::Push(push)),
        ("outcomes", Frame::Outcomes(answered)),
        ("pull", Frame::Pull(pull)),
        ("changes", Frame::Changes(changed)),
        ("ack", Frame::Ack(Ack { cursor: cursor() })),
        ("check", Frame::Check(check)),
        ("checked", Frame::Checked(checked)),
        ("checked_moved_on", Frame::Checked(moved_on)),
    ]
}

fn around() -> Vec<(&'static str, Frame)> {
    let reserve = Reserve {
        product: id(1),
        quantity: Quantity(1_000),
        till: "Till 1".to_owned(),
    };
    let reserved = Reserved {
        product: id(1),
        held: Quantity(0),
        available: Quantity(0),
        holder: Some("Till 2".to_owned()),
    };
    let fetch = Fetch {
        collection: "sales".into(),
        ids: vec![id(1), id(2)],
    };
    let pong = Pong {
        nonce: 7,
        log_id: Some(log_id()),
        term: Term(0),
        time: Some(time()),
    };
    let of_a_device = Pong {
        log_id: None,
        time: None,
        ..pong
    };
    let gone = |reason: &str| DeviceGone {
        device: device(2),
        reason: reason.to_owned(),
    };
    let role = RoleChange {
        device: info(1),
        reason: "made read-only".to_owned(),
    };
    let queue = QueueStatus {
        pending: 3,
        attention: 1,
    };
    let snapshot = SnapshotRequired {
        log_id: log_id(),
        reason: "the log was restored".to_owned(),
    };
    let drain = Drain {
        reason: "an update".to_owned(),
    };
    let error = WireError::new(Code::RateLimited, "too many requests")
        .of_field("limit")
        .retry_after(1_500);
    let online = DeviceSeen { device: info(2) };
    vec![
        ("reserve", Frame::Reserve(reserve)),
        ("reserved", Frame::Reserved(reserved)),
        ("fetch", Frame::Fetch(fetch)),
        ("fetched", Frame::Fetched(Fetched { items: items() })),
        ("ping", Frame::Ping(Ping { nonce: 7 })),
        ("pong", Frame::Pong(pong)),
        ("pong_of_a_device", Frame::Pong(of_a_device)),
        ("device_online", Frame::DeviceOnline(online)),
        (
            "device_offline",
            Frame::DeviceOffline(gone("silent for 10 s")),
        ),
        (
            "device_shutdown",
            Frame::DeviceShutdown(gone("switched off")),
        ),
        ("role_change", Frame::RoleChange(role)),
        ("queue_status", Frame::QueueStatus(queue)),
        ("snapshot_required", Frame::SnapshotRequired(snapshot)),
        ("drain", Frame::Drain(drain)),
        ("error", Frame::Error(error)),
        ("error_gap", Frame::Error(WireError::gap(Seq(13)))),
    ]
}

/// A collection with a field of every type and policy.
fn all_types() -> Collection {
    let words = ["open", "done"].map(str::to_owned).into();
    let types = [
        ("a", FieldType::Bool),
        ("b", FieldType::Int),
        ("c", FieldType::Money),
        ("d", FieldType::Quantity),
        ("e", FieldType::Rate),
        ("f", FieldType::Time),
        ("g", FieldType::Date),
        ("h", FieldType::Text),
        ("i", FieldType::Ref("products".into())),
        ("j", FieldType::Device),
        ("k", FieldType::Choice(words)),
        ("l", FieldType::List),
        ("m", FieldType::Map),
        ("n", FieldType::Any),
    ];
    let policies = [
        Policy::Manual,
        Policy::FirstWins,
        Policy::LastWins,
        Policy::EarliestWins,
    ];
    let field = |((name, kind), policy): ((&str, FieldType), Policy)| {
        let field = Field {
            kind,
            required: policy == Policy::FirstWins,
            projected: policy == Policy::LastWins,
            policy,
        };
        (name.to_owned(), field)
    };
    Collection {
        kind: Kind::Shared,
        fields: types
            .into_iter()
            .zip(policies.into_iter().cycle())
            .map(field)
            .collect(),
        indexes: vec![Index {
            name: "by_state".to_owned(),
            fields: vec!["k".to_owned(), "f".to_owned()],
        }],
        search: vec!["h".to_owned()],
        scope: Scope {
            kinds: [
                DeviceKind::Till,
                DeviceKind::Terminal,
                DeviceKind::Dashboard,
                DeviceKind::Node,
            ]
            .into(),
            dated: false,
        },
    }
}
