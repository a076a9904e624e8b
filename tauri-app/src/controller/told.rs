//! What the desktop shows of the till, whatever the page does.

use std::pin::pin;

use till::{Till, Work};

use crate::Desktop;
use crate::title::title;

/// Keeps the window's title true until the till is closed.
pub(super) async fn follow(till: &Till, desktop: &impl Desktop) {
    let mut work = till.work();
    let mut shown = String::new();
    loop {
        let now = work.borrow_and_update().clone();
        let mut status = match &now {
            Work::Active(client) => Some(client.status()),
            _ => None,
        };
        let said = status
            .as_mut()
            .map(|status| status.borrow_and_update().clone());
        let title = title(till.signboard().as_deref(), said.as_ref());
        if title != shown {
            desktop.set_title(&title);
            shown = title;
        }
        let gone = match &mut status {
            Some(status) => tokio::select! {
                changed = work.changed() => changed.is_err(),
                _ = pin!(status.changed()) => false,
            },
            None => work.changed().await.is_err(),
        };
        if gone || matches!(now, Work::Closed) {
            return;
        }
    }
}
