//! Databases that are lost or put back, on either side, and the ids that follow.

use sync_core::{
    Code, Frame, Hlc, LogId, Outcome, Outcomes, Position, Seq, Term, Verdict, WireError,
};

use super::world::{START, World};

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

/// Found by the simulator: between the master's changes and its word that the id is closed, what was
/// sold under numbers that were used before was taken for what the base had.
#[test]
fn a_till_that_was_put_back_shows_all_the_time_what_it_sold_since() {
    let mut world = World::new(1);
    world.fact(0, 1);
    world.settle();
    let image = world.tills[0].image();
    world.fact(0, 10);
    world.settle();
    world.cut(0);
    world.tills[0].roll_back(&image);
    world.reopen(0);
    world.fact(0, 100);
    world.fact(0, 1_000);
    assert_eq!(world.tills[0].shown_total(), Some(1_101));
    world.join(0);
    while let Some(frame) = world.tills[0].arriving.pop_front() {
        world.hear_frame(0, frame);
        let shown = world.tills[0].shown_total();
        assert!(matches!(shown, Some(1_101 | 1_111)), "{shown:?}");
    }
    world.settle();
    world.check_level();
    assert_eq!(world.master.total(), 1_111);
}

/// Found by the simulator: the records of what an id that is closed had done were lost with the power,
/// and nothing showed it until they came again.
#[test]
fn what_an_earlier_id_did_is_shown_until_the_base_has_it_again() {
    let mut world = World::new(1);
    world.settle();
    let before = world.tills[0].replica.state().unwrap();
    world.fact(0, 1);
    world.fact(0, 10);
    world.refused(0);
    world.settle();
    world.cut(0);
    world.master.close(0);
    world.join(0);
    world.settle();
    world.fact(0, 100);
    world.settle();
    world.cut(0);
    world.tills[0].lose_records_since(before);
    world.reopen(0);
    assert_eq!(world.tills[0].shown_total(), Some(111));
    world.join(0);
    world.settle();
    world.check_level();
    assert_eq!(world.tills[0].shown_total(), Some(111));
    assert_eq!(world.master.total(), 111);
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
fn a_device_that_joins_another_shop_takes_nothing_of_the_first_along() {
    let mut world = World::new(1);
    world.fact(0, 7);
    world.refused(0);
    world.settle();
    assert_eq!(world.tills[0].replica.attention_len(), 1);
    world.move_next_door(0);
    world.settle();
    assert_eq!(world.tills[0].connection(), "online");
    assert_eq!(world.tills[0].shown_total(), None);
    assert_eq!(world.tills[0].replica.attention_len(), 0);
    world.fact(0, 100);
    world.settle();
    world.check_level();
    assert_eq!(world.master.total(), 100);
    world.reopen(0);
    world.settle();
    assert_eq!(world.tills[0].shown_total(), Some(100));
}
