//! What a manager says of a device reaches it, and everybody else, while they are online.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use retail::{DeviceRole, collection, device_role_id};
use serde_json::json;
use sync_client::transport::Method;
use sync_client::{Event, Events};
use sync_core::{DeviceId, RoleChange};
use tillsync_tests::world::{World, patiently};

/// How long it may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

async fn told(events: &mut Events) -> Result<RoleChange> {
    let next = async {
        while let Some(event) = events.next().await {
            if let Event::RoleChange(change) = event {
                return Some(*change);
            }
        }
        None
    };
    let change = patiently(LIMIT, "a role change", next).await?;
    change.context("the client was closed")
}

/// Asks the door of a device in the name of the owner, on the second till.
async fn put(
    world: &World,
    door: &str,
    device: DeviceId,
    mut body: serde_json::Value,
) -> Result<()> {
    body["by"] = json!(world.clerk.person.id);
    let path = format!("/v1/device/{door}/{device}");
    let manager = world.tills[1].client();
    let answer = manager.request(Method::Put, &path, Some(body.to_string()));
    ensure!(answer.await?.status == 200, "{door} was not taken");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_learns_at_once_what_it_is_called_and_may_do_and_so_do_the_others() -> Result<()> {
    let world = World::with_tills(3).await?;
    let own = world.tills[0].client();
    let device = own.status().borrow().device.clone();
    let device = device.context("a till that joined")?;
    let mut events = [own.events(), world.tills[2].client().events()];

    put(&world, "names", device.id, json!({ "name": "Front" })).await?;
    for events in &mut events {
        let change = told(events).await?;
        assert_eq!(change.device.id, device.id);
        assert_eq!(change.device.name, "Front");
        assert_eq!(change.reason, "called Front from now on");
    }
    let mut status = own.status();
    let renamed = status.wait_for(|status| {
        let name = status.device.as_ref().map(|device| &*device.name);
        name == Some("Front")
    });
    drop(patiently(LIMIT, "its new name", renamed).await??);
    let other = world.tills[2].client().status().borrow().device.clone();
    assert_eq!(other.context("a till that joined")?.name, "till-3");
    // The same name once more is no news: the next one told is about the role.
    put(&world, "names", device.id, json!({ "name": "Front" })).await?;
    put(
        &world,
        "roles",
        device.id,
        json!({ "active": true, "priority": 7 }),
    )
    .await?;
    for events in &mut events {
        let change = told(events).await?;
        assert_eq!(
            (change.device.id, &*change.device.name),
            (device.id, "Front")
        );
        assert_eq!(
            change.reason,
            "may stand in for the master from now on, with priority 7"
        );
    }
    world.converge().await?;
    let role = own.get(collection::DEVICE_ROLES, device_role_id(device.id));
    let role: DeviceRole = role.context("its role")?.doc.to_typed()?;
    assert_eq!((role.active, role.priority), (Some(true), Some(7)));
    put(&world, "roles", device.id, json!({ "active": false })).await?;
    for events in &mut events {
        let reason = told(events).await?.reason;
        assert_eq!(reason, "does not stand in for the master from now on");
    }
    world.end().await
}
