//! Sessions in a simulated world: several engines, one model master, time and links as arguments.

mod master;
mod roads;
mod shop;
mod stages;
mod till;
mod world;

use sync_core::{
    Code, Frame, Hlc, LogId, Outcome, Outcomes, Position, Seq, Term, Verdict, WireError,
};
use world::{START, World};

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
fn a_restored_master_gets_back_what_it_lost_from_its_own_mark_on() {
    let mut world = World::new(2);
    world.fact(0, 1);
    world.fact(1, 2);
    world.settle();
    let backup = world.master.clone();
    world.fact(0, 10);
    world.refused(0);
    world.fact(0, 20);
    world.fact(1, 40);
    world.settle();
    world.cut(1);
    world.fact(1, 80);
    world.restore(backup);
    world.join(1);
    world.settle();
    world.check_level();
    assert_eq!(world.master.total(), 153);
    assert_eq!(world.tills[0].replica.attention().len(), 1);
    assert_eq!(world.tills[0].resent(), 3);
    assert_eq!(world.master.verdict(0, Seq(4)), Some(Verdict::Accepted));
}

#[test]
fn a_master_that_lost_data_without_a_restore_gets_nothing_and_nothing_is_dropped() {
    let mut world = World::new(1);
    world.fact(0, 1);
    world.settle();
    let older = world.master.clone();
    world.fact(0, 10);
    world.settle();
    world.replace(older);
    world.fact(0, 20);
    world.run(120_000);
    assert_eq!(world.master.total(), 1);
    assert_eq!(world.tills[0].replica.pending(), 1);
    assert_eq!(
        world.tills[0].last_error(),
        Some("restore_needed".to_owned())
    );
}

#[test]
fn a_rolled_back_database_enrols_again_and_everything_counts_once() {
    let mut world = World::new(1);
    world.fact(0, 1);
    world.settle();
    let image = world.tills[0].image();
    world.fact(0, 10);
    world.settle();
    world.tills[0].roll_back(&image);
    world.reopen(0);
    world.cut(0);
    // The number 2 is used a second time, for something else.
    world.fact(0, 100);
    world.join(0);
    world.settle();
    world.check_level();
    assert_eq!(world.master.total(), 111);
    assert_eq!(world.tills[0].replica.position().next_seq, Seq(2));
}

/// Found by the simulator: what was decided under the first of three ids went with the backup.
#[test]
fn a_master_restored_to_before_this_device_was_let_in_gets_what_its_earlier_ids_did() {
    let mut world = World::new(1);
    world.settle();
    let backup = world.master.clone();
    world.fact(0, 1);
    world.settle();
    let image = world.tills[0].image();
    world.fact(0, 10);
    world.settle();
    world.tills[0].roll_back(&image);
    world.reopen(0);
    world.fact(0, 100);
    world.settle();
    assert_eq!(world.master.total(), 111);
    world.cut(0);
    world.restore(backup);
    world.master.close(1);
    world.join(0);
    world.settle();
    world.check_level();
    // The 10 was on the disk that is gone, and nowhere else.
    assert_eq!(world.master.total(), 101);
}

#[test]
fn a_mutation_decided_under_a_closed_id_has_no_effect_under_the_new_one() {
    let mut world = World::new(1);
    world.settle();
    world.cut_at(0, |frame| {
        matches!(frame, Frame::Outcomes(_) | Frame::Changes(_))
    });
    world.fact(0, 7);
    world.cut(0);
    assert_eq!(world.tills[0].replica.pending(), 1);
    world.master.close(0);
    world.join(0);
    world.settle();
    world.check_level();
    assert_eq!(world.master.total(), 7);
    assert_eq!(world.tills[0].replica.pending(), 0);
}

/// Found by the simulator: what had its outcome, but not its records yet, was not shown for a while.
#[test]
fn what_the_base_does_not_have_yet_is_shown_under_the_new_id_too() {
    let mut world = World::new(1);
    world.settle();
    world.fact(0, 7);
    let arriving = &mut world.tills[0].arriving;
    arriving.retain(|frame| !matches!(frame, Frame::Changes(_)));
    world.deaf(0, true);
    world.run(1);
    let first = world.tills[0].replica.device();
    assert_eq!(world.tills[0].replica.pending(), 0);
    assert_eq!(world.tills[0].replica.your_seq(), Seq(0));
    assert_eq!(world.tills[0].shown_total(), Some(7));
    let closed = WireError::new(Code::IdentityClosed, "another database");
    world.hear_frame(0, Frame::Error(closed));
    assert_ne!(world.tills[0].replica.device(), first);
    assert_eq!(world.tills[0].shown_total(), Some(7));
    world.deaf(0, false);
    world.settle();
    world.check_level();
    assert_eq!(world.master.total(), 7);
}

