//! The commands' side: the ledger itself where nobody runs, else the local door of who does.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sync_core::{Code, Domain, WireError};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines, ReadHalf, WriteHalf, split};

use super::{Ask, LEDGER, LOCK, Told, door};
use crate::env::Env;
use crate::ledger::{Ledger, OpenError, Options};
use crate::platform::{LocalStream, connect, private};

/// A data directory one may work on.
pub enum Desk {
    /// Nobody runs: the ledger is ours, and so is the lock.
    Own {
        /// The store.
        ledger: Ledger,
        /// Held until the end.
        lock: File,
    },
    /// A master runs: it does what we ask.
    Beside {
        /// What it tells.
        told: Lines<BufReader<ReadHalf<LocalStream>>>,
        /// What we ask.
        asked: WriteHalf<LocalStream>,
    },
}

/// A data directory one may not work on.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// There is no such store.
    #[error("there is no store in {0}")]
    NoStore(PathBuf),
    /// A master runs on it.
    #[error("another master runs on {0}: stop it first")]
    InUse(PathBuf),
    /// A master runs on it and does not answer.
    #[error("a master runs on {path} and does not answer at its local door")]
    Silent {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file.
    #[error("cannot use {path}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The ledger.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl Desk {
    /// Takes the directory for oneself, making it where it is not there.
    ///
    /// # Errors
    /// When a master runs on it, or the ledger cannot be opened.
    pub fn own(
        dir: &Path,
        domain: Arc<dyn Domain>,
        env: Env,
        options: &Options,
    ) -> Result<(Ledger, File), DeskError> {
        let lock = lock(dir)?.ok_or_else(|| DeskError::InUse(dir.to_owned()))?;
        let ledger = Ledger::open(&dir.join(LEDGER), domain, env, options)?;
        Ok((ledger, lock))
    }

    /// Works on a store, beside a running master or not.
    ///
    /// # Errors
    /// When the ledger cannot be opened, or the master does not answer.
    pub async fn open(
        dir: &Path,
        domain: Arc<dyn Domain>,
        env: Env,
        options: &Options,
    ) -> Result<Self, DeskError> {
        if let Some(lock) = lock(dir)? {
            let ledger = Ledger::open(&dir.join(LEDGER), domain, env, options)?;
            return Ok(Self::Own { ledger, lock });
        }
        let silent = |source| DeskError::Silent {
            path: dir.to_owned(),
            source,
        };
        let (told, asked) = split(connect(dir).await.map_err(silent)?);
        Ok(Self::Beside {
            told: BufReader::new(told).lines(),
            asked,
        })
    }

    /// The ledger file of a store that is there.
    ///
    /// # Errors
    /// When there is none.
    pub fn ledger_file(dir: &Path) -> Result<PathBuf, DeskError> {
        let file = dir.join(LEDGER);
        match file.is_file() {
            true => Ok(file),
            false => Err(DeskError::NoStore(dir.to_owned())),
        }
    }

    /// Takes the lock of a directory whose files are to be replaced.
    ///
    /// # Errors
    /// When a master runs on it.
    pub fn lock(dir: &Path) -> Result<(File, PathBuf), DeskError> {
        let lock = lock(dir)?.ok_or_else(|| DeskError::InUse(dir.to_owned()))?;
        Ok((lock, dir.join(LEDGER)))
    }

    /// Asks for something.
    ///
    /// # Errors
    /// When it was not done.
    pub async fn ask(&mut self, ask: Ask) -> Result<Told, WireError> {
        let told = match self {
            Self::Own { ledger, .. } => door::answer(ledger, ask).await,
            Self::Beside { told, asked } => through(told, asked, &ask).await?,
        };
        match told {
            Told::Refused(error) => Err(error),
            told => Ok(told),
        }
    }
}

async fn through(
    told: &mut Lines<BufReader<ReadHalf<LocalStream>>>,
    asked: &mut WriteHalf<LocalStream>,
    ask: &Ask,
) -> Result<Told, WireError> {
    let gone = |what: &str| WireError::new(Code::Draining, format!("the master is gone: {what}"));
    let mut line = serde_json::to_string(ask).map_err(|e| gone(&e.to_string()))?;
    line.push('\n');
    let written = asked.write_all(line.as_bytes()).await;
    written.map_err(|e| gone(&e.to_string()))?;
    let answer = told.next_line().await.map_err(|e| gone(&e.to_string()))?;
    let answer = answer.ok_or_else(|| gone("it closed its door"))?;
    serde_json::from_str(&answer).map_err(|e| gone(&e.to_string()))
}

/// The lock of a directory; `None` where a master holds it.
fn lock(dir: &Path) -> Result<Option<File>, DeskError> {
    let path = dir.join(LOCK);
    let io = |source| DeskError::Io {
        path: path.clone(),
        source,
    };
    if !dir.exists() {
        fs::create_dir_all(dir).map_err(io)?;
        private(dir).map_err(io)?;
    }
    let options = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    let file = options.map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(io(source)),
    }
}
