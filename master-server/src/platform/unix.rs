//! Unix: a socket in the data directory, which is its owner's alone.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tokio::net::UnixListener;
pub(crate) use tokio::net::UnixStream as LocalStream;
use tokio::signal::unix::{SignalKind, signal};

/// The name of the socket in a data directory.
const SOCKET: &str = "admin.sock";

/// The door at which commands on this machine ask a running master.
pub(crate) struct LocalDoor {
    listener: UnixListener,
}

impl LocalDoor {
    /// Opens the door of a data directory, whose lock the caller holds: what lies there is of a
    /// master that was killed.
    pub(crate) fn open(dir: &Path) -> io::Result<Self> {
        let path = dir.join(SOCKET);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        Ok(Self { listener })
    }

    /// The next one who comes.
    pub(crate) async fn accept(&mut self) -> io::Result<LocalStream> {
        Ok(self.listener.accept().await?.0)
    }
}

/// Goes to the door of the master that runs on a data directory.
pub(crate) async fn connect(dir: &Path) -> io::Result<LocalStream> {
    LocalStream::connect(dir.join(SOCKET)).await
}

/// Makes a folder its owner's alone.
pub(crate) fn private(dir: &Path) -> io::Result<()> {
    fs::set_permissions(dir, Permissions::from_mode(0o700))
}

/// Watches from now on for being told to stop, by SIGTERM or Ctrl-C, and ends with the first time.
pub fn told_to_stop() -> impl Future<Output = ()> + Send + 'static {
    let watched = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    );
    async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = watched else {
            tracing::warn!("signals cannot be watched: only killing stops this process");
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}
