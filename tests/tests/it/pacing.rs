//! A till with a day's work to send never meets the limit that slows down programs that run wild.

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use retail::Customer;
use sync_client::RecordError;
use sync_client::transport::Method;
use sync_core::{RecordId, Refusal};
use tillsync_tests::world::{Mode, World};

const QUEUED: usize = 5_000;
/// What is recorded at once is written at once.
const AT_ONCE: usize = 250;

async fn customer(world: &World, number: usize) -> Result<()> {
    let id = RecordId::derived(&[b"customer of a test", &number.to_be_bytes()]);
    let customer = Customer {
        name: format!("Customer {number}"),
        phone: None,
        email: None,
        address: Vec::new(),
        notes: None,
        credit_limit: None,
        archived: false,
    };
    let client = world.tills[0].client();
    let recorded = world
        .clerk
        .record(client, "create_customer", move |_, _, occasion| {
            let body = retail::create_customer(occasion, id, &customer);
            body.map_err(|e| RecordError::Refused(Refusal::new(e.code(), e.to_string())))
        });
    recorded.await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_mutations_of_a_till_drain_without_being_slowed_down() -> Result<()> {
    let world = World::with_tills(1).await?;
    let till = &world.tills[0];
    till.link.set(Mode::Closed);
    for part in 0..QUEUED / AT_ONCE {
        let numbers = part * AT_ONCE..(part + 1) * AT_ONCE;
        try_join_all(numbers.map(|number| customer(&world, number))).await?;
    }
    till.link.set(Mode::Open);
    till.client().retry_now();
    till.until_sent().await?;
    assert_eq!(world.count("customers")?, QUEUED as i64);
    let numbers = till.client().request(Method::Get, "/metrics", None).await?;
    let mut lines = numbers.body.lines();
    let slowed = lines.find_map(|line| line.strip_prefix("tillsync_slowed_total "));
    ensure!(
        slowed.context("the number is kept")? == "0",
        "slowed down {slowed:?} times"
    );
    world.end().await
}
