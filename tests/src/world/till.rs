use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use retail::Retail;
use sync_client::storage::StorageError;
use sync_client::storage::sqlite::SqliteStorage;
use sync_client::transport::NativeTransport;
use sync_client::{Client, Config, ConnectionState, Enrolment, OpenError, SyncStatus};
use sync_core::LogId;
use tokio::runtime::Runtime;

use super::{Link, patiently, until};

/// How long a till may take to be as wanted.
const LIMIT: Duration = Duration::from_secs(120);
/// How long the threads of a dropped till may still hold its file.
const LAST_WRITE: Duration = Duration::from_secs(30);

/// A till: a real client on a file of its own, behind a link of its own.
///
/// It lives in a runtime of its own, so that it can end like a process: wherever it happens to be.
pub struct Till {
    /// What people call it.
    pub name: String,
    /// Its way to the master.
    pub link: Link,
    file: PathBuf,
    config: Config,
    running: Option<(Runtime, Client)>,
}

impl Till {
    /// Opens a till on a new file in `dir`, which joins with a one-time code.
    ///
    /// # Errors
    /// When its file cannot be opened.
    pub async fn open(dir: &Path, name: &str, link: Link, code: String, seed: u64) -> Result<Self> {
        let config = Config {
            device_name: name.to_owned(),
            enrolment: Enrolment::Code(code),
            seed,
            ..Config::default()
        };
        let mut till = Self {
            name: name.to_owned(),
            link,
            file: dir.join(format!("{name}.sqlite")),
            config,
            running: None,
        };
        till.reopen().await?;
        Ok(till)
    }

    /// Where its records and its outbox lie.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Opens it from its file.
    ///
    /// # Errors
    /// When that is not possible.
    pub async fn reopen(&mut self) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name(&self.name)
            .enable_all()
            .build()?;
        let (file, config) = (self.file.clone(), self.config.clone());
        let transport = NativeTransport::new(&self.link.url());
        let opening = runtime.spawn(async move {
            let storage = open_file(&file).await?;
            Client::open(config, Arc::new(Retail), storage, transport).await
        });
        let client = opening
            .await?
            .with_context(|| format!("{} cannot be opened", self.name))?;
        self.running = Some((runtime, client));
        Ok(())
    }

    /// Ends it without closing: its work stops wherever it is.
    ///
    /// # Errors
    /// When its threads do not end.
    pub async fn drop_without_closing(&mut self) -> Result<()> {
        if let Some((runtime, client)) = self.running.take() {
            let ending = tokio::task::spawn_blocking(move || {
                runtime.shutdown_timeout(LAST_WRITE);
                drop(client);
            });
            ending.await?;
        }
        Ok(())
    }

    /// Closes it as a person would.
    ///
    /// # Errors
    /// When its threads do not end.
    pub async fn close(&mut self) -> Result<()> {
        if let Some((_, client)) = &self.running {
            client.close().await;
        }
        self.drop_without_closing().await
    }

    /// The client.
    ///
    /// # Panics
    /// While the till is dropped.
    pub fn client(&self) -> &Client {
        let (_, client) = self.running.as_ref().expect("the till is open");
        client
    }

    /// Its status now.
    pub fn status(&self) -> SyncStatus {
        self.client().status().borrow().clone()
    }

    /// Waits until its status is as wanted.
    ///
    /// # Errors
    /// When it is not in time; the error shows the last one.
    pub async fn until(
        &self,
        what: &str,
        wanted: impl FnMut(&SyncStatus) -> bool,
    ) -> Result<SyncStatus> {
        let mut status = self.client().status();
        until(
            LIMIT,
            format_args!("{}: {what}", self.name),
            &mut status,
            wanted,
        )
        .await
    }

    /// Waits until it is connected and has everything the master had then.
    ///
    /// # Errors
    /// When that takes too long.
    pub async fn until_online(&self) -> Result<SyncStatus> {
        self.until("online and level", |status| {
            status.connection == ConnectionState::Online
                && status.first_sync.is_none()
                && status.last_synced_at.is_some()
        })
        .await
    }

    /// Waits until it follows another log than this one.
    ///
    /// # Errors
    /// When that takes too long.
    pub async fn until_restored(&self, before: Option<LogId>) -> Result<()> {
        let mut status = self.client().status();
        let follows_another = async {
            loop {
                let log = self.client().position().cursor.map(|cursor| cursor.log_id);
                if log.is_some() && log != before {
                    return;
                }
                // The log is no part of the status, and the status moves with it.
                let _ = tokio::time::timeout(Duration::from_millis(200), status.changed()).await;
            }
        };
        patiently(LIMIT, "the new log", follows_another).await
    }

    /// Waits until every mutation has its outcome.
    ///
    /// # Errors
    /// When that takes too long.
    pub async fn until_sent(&self) -> Result<SyncStatus> {
        self.until("nothing to send", |status| status.pending == 0)
            .await
    }
}

impl Drop for Till {
    fn drop(&mut self) {
        // A test that failed drops it wherever it is, also where nobody may wait.
        if let Some((runtime, _)) = self.running.take() {
            runtime.shutdown_background();
        }
    }
}

/// Opens a till's file. The thread of a till that was dropped may hold it for a last write: then
/// whoever waits for its lock is woken when it lets go.
async fn open_file(file: &Path) -> Result<SqliteStorage, OpenError> {
    match SqliteStorage::open(file).await {
        Err(held @ StorageError::Held(_)) => {
            let lock = PathBuf::from(format!("{}.lock", file.display()));
            let freed = tokio::task::spawn_blocking(move || std::fs::File::open(lock)?.lock());
            let freed = tokio::time::timeout(LAST_WRITE, freed).await;
            if !matches!(freed, Ok(Ok(Ok(())))) {
                return Err(held.into());
            }
            Ok(SqliteStorage::open(file).await?)
        }
        opened => Ok(opened?),
    }
}
