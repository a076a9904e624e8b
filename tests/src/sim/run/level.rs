//! Waiting until everybody has everything, and what a manager does meanwhile.

use std::time::Duration;

use anyhow::Result;
use master_server::ledger::head;
use sync_client::{ConnectionState, PauseReason};
use sync_core::{Cursor, DeviceKind, Sums};

use super::super::device::Device;
use super::super::master::Master;
use super::Sim;

/// How long everybody may take to be level once nothing is broken any more.
const HEALING: Duration = Duration::from_secs(30 * 60);

impl Sim {
    /// Waits until every device has everything.
    pub(super) async fn wait_level(&mut self) -> Result<()> {
        match tokio::time::timeout(HEALING, self.level()).await {
            Ok(done) => done,
            Err(_) => {
                let next_door = self.next_door.iter().map(|next| &next.device);
                let states = self.devices.iter().chain(next_door).map(state);
                anyhow::bail!("not level: {}", states.collect::<Vec<_>>().join("; "))
            }
        }
    }

    async fn level(&mut self) -> Result<()> {
        for second in 1_u32.. {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let (at, sums) = place(&self.master).await?;
            let all = self
                .devices
                .iter()
                .all(|device| is_level(device, at, &sums));
            if all && self.next_door_is_level().await? {
                break;
            }
            if second.is_multiple_of(60) {
                self.let_in_again().await?;
            }
        }
        Ok(())
    }

    async fn next_door_is_level(&self) -> Result<bool> {
        let Some(next) = self.next_door.as_ref().filter(|next| !next.moved) else {
            return Ok(true);
        };
        let (at, sums) = place(&next.master).await?;
        Ok(is_level(&next.device, at, &sums))
    }

    /// A manager gives a code to whoever says that it is not let in: its enrolment was after the
    /// backup that the master was restored from.
    async fn let_in_again(&mut self) -> Result<()> {
        for number in 0..self.devices.len() {
            let Some(client) = self.devices[number].client().cloned() else {
                continue;
            };
            let paused = matches!(
                client.status().borrow().connection,
                ConnectionState::Paused {
                    reason: PauseReason::Auth,
                    ..
                }
            );
            if paused {
                self.trace.note(format!("{number} gets a code"));
                let code = self.master.code().await?;
                let name = format!("till-{number}");
                if let Err(error) = client.enroll(&code, &name).await {
                    self.trace.note(format!("{number} is not let in: {error}"));
                }
            }
        }
        Ok(())
    }
}

/// Where a master is, and what its tills should hold.
async fn place(master: &Master) -> Result<(Cursor, Sums)> {
    let ledger = master.ledger()?;
    let head = ledger.read(|reading| Ok(head(reading.connection)?.0));
    let at = Cursor {
        log_id: ledger.identity().log_id,
        position: head.await?,
    };
    let sums = ledger.read(|reading| reading.sums(DeviceKind::Till, 0));
    Ok((at, sums.await?))
}

/// How a device stands, in one line.
fn state(device: &Device) -> String {
    let Some(client) = device.client() else {
        return format!("{} is not open", device.number);
    };
    let (status, position) = (client.status().borrow().clone(), client.position());
    format!(
        "{} {:?} pending {} first sync {:?} at {:?} seq {} next {} error {:?}",
        device.number,
        status.connection,
        status.pending,
        status.first_sync,
        position
            .cursor
            .map(|cursor| (cursor.log_id.generation, cursor.position.0)),
        position.your_seq,
        position.next_seq,
        status.last_error.map(|error| error.message),
    )
}

fn is_level(device: &Device, at: Cursor, sums: &Sums) -> bool {
    let Some(client) = device.client() else {
        return false;
    };
    let status = client.status().borrow().clone();
    let position = client.position();
    status.connection == ConnectionState::Online
        && status.pending == 0
        && status.first_sync.is_none()
        && position.cursor == Some(at)
        && position.your_seq.next() == position.next_seq
        && client.checksums().1 == *sums
}
