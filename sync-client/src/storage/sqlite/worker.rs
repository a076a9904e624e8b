use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::migrate;
use crate::storage::StorageError;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The thread that owns the connection, and the way to it.
#[derive(Debug)]
pub(super) struct Worker {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub(super) async fn start(path: PathBuf) -> Result<Self, StorageError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let (opened, answer) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("sync-client storage".to_owned())
            .spawn(move || match open(&path) {
                Ok((lock, mut db)) => {
                    // Whoever opened it and went away leaves an empty queue: it ends at once.
                    let _ = opened.send(Ok(()));
                    queue.into_iter().for_each(|job| job(&mut db));
                    drop(db);
                    drop(lock);
                }
                Err(error) => {
                    let _ = opened.send(Err(error));
                }
            })
            .map_err(|e| StorageError::Failed(e.to_string()))?;
        answer.await.unwrap_or_else(|_| Err(gone()))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Runs some work on the thread and waits for it.
    pub(super) async fn run<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<R, StorageError> + Send + 'static,
    ) -> Result<R, StorageError> {
        answer(self.start_run(work)?).await
    }

    pub(super) fn start_run<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<R, StorageError> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<R, StorageError>>, StorageError> {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |db| {
            // Nobody waits any more: what was done is done.
            let _ = sender.send(work(db));
        });
        let jobs = self.jobs.as_ref().ok_or_else(gone)?;
        jobs.send(job).map_err(|_| gone())?;
        Ok(receiver)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // The file is free when this returns, so that it can be opened again at once.
            let _ = thread.join();
        }
    }
}

pub(super) async fn answer<R>(
    receiver: oneshot::Receiver<Result<R, StorageError>>,
) -> Result<R, StorageError> {
    receiver.await.unwrap_or_else(|_| Err(gone()))
}

fn gone() -> StorageError {
    StorageError::Lost("its thread has ended".to_owned())
}

fn open(path: &Path) -> Result<(File, Connection), StorageError> {
    let held = |e: &dyn std::fmt::Display| StorageError::Held(format!("{}: {e}", path.display()));
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let mut options = OpenOptions::new();
    let lock = options.create(true).truncate(false).write(true).open(&name);
    let lock = lock.map_err(|e| StorageError::Lost(e.to_string()))?;
    lock.try_lock().map_err(|e| held(&e))?;
    let mut db = Connection::open(path)?;
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    migrate::run(&mut db)?;
    Ok((lock, db))
}
