//! Windows: a named pipe, named by the data directory. Folders of a user are that user's alone there
//! already, and who may write to a pipe is who made it, the system and administrators.

use std::io;
use std::path::Path;

use tokio::io::{AsyncRead, AsyncWrite};
pub(crate) use tokio::net::windows::named_pipe::NamedPipeClient as LocalStream;
use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeServer, ServerOptions};
use tokio::signal::windows::{ctrl_c, ctrl_close, ctrl_shutdown};

/// What of a path a pipe is named by: Windows takes 256 characters.
const NAMED_BY: usize = 200;

/// The door at which commands on this machine ask a running master.
pub(crate) struct LocalDoor {
    name: String,
    next: NamedPipeServer,
}

impl LocalDoor {
    /// Opens the door of a data directory, whose lock the caller holds.
    pub(crate) fn open(dir: &Path) -> io::Result<Self> {
        let name = name_of(dir)?;
        let next = ServerOptions::new()
            .first_pipe_instance(true)
            .create(&name)?;
        Ok(Self { name, next })
    }

    /// The next one who comes.
    pub(crate) async fn accept(
        &mut self,
    ) -> io::Result<impl AsyncRead + AsyncWrite + Send + 'static> {
        self.next.connect().await?;
        // The next instance first: without one nobody finds the door.
        let next = ServerOptions::new().create(&self.name)?;
        Ok(std::mem::replace(&mut self.next, next))
    }
}

/// Goes to the door of the master that runs on a data directory.
pub(crate) async fn connect(dir: &Path) -> io::Result<LocalStream> {
    ClientOptions::new().open(name_of(dir)?)
}

/// A folder of a user is that user's alone.
pub(crate) fn private(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Watches from now on for being told to stop, by Ctrl-C, the end of the console or of the system,
/// and ends with the first time.
pub fn told_to_stop() -> impl Future<Output = ()> + Send + 'static {
    let watched = (ctrl_c(), ctrl_close(), ctrl_shutdown());
    async move {
        let (Ok(mut key), Ok(mut console), Ok(mut system)) = watched else {
            tracing::warn!("signals cannot be watched: only killing stops this process");
            return std::future::pending().await;
        };
        tokio::select! {
            _ = key.recv() => {}
            _ = console.recv() => {}
            _ = system.recv() => {}
        }
    }
}

fn name_of(dir: &Path) -> io::Result<String> {
    let path = dir.canonicalize()?.to_string_lossy().replace('\\', "/");
    let from = path.chars().count().saturating_sub(NAMED_BY);
    let end: String = path.chars().skip(from).collect();
    Ok(format!(r"\\.\pipe\tillsync-{end}"))
}
