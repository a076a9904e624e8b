//! Every frame there is.

use sync_core::*;

use super::{cursor, digest, envelopes, items, log_id, outcomes, sums, time, void};
use crate::shop::{device, id, info};

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
        high_water_hash: Some(digest("mark")),
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
        cart: id(9),
        items: vec![ReserveItem {
            product: id(1),
            quantity: Quantity(1_000),
        }],
        till: "Till 1".to_owned(),
    };
    let reserved = Reserved {
        cart: id(9),
        until: Millis(1_767_225_720_000),
        items: vec![ReservedItem {
            product: id(1),
            held: Quantity(0),
            available: Quantity(0),
            holder: Some("Till 2".to_owned()),
        }],
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
        oldest_ms: Some(90_000),
    };
    let empty = QueueStatus {
        pending: 0,
        attention: 0,
        oldest_ms: None,
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
    let elsewhere = WireError::not_master("http://192.168.1.7:7400");
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
        ("queue_status_empty", Frame::QueueStatus(empty)),
        ("snapshot_required", Frame::SnapshotRequired(snapshot)),
        ("drain", Frame::Drain(drain)),
        ("error", Frame::Error(error)),
        ("error_gap", Frame::Error(WireError::gap(Seq(13)))),
        ("error_not_master", Frame::Error(elsewhere)),
    ]
}
