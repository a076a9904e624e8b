//! What the desktop shows of the till, whatever the page does.

use till::{Till, Work};
use tokio::time::{Instant, sleep_until};

use crate::announcer::{Announcer, Due};
use crate::title::title;
use crate::{Desktop, Sign};

/// Keeps title and tray true, and tells of loss and recovery, until the till is closed.
pub(super) async fn follow(till: &Till, desktop: &dyn Desktop) {
    let mut work = till.work();
    let mut shown = Sign::default();
    let mut announcer = Announcer::default();
    loop {
        let now = work.borrow_and_update().clone();
        let mut status = match &now {
            Work::Active(client) => Some(client.status()),
            _ => None,
        };
        let said = status
            .as_mut()
            .map(|status| status.borrow_and_update().clone());
        let sign = Sign {
            title: title(till.signboard().as_deref(), said.as_ref()),
            unsent: said.as_ref().map_or(shown.unsent, |said| said.pending),
        };
        if sign != shown {
            desktop.show(&sign);
            shown = sign;
        }
        let later = match announcer.consider(said.as_ref(), Instant::now()) {
            Some(Due::Now(note)) => {
                desktop.notify(note);
                None
            }
            Some(Due::At(when)) => Some(when),
            None => None,
        };
        let look_again = async {
            match later {
                Some(when) => sleep_until(when).await,
                None => std::future::pending().await,
            }
        };
        let changed = async {
            match &mut status {
                // A client that ends is followed by other work.
                Some(status) => drop(status.changed().await),
                None => std::future::pending().await,
            }
        };
        let gone = tokio::select! {
            moved = work.changed() => moved.is_err(),
            () = changed => false,
            () = look_again => false,
        };
        if gone || matches!(now, Work::Closed) {
            return;
        }
    }
}
