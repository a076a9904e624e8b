//! Differences that checksums find, and how they are repaired.

use super::world::World;

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
