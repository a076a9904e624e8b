//! The device's own log of its synchronisation: follows the status and outlives a reload.

use std::rc::Rc;

use futures_util::future::{Either, select};
use sync_client::SyncLog;
use sync_client::platform::now;

use crate::tabs::Tab;
use crate::till::Till;
use crate::tries::TriesDb;

/// What was kept of it. Losing it loses no record of the shop.
pub(crate) async fn kept(tries: &TriesDb) -> SyncLog {
    SyncLog::new(tries.log().await.unwrap_or_default())
}

/// Notes what changes for as long as the tab is open. Another tab that works notes it there.
pub(crate) async fn follow(till: Rc<Till>) {
    let mut tab = till.tabs.state();
    loop {
        let current = tab.borrow_and_update().clone();
        match &current {
            Tab::Closed => return,
            Tab::Active(client) => {
                let mut status = client.status();
                loop {
                    let seen = status.borrow_and_update().clone();
                    let decided = client.position().your_seq;
                    let added = till.log.borrow_mut().observe(&seen, decided, now());
                    if added {
                        let entries = till.log.borrow().entries();
                        // Kept again with the next one.
                        let _ = till.tries.set_log(&entries).await;
                    }
                    let (other, news) = (
                        std::pin::pin!(tab.changed()),
                        std::pin::pin!(status.changed()),
                    );
                    match select(other, news).await {
                        Either::Left((gone, _)) if gone.is_err() => return,
                        Either::Left(_) => break,
                        Either::Right((gone, _)) if gone.is_err() => break,
                        Either::Right(_) => {}
                    }
                }
            }
            Tab::Opening | Tab::Waiting { .. } | Tab::Failed { .. } => {
                if tab.changed().await.is_err() {
                    return;
                }
            }
        }
    }
}
