//! What is posted takes effect once, whatever becomes of the answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use retail::collection;
use serde_json::json;
use sync_client::ClientError;
use sync_client::transport::Method;
use sync_core::{Body, CollectionName, Document, Op, Outcomes, Pushed, RecordId};
use tillsync_tests::world::{Direction, RawDevice, Verdict, World};

/// How often the same is posted at once.
const AT_ONCE: usize = 8;

/// A new category by the world's clerk, sealed under a number.
fn category(world: &World, device: &RawDevice, seq: u64) -> Pushed {
    let body = Body {
        actor: world.clerk.person.actor(),
        name: "create_category".to_owned(),
        ops: vec![Op::Insert {
            collection: CollectionName::from(collection::CATEGORIES),
            id: RecordId::derived(&[b"posted", &seq.to_be_bytes()]),
            doc: Document::new()
                .with("name", format!("Posted {seq}"))
                .with("position", 1),
        }],
    };
    Pushed::Mutation(device.seal_text(seq, body.encode()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_whose_answer_is_lost_is_sent_once_and_asking_again_makes_nothing_twice()
-> Result<()> {
    let world = World::with_tills(1).await?;
    let till = &world.tills[0];
    let id = RecordId::derived(&[b"asked for by a person"]);
    let path = format!("/v1/categories?by={}", world.clerk.person.id);
    let body = json!({ "id": id, "doc": { "name": "Lamps", "position": 1 } }).to_string();
    let posts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&posts);
    till.link.inspect(move |frame| {
        let ours = frame.direction == Direction::Up && frame.name == "post";
        match ours && counted.fetch_add(1, Ordering::Relaxed) == 0 {
            true => Verdict::PassAndCut,
            false => Verdict::Pass,
        }
    });
    let ask = || {
        till.client()
            .request(Method::Post, &path, Some(body.clone()))
    };
    let lost = ask().await;
    ensure!(matches!(lost, Err(ClientError::Transport(_))), "{lost:?}");
    ensure!(posts.load(Ordering::Relaxed) == 1, "it was sent again");
    ensure!(world.count(collection::CATEGORIES)? == 1);
    // The person cannot know, and asks again.
    let again = ask().await?;
    ensure!(again.status == 201, "{again:?}");
    ensure!(posts.load(Ordering::Relaxed) == 2);
    // Behind both in the log: where this has arrived, so has whatever they did.
    world.sell(0, "afterwards", 1).await?;
    world.converge().await?;
    ensure!(world.count(collection::CATEGORIES)? == 1);
    ensure!(world.count(collection::CONFLICTS)? == 0);
    ensure!(till.client().get(collection::CATEGORIES, id).is_some());
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_push_posted_at_once_and_again_later_is_decided_once() -> Result<()> {
    let world = World::with_tills(0).await?;
    let device = RawDevice::join(&world.master, "poster").await?;
    let first = category(&world, &device, 1);
    let posted = (0..AT_ONCE).map(|_| device.decided(vec![first.clone()]));
    let answers: Vec<Outcomes> = try_join_all(posted).await?;
    let told = &answers.first().context("an answer")?.outcomes;
    ensure!(told.len() == 1, "{told:?}");
    ensure!(
        answers.iter().all(|answer| answer.outcomes == *told),
        "{answers:?}"
    );
    let second = category(&world, &device, 2);
    device.decided(vec![second.clone()]).await?;
    // One that was held up on its way arrives behind the next one, and one has both in it.
    let late = device.decided(vec![first.clone()]).await?;
    ensure!(late.outcomes == *told, "{late:?}");
    let both = device.decided(vec![first, second]).await?;
    ensure!(both.outcomes[0] == told[0], "{both:?}");
    ensure!(
        both.outcomes[1].position == told[0].position.next(),
        "{both:?}"
    );
    ensure!(world.count(collection::CATEGORIES)? == 2);
    world.end().await
}
