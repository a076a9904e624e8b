//! The wire, frozen: each example is built here and lies as a file beside, equal byte for byte.
//!
//! A new example starts as an empty file; `FREEZE=1 cargo nextest run -p sync-core golden` writes
//! it, and never touches a file that has content. What is frozen stays: see `schema_hash.rs`.

mod samples;

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sync_core::json::{self, FromJson, ToJson};
use sync_core::{
    Body, Change, Changes, Code, Digest, Envelope, Frame, Outcome, Pushed, SnapshotLine,
    encode_changes,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

macro_rules! frozen {
    ($($name:literal)*) => {
        /// Every frozen example of this version by name, in order.
        pub(crate) const FROZEN: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../golden/v1/", $name, ".json")))),*];
    };
}

frozen! {
    "ack" "body" "change" "change_deleted" "change_stub" "changes" "check" "checked"
    "checked_moved_on" "codes" "device_offline" "device_online" "device_shutdown" "drain" "enroll"
    "enroll_again" "enrolled" "envelope" "envelope_reissued" "error" "error_gap" "error_not_master"
    "fetch" "fetched" "hello" "hello_first" "outcome_accepted" "outcome_conflict" "outcome_flagged"
    "outcome_rejected" "outcomes" "ping" "pong" "pong_of_a_device" "pull" "push" "queue_status"
    "queue_status_empty" "reserve" "reserved" "role_change" "schema" "snapshot_end" "snapshot_head"
    "snapshot_required" "snapshot_row" "void" "welcome"
}

/// The frozen text of an example.
pub(crate) fn frozen(name: &str) -> &'static str {
    let found = FROZEN.iter().find(|(known, _)| *known == name);
    found.expect("a frozen example").1.trim_end_matches('\n')
}

/// Checks an example both ways: it is written as it was frozen, and what was frozen is read and
/// written again without a change.
#[track_caller]
fn check<T: Serialize + DeserializeOwned + ToJson + FromJson>(name: &str, sample: &T) {
    assert_eq!(
        json::text(sample),
        frozen(name),
        "{name} as a device writes it"
    );
    let read: T = json::read(frozen(name)).expect("readable");
    assert_eq!(
        json::text(&read),
        frozen(name),
        "{name} as a device reads it"
    );
    check_text(name, &serde_json::to_string(sample).expect("json"));
    let read: T = serde_json::from_str(frozen(name)).expect("readable");
    let again = serde_json::to_string(&read).expect("json");
    assert_eq!(
        again,
        frozen(name),
        "{name} changes when it is read and written"
    );
}

#[track_caller]
fn check_text(name: &str, written: &str) {
    assert_eq!(
        written,
        frozen(name),
        "{name} is not what was frozen; see schema_hash.rs"
    );
}

#[test]
fn every_example_is_frozen_and_everything_frozen_is_an_example() {
    let examples = samples::texts();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("FREEZE").is_some() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1");
        for (name, text) in examples.iter().filter(|(name, _)| frozen(name).is_empty()) {
            let path = folder.join(name).with_extension("json");
            std::fs::write(path, format!("{text}\n")).expect("written");
        }
        return;
    }
    let names: BTreeSet<&str> = examples.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, FROZEN.iter().map(|(name, _)| *name).collect());
    for (name, text) in examples {
        check_text(name, &text);
    }
}

#[test]
fn every_frame_is_written_and_read_as_it_was_frozen() {
    for (name, frame) in samples::frames() {
        check(name, &frame);
        assert_eq!(frame.encode(), frozen(name));
        let read = Frame::decode(frozen(name)).expect("a frame");
        assert_eq!(read.name(), frame.name());
        assert!(frozen(name).starts_with(&format!("{{\"{}\":", frame.name())));
    }
}

#[test]
fn every_kind_of_frame_has_an_example() {
    let seen: BTreeSet<usize> = samples::frames().iter().map(|(_, f)| number(f)).collect();
    let all: BTreeSet<usize> = (0..seen.len()).collect();
    assert_eq!(seen, all, "the numbers of the frames that have an example");
    assert_eq!(seen.len(), 25, "a new frame needs an example in samples.rs");
}

/// A new frame gets the next number here and an example.
fn number(frame: &Frame) -> usize {
    match frame {
        Frame::Enroll(_) => 0,
        Frame::Enrolled(_) => 1,
        Frame::Hello(_) => 2,
        Frame::Welcome(_) => 3,
        Frame::Push(_) => 4,
        Frame::Outcomes(_) => 5,
        Frame::Pull(_) => 6,
        Frame::Changes(_) => 7,
        Frame::Ack(_) => 8,
        Frame::Check(_) => 9,
        Frame::Checked(_) => 10,
        Frame::Reserve(_) => 11,
        Frame::Reserved(_) => 12,
        Frame::Fetch(_) => 13,
        Frame::Fetched(_) => 14,
        Frame::Ping(_) => 15,
        Frame::Pong(_) => 16,
        Frame::DeviceOnline(_) => 17,
        Frame::DeviceOffline(_) => 18,
        Frame::DeviceShutdown(_) => 19,
        Frame::RoleChange(_) => 20,
        Frame::QueueStatus(_) => 21,
        Frame::SnapshotRequired(_) => 22,
        Frame::Drain(_) => 23,
        Frame::Error(_) => 24,
    }
}

