//! What the audit of a real master keeps of real tills: how each was connected and from where.

use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use sync_core::DeviceId;
use tillsync_tests::world::{World, read_only};

struct Session {
    ended: String,
    sent: i64,
    address: String,
}

fn sessions(ledger: &Connection, device: DeviceId) -> Result<Vec<Session>> {
    let mut sessions = ledger.prepare(
        "SELECT payload ->> 'ended', payload ->> 'sent', payload ->> 'address' FROM audit
         WHERE kind = 'session' AND device = ?1 AND payload ->> 'road' = 'socket'
         ORDER BY number",
    )?;
    let told = sessions.query_map([device.bytes()], |row| {
        Ok(Session {
            ended: row.get(0)?,
            sent: row.get(1)?,
            address: row.get(2)?,
        })
    })?;
    Ok(told.collect::<Result<_, _>>()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_that_left_and_a_master_that_stops_are_told_with_what_was_sent() -> Result<()> {
    let mut world = World::with_tills(2).await?;
    let mut ids = Vec::new();
    for till in &world.tills {
        ids.push(till.status().device.context("it has joined")?.id);
    }
    world.sell(0, "first", 1).await?;
    world.tills[0].until_sent().await?;
    world.tills[0].close().await?;
    // What was noted of the first till comes with a sale of the other one.
    let mut sold = 0;
    loop {
        sold += 1;
        world.sell(1, &format!("sale {sold}"), 1).await?;
        world.tills[1].until_sent().await?;
        if !sessions(&read_only(&world.master.ledger())?, ids[0])?.is_empty() {
            break;
        }
        ensure!(sold < 1_000, "nothing was told of the till that left");
    }
    world.master.stop().await?;
    world.master.command(["verify"]).await?.successful()?;
    let ledger = read_only(&world.master.ledger())?;
    for (device, ended, sent) in [(ids[0], "lost", 1), (ids[1], "master_stopped", sold)] {
        let sessions = sessions(&ledger, device)?;
        let last = sessions.last().context("a session")?;
        assert_eq!(
            (last.ended.as_str(), last.address.as_str()),
            (ended, "127.0.0.1")
        );
        assert_eq!(sessions.iter().map(|each| each.sent).sum::<i64>(), sent);
    }
    Ok(())
}
