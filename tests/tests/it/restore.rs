//! A master that was restored from an older backup.

use anyhow::Result;
use retail::collection;
use tillsync_tests::world::World;

use crate::raised::{kinds, record, shown};

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_master_gets_back_from_the_tills_what_it_lacks() -> Result<()> {
    let mut world = World::with_tills(2).await?;
    for till in 0..2 {
        world
            .sell(till, &format!("in the backup {till}"), 1)
            .await?;
    }
    world.converge().await?;
    let backup = world.dir.path().join("backup.sqlite");
    let backup = backup.to_str().unwrap().to_owned();
    world
        .master
        .command(["backup", &backup])
        .await?
        .successful()?;
    for sale in 0..3 {
        for till in 0..2 {
            world
                .sell(till, &format!("after it {sale} {till}"), 1)
                .await?;
        }
    }
    world.converge().await?;
    let before = world.tills[0]
        .client()
        .position()
        .cursor
        .map(|cursor| cursor.log_id);
    world.master.kill().await?;
    let arguments = ["restore", &backup, "--force"];
    world.master.command(arguments).await?.successful()?;
    world.master.start().await?;
    assert_eq!(world.count(collection::SALES)?, 2);
    for till in &world.tills {
        till.client().retry_now();
    }
    for till in &world.tills {
        till.until_restored(before).await?;
    }
    world.converge().await?;
    assert_eq!(world.count(collection::SALES)?, 8);
    for till in &world.tills {
        assert_eq!(till.status().attention, 0);
    }
    // Everybody is told once; a restart is no new master.
    for till in 0..2 {
        assert_eq!(kinds(&shown(&world, till)?), ["new_master"]);
    }
    let notice = shown(&world, 0)?[0].id;
    let seen = move |by: &_| retail::acknowledge_notice(by, notice);
    record(&world, 0, "acknowledge_notice", seen).await?;
    world.converge().await?;
    world.master.stop().await?;
    world.master.start().await?;
    world.sell(1, "after a restart", 1).await?;
    world.converge().await?;
    assert_eq!(shown(&world, 0)?, []);
    assert_eq!(kinds(&shown(&world, 1)?), ["new_master"]);
    world.end().await
}
