//! Sessions in a simulated world: several engines, one model master, time and links as arguments.

mod identity;
mod master;
mod mend;
mod roads;
mod shop;
mod shown;
mod stages;
mod till;
mod world;

use sync_core::{Code, Frame, Seq, Verdict, WireError};
use world::World;

use crate::{Timing, Waits};

#[test]
fn what_is_recorded_offline_arrives_once_and_everywhere() {
    let mut world = World::new(2);
    world.settle();
    world.cut(0);
    for amount in 1..=700 {
        world.fact(0, amount);
    }
    world.fact(1, 5);
    world.join(0);
    world.settle();
    world.check_level();
    assert_eq!(world.master.total(), 700 * 701 / 2 + 5);
    assert_eq!(world.tills[0].resent(), 0);
}

#[test]
fn a_lost_answer_is_asked_for_again_and_has_no_second_effect() {
    let mut world = World::new(1);
    world.settle();
    world.cut_at(0, |frame| matches!(frame, Frame::Outcomes(_)));
    world.fact(0, 3);
    world.settle();
    world.check_level();
    assert_eq!(world.master.total(), 3);
    assert!(world.tills[0].resent() > 0);
}

#[test]
fn a_rejection_reaches_the_attention_list_though_the_link_dies_before_its_outcome() {
    let mut world = World::new(1);
    world.settle();
    // The changes that come before the outcomes move `your_seq` past the row.
    world.cut_at(0, |frame| matches!(frame, Frame::Outcomes(_)));
    world.refused(0);
    world.settle();
    let replica = &world.tills[0].replica;
    assert_eq!(replica.your_seq(), Seq(1));
    assert_eq!((replica.pending(), replica.attention().len()), (0, 1));
    assert_eq!(replica.attention()[0].refusal.code, "refused");
}

#[test]
fn a_till_that_is_dropped_goes_on_from_its_storage() {
    let mut world = World::new(1);
    world.settle();
    world.cut(0);
    world.fact(0, 4);
    world.reopen(0);
    world.fact(0, 5);
    world.join(0);
    world.settle();
    world.check_level();
    assert_eq!(world.master.total(), 9);
}

#[test]
fn one_poisoned_mutation_among_good_ones_becomes_a_void_and_nothing_waits() {
    let mut world = World::new(1);
    world.settle();
    world.cut(0);
    for amount in 1..=6 {
        world.fact(0, amount);
    }
    world.poison(0);
    world.fact(0, 10);
    world.join(0);
    world.settle();
    world.check_level();
    assert_eq!(world.master.total(), 31);
    let attention = world.tills[0].replica.attention();
    assert_eq!(attention.len(), 1);
    assert_eq!(attention[0].refusal.code, "malformed");
    assert_eq!(world.master.verdict(0, Seq(7)), Some(Verdict::Rejected));
}

#[test]
fn a_refusal_that_names_nothing_while_a_good_mutation_is_on_its_way_voids_nothing() {
    let mut world = World::new(1);
    world.settle();
    world.deaf(0, true);
    world.fact(0, 7);
    // It is about another frame, such as a hello that came twice.
    world.hear(0, WireError::new(Code::Malformed, "not a frame"));
    world.deaf(0, false);
    world.settle();
    world.check_level();
    assert_eq!(world.master.total(), 7);
    assert_eq!(world.tills[0].replica.attention().len(), 0);
}

#[test]
fn a_refused_mutation_that_is_issued_again_stands_on_the_list_once() {
    let mut world = World::new(1);
    world.settle();
    let backup = world.master.clone();
    world.refused(0);
    world.settle();
    assert_eq!(world.tills[0].replica.attention().len(), 1);
    world.cut(0);
    world.restore(backup);
    world.master.close(0);
    world.join(0);
    world.settle();
    let till = &world.tills[0].replica;
    let list: Vec<_> = till.attention().into_iter().map(|entry| entry.id).collect();
    assert_eq!(list.len(), 1);
    assert_eq!(Some(list[0].device), till.device());
}

#[test]
fn a_snapshot_that_is_cut_off_goes_on_where_it_was() {
    let mut world = World::new(1);
    world.settle();
    for amount in 1..=50 {
        world.fact(0, amount);
    }
    world.settle();
    world.cut_streams_after(Some(20));
    let late = world.add_till();
    world.run(60_000);
    world.check_level();
    assert!(world.master.resumes > 0);
    assert_eq!(world.tills[late].replica.stage(), None);
}

#[test]
fn a_silent_master_is_left_after_ten_seconds_and_found_again() {
    let mut world = World::new(1);
    world.settle();
    world.deaf(0, true);
    world.run(9_000);
    assert_eq!(world.tills[0].connection(), "checking");
    world.run(2_000);
    assert_ne!(world.tills[0].connection(), "online");
    world.deaf(0, false);
    world.run(60_000);
    assert_eq!(world.tills[0].connection(), "online");
}

/// Waits that differ from the protocol's only in what a test is about.
fn timing(waits: Waits) -> Timing {
    Timing::try_from(waits).expect("waits that make sense")
}

#[test]
fn silence_is_borne_as_long_as_it_was_set_to() {
    let patient = Waits {
        heartbeat: 30_000,
        dead_after: 100_000,
        ..Waits::default()
    };
    let mut world = World::timed(1, timing(patient));
    world.settle();
    world.deaf(0, true);
    world.run(59_000);
    assert_eq!(world.tills[0].connection(), "online");
    world.run(10_000);
    assert_eq!(world.tills[0].connection(), "checking");
    world.run(60_000);
    assert_ne!(world.tills[0].connection(), "checking");
}

#[test]
fn a_master_that_is_away_is_asked_as_often_as_was_set() {
    let asked = |longest_retry: u64| {
        let waits = Waits {
            connect: 1_000,
            longest_retry,
            ..Waits::default()
        };
        let mut world = World::timed(1, timing(waits));
        world.settle();
        world.deaf(0, true);
        let before = world.tills[0].connects;
        world.run(600_000);
        world.tills[0].connects - before
    };
    let (often, seldom) = (asked(1_000), asked(120_000));
    assert!(
        often > 200 && seldom < 50,
        "{often} and {seldom} in ten minutes"
    );
}

#[test]
fn a_connection_that_neither_opens_nor_fails_is_given_up_as_early_as_was_set() {
    let waits = Waits {
        connect: 2_000,
        ..Waits::default()
    };
    let mut world = World::timed(1, timing(waits));
    world.settle();
    world.cut(0);
    world.tills[0].hangs = true;
    world.join(0);
    world.run(1_900);
    assert_eq!(world.tills[0].last_error(), None);
    world.run(200);
    assert_eq!(world.tills[0].last_error().as_deref(), Some("timed_out"));
    world.tills[0].hangs = false;
    world.run(60_000);
    assert_eq!(world.tills[0].connection(), "online");
}
