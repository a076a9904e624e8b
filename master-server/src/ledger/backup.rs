//! A copy that is whole and verified; and a new generation of the log made of one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use serde::Serialize;
use serde_json::json;
use sync_core::{DeviceId, Domain, LogId, Millis, Position, Seq, WireError};

use super::copy::{Copy, with_suffix};
use super::error::{LedgerError, OpenError};
use super::identity::Identity;
use super::open::{Options, new_log, upgrade};
use super::verify::{Report, verify_file};
use super::{Command, Ledger, devices};
use crate::env::Env;

/// A backup that was made.
#[derive(Clone, Debug, Serialize)]
pub struct Backup {
    /// Where it lies.
    pub file: PathBuf,
    /// What verifying it found.
    pub report: Report,
    /// The log it holds.
    pub log_id: LogId,
}

impl Ledger {
    /// Writes a whole copy beside the running master, verifies it, and tells the devices' marks.
    ///
    /// # Errors
    /// When the copy cannot be written or does not verify; no file is left then.
    pub async fn backup(&self, file: &Path) -> Result<Backup, WireError> {
        let copy = file.to_owned();
        let domain = Arc::clone(self.domain());
        let source = self.path().to_owned();
        let made = self.off_thread(move || copy_verified(&source, &copy, &*domain));
        let failed = || metrics::counter!("tillsync_verify_failures_total").increment(1);
        let (report, identity, marks) = made.await.map_err(|error| {
            failed();
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "no backup was made"
            );
            error.to_wire()
        })?;
        if !report.ok {
            failed();
        } else {
            let about = json!({ "head": report.head, "log_id": identity.log_id });
            self.command(Command::Archived { marks, about }).await?;
        }
        Ok(Backup {
            file: file.to_owned(),
            report,
            log_id: identity.log_id,
        })
    }
}

type Marks = Vec<(DeviceId, Seq)>;

fn copy_verified(
    source: &Path,
    file: &Path,
    domain: &dyn Domain,
) -> Result<(Report, Identity, Marks), LedgerError> {
    let io = |source: std::io::Error| LedgerError::Io {
        path: file.to_owned(),
        source,
    };
    let part = file.with_extension("part");
    let _ = fs::remove_file(&part);
    let connection = Connection::open(source)?;
    connection.execute("VACUUM INTO ?1", [part.to_string_lossy()])?;
    File::open(&part)
        .and_then(|made| made.sync_all())
        .map_err(io)?;
    let report = verify_file(&part, domain)?;
    let copy = Connection::open(&part)?;
    let identity = Identity::load(&copy)?
        .ok_or_else(|| LedgerError::Corrupt("the copy has no store".to_owned()))?;
    let marks = devices::all(&copy)?
        .into_iter()
        .map(|device| (device.info.id, device.high_water))
        .collect();
    drop(copy);
    fs::rename(&part, file).map_err(io)?;
    if let Some(folder) = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(io)?;
    }
    Ok((report, identity, marks))
}

/// Makes a ledger of a backup, in a new generation above every one known. A ledger that is there is
/// put aside once the backup has been found sound.
///
/// # Errors
/// When the backup does not verify, or the file cannot be written.
pub async fn restore(
    backup: &Path,
    file: &Path,
    above: u64,
    domain: Arc<dyn Domain>,
    env: Env,
    options: &Options,
) -> Result<(Identity, Position), RestoreError> {
    let io = |source: std::io::Error| LedgerError::Io {
        path: file.to_owned(),
        source,
    };
    // A backup of an older build is looked at as this build will have it, beside what is there.
    let copy = Copy::beside(file, "restoring");
    fs::copy(backup, copy.path()).map_err(io)?;
    upgrade(copy.path(), domain.schema())?;
    let report = verify_file(copy.path(), domain.as_ref())?;
    if let Some(fault) = report.faults.first() {
        return Err(RestoreError::Unsound(fault.to_string()));
    }
    File::open(copy.path())
        .and_then(|copy| copy.sync_all())
        .map_err(io)?;
    put_aside(file, env.now()).map_err(io)?;
    fs::rename(copy.path(), file).map_err(io)?;
    let ledger = Ledger::open(file, domain, env.clone(), options)?;
    let generation = ledger.identity().log_id.generation.max(above) + 1;
    let node = DeviceId::new(env.now(), env.random());
    ledger
        .command(Command::Restart {
            log_id: new_log(&env, generation),
            node,
            reason: "restored from a backup".to_owned(),
        })
        .await?;
    let marks = ledger.devices().await?;
    let marks: Marks = marks
        .into_iter()
        .map(|device| (device.info.id, device.high_water))
        .collect();
    let about = json!({ "restored": true, "head": report.head });
    ledger.command(Command::Archived { marks, about }).await?;
    let identity = ledger.identity();
    Ok((Identity::clone(&identity), report.head))
}

/// Nothing is deleted: a ledger that is replaced may be wanted again.
fn put_aside(file: &Path, now: Millis) -> std::io::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let from = with_suffix(file, suffix);
        if from.exists() {
            let to = with_suffix(file, &format!(".before-{}{suffix}", now.0));
            fs::rename(from, to)?;
        }
    }
    Ok(())
}

/// A restore that was not done.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup has a fault.
    #[error("the backup is not sound: {0}")]
    Unsound(String),
    /// A read or a write.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The copy cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The new generation could not be written.
    #[error("the new generation could not be begun")]
    Begin(#[from] WireError),
}
