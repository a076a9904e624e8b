//! Which node and which road.

use sync_core::{DeviceId, Position};

use super::world::World;

/// The node tills are opened with where a test does not name it.
const HOME: Option<&str> = None;
const B: &str = "http://b";
const C: &str = "http://c";

#[test]
fn a_till_goes_where_a_node_that_is_not_the_master_points() {
    let mut world = World::new(1);
    world.settle();
    world.cut(0);
    world.fact(0, 3);
    world.point(HOME, "http://b/");
    world.join(0);
    world.run(1_000);
    assert_eq!(world.tills[0].at.as_deref(), Some(B));
    assert_eq!(world.tills[0].connection(), "online");
    world.settle();
    world.check_level();
}

#[test]
fn nodes_that_name_each_other_are_asked_slowly_and_found_once_one_is_the_master() {
    let mut world = World::new(1);
    world.settle();
    world.cut(0);
    world.fact(0, 3);
    world.point(HOME, B);
    world.point(Some(B), C);
    world.point(Some(C), B);
    world.join(0);
    let before = world.tills[0].connects;
    world.run(60_000);
    let asked = world.tills[0].connects - before;
    assert!((3..=36).contains(&asked), "{asked} connections in a minute");
    assert_ne!(world.tills[0].connection(), "online");
    world.end_pointing(Some(C));
    world.settle();
    assert_eq!(world.tills[0].at.as_deref(), Some(C));
    world.check_level();
}

#[test]
fn a_till_follows_no_more_than_three_pointers_at_a_time() {
    let mut world = World::new(1);
    world.settle();
    world.cut(0);
    world.point(HOME, "http://1");
    for node in 1..9 {
        let (from, to) = (format!("http://{node}"), format!("http://{}", node + 1));
        world.point(Some(&from), &to);
    }
    let before = world.tills[0].connects;
    world.join(0);
    world.run(500);
    assert_eq!(world.tills[0].connects - before, 4);
    assert_eq!(world.tills[0].at, None);
}

#[test]
fn what_is_no_address_is_not_followed() {
    let mut world = World::new(1);
    world.settle();
    world.cut(0);
    world.point(HOME, "javascript:alert(1)");
    world.join(0);
    world.run(1_000);
    assert_eq!(world.tills[0].at, None);
    world.end_pointing(HOME);
    world.settle();
    assert_eq!(world.tills[0].connection(), "online");
}

#[test]
fn a_till_that_works_over_requests_takes_a_socket_as_soon_as_one_opens() {
    let mut world = World::new(2);
    world.settle();
    world.block_sockets(0, true);
    world.settle();
    assert!(world.tills[0].on_requests());
    world.fact(0, 3);
    world.fact(1, 4);
    world.settle();
    world.check_level();
    world.block_sockets(0, false);
    world.run(31_000);
    assert!(!world.tills[0].on_requests());
    assert_eq!(world.tills[0].connection(), "online");
    world.fact(1, 5);
    world.settle();
    world.check_level();
}

#[test]
fn sockets_that_open_and_let_nothing_through_give_way_to_requests() {
    let mut world = World::new(1);
    world.settle();
    world.mute_sockets(0, true);
    world.fact(0, 3);
    world.run(60_000);
    assert!(world.tills[0].on_requests());
    world.check_level();
    let before = world.tills[0].connects;
    world.run(3_600_000);
    let tried = world.tills[0].connects - before;
    assert!(tried <= 30, "{tried} connections in an hour");
    world.mute_sockets(0, false);
    world.run(7_200_000);
    assert!(!world.tills[0].on_requests());
    assert_eq!(world.tills[0].connection(), "online");
}

#[test]
fn the_master_is_told_how_far_a_till_is_and_how_long_it_has_waited() {
    let mut world = World::new(1);
    world.settle();
    world.fact(0, 1);
    world.settle();
    let device = DeviceId::from([1; 16]);
    let (cursor, queue) = world.master.told[&device];
    assert_eq!(cursor.map(|cursor| cursor.position), Some(Position(1)));
    let queue = queue.expect("told");
    assert_eq!((queue.pending, queue.oldest_ms), (0, None));
    world.master.refuse_pushes = true;
    world.fact(0, 2);
    world.run(9_000);
    let (_, queue) = world.master.told[&device];
    let queue = queue.expect("told");
    assert_eq!(queue.pending, 1);
    assert!(queue.oldest_ms.is_some_and(|age| age <= 4_000));
}
