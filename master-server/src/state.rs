//! What every door shares.

use std::ops::Deref;
use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use sync_core::{Cursor, DeviceId, DeviceInfo, Position, RoleChange, WireError};
use tokio::sync::{Mutex, watch};

use crate::config::Config;
use crate::fleet::{DeviceStatus, Fleet};
use crate::http::looks::Looks;
use crate::ledger::Ledger;
use crate::limits::Limits;
use crate::tls::Keeper;
use crate::ws::Hub;

/// What every door shares. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// The parts of an [`AppState`].
pub struct Shared {
    /// The store.
    pub ledger: Ledger,
    /// The settings.
    pub config: Config,
    /// Who speaks for this master in the shop's network; none where that has no TLS.
    pub(crate) lan: Option<Arc<Keeper>>,
    pub(crate) hub: Hub,
    pub(crate) fleet: Fleet,
    pub(crate) limits: Limits,
    pub(crate) looks: Looks,
    pub(crate) metrics: Option<PrometheusHandle>,
    pub(crate) draining: watch::Sender<bool>,
    /// Held while what a device is called or may do is read and told.
    telling: Mutex<()>,
}

impl AppState {
    /// Puts the doors' things together.
    pub fn new(ledger: Ledger, config: Config, metrics: Option<PrometheusHandle>) -> Self {
        Self::in_lan(ledger, config, metrics, None)
    }

    /// The same for a master that others in the shop's network reach through TLS.
    pub fn in_lan(
        ledger: Ledger,
        config: Config,
        metrics: Option<PrometheusHandle>,
        lan: Option<Arc<Keeper>>,
    ) -> Self {
        Self(Arc::new(Shared {
            ledger,
            config,
            lan,
            hub: Hub::default(),
            fleet: Fleet::default(),
            limits: Limits::default(),
            looks: Looks::default(),
            metrics,
            draining: watch::channel(false).0,
            telling: Mutex::new(()),
        }))
    }

    /// Tells every session that the master is about to stop.
    pub fn drain(&self) {
        self.draining.send_replace(true);
    }

    /// Waits until every session has ended, but no longer than so.
    pub async fn sessions_ended(&self, limit: std::time::Duration) {
        if tokio::time::timeout(limit, self.hub.empty()).await.is_err() {
            tracing::warn!("sessions were still open");
        }
    }

    /// Tells every device online, and first of all the one it is about, what a device is called or
    /// may do by now. `words` says for people what holds from now on.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn role_changed(
        &self,
        device: DeviceId,
        words: impl AsyncFnOnce(&DeviceInfo) -> Result<String, WireError>,
    ) -> Result<(), WireError> {
        // Read and told in one turn: of two changes at once the last thing told is what holds.
        let _turn = self.telling.lock().await;
        if let Some(device) = self.ledger.device(device).await? {
            let (device, reason) = (device.info.clone(), words(&device.info).await?);
            self.hub.role_changed(RoleChange { device, reason });
        }
        Ok(())
    }

    /// What is known of each device, with the head of the log at this position.
    pub(crate) fn devices_at(&self, head: Position) -> Vec<DeviceStatus> {
        let ledger = &self.ledger;
        let head = Cursor {
            log_id: ledger.identity().log_id,
            position: head,
        };
        let (directory, online) = (ledger.directory(), self.hub.devices());
        self.fleet
            .report(&directory, &online, head, ledger.env().now())
    }

    pub(crate) fn scope_from(&self) -> u32 {
        crate::ledger::scope_from(self.ledger.env().now(), self.config.scope_days)
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
