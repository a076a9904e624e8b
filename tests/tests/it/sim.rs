//! The simulator: histories that once failed, and proof that it finds what is broken.

use tillsync_tests::sim::run::{run, run_twice};
use tillsync_tests::sim::sabotage::Sabotage;

/// Long enough for every kind of fault to meet every other.
const STEPS: u32 = 120;
/// A broken guarantee has to show within so many seeds.
const SOON: u64 = 30;

/// Runs seeds with a part that cheats until an invariant of what it breaks says so.
#[track_caller]
fn check_noticed(sabotage: Sabotage, by: &[&str]) {
    let mut others = Vec::new();
    for seed in 1..=SOON {
        let broken = run(seed, STEPS, sabotage).expect("it runs").broken;
        if broken
            .iter()
            .any(|what| by.iter().any(|by| what.starts_with(by)))
        {
            return;
        }
        others.extend(broken);
    }
    panic!("{sabotage:?} was not noticed by {by:?}: {others:?}");
}

#[test]
fn a_disk_that_lies_is_noticed() {
    check_noticed(Sabotage::LyingDisks, &["nothing_lost:", "view:"]);
}

#[test]
fn a_master_that_forgets_what_it_acknowledged_is_noticed() {
    check_noticed(Sabotage::ForgetfulMaster, &["acknowledged:"]);
}

#[test]
fn a_price_that_is_overwritten_unseen_is_noticed() {
    check_noticed(Sabotage::CarelessMerge, &["edits:"]);
}

#[test]
fn stock_that_is_taken_twice_is_noticed() {
    check_noticed(Sabotage::DoubleStock, &["stock:", "view:"]);
}

#[test]
fn a_till_that_works_in_a_store_that_is_not_its_own_is_noticed() {
    check_noticed(Sabotage::OpenHouse, &["isolation:"]);
}

#[test]
fn an_audit_that_forgets_is_noticed() {
    check_noticed(Sabotage::ForgottenAudit, &["traceable:"]);
}

#[test]
fn a_tab_that_writes_after_it_was_taken_over_is_noticed() {
    check_noticed(
        Sabotage::OpenToAll,
        &["nothing_lost:", "view:", "acknowledged:"],
    );
}

#[test]
fn a_drawer_that_holds_what_was_paid_out_is_noticed() {
    check_noticed(Sabotage::DeepDrawer, &["drawers:", "view:"]);
}

#[test]
fn a_report_whose_number_was_left_out_is_noticed() {
    check_noticed(Sabotage::Miscounts, &["drawers:"]);
}

#[test]
fn a_debt_that_is_forgotten_in_part_is_noticed() {
    check_noticed(Sabotage::ForgivenDebt, &["credit:", "view:"]);
}

#[test]
fn goods_taken_off_the_product_and_not_their_batch_are_noticed() {
    check_noticed(Sabotage::MixedBatches, &["stock:", "view:"]);
}

#[test]
fn goods_past_their_date_that_a_till_takes_by_itself_are_noticed() {
    check_noticed(Sabotage::Timeless, &["batches:"]);
}

#[test]
fn a_task_that_nobody_is_given_is_noticed() {
    check_noticed(Sabotage::DeafMaster, &["tasks:"]);
}

#[test]
fn a_seed_that_goes_another_way_the_second_time_is_noticed() {
    let again = run_twice(1, STEPS, Sabotage::Whim).expect("it runs").broken;
    assert_eq!(again, ["same_seed: the second run went another way"]);
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
