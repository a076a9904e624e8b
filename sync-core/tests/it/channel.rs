//! What stands between two sides: a common version, errors with a class, frames that cannot be read.

use proptest::prelude::*;
use sync_core::{
    Class, Code, Envelope, Frame, ProtocolRange, Seq, SnapshotLine, WireError, negotiate,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::golden::{FROZEN, frozen};
use crate::shop::cases;

fn range() -> impl Strategy<Value = ProtocolRange> {
    (1..9_u32, 0..4_u32).prop_map(|(min, more)| ProtocolRange {
        min,
        max: min + more,
    })
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn both_sides_choose_the_newest_version_that_both_speak(ours in range(), theirs in range()) {
        let speaks = |range: ProtocolRange, version| (range.min..=range.max).contains(&version);
        let common = (0..20).filter(|v| speaks(ours, *v) && speaks(theirs, *v)).max();
        let code = |result: Result<u32, WireError>| result.map_err(|error| error.code);
        prop_assert_eq!(code(negotiate(ours, theirs)), common.ok_or(Code::NeedsUpgrade));
        prop_assert_eq!(code(negotiate(theirs, ours)), common.ok_or(Code::NeedsUpgrade));
    }

    #[test]
    fn text_that_is_no_frame_is_malformed_and_nothing_worse(text in ".{0,64}") {
        check_decodes_or_is_malformed(&text);
    }

    #[test]
    fn nearly_json_is_malformed_and_nothing_worse(text in r#"[\[\]{}":,a-e0-9.\-\\ ]{0,64}"#) {
        check_decodes_or_is_malformed(&text);
        check_decodes_or_is_malformed(&format!("{{\"push\":{text}}}"));
        check_decodes_or_is_malformed(&format!("{{\"changes\":{{\"items\":[{text}]}}}}"));
    }

    #[test]
    fn a_frame_damaged_on_its_way_is_malformed_or_another_frame(
        example in 0..FROZEN.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..4),
    ) {
        let mut bytes = FROZEN[example].1.as_bytes().to_vec();
        for (place, byte, how) in damage {
            if bytes.is_empty() {
                break;
            }
            let place = place.index(bytes.len());
            match how {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                2 => { bytes.remove(place); }
                _ => bytes.truncate(place),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        check_decodes_or_is_malformed(&text);
        // Whatever else is read from a wire or a disk survives damage as well.
        let _ = serde_json::from_str::<SnapshotLine>(&text);
        if let Ok(envelope) = serde_json::from_str::<Envelope>(&text) {
            let _ = (envelope.is_sealed(), envelope.open());
        }
    }
}

/// A frame that was read is written as one that reads the same.
#[track_caller]
fn check_decodes_or_is_malformed(text: &str) {
    match Frame::decode(text) {
        Ok(frame) => {
            let written = frame.encode();
            let read = Frame::decode(&written).expect("what was written is a frame");
            assert_eq!(read.encode(), written);
        }
        Err(error) => {
            assert_eq!(
                (error.code, error.class),
                (Code::Malformed, Class::Attention)
            );
            assert!(error.message.starts_with("not a frame: "), "{error}");
        }
    }
}

#[test]
fn this_build_speaks_with_itself() {
    let own = ProtocolRange::OWN;
    assert_eq!(negotiate(own, own), Ok(sync_core::PROTOCOL_VERSION));
    let said = negotiate(own, ProtocolRange { min: 98, max: 99 }).expect_err("too new");
    assert_eq!(said.class, Class::NeedsUpgrade);
    assert!(said.message.ends_with("the other 98 to 99"), "{said}");
    let upside_down = ProtocolRange { min: 9, max: 1 };
    assert!(negotiate(own, upside_down).is_err());
}

#[test]
fn every_code_has_its_class() {
    for (code, class) in codes() {
        // No arm for the rest: a new code has to say here what a client does about it.
        let expected = match code {
            Code::Malformed | Code::TooLarge | Code::Validation => Class::Attention,
            Code::NotFound | Code::Conflict | Code::BadEnrolmentCode => Class::Attention,
            Code::Gap | Code::ForeignCursor | Code::RateLimited | Code::Internal => Class::Retry,
            Code::NotMaster | Code::Draining => Class::Wait,
            Code::StorageFull | Code::StorageFailed => Class::Wait,
            Code::Unauthenticated | Code::Forbidden | Code::IdentityClosed => Class::NeedsAuth,
            Code::NeedsUpgrade => Class::NeedsUpgrade,
            Code::RestoreNeeded => Class::Fatal,
        };
        assert_eq!((code.class(), class), (expected, expected), "{code:?}");
        assert_eq!(WireError::new(code, "why").class, expected);
    }
    assert_eq!(
        codes().len(),
        19,
        "a new code needs its place in the frozen list"
    );
}

fn codes() -> Vec<(Code, Class)> {
    serde_json::from_str(frozen("codes")).expect("codes")
}

#[test]
fn an_error_says_what_went_wrong_in_its_own_words() {
    let error = WireError::gap(Seq(13));
    assert_eq!(error.to_string(), "mutation 13 is missing");
    assert_eq!(error.expected_seq, Some(Seq(13)));
    let error = WireError::new(Code::RateLimited, "slow down").retry_after(1_500);
    assert_eq!(error.retry_after_ms, Some(1_500));
}

#[track_caller]
fn check_malformed(text: &str, says: &str) {
    let error = Frame::decode(text).expect_err("malformed");
    assert_eq!(error.code, Code::Malformed);
    assert!(error.message.contains(says), "{error}");
}

#[test]
fn malformed_frames_say_what_is_wrong_with_them() {
    check_malformed("", "a map is expected");
    check_malformed("<html>welcome to our hotspot</html>", "a map is expected");
    check_malformed(r#"{"pushed":{}}"#, "an unknown name");
    check_malformed(r#"{"push":{}}"#, "missing field `mutations`");
    check_malformed(r#"{"ping":{"nonce":-1}}"#, "a whole number is expected");
    check_malformed(r#"{"ping":{"nonce":1}} x"#, "trailing characters");
    check_malformed(
        r#"{"ping":{"nonce":1},"pong":{"nonce":1}}"#,
        "one name only is expected at byte 19",
    );
    check_malformed("\"ping\"", "");
    check_malformed("7", "");
}

#[test]
fn fields_of_a_later_build_are_passed_over() {
    let frame = Frame::decode(r#"{"ping":{"nonce":1,"since":"later"}}"#).expect("a frame");
    assert_eq!(frame.encode(), r#"{"ping":{"nonce":1}}"#);
}

#[test]
fn deep_nesting_is_refused_before_it_can_do_harm() {
    let deep = 100_000;
    check_malformed(&"[".repeat(deep), "");
    check_malformed(&"{\"changes\":".repeat(deep), "");
    let doc = format!("{}{}", "[".repeat(deep), "]".repeat(deep));
    let row = frozen("changes").replacen("\"name\":", &format!("\"deep\":{doc},\"name\":"), 1);
    check_malformed(&row, "nested too deep");
    // A body is only looked at when it is opened.
    let envelope =
        frozen("envelope").replacen("\"price\":", &format!("\"deep\":{doc},\"price\":"), 1);
    let push = format!("{{\"push\":{{\"mutations\":[{{\"mutation\":{envelope}}}]}}}}");
    let Ok(Frame::Push(push)) = Frame::decode(&push) else {
        panic!("a push");
    };
    let sync_core::Pushed::Mutation(envelope) = &push.mutations[0] else {
        panic!("a mutation");
    };
    assert!(envelope.open().is_err());
    assert!(!envelope.is_sealed());
}
