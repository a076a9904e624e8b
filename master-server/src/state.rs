//! What every door shares.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;
use sync_core::{Cursor, DeviceId, DeviceInfo, Position, RoleChange, WireError};
use tokio::sync::{Mutex, watch};

use crate::came_from;
use crate::config::Config;
use crate::fleet::{DeviceStatus, Fleet};
use crate::http::looks::Looks;
use crate::ledger::{Entry, Ledger, Note};
use crate::limits::Limits;
use crate::pace::Paces;
use crate::refusals::{Refusals, is_refusal};
use crate::tls::Keeper;
use crate::visits::{End, Visit, Visits};
use crate::ws::Hub;

/// What the audit says of visits and refusals waits no longer than so for a batch of somebody else.
const WRITE_DOWN: Duration = Duration::from_secs(10);

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
    pub(crate) paces: Paces,
    pub(crate) visits: Visits,
    pub(crate) refusals: Refusals,
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
            paces: Paces::default(),
            visits: Visits::default(),
            refusals: Refusals::default(),
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
    pub async fn sessions_ended(&self, limit: Duration) {
        if tokio::time::timeout(limit, self.hub.empty()).await.is_err() {
            tracing::warn!("sessions were still open");
        }
    }

    /// Writes down what nobody waits for, for as long as it is polled.
    pub async fn keep_books(&self) {
        loop {
            tokio::time::sleep(WRITE_DOWN).await;
            self.write_down().await;
        }
    }

    /// Writes down what is over by now.
    pub async fn write_down(&self) {
        let now = self.ledger.env().now();
        for visit in self.visits.over(now) {
            self.visit_ended(&visit, End::Hour);
        }
        for untold in self.refusals.over(now) {
            let about = json!({
                "address": untold.address, "since": untold.since, "count": untold.count,
            });
            self.ledger.note(Entry::new("more_refused", None, about));
        }
        if let Err(error) = self.ledger.write_notes().await {
            tracing::warn!(%error, "a part of the audit waits");
        }
    }

    /// Writes down what is left, before the master stops.
    pub async fn close_books(&self) {
        for visit in self.visits.all() {
            self.visit_ended(&visit, End::MasterStopped);
        }
        if let Err(error) = self.ledger.write_notes().await {
            tracing::warn!(%error, "a part of the audit was not written");
        }
    }

    /// How far a device has applied the log.
    pub(crate) fn stands(&self, device: DeviceId) -> Option<Position> {
        self.fleet.position(device, self.ledger.identity().log_id)
    }

    /// Notes what a device asked for by a request.
    pub(crate) fn visited(&self, device: DeviceId, change: impl FnOnce(&mut Visit)) {
        let (now, stands) = (self.ledger.env().now(), self.stands(device));
        if let Some(over) = self.visits.note(device, stands, now, change) {
            self.visit_ended(&over, End::Hour);
        }
    }

    /// Puts a visit into the audit.
    pub(crate) fn visit_ended(&self, visit: &Visit, end: End) {
        let (now, stands) = (self.ledger.env().now(), self.stands(visit.device()));
        self.ledger.note(Note {
            entry: visit.entry(stands, end, now),
            level_at: self.fleet.level_at(visit.device()),
        });
    }

    /// Puts a refusal into the audit: `kind` says of what. Those of one address beyond a few are
    /// told as a number.
    pub(crate) fn refused(&self, kind: &'static str, device: Option<DeviceId>, error: &WireError) {
        let address = came_from::address();
        if !is_refusal(error.code) || !self.refusals.take(address, self.ledger.env().now()) {
            return;
        }
        let mut about = json!({ "code": error.code });
        if let Some(address) = address {
            about["address"] = json!(address);
        }
        if let Some(field) = &error.field {
            about["field"] = json!(field);
        }
        self.ledger.note(Entry::new(kind, device, about));
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
