//! What was refused and is recorded again.

use anyhow::{Result, ensure};
use retail::{collection, id_of_code};
use sync_client::RecordError;
use sync_core::{Actor, RecordId, Seq, Verified};
use tillsync_tests::world::World;

fn price(world: &World, till: usize) -> Option<i64> {
    let client = world.tills[till].client();
    let tea = client.get(collection::PRODUCTS, id_of_code("10001"));
    tea.and_then(|tea| tea.doc.int("price"))
}

/// Somebody nobody knows sets the price of Tea.
async fn edit_by_a_stranger(world: &World, now: i64) -> Result<()> {
    let stranger = Actor {
        user: RecordId::derived(&[b"a stranger"]),
        verified: Verified::Pin,
        approved_by: None,
    };
    let client = world.tills[0].client();
    let edit = client.record("edit_product", stranger, move |draft| {
        let fields = [("price".to_owned(), Some(now.into()))];
        Ok(draft.patch(collection::PRODUCTS, id_of_code("10001"), fields)?)
    });
    edit.await?;
    let refused = |status: &sync_client::SyncStatus| status.attention == 1;
    world.tills[0].until("refused", refused).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_edit_is_sent_again_by_who_may_and_takes_effect_once() -> Result<()> {
    let mut world = World::with_tills(2).await?;
    edit_by_a_stranger(&world, 275).await?;
    let client = world.tills[0].client().clone();
    let refused = client.attention();
    ensure!(refused.len() == 1, "{refused:?}");
    ensure!(refused[0].refusal.code == "unknown_user");
    let (id, actor) = (refused[0].id, world.clerk.person.actor());
    // Two presses: the second finds nothing to send again.
    let (first, second) =
        tokio::join!(client.reissue(id, actor.clone()), client.reissue(id, actor));
    ensure!(first.is_ok(), "{first:?}");
    ensure!(matches!(&second, Err(RecordError::Refused(r)) if r.code == "nothing_to_repair"));
    drop(client);
    world.converge().await?;
    ensure!(price(&world, 1) == Some(275));
    ensure!(world.tills[0].status().attention == 0);
    // What was refused is only ever sent as void, also by a till that was closed meanwhile.
    world.tills[0].drop_without_closing().await?;
    world.tills[0].reopen().await?;
    let rows = world.tills[0].client().outbox(Seq(1), 10).await?;
    let voids: Vec<bool> = rows.iter().map(|row| row.void.is_some()).collect();
    ensure!(voids == [true, false], "{voids:?}");
    ensure!(world.tills[0].client().attention().is_empty());
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_edit_is_changed_and_recorded_in_place_of_the_first() -> Result<()> {
    let world = World::with_tills(1).await?;
    edit_by_a_stranger(&world, 275).await?;
    let client = world.tills[0].client();
    let id = client.attention()[0].id;
    let actor = world.clerk.person.actor();
    let repaired = client.record("edit_product", actor, move |draft| {
        let said = draft.instead_of(id)?;
        let (_, product) = said.ops[0].target();
        let fields = [("price".to_owned(), Some(260.into()))];
        Ok(draft.patch(collection::PRODUCTS, product, fields)?)
    });
    repaired.await?;
    ensure!(client.attention().is_empty());
    world.converge().await?;
    ensure!(price(&world, 0) == Some(260));
    ensure!(world.tills[0].status().attention == 0);
    world.end().await
}
