//! A master that ends conflicts by the priority of the devices, where the shop wants it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use retail::{ConflictStatus, Fields, Rule, collection, conflict_cards, id_of_code};
use serde_json::json;
use sync_client::RecordError;
use sync_client::transport::Method;
use sync_core::{Refusal, Value};
use tillsync_tests::world::{Mode, World, read_only, until};

/// How long it may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// Changes one field of a record on a till, from what it shows.
async fn set(world: &World, till: usize, what: &'static str, value: Value) -> Result<()> {
    let client = world.tills[till].client();
    let (name, at, id) = match what {
        "price" => ("edit_product", collection::PRODUCTS, id_of_code("10001")),
        _ => ("edit_settings", collection::SETTINGS, retail::shop_id()),
    };
    let seen = Fields::of(&client.get(at, id).context("the record")?.doc);
    let changes = Fields::from_iter([(what.to_owned(), Some(value))]);
    let recorded = world.clerk.record(client, name, move |_, _, occasion| {
        let body = match what {
            "price" => retail::edit_product(occasion, id, &seen, &changes, None),
            _ => retail::edit_settings(occasion, &seen, &changes, None),
        };
        body.map_err(|e| RecordError::Refused(Refusal::new(e.code(), e.to_string())))
    });
    recorded.await?;
    Ok(())
}

async fn prefer(world: &World, till: usize, priority: i64) -> Result<()> {
    let device = world.tills[till].status().device.context("it joined")?.id;
    let body = json!({ "by": world.clerk.person.id, "priority": priority });
    let path = format!("/v1/device/roles/{device}");
    let client = world.tills[2].client();
    let answer = client.request(Method::Put, &path, Some(body.to_string()));
    ensure!(answer.await?.status == 200, "the priority was not taken");
    Ok(())
}

/// A shop with three tills, of which the first two have these priorities.
async fn shop(priorities: [i64; 2]) -> Result<World> {
    let world = World::with_tills(3).await?;
    set(&world, 2, "resolve_conflicts", "device_priority".into()).await?;
    for (till, priority) in priorities.into_iter().enumerate() {
        prefer(&world, till, priority).await?;
    }
    world.converge().await?;
    Ok(world)
}

/// Both change the price while they are apart, and come back in this order.
async fn clash(world: &World, order: [usize; 2]) -> Result<()> {
    for till in order {
        world.tills[till].link.set(Mode::Closed);
        set(world, till, "price", Value::Int(260 + 10 * till as i64)).await?;
    }
    for till in order {
        world.tills[till].link.set(Mode::Open);
        world.tills[till].client().retry_now();
        world.tills[till].until_sent().await?;
    }
    Ok(())
}

/// Waits until every till has learned how the one conflict was ended. The master moves on by itself
/// while they look, so only after that everybody has to come level.
async fn settled(world: &World) -> Result<()> {
    for till in 0..3 {
        let ended = |_: &u64| {
            let ended = conflicts(world, till, ConflictStatus::Resolved);
            ended.is_ok_and(|rules| rules == [Some(Rule::DevicePriority)])
        };
        let mut changes = world.tills[till].client().changes();
        until(LIMIT, "the conflict to be ended", &mut changes, ended).await?;
    }
    world.converge().await
}

fn price(world: &World, till: usize) -> Option<i64> {
    let client = world.tills[till].client();
    let tea = client.get(collection::PRODUCTS, id_of_code("10001"))?;
    tea.doc.int("price")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_till_of_the_higher_priority_wins_on_every_till_whichever_came_first() -> Result<()> {
    for order in [[0, 1], [1, 0]] {
        let world = shop([1, 8]).await?;
        clash(&world, order).await?;
        settled(&world).await?;
        for till in 0..3 {
            assert_eq!(price(&world, till), Some(270), "{order:?}");
            assert_eq!(conflicts(&world, till, ConflictStatus::Open)?, []);
        }
        // The audit says by which rule, of nobody's hand.
        let ledger = read_only(&world.master.ledger())?;
        let rules: i64 = ledger.query_row(
            "SELECT count(*) FROM audit, json_each(payload, '$.records') AS told
             WHERE payload ->> 'mutation' = 'resolve_conflict'
               AND told.value ->> '$.after.rule' = 'device_priority'",
            [],
            |row| row.get(0),
        )?;
        assert_eq!(rules, 1);
        drop(ledger);
        world.end().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn tills_of_the_same_priority_wait_for_a_manager_until_one_is_higher() -> Result<()> {
    let world = shop([3, 3]).await?;
    clash(&world, [0, 1]).await?;
    world.converge().await?;
    for till in 0..3 {
        assert_eq!(price(&world, till), Some(260));
        assert_eq!(conflicts(&world, till, ConflictStatus::Open)?, [None]);
    }
    prefer(&world, 1, 4).await?;
    settled(&world).await?;
    assert_eq!(price(&world, 2), Some(270));
    world.end().await
}

/// By which rules the conflicts that a till has were ended.
fn conflicts(world: &World, till: usize, status: ConflictStatus) -> Result<Vec<Option<Rule>>> {
    let client = world.tills[till].client();
    let cards = client.read(|records| conflict_cards(records, status))?;
    Ok(cards.into_iter().map(|card| card.conflict.rule).collect())
}
