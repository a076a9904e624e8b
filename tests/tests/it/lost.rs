//! Answers, links and masters that are lost.

use std::sync::Arc;

use anyhow::{Result, ensure};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use retail::{Fields, collection, id_of_code};
use sync_core::{RecordId, Value};
use tillsync_tests::world::{Direction, Mode, Passing, Verdict, World, patiently};
use tokio::sync::Notify;

const LIMIT: std::time::Duration = std::time::Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_push_whose_answer_is_lost_takes_effect_once() -> Result<()> {
    let world = World::with_tills(1).await?;
    let till = &world.tills[0];
    let lost = lose_one(till, |frame| {
        frame.direction == Direction::Down && frame.name == "outcomes"
    });
    world.sell(0, "lost answer", 2).await?;
    patiently(LIMIT, "the answer to be lost", lost.notified()).await?;
    world.converge().await?;
    assert_eq!(world.count(collection::SALES)?, 1);
    assert_eq!(till.link.resent(), 1);
    let tea = retail::level_id(id_of_code("10001"), None);
    let level = till.client().get(collection::STOCK_LEVELS, tea);
    assert_eq!(
        level.and_then(|level| level.doc.int("on_hand")),
        Some(98_000)
    );
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_killed_amid_pushes_loses_nothing_and_doubles_nothing() -> Result<()> {
    let seed: u64 =
        std::env::var("SEED").map_or_else(|_| rand::random(), |text| text.parse().unwrap());
    println!("SEED={seed}");
    let rng = &mut StdRng::seed_from_u64(seed);
    let mut world = World::with_tills(3).await?;
    let mut sold = 0;
    for round in 0..4 {
        let watched = rng.random_range(0..world.tills.len());
        let pushed = Arc::new(Notify::new());
        let tell = Arc::clone(&pushed);
        world.tills[watched].link.inspect(move |frame| {
            if frame.direction == Direction::Up && frame.name == "push" {
                tell.notify_one();
            }
            Verdict::Pass
        });
        for sale in 0..rng.random_range(3..12) {
            for till in 0..world.tills.len() {
                world
                    .sell(till, &format!("{round} {sale} {till}"), 1)
                    .await?;
                sold += 1;
            }
        }
        patiently(LIMIT, "a push", pushed.notified()).await?;
        world.master.kill().await?;
        world.master.start().await?;
        for till in &world.tills {
            till.link.pass();
            till.client().retry_now();
        }
    }
    world.converge().await?;
    assert_eq!(world.count(collection::SALES)?, sold);
    for till in &world.tills {
        assert_eq!(till.status().attention, 0);
    }
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_that_ends_anywhere_goes_on_from_its_file() -> Result<()> {
    let mut world = World::with_tills(1).await?;
    world.tills[0].link.set(Mode::Closed);
    for sale in 0..5 {
        world.sell(0, &format!("before {sale}"), 1).await?;
        world.tills[0].drop_without_closing().await?;
        world.tills[0].reopen().await?;
    }
    assert_eq!(world.tills[0].status().pending, 5);
    world.tills[0].link.set(Mode::Open);
    world.tills[0].client().retry_now();
    world.converge().await?;
    assert_eq!(world.count(collection::SALES)?, 5);
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tills_that_sold_and_edited_apart_end_with_the_same() -> Result<()> {
    let world = World::with_tills(2).await?;
    world
        .tills
        .iter()
        .for_each(|till| till.link.set(Mode::Silent));
    for till in 0..2 {
        world.sell(till, &format!("apart {till}"), 3).await?;
    }
    edit(&world, 0, "name", "Green tea").await?;
    edit(&world, 1, "price", 275).await?;
    for till in &world.tills {
        till.link.set(Mode::Open);
        till.client().retry_now();
    }
    world.converge().await?;
    for till in &world.tills {
        let tea = till.client().get(collection::PRODUCTS, id_of_code("10001"));
        let tea = tea.map(|tea| tea.doc).unwrap_or_default();
        assert_eq!(
            (tea.text("name"), tea.int("price")),
            (Some("Green tea"), Some(275))
        );
        let level = retail::level_id(id_of_code("10001"), None);
        let level = till.client().get(collection::STOCK_LEVELS, level);
        assert_eq!(
            level.and_then(|level| level.doc.int("on_hand")),
            Some(94_000)
        );
    }
    world.end().await
}

/// The row has gone from the overlay with the `changes`, and its outcome never came: it must still
/// end in the attention list.
#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_whose_outcome_is_lost_after_its_changes_still_needs_attention() -> Result<()> {
    let world = World::with_tills(1).await?;
    let till = &world.tills[0];
    let (mut pushed, mut changed, mut lost) = (false, false, false);
    let cut = Arc::new(Notify::new());
    let tell = Arc::clone(&cut);
    till.link.inspect(move |frame| {
        if lost && changed {
            return Verdict::Pass;
        }
        match (frame.direction, frame.name) {
            (Direction::Up, "push") => pushed = true,
            (Direction::Down, "changes") if pushed => changed = true,
            (Direction::Down, "outcomes") => lost = true,
            _ => return Verdict::Pass,
        }
        let verdict = match (changed && lost, frame.name) {
            (true, "outcomes") => Verdict::Cut,
            (true, _) => Verdict::PassAndCut,
            (false, "outcomes") => Verdict::Lose,
            (false, _) => Verdict::Pass,
        };
        if changed && lost {
            tell.notify_one();
        }
        verdict
    });
    reject_one(&world, 0).await?;
    patiently(LIMIT, "the link to die in between", cut.notified()).await?;
    till.until("the rejection to be seen", |status| {
        status.attention == 1 && status.pending == 0
    })
    .await?;
    assert_eq!(till.client().attention()[0].refusal.code, "missing");
    world.converge().await?;
    world.end().await
}

/// Loses the connection at the first frame that fits.
fn lose_one(
    till: &tillsync_tests::world::Till,
    fits: impl Fn(Passing<'_>) -> bool + Send + 'static,
) -> Arc<Notify> {
    let lost = Arc::new(Notify::new());
    let tell = Arc::clone(&lost);
    let mut waiting = true;
    till.link.inspect(move |frame| {
        if waiting && fits(frame) {
            waiting = false;
            tell.notify_one();
            return Verdict::Cut;
        }
        Verdict::Pass
    });
    lost
}

async fn edit(world: &World, till: usize, field: &str, value: impl Into<Value>) -> Result<()> {
    let id = id_of_code("10001");
    let client = world.tills[till].client();
    let seen = client.get(collection::PRODUCTS, id);
    ensure!(seen.is_some(), "the till knows no tea");
    let seen = Fields::of(&seen.map(|seen| seen.doc).unwrap_or_default());
    let changes = Fields::from_iter([(field.to_owned(), Some(value.into()))]);
    world
        .clerk
        .record(client, "edit_product", move |_, _, occasion| {
            let edited = retail::edit_product(occasion, id, &seen, &changes, None);
            edited.map_err(|error| sync_core::Refusal::new(error.code(), error.to_string()).into())
        })
        .await?;
    Ok(())
}

/// Records an edit of a product that nobody ever made.
async fn reject_one(world: &World, till: usize) -> Result<()> {
    let id = RecordId::derived(&[b"nobody made this"]);
    let client = world.tills[till].client();
    let actor = world.clerk.person.actor();
    client
        .record("edit_product", actor, move |draft| {
            draft.patch(
                collection::PRODUCTS,
                id,
                [("name".to_owned(), Some("x".into()))],
            )?;
            Ok(())
        })
        .await?;
    Ok(())
}
