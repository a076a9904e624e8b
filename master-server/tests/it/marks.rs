//! How far each device is decided, place by place of the log.

use master_server::ledger::{Reading, seq_at};
use sync_core::{Position, Seq};

use crate::support::World;

#[tokio::test]
async fn a_page_says_up_to_which_number_its_device_is_decided_there() {
    let world = World::new();
    let mut tills = [world.till("till 1").await, world.till("till 2").await];
    let mut marks = vec![[Seq(0); 2]];
    for place in 0..40_usize {
        let who = usize::from(place % 7 < 3);
        let sale = tills[who].sell("tea");
        world.push(&[sale]).await.expect("decided");
        let mut after = marks[place];
        after[who] = after[who].next();
        marks.push(after);
    }
    let devices = tills.map(|till| till.info.id);
    let look = move |reading: &Reading<'_>| {
        let at = |device| {
            let places = 0..=40;
            let marks = places.map(|at| seq_at(reading.connection, device, Position(at)));
            marks.collect::<Result<Vec<_>, _>>()
        };
        Ok([at(devices[0])?, at(devices[1])?])
    };
    let found = world.ledger.read(look).await.expect("readable");
    for (who, found) in found.iter().enumerate() {
        let wanted: Vec<Seq> = marks.iter().map(|marks| marks[who]).collect();
        assert_eq!(*found, wanted);
    }
}
