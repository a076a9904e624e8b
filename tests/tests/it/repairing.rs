//! A till whose file is not what it wrote.

use std::time::Duration;

use anyhow::{Result, ensure};
use retail::{collection, id_of_code};
use tillsync_tests::world::{RawDevice, World, patiently};

const LIMIT: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_record_is_healed_and_only_its_collection_is_fetched() -> Result<()> {
    let mut world = World::with_tills(2).await?;
    for sale in 0..20 {
        world.sell(sale % 2, &format!("sale {sale}"), 1).await?;
    }
    world.converge().await?;
    let till = &mut world.tills[0];
    till.close().await?;
    let file = rusqlite::Connection::open(till.file())?;
    let mut damaged = 0;
    for table in ["records_0", "records_1"] {
        let change = format!(
            "UPDATE {table} SET record = replace(record, 'Tea', 'Toy') WHERE collection = 'products'"
        );
        damaged += file.execute(&change, [])?;
    }
    ensure!(damaged > 0, "nothing was there to damage");
    drop(file);
    till.reopen().await?;
    let name = |world: &World| {
        let tea = world.tills[0]
            .client()
            .get(collection::PRODUCTS, id_of_code("10001"));
        tea.and_then(|tea| tea.doc.text("name").map(str::to_owned))
    };
    ensure!(name(&world).as_deref() == Some("Toy"));
    let mut changes = world.tills[0].client().changes();
    let healed = async {
        while name(&world).as_deref() != Some("Tea") {
            changes.changed().await?;
        }
        anyhow::Ok(())
    };
    patiently(LIMIT, "the record to be healed", healed).await??;
    world.converge().await?;
    // The same through a door of its own: what a repair asks for, and what a whole store would be.
    let raw = RawDevice::join(&world.master, "raw").await?;
    let whole = raw.get("/v1/sync/snapshot").await?.body;
    let part = raw.get("/v1/sync/snapshot?only=products").await?.body;
    let rows = |text: &str, of: &str| {
        text.matches(&format!("{{\"row\":{{\"collection\":\"{of}"))
            .count()
    };
    ensure!(rows(&part, collection::PRODUCTS) == rows(&whole, collection::PRODUCTS));
    ensure!(rows(&part, "") == 3 && rows(&whole, "") > 25, "{part}");
    ensure!(
        part.len() * 5 < whole.len(),
        "{} of {}",
        part.len(),
        whole.len()
    );
    world.end().await
}
