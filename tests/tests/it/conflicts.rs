//! Two people change the same thing while they are apart, and managers end that while they are.

use std::collections::BTreeSet as Set;

use anyhow::{Context, Result};
use retail::{
    Choice, ConflictCard, ConflictStatus, Fields, collection, conflict_cards, id_of_code,
};
use sync_client::{Event, RecordError};
use sync_core::{Refusal, Value, Verdict};
use tillsync_tests::world::{Mode, World};

/// Changes the price of Tea on a till, from what it shows.
async fn set_price(world: &World, till: usize, price: i64) -> Result<()> {
    let tea = id_of_code("10001");
    let client = world.tills[till].client();
    let found = client.get(collection::PRODUCTS, tea).context("no Tea")?;
    let changes = Fields::from_iter([("price".to_owned(), Some(Value::Int(price)))]);
    let build = move |occasion: &_| {
        retail::edit_product(occasion, tea, &Fields::of(&found.doc), &changes, None)
    };
    record(world, till, "edit_product", build).await
}

async fn resolve(world: &World, till: usize, card: ConflictCard, choice: Choice) -> Result<()> {
    let build = move |occasion: &_| retail::resolve_conflicts(occasion, &[card.choose(choice)]);
    record(world, till, "resolve_conflict", build).await
}

async fn record(
    world: &World,
    till: usize,
    name: &str,
    build: impl FnOnce(&retail::Occasion) -> Result<sync_core::Body, retail::BuildError>
    + Send
    + 'static,
) -> Result<()> {
    let client = world.tills[till].client();
    let recorded = world.clerk.record(client, name, move |_, _, occasion| {
        build(occasion).map_err(|e| RecordError::Refused(Refusal::new(e.code(), e.to_string())))
    });
    recorded.await?;
    Ok(())
}

fn price(world: &World, till: usize) -> Option<i64> {
    let tea = world.tills[till]
        .client()
        .get(collection::PRODUCTS, id_of_code("10001"))?;
    tea.doc.int("price")
}

fn open_cards(world: &World, till: usize) -> Result<Vec<ConflictCard>> {
    let client = world.tills[till].client();
    Ok(client.read(|records| conflict_cards(records, ConflictStatus::Open))?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_of_two_tills_is_resolved_on_a_third_offline_and_all_have_the_same() -> Result<()>
{
    let world = World::with_tills(4).await?;
    for till in 0..2 {
        world.tills[till].link.set(Mode::Closed);
    }
    set_price(&world, 0, 260).await?;
    set_price(&world, 1, 270).await?;
    for till in 0..2 {
        world.tills[till].link.set(Mode::Open);
        world.tills[till].client().retry_now();
        world.tills[till].until_sent().await?;
    }
    world.converge().await?;
    for till in 0..4 {
        assert_eq!(price(&world, till), Some(260));
        let cards = open_cards(&world, till)?;
        assert_eq!(cards.len(), 1);
        assert_eq!(cards[0].label.as_deref(), Some("Tea"));
        assert_eq!(cards[0].conflict.was, Some(Value::Int(250)));
        assert_eq!(cards[0].theirs, Some(Value::Int(260)));
        assert_eq!(cards[0].mine, Some(Value::Int(270)));
        assert_eq!(cards[0].conflict.device_name.as_deref(), Some("till-2"));
        assert_eq!(cards[0].actor_name.as_deref(), Some("Tester"));
        assert_eq!(cards[0].theirs_name.as_deref(), Some("Tester"));
        let theirs_at = cards[0].conflict.theirs_device_name.as_deref();
        assert_eq!(theirs_at, Some("till-1"));
    }
    // Two managers choose, neither with the master.
    let card = open_cards(&world, 2)?.remove(0);
    for till in 2..4 {
        world.tills[till].link.set(Mode::Closed);
    }
    resolve(&world, 2, card.clone(), Choice::Mine).await?;
    resolve(&world, 3, card, Choice::Value(Some(Value::Int(265)))).await?;
    for (till, shown) in [(2, 270), (3, 265)] {
        assert_eq!(price(&world, till), Some(shown));
        assert_eq!(open_cards(&world, till)?, []);
    }
    for till in 2..4 {
        world.tills[till].link.set(Mode::Open);
        world.tills[till].client().retry_now();
        world.tills[till].until_sent().await?;
    }
    world.converge().await?;
    for till in 0..4 {
        assert_eq!(price(&world, till), Some(270));
        assert_eq!(open_cards(&world, till)?, []);
    }
    let late = world.tills[3].client().attention();
    let codes: Vec<_> = late.iter().map(|row| row.refusal.code.as_str()).collect();
    assert_eq!(codes, ["already_resolved"]);
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_a_till_is_told_by_name() -> Result<()> {
    let world = World::with_tills(2).await?;
    let mut events = world.tills[1].client().events();
    world.tills[1].link.set(Mode::Closed);
    world.tills[0].link.set(Mode::Closed);
    set_price(&world, 0, 260).await?;
    set_price(&world, 1, 270).await?;
    for till in 0..2 {
        world.tills[till].link.set(Mode::Open);
        world.tills[till].client().retry_now();
        world.tills[till].until_sent().await?;
    }
    world.converge().await?;
    let mut heard = Set::new();
    while ![
        "changed",
        "conflict",
        "conflict:created",
        "notice",
        "outcome",
        "product:updated",
    ]
    .iter()
    .all(|name| heard.contains(*name))
    {
        let event = events.next().await.context("the client was closed")?;
        if let Event::Outcome(outcome) = &event {
            assert_eq!(outcome.verdict, Verdict::Conflict);
        }
        heard.insert(event.name());
    }
    assert!(!heard.contains("attention") && !heard.contains("paused"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_set_meanwhile_outlives_a_resolution_that_did_not_know_it() -> Result<()> {
    let world = World::with_tills(3).await?;
    world.tills[1].link.set(Mode::Closed);
    set_price(&world, 1, 270).await?;
    set_price(&world, 0, 260).await?;
    world.tills[0].until_sent().await?;
    world.tills[1].link.set(Mode::Open);
    world.tills[1].client().retry_now();
    world.converge().await?;
    let card = open_cards(&world, 2)?.remove(0);
    world.tills[2].link.set(Mode::Closed);
    resolve(&world, 2, card, Choice::Mine).await?;
    set_price(&world, 0, 280).await?;
    world.tills[0].until_sent().await?;
    world.tills[2].link.set(Mode::Open);
    world.tills[2].client().retry_now();
    world.converge().await?;
    for till in 0..3 {
        assert_eq!(price(&world, till), Some(280));
        let card = open_cards(&world, till)?.remove(0);
        assert_eq!(card.conflict.theirs, Some(Value::Int(280)));
        assert_eq!(card.mine, Some(Value::Int(270)));
    }
    world.end().await
}
