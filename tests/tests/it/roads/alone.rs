//! From one road to the other.

use std::time::Duration;

use anyhow::Result;
use retail::collection;
use tillsync_tests::world::{World, patiently};

const LIMIT: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread")]
async fn a_network_without_sockets_is_crossed_by_requests_and_left_for_a_socket_when_one_opens()
-> Result<()> {
    let world = World::with_tills(2).await?;
    let till = &world.tills[0];
    let mut sockets = till.link.sockets();
    assert_eq!(*sockets.borrow_and_update(), 1);
    till.link.refuse_sockets(true);
    patiently(
        LIMIT,
        "the socket to end",
        sockets.wait_for(|open| *open == 0),
    )
    .await??;
    world.sell(0, "over requests", 1).await?;
    world.sell(1, "over a socket", 1).await?;
    world.converge().await?;
    assert_eq!(*sockets.borrow_and_update(), 0);
    till.link.refuse_sockets(false);
    till.client().retry_now();
    patiently(LIMIT, "a socket", sockets.wait_for(|open| *open == 1)).await??;
    world.sell(0, "over a socket again", 1).await?;
    world.converge().await?;
    assert_eq!(*sockets.borrow_and_update(), 1);
    assert_eq!(world.count(collection::SALES)?, 3);
    world.end().await
}