#[test]
fn outcomes_of_another_log_end_no_row() {
    let mut world = World::new(1);
    world.settle();
    world.deaf(0, true);
    world.fact(0, 7);
    let row = world.tills[0].replica.row(Seq(1)).unwrap().clone();
    let outcome = Outcome {
        device: row.envelope.device,
        seq: row.envelope.seq,
        hash: row.envelope.hash,
        position: Position(1),
        verdict: Verdict::Accepted,
        refusal: None,
        withheld: Vec::new(),
        flags: Vec::new(),
    };
    let log_id = LogId {
        generation: 9,
        uuid: uuid::Uuid::from_u128(9),
    };
    world.hear_frame(
        0,
        Frame::Outcomes(Outcomes {
            log_id,
            term: Term(0),
            time: Hlc::at(START),
            outcomes: vec![outcome],
            archived: Seq(1),
        }),
    );
    assert_eq!(world.tills[0].replica.pending(), 1);
    assert_eq!(world.tills[0].replica.meta().archived, Seq(0));
    world.deaf(0, false);
    world.settle();
    world.check_level();
    assert_eq!(world.master.total(), 7);
}

#[test]
fn what_an_earlier_id_did_is_not_taken_for_what_the_master_lost_of_this_one() {
    let mut world = World::new(0);
    world.master.ids_fall = true;
    world.add_till();
    world.fact(0, 1);
    world.settle();
    world.cut(0);
    world.master.close(0);
    world.join(0);
    world.settle();
    // Decided under the first id, in the log that is still served; it lies behind the second id's.
    world.deaf(0, true);
    world.fact(0, 10);
    world.tills[0].forget(Seq(1));
    world.deaf(0, false);
    world.reopen(0);
    world.settle();
    assert_eq!(world.tills[0].last_error(), Some("hole".to_owned()));
    assert_eq!(world.tills[0].connection(), "online");
    assert_eq!(world.master.total(), 1);
}

#[test]
fn a_difference_is_found_and_repaired() {
    let mut world = World::new(1);
    world.fact(0, 1);
    world.settle();
    world.tills[0].corrupt();
    world.run(120_000);
    world.check_level();
    assert_eq!(world.tills[0].last_error(), Some("checksum".to_owned()));
}

#[test]
fn a_repair_fetches_the_collection_that_differs_and_nothing_else() {
    let mut world = World::new(2);
    for amount in 1..=40 {
        world.fact(amount as usize % 2, amount);
    }
    world.settle();
    let before = world.master.sent_rows;
    world.tills[0].corrupt();
    world.tills[0].make_up("totals");
    world.run(60_000);
    world.check_level();
    // One record of `totals`; the 40 facts beside it are not sent again.
    assert_eq!(world.master.sent_rows - before, 1);
    world.reopen(0);
    world.settle();
    world.check_level();
}

#[test]
fn two_collections_that_differ_are_mended_one_after_the_other_without_a_pause() {
    let mut world = World::new(1);
    world.fact(0, 1);
    world.fact(0, 2);
    world.settle();
    let before = world.master.sent_rows;
    world.tills[0].corrupt();
    world.tills[0].make_up("facts");
    world.run(31_000);
    world.check_level();
    assert_eq!(world.master.sent_rows - before, 3);
}

#[test]
fn an_older_master_that_sends_everything_for_a_part_is_asked_for_one_part() {
    let mut world = World::new(1);
    world.fact(0, 1);
    world.fact(0, 2);
    world.settle();
    world.master.knows_no_parts = true;
    world.tills[0].corrupt();
    world.tills[0].make_up("facts");
    world.tills[0].make_up("totals");
    world.run(31_000);
    world.check_level();
    assert_eq!(world.master.parts_asked, 1);
    // Once all is equal a further difference begins anew.
    world.run(60_000);
    world.tills[0].make_up("facts");
    world.run(62_000);
    world.check_level();
    assert_eq!(world.master.parts_asked, 2);
}

#[test]
fn a_repair_that_never_helps_waits_longer_and_longer() {
    let parts = |count: u32| {
        let part = |day| ("facts".into(), sync_core::Bucket(day));
        (1..=count).map(part).collect::<Vec<_>>()
    };
    // One part, and more than are fetched one by one.
    for count in [1, 33] {
        let mut world = World::new(1);
        world.fact(0, 1);
        world.settle();
        world.master.pretends = parts(count);
        let before = world.master.sent_rows;
        world.run(3_600_000);
        // The whole store is two rows; every 30 s would be 240 of them.
        let sent = world.master.sent_rows - before;
        assert!((10..60).contains(&sent), "{count} parts: {sent} rows");
        world.master.pretends.clear();
        world.run(1_200_000);
        world.check_level();
    }
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
fn what_is_sold_while_a_repair_is_on_its_way_is_in_it() {
    let mut world = World::new(2);
    world.fact(0, 1);
    world.fact(1, 2);
    world.settle();
    world.tills[0].corrupt();
    world.cut_streams_after(Some(1));
    world.run(31_000);
    world.fact(1, 40);
    world.fact(0, 80);
    world.run(5_000);
    world.cut_streams_after(None);
    world.settle();
    world.check_level();
    assert_eq!(world.master.total(), 123);
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