#[test]
fn envelopes_keep_their_hash_and_the_very_bytes_of_their_body() {
    for (name, envelope) in samples::envelopes() {
        check(name, &envelope);
        let read: Envelope = serde_json::from_str(frozen(name)).expect("an envelope");
        assert!(read.is_sealed());
        assert_eq!(read.hash, envelope.hash);
        assert_eq!(read.body.get(), envelope.body.get());
        assert_eq!(read.open().expect("a body"), samples::body());
    }
    check("void", &samples::void());
    check::<Body>("body", &samples::body());
}

#[test]
fn a_body_written_by_another_hand_keeps_its_spaces_and_unknown_parts_under_its_hash() {
    let [(_, sealed), _] = samples::envelopes();
    let body = r#"{ "later" : true, "name":"x", "actor":{"user":"09090909-0909-0909-0909-090909090909","verified":"pin"}, "ops" : [ ] }"#;
    let raw = sync_core::json::Raw::new(body).expect("json");
    let envelope = Envelope::seal(sealed.device, sealed.seq, sealed.at, 1, raw);
    let frame = Frame::Push(sync_core::Push {
        mutations: vec![Pushed::Mutation(envelope)],
    });
    let Ok(Frame::Push(read)) = Frame::decode(&frame.encode()) else {
        panic!("a push");
    };
    let Pushed::Mutation(envelope) = &read.mutations[0] else {
        panic!("a mutation");
    };
    assert!(envelope.is_sealed());
    assert_eq!(envelope.body.get(), body);
    assert_eq!(envelope.open().expect("a body").name, "x");
}

#[test]
fn whatever_changes_in_an_envelope_breaks_its_seal() {
    let [(_, sealed), (_, reissued)] = samples::envelopes();
    let other = sealed.reissue(sealed.device, sealed.seq);
    assert_ne!(other.hash, sealed.hash);
    let again = reissued.reissue(sealed.device, sealed.seq.next());
    assert_eq!(
        again.origin, reissued.origin,
        "the first issue stays the origin"
    );
    let changed = [
        Envelope {
            seq: sealed.seq.next(),
            ..sealed.clone()
        },
        Envelope {
            format: 2,
            ..sealed.clone()
        },
        Envelope {
            at: sync_core::Hlc::from(1),
            ..sealed.clone()
        },
        Envelope {
            device: crate::shop::device(8),
            ..sealed.clone()
        },
        Envelope {
            body: samples::empty_body(),
            ..sealed.clone()
        },
        Envelope {
            origin: reissued.origin,
            ..sealed.clone()
        },
        Envelope {
            hash: Digest::ZERO,
            ..sealed.clone()
        },
        Envelope {
            origin: None,
            ..reissued.clone()
        },
    ];
    assert!(sealed.is_sealed() && reissued.is_sealed() && again.is_sealed());
    assert!(!changed.iter().any(Envelope::is_sealed));
}

#[test]
fn outcomes_changes_and_snapshot_lines_are_as_they_were_frozen() {
    for (name, outcome) in samples::outcomes() {
        check::<Outcome>(name, &outcome);
    }
    for (name, change) in samples::changes() {
        check::<Change>(name, &change);
    }
    for (name, line) in samples::snapshot_lines() {
        check::<SnapshotLine>(name, &line);
    }
}

#[test]
fn a_changes_frame_made_of_ready_items_is_the_same_frame() {
    let Ok(Frame::Changes(Changes { span, items })) = Frame::decode(frozen("changes")) else {
        panic!("a changes frame");
    };
    let items = serde_json::to_string(&items).expect("json");
    assert_eq!(encode_changes(&span, &items), frozen("changes"));
}

#[test]
fn error_codes_and_their_classes_are_as_they_were_frozen() {
    check("codes", &samples::codes());
    let read: Vec<(Code, sync_core::Class)> = serde_json::from_str(frozen("codes")).expect("codes");
    assert!(read.iter().all(|(code, class)| code.class() == *class));
}

#[test]
fn a_schema_with_every_type_is_as_it_was_frozen() {
    check("schema", &samples::schema());
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn no_frozen_file_is_forgotten() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    let names: BTreeSet<String> = FROZEN.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(files, names);
}
