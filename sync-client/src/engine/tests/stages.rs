//! What people see while a snapshot fills, and logs that begin later.

use sync_core::{Code, Position, WireError};

use super::world::World;

#[test]
fn what_others_do_while_a_snapshot_fills_is_seen_at_once() {
    let mut world = World::new(2);
    world.fact(0, 1);
    world.fact(1, 2);
    world.settle();
    world.cut_streams_after(Some(1));
    let foreign = WireError::new(Code::ForeignCursor, "the cursor is of another log");
    world.hear(0, foreign);
    world.run(60_000);
    assert!(world.tills[0].replica.stage().is_some());
    world.fact(1, 40);
    world.fact(0, 80);
    world.run(5_000);
    let till = &world.tills[0].replica;
    assert!(till.stage().is_some(), "the snapshot cannot be whole yet");
    let base = till.state().map(|state| state.cursor.position);
    assert_eq!(base, Some(Position(4)));
    assert_eq!((till.pending(), till.your_seq()), (0, sync_core::Seq(2)));
    world.cut_streams_after(None);
    world.settle();
    assert_eq!(world.tills[0].replica.stage(), None);
    world.check_level();
    assert_eq!(world.master.total(), 123);
}

#[test]
fn a_cursor_behind_the_begin_of_the_log_leads_to_a_snapshot() {
    let mut world = World::new(2);
    world.fact(0, 1);
    world.settle();
    world.cut(0);
    for amount in 1..=10 {
        world.fact(1, amount);
    }
    world.fact(0, 100);
    world.settle();
    world.master.horizon = Position(8);
    world.join(0);
    world.settle();
    world.check_level();
    let error = world.tills[0].last_error();
    assert_eq!(error.as_deref(), Some("snapshot_required"));
}

#[test]
fn a_snapshot_whose_begin_has_left_the_log_starts_anew() {
    let mut world = World::new(2);
    for amount in 1..=30 {
        world.fact(0, amount);
    }
    world.settle();
    world.cut_streams_after(Some(10));
    let late = world.add_till();
    world.run(500);
    world.cut(late);
    for amount in 1..=10 {
        world.fact(0, amount);
    }
    world.settle();
    world.master.horizon = Position(40);
    world.cut_streams_after(None);
    world.join(late);
    world.settle();
    assert_eq!(world.tills[late].replica.stage(), None);
    world.check_level();
}
