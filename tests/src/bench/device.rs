use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use retail::{Person, Retail};
use sync_client::storage::sqlite::SqliteStorage;
use sync_client::transport::NativeTransport;
use sync_client::{Client, Config, ConnectionState, Enrolment, SyncStatus};
use sync_core::{Document, RecordId};

use super::shop::Shop;
use crate::world::until;

/// How long a device may take to be as wanted.
const LIMIT: Duration = Duration::from_secs(600);

/// A real client on a SQLite file, with nothing between it and the master.
pub(super) struct Device {
    /// The client.
    pub(super) client: Client,
    person: Person,
}

impl Device {
    /// Opens a new device, which joins at once.
    pub(super) async fn join(shop: &Shop, name: &str) -> Result<Self> {
        let code = shop.master.code(name).await?;
        Self::open(shop, &shop.file(name), Enrolment::Code(code), true).await
    }

    /// Opens a device on its file, with a network or without.
    pub(super) async fn open(
        shop: &Shop,
        file: &Path,
        enrolment: Enrolment,
        network: bool,
    ) -> Result<Self> {
        let config = Config {
            device_name: "measured".to_owned(),
            enrolment,
            network,
            ..Config::default()
        };
        let storage = SqliteStorage::open(file).await?;
        let transport = NativeTransport::new(&shop.url()?);
        Ok(Self {
            client: Client::open(config, Arc::new(Retail), storage, transport).await?,
            person: shop.owner.clone(),
        })
    }

    /// Waits until it is connected and has everything the master had then.
    pub(super) async fn until_level(&self) -> Result<()> {
        self.until("online and level", |status| {
            status.connection == ConnectionState::Online
                && status.first_sync.is_none()
                && status.last_synced_at.is_some()
        })
        .await
    }

    /// Waits until its status is as wanted.
    pub(super) async fn until(
        &self,
        what: &str,
        wanted: impl FnMut(&SyncStatus) -> bool,
    ) -> Result<()> {
        let mut status = self.client.status();
        until(LIMIT, what, &mut status, wanted).await?;
        Ok(())
    }

    /// Records a new customer and returns once that is durable here.
    pub(super) async fn record(&self, number: usize) -> Result<RecordId> {
        let recorded = self
            .client
            .record("create_customer", self.person.actor(), move |draft| {
                let id = draft.new_id();
                // The end of an id is drawn by chance; its beginning is a time, which two may share.
                let number_of_theirs = &id.to_string()[24..];
                let customer = Document::new()
                    .with("name", format!("Customer {number} of a till"))
                    .with("phone", format!("+44 {number_of_theirs}"))
                    .with("address", sync_core::Value::List(Vec::new()))
                    .with("archived", false);
                draft.insert(retail::collection::CUSTOMERS, id, customer);
                Ok(id)
            })
            .await?;
        Ok(recorded.value)
    }

    /// Closes it, so that its file is free.
    pub(super) async fn close(self) {
        self.client.close().await;
    }
}
