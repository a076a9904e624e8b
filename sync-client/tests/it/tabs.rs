//! Tabs of the app and tabs of an embedder's page ask each other in the same words.

const OURS: &str = include_str!("../../src/platform/web/pulse.rs");
const THEIRS: &str = include_str!("../../npm/src/tabs.js");

/// What a source has between two pieces of text.
#[track_caller]
fn between<'a>(source: &'a str, before: &str, after: &str) -> &'a str {
    let rest = source.split_once(before).map(|(_, rest)| rest);
    let found = rest.and_then(|rest| rest.split_once(after));
    found.unwrap_or_else(|| panic!("no {before}")).0
}

#[test]
fn a_tab_that_waits_asks_as_often_and_in_the_same_words_in_both_languages() {
    let ours = |name: &str| between(OURS, &format!("const {name} = "), ";");
    let theirs = |name: &str| between(THEIRS, &format!("const {name} = "), ";");
    let asked = ours("ASKED: &str");
    assert!(THEIRS.contains(&format!("data === {asked} ")), "{asked}");
    assert!(THEIRS.contains(&format!("channel.postMessage({asked})")));
    let answered = ours("ANSWERED: &str");
    assert!(THEIRS.contains(&format!("channel.postMessage({answered})")));
    assert!(THEIRS.contains(&format!("data === {answered})")));
    assert_eq!(ours("MISSES: u32"), theirs("MISSES"));
    assert_eq!(ours("ASK_EVERY: u64"), theirs("ASK_MS"));
}
