//! What a till says of how it stands to its master, each brought about for real.

use std::sync::{Arc, Mutex};

use anyhow::Result;
use sync_client::{ConnectionState, PauseReason};
use sync_core::{Frame, ProtocolRange};
use tillsync_tests::world::{Direction, Mode, Till, Verdict, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_till_tells_every_way_it_can_stand_to_its_master() -> Result<()> {
    let mut world = World::with_tills(1).await?;
    let master = &mut world.master;
    let till = &world.tills[0];

    till.link.set(Mode::Silent);
    shows(till, |state| matches!(state, ConnectionState::Checking)).await?;
    till.link.set(Mode::Open);
    till.until_online().await?;

    till.client().set_network(false);
    shows(till, |state| matches!(state, ConnectionState::NoNetwork)).await?;
    till.client().set_network(true);
    till.until_online().await?;

    master.stop().await?;
    shows(till, |state| matches!(state, ConnectionState::Draining)).await?;
    let unreachable = |state: &_| matches!(state, ConnectionState::ServerUnreachable { .. });
    shows(till, unreachable).await?;
    world.sell(0, "while the master is away", 1).await?;
    assert_eq!(world.tills[0].status().pending, 1);
    world.master.start().await?;
    world.tills[0].client().retry_now();
    world.converge().await?;
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_too_old_for_its_master_waits_and_goes_on_once_it_is_not() -> Result<()> {
    let world = World::with_tills(1).await?;
    let till = &world.tills[0];
    let old = Arc::new(Mutex::new(true));
    let is_old = Arc::clone(&old);
    till.link.inspect(move |passing| {
        let hello = Frame::decode(passing.text)
            .ok()
            .filter(|_| passing.direction == Direction::Up);
        match hello {
            Some(Frame::Hello(mut hello)) if *is_old.lock().unwrap() => {
                hello.protocol = ProtocolRange { min: 0, max: 0 };
                Verdict::Replace(Frame::Hello(hello).encode())
            }
            _ => Verdict::Pass,
        }
    });
    till.link.cut();
    let paused = |state: &_| {
        matches!(
            state,
            ConnectionState::Paused {
                reason: PauseReason::NeedsUpgrade,
                ..
            }
        )
    };
    shows(till, paused).await?;
    world.sell(0, "by a build too old", 1).await?;
    assert_eq!(till.status().pending, 1);
    *old.lock().unwrap() = false;
    till.client().retry_now();
    world.converge().await?;
    world.end().await
}

async fn shows(till: &Till, wanted: impl Fn(&ConnectionState) -> bool) -> Result<()> {
    till.until("its connection", |status| wanted(&status.connection))
        .await?;
    Ok(())
}
