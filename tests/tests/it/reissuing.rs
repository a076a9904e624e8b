//! What was refused and is recorded again.

use anyhow::{Result, ensure};
use retail::{collection, id_of_code};
use sync_client::RecordError;
use sync_client::storage::MutationId;
use sync_core::{Actor, RecordId, Seq, Verified};
use tillsync_tests::world::{World, patiently};

/// How long the master may take on a busy machine.
const LIMIT: std::time::Duration = std::time::Duration::from_secs(60);

fn price(world: &World, till: usize) -> Option<i64> {
    let client = world.tills[till].client();
    let tea = client.get(collection::PRODUCTS, id_of_code("10001"));
    tea.and_then(|tea| tea.doc.int("price"))
}

/// Somebody nobody knows.
fn stranger() -> Actor {
    Actor {
        user: RecordId::derived(&[b"a stranger"]),
        verified: Verified::Pin,
        approved_by: None,
    }
}

/// A stranger sets the price of Tea.
async fn edit_by_a_stranger(world: &World, now: i64) -> Result<()> {
    let client = world.tills[0].client();
    let edit = client.record("edit_product", stranger(), move |draft| {
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

/// Waits until exactly one mutation stands refused that is not this one.
async fn refused_after(world: &World, last: MutationId) -> Result<MutationId> {
    let client = world.tills[0].client();
    let mut status = client.status();
    let another = async {
        loop {
            let list = client.attention();
            if let [entry] = &list[..]
                && entry.id != last
            {
                return Ok::<_, anyhow::Error>(entry.id);
            }
            status.changed().await?;
        }
    };
    patiently(LIMIT, "another refusal", another).await?
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_again_and_again_stands_on_the_list_once_until_it_is_good() -> Result<()> {
    let mut world = World::with_tills(2).await?;
    edit_by_a_stranger(&world, 275).await?;
    let mut id = world.tills[0].client().attention()[0].id;
    for (time, now) in [260, 255, 240].into_iter().enumerate() {
        let repaired = repair(&world, id, stranger(), now).await;
        ensure!(repaired.is_ok(), "{repaired:?}");
        // What was repaired once is not there to be repaired a second time.
        let twice = repair(&world, id, stranger(), now).await;
        let refusal = |error: &RecordError| match error {
            RecordError::Refused(refusal) => refusal.code == "nothing_to_repair",
            _ => false,
        };
        ensure!(twice.as_ref().is_err_and(refusal), "{twice:?}");
        id = refused_after(&world, id).await?;
        if time == 1 {
            // In the middle of it the till ends like a process, and its list is what it was.
            world.tills[0].drop_without_closing().await?;
            world.tills[0].reopen().await?;
            let list = world.tills[0].client().attention();
            ensure!(list.len() == 1 && list[0].id == id, "{list:?}");
        }
    }
    repair(&world, id, world.clerk.person.actor(), 230).await?;
    world.converge().await?;
    ensure!(price(&world, 0) == Some(230) && price(&world, 1) == Some(230));
    ensure!(world.tills[0].client().attention().is_empty());
    let rows = world.tills[0].client().outbox(Seq(1), 10).await?;
    let voids: Vec<bool> = rows.iter().map(|row| row.void.is_some()).collect();
    ensure!(voids == [true, true, true, true, false], "{voids:?}");
    ensure!(rows.iter().all(|row| row.outcome.is_some()));
    world.end().await
}

/// Records the edit once more in place of a refused one, with another price.
async fn repair(world: &World, id: MutationId, by: Actor, now: i64) -> Result<(), RecordError> {
    let client = world.tills[0].client();
    let repaired = client.record("edit_product", by, move |draft| {
        let said = draft.instead_of(id)?;
        let (_, product) = said.ops[0].target();
        let fields = [("price".to_owned(), Some(now.into()))];
        Ok(draft.patch(collection::PRODUCTS, product, fields)?)
    });
    repaired.await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_edit_is_changed_and_recorded_in_place_of_the_first() -> Result<()> {
    let world = World::with_tills(1).await?;
    edit_by_a_stranger(&world, 275).await?;
    let client = world.tills[0].client();
    let id = client.attention()[0].id;
    let actor = world.clerk.person.actor();
    repair(&world, id, actor, 260).await?;
    ensure!(client.attention().is_empty());
    world.converge().await?;
    ensure!(price(&world, 0) == Some(260));
    ensure!(world.tills[0].status().attention == 0);
    world.end().await
}
