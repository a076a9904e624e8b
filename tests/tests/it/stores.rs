//! Two stores: nothing crosses.

use anyhow::Result;
use retail::collection;
use sync_core::{Code, Frame, Pushed};
use tillsync_tests::world::{RawDevice, World};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_store_cannot_touch_another() -> Result<()> {
    let (ours, theirs) = tokio::try_join!(World::with_tills(0), World::with_tills(0))?;
    let guest = RawDevice::join(&ours.master, "guest").await?;
    let host = RawDevice::join(&theirs.master, "host").await?;
    let intruder = guest.at(&theirs.master)?;
    let pushed = vec![Pushed::Mutation(guest.seal(
        1,
        "create_category",
        Vec::new(),
    ))];
    let answer = intruder.push(pushed).await?;
    assert_eq!(
        (answer.status, answer.error()?.code),
        (401, Code::Unauthenticated)
    );
    for path in [
        "/v1/sync/status",
        "/v1/sync/snapshot",
        "/v1/audit",
        "/v1/sync/pull?generation=0&limit=1",
    ] {
        let answer = intruder.get(path).await?;
        assert!([401, 403].contains(&answer.status), "{path}: {answer:?}");
    }
    let hello = Message::text(Frame::Hello(guest.hello()).encode());
    check_refused(&intruder.say(vec![hello]).await?);
    // A valid token helps nobody who names another store or another device.
    let mut wrong_store = host.hello();
    wrong_store.store = guest.identity.store;
    let mut wrong_device = host.hello();
    wrong_device.device = guest.identity.device.id;
    for hello in [wrong_store, wrong_device] {
        let frames = host
            .say(vec![Message::text(Frame::Hello(hello).encode())])
            .await?;
        check_refused(&frames);
    }
    assert_eq!(theirs.count(collection::CATEGORIES)?, 0);
    ours.end().await?;
    theirs.end().await
}

#[track_caller]
fn check_refused(frames: &[Frame]) {
    let [Frame::Error(error)] = frames else {
        panic!("{frames:?}");
    };
    let refused = [Code::Unauthenticated, Code::Forbidden, Code::IdentityClosed];
    assert!(refused.contains(&error.code), "{error:?}");
}
