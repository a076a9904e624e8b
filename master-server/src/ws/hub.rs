//! Who is online. Changes go from the ledger to each session; this is about the sessions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sync_core::{DeviceId, DeviceInfo, Frame};
use tokio::sync::{broadcast, watch};

/// So many events a session may lag behind; presence is told again with the next one.
const LAG: usize = 64;

/// Who is online.
pub(crate) struct Hub {
    online: Mutex<HashMap<DeviceId, usize>>,
    events: broadcast::Sender<Told>,
    sessions: watch::Sender<usize>,
}

/// Something for every session, or for all but one device's.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) except: Option<DeviceId>,
    pub(crate) text: Arc<str>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            online: Mutex::default(),
            events: broadcast::channel(LAG).0,
            sessions: watch::Sender::new(0),
        }
    }
}

impl Hub {
    /// What is told from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Told> {
        self.events.subscribe()
    }

    /// A device's session began.
    pub(crate) fn joined(&self, device: &DeviceInfo) {
        let first = {
            let mut online = self.online();
            let sessions = online.entry(device.id).or_default();
            *sessions += 1;
            *sessions == 1
        };
        self.sessions.send_modify(|sessions| *sessions += 1);
        metrics::gauge!("tillsync_sessions").increment(1.0);
        if first {
            let device_seen = sync_core::DeviceSeen {
                device: device.clone(),
            };
            self.tell(Some(device.id), &Frame::DeviceOnline(device_seen));
        }
    }

    /// A device's session ended.
    pub(crate) fn left(&self, device: DeviceId, reason: &str) {
        let last = {
            let mut online = self.online();
            let sessions = online.entry(device).or_default();
            *sessions = sessions.saturating_sub(1);
            let last = *sessions == 0;
            if last {
                online.remove(&device);
            }
            last
        };
        self.sessions
            .send_modify(|sessions| *sessions = sessions.saturating_sub(1));
        metrics::gauge!("tillsync_sessions").decrement(1.0);
        if last {
            let gone = sync_core::DeviceGone {
                device,
                reason: reason.to_owned(),
            };
            self.tell(Some(device), &Frame::DeviceOffline(gone));
        }
    }

    /// What a device is called or may do is another thing from now on: also for itself.
    pub(crate) fn role_changed(&self, change: sync_core::RoleChange) {
        self.tell(None, &Frame::RoleChange(change));
    }

    /// The devices with a session.
    pub(crate) fn devices(&self) -> Vec<DeviceId> {
        self.online().keys().copied().collect()
    }

    /// Ends once nobody is online any more.
    pub(crate) async fn empty(&self) {
        // The sender is ours.
        let _ = self
            .sessions
            .subscribe()
            .wait_for(|sessions| *sessions == 0)
            .await;
    }

    fn tell(&self, except: Option<DeviceId>, frame: &Frame) {
        // Nobody else is online.
        let _ = self.events.send(Told {
            except,
            text: frame.encode().into(),
        });
    }

    fn online(&self) -> std::sync::MutexGuard<'_, HashMap<DeviceId, usize>> {
        self.online.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
