//! What a manager says of a device reaches it, and everybody else, while they are online.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use retail::{DeviceRole, collection, device_role_id};
use serde_json::json;
use sync_client::transport::Method;
use sync_client::{Event, Events};
use sync_core::{DeviceId, RoleChange};
use tillsync_tests::world::{Direction, Verdict, World, patiently};
use tokio::sync::Notify;

/// How long it may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);
/// How often a race is run.
const ROUNDS: usize = 20;

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

async fn rename(world: &World, device: DeviceId, name: &str) -> Result<()> {
    put(world, "names", device, json!({ "name": name })).await
}

/// What the master calls a device.
async fn called(world: &World, device: DeviceId) -> Result<String> {
    let asked = world.tills[1]
        .client()
        .request(Method::Get, "/v1/devices", None);
    let answer: serde_json::Value = serde_json::from_str(&asked.await?.body)?;
    let all = answer["devices"].as_array().context("devices")?;
    let own = all.iter().find(|own| own["id"] == json!(device));
    let name = own.and_then(|own| own["name"].as_str());
    Ok(name.context("a name")?.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_renames_at_once_the_last_one_told_is_the_one_that_holds() -> Result<()> {
    let world = World::with_tills(3).await?;
    let own = world.tills[0].client();
    let device = own.status().borrow().device.clone();
    let device = device.context("a till that joined")?.id;
    let mut events = [own.events(), world.tills[2].client().events()];
    for round in 0..ROUNDS {
        let names = ["Left", "Right"].map(|side| format!("{side} {round}"));
        let (left, right) = tokio::join!(
            rename(&world, device, &names[0]),
            rename(&world, device, &names[1])
        );
        left?;
        right?;
        let holds = called(&world, device).await?;
        // Whatever was told of the two was told before this.
        let end = format!("Round {round} is over");
        rename(&world, device, &end).await?;
        for events in &mut events {
            let mut last = None;
            loop {
                let name = told(events).await?.device.name;
                if name == end {
                    break;
                }
                last = Some(name);
            }
            ensure!(
                last.as_ref() == Some(&holds),
                "told {last:?}, called {holds}"
            );
        }
    }
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rename_amid_a_hello_is_not_missed() -> Result<()> {
    let world = World::with_tills(2).await?;
    let till = &world.tills[0];
    let device = till.status().device.context("a till that joined")?.id;
    let greetings = [("hello", Direction::Up), ("welcome", Direction::Down)];
    for round in 0..ROUNDS {
        let (name, way) = greetings[round % greetings.len()];
        let greeting = Arc::new(Notify::new());
        let passes = Arc::clone(&greeting);
        till.link.inspect(move |frame| {
            if frame.direction == way && frame.name == name {
                passes.notify_one();
            }
            Verdict::Pass
        });
        till.link.cut();
        till.client().retry_now();
        patiently(LIMIT, name, greeting.notified()).await?;
        let new = format!("Name {round}");
        rename(&world, device, &new).await?;
        let mut status = till.client().status();
        let heard = status.wait_for(|status| {
            let own = status.device.as_ref().map(|device| &device.name);
            own == Some(&new)
        });
        drop(patiently(LIMIT, "its new name", heard).await??);
    }
    world.end().await
}
