//! The simulator: histories that once failed, and proof that it finds what is broken.

use tillsync_tests::sim::run::run;
use tillsync_tests::sim::sabotage::Sabotage;

/// Long enough for every kind of fault to meet every other.
const STEPS: u32 = 120;
/// A broken guarantee has to show within so many seeds.
const SOON: u64 = 30;

/// Runs seeds with a part that cheats until somebody notices; gives what they say.
fn noticed(sabotage: Sabotage) -> Vec<String> {
    let broken = (1..=SOON).map(|seed| run(seed, STEPS, sabotage).expect("it runs").broken);
    broken
        .into_iter()
        .find(|broken| !broken.is_empty())
        .unwrap_or_default()
}

#[test]
fn a_disk_that_lies_is_noticed() {
    let broken = noticed(Sabotage::LyingDisks);
    assert!(!broken.is_empty());
}

#[test]
fn a_master_that_forgets_what_it_acknowledged_is_noticed() {
    let broken = noticed(Sabotage::ForgetfulMaster);
    assert!(!broken.is_empty());
}

#[test]
fn a_price_that_is_overwritten_unseen_is_noticed() {
    let broken = noticed(Sabotage::CarelessMerge);
    assert!(
        broken.iter().any(|what| what.starts_with("edits:")),
        "{broken:?}"
    );
}

#[test]
fn stock_that_is_taken_twice_is_noticed() {
    let broken = noticed(Sabotage::DoubleStock);
    assert!(
        broken.iter().any(|what| what.starts_with("stock:")),
        "{broken:?}"
    );
}

#[test]
fn every_seed_that_is_kept_has_its_story() {
    let kept = tillsync_tests::sim::kept::kept();
    assert_eq!(
        kept.len(),
        include_str!("../../src/sim/kept.txt").lines().count()
    );
    assert!(kept.iter().all(|kept| kept.story.len() > 20));
}
