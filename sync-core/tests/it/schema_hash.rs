//! The wire and the number of its version cannot part.

use sync_core::{Digest, Frame, OLDEST_PROTOCOL, PROTOCOL_VERSION};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::golden::FROZEN;

/// Every version of the protocol there ever was: the digest of its frozen examples, and what it
/// changed. The last line is the version that this build speaks.
const HISTORY: &[(u32, &str, &str)] = &[(
    1,
    "502979445aac0614de6689fe780cdc0064939058f5c756349cf73dc0a96dfd29",
    "The first: envelopes sealed over raw bodies, merge by value, your_seq with every page.",
)];

/// The digest of all frozen examples, names and texts, in order.
fn shape() -> String {
    let parts: Vec<&[u8]> = FROZEN
        .iter()
        .flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()])
        .collect();
    Digest::of(&parts).to_string()
}

#[test]
fn the_wire_does_not_change_without_a_new_version() {
    let (version, digest, _) = HISTORY.last().expect("a first version");
    assert_eq!(
        *version, PROTOCOL_VERSION,
        "the last line of HISTORY is about PROTOCOL_VERSION: add one that says what changed"
    );
    assert_eq!(
        *digest,
        shape(),
        "the wire changed and protocol {version} did not: leave tests/golden/v{version} as it is \
         and keep it readable, raise PROTOCOL_VERSION, freeze the new examples in a folder of \
         their own (golden.rs says how), and add a line to HISTORY with their digest (the right \
         one here) and what changed. Only a version that no device out there speaks yet may get \
         another digest."
    );
}

#[test]
fn the_history_counts_up_and_says_what_changed() {
    let versions: Vec<u32> = HISTORY.iter().map(|(version, _, _)| *version).collect();
    let expected: Vec<u32> = (1..=PROTOCOL_VERSION).collect();
    assert_eq!(versions, expected);
    assert!(HISTORY.iter().all(|(_, _, what)| what.len() > 20));
    assert!(versions.contains(&OLDEST_PROTOCOL));
}

#[test]
fn frozen_examples_are_in_order_and_no_name_stands_twice() {
    assert!(FROZEN.is_sorted_by(|(one, _), (other, _)| one < other));
    // One line each, as it travels.
    for (name, text) in FROZEN {
        assert_eq!(text.matches('\n').count(), 1, "{name}");
        assert!(!text.starts_with("{\"error\"") || Frame::decode(text).is_ok());
    }
}
