//! What people are shown of the link.

use sync_core::{Code, Drain, Frame, WireError};

use super::world::World;

#[test]
fn a_till_without_a_network_says_so_and_is_online_once_there_is_one() {
    let mut world = World::new(1);
    world.settle();
    world.cut(0);
    world.fact(0, 3);
    world.run(60_000);
    assert_eq!(world.tills[0].connection(), "no_network");
    assert!(!world.status(0).stalled, "nothing can go on its way");
    world.join(0);
    world.run(1_000);
    assert_eq!(world.tills[0].connection(), "online");
    world.check_level();
}

#[test]
fn a_master_that_said_it_stops_is_not_missed_before_it_fails_to_come_back() {
    let mut world = World::new(1);
    world.settle();
    let farewell = Drain {
        reason: "stopping".to_owned(),
    };
    world.hear_frame(0, Frame::Drain(farewell.clone()));
    assert_eq!(world.tills[0].connection(), "draining");
    world.fact(0, 3);
    assert_eq!(world.status(0).in_flight, 0, "it would not be answered");
    let master = world.master.clone();
    world.replace(master);
    assert_eq!(world.tills[0].connection(), "draining");
    world.run(5_000);
    assert_eq!(world.tills[0].connection(), "online");
    world.check_level();

    world.hear_frame(0, Frame::Drain(farewell));
    world.shut(true);
    world.run(60_000);
    assert_eq!(world.tills[0].connection(), "server_unreachable");
    world.shut(false);
    world.run(60_000);
    assert_eq!(world.tills[0].connection(), "online");
}

#[test]
fn what_the_master_lets_wait_for_long_is_shown_as_stalled_until_it_goes_on() {
    let mut world = World::new(1);
    world.settle();
    let wait = WireError::new(Code::RateLimited, "slower, please").retry_after(120_000);
    world.hear(0, wait);
    world.fact(0, 3);
    world.run(29_000);
    assert!(!world.status(0).stalled);
    world.run(2_000);
    let status = world.status(0);
    assert_eq!((status.pending, status.stalled), (1, true));
    assert_eq!(world.tills[0].connection(), "online");
    world.run(120_000);
    assert!(!world.status(0).stalled);
    world.check_level();
}
