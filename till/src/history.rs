//! The device's own log of its synchronisation: follows the status and outlives a restart.

use std::pin::pin;

use futures_util::future::{Either, select};
use sync_client::platform::now;
use sync_client::{ConnectionState, SyncLog, SyncStatus};

use crate::kept::Kept;
use crate::{Host, Till, Work};

/// What was kept of it. Losing it loses no record of the shop.
pub(crate) async fn kept(host: &dyn Host) -> SyncLog {
    SyncLog::new(Kept(host).log().await.unwrap_or_default())
}

/// Notes what changes for as long as the till is open. Another tab that works notes it there.
pub(crate) async fn follow(till: &Till) {
    let mut work = till.work();
    loop {
        let current = work.borrow_and_update().clone();
        match &current {
            Work::Closed => return,
            Work::Active(client) => {
                let mut status = client.status();
                loop {
                    let seen = status.borrow_and_update().clone();
                    let decided = client.position().your_seq;
                    let added = till.log.borrow_mut().observe(&seen, decided, now());
                    if added {
                        let entries = till.log.borrow().entries();
                        // Kept again with the next one.
                        let _ = till.kept().set_log(&entries).await;
                    }
                    let (other, news) = (pin!(work.changed()), pin!(status.changed()));
                    match select(other, news).await {
                        Either::Left((gone, _)) if gone.is_err() => return,
                        Either::Left(_) => break,
                        Either::Right((gone, _)) if gone.is_err() => break,
                        Either::Right(_) => {}
                    }
                }
            }
            Work::Opening | Work::Waiting { .. } | Work::Failed { .. } => {
                if work.changed().await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Remembers across restarts when the master was last reached.
pub(crate) async fn remember(till: &Till) {
    let mut work = till.work();
    loop {
        let now = work.borrow_and_update().clone();
        if let Work::Active(client) = &now {
            let mut status = client.status();
            let online = |status: &SyncStatus| {
                matches!(status.connection, ConnectionState::Online)
                    && status.last_synced_at.is_some()
            };
            let reached = match select(pin!(status.wait_for(online)), pin!(work.changed())).await {
                Either::Left((reached, _)) => reached.ok().and_then(|status| status.last_synced_at),
                Either::Right((Ok(()), _)) => continue,
                Either::Right((Err(_), _)) => return,
            };
            if let Some(at) = reached {
                till.remember_reached(at).await;
            }
        }
        if matches!(now, Work::Closed) || work.changed().await.is_err() {
            return;
        }
    }
}
