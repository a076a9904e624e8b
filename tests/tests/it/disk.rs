//! A disk without room.

use anyhow::Result;
use retail::collection;
use sync_core::Class;
use tillsync_tests::world::{World, read_only};

#[tokio::test(flavor = "multi_thread")]
async fn a_master_without_room_says_so_and_goes_on_once_there_is_some() -> Result<()> {
    let mut world = World::with_tills(1).await?;
    world.sell(0, "there is room", 1).await?;
    world.converge().await?;
    world.master.stop().await?;
    let pages: u32 =
        read_only(&world.master.ledger())?
            .pragma_query_value(None, "page_count", |row| row.get(0))?;
    world
        .master
        .set_options(&["--max-pages", &(pages + 2).to_string()]);
    world.master.start().await?;
    world.tills[0].client().retry_now();
    for sale in 0..60 {
        world.sell(0, &format!("{sale}"), 1).await?;
    }
    let full = world.tills[0]
        .until("the master to say that it is full", |status| {
            let said = status.last_error.as_ref();
            said.is_some_and(|error| error.code == "storage_full")
        })
        .await?;
    assert_eq!(full.last_error.map(|error| error.class), Some(Class::Wait));
    assert!(full.pending > 0);
    world.master.stop().await?;
    world.master.set_options(&[]);
    world.master.start().await?;
    world.tills[0].client().retry_now();
    world.converge().await?;
    assert_eq!(world.count(collection::SALES)?, 61);
    assert_eq!(world.tills[0].status().attention, 0);
    world.end().await
}
