use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;

use super::patiently;

/// How long a start, a stop or a command may take.
const LIMIT: Duration = Duration::from_secs(120);
/// The line with which a master says that it can be reached.
const READY: &str = "listening on http://";

/// A master as a process of its own, with its data directory.
///
/// It may be killed and started again; whoever watches [`Master::address`] learns where it is.
pub struct Master {
    data: PathBuf,
    log: PathBuf,
    binary: PathBuf,
    options: Vec<String>,
    listen: String,
    child: Option<Child>,
    address: watch::Sender<Option<SocketAddr>>,
}

/// How a command of the master ended.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Whether its exit code was 0.
    pub success: bool,
    /// What it said.
    pub stdout: String,
    /// What it said about that.
    pub stderr: String,
}

impl Master {
    /// A master that keeps its data in `dir/master`; not started yet.
    ///
    /// # Errors
    /// When the program is not beside this one, or the directory cannot be made.
    pub fn new(dir: &Path) -> Result<Self> {
        let data = dir.join("master");
        std::fs::create_dir_all(&data)?;
        Ok(Self {
            data,
            log: dir.join("master.log"),
            binary: program_beside_us()?,
            options: Vec::new(),
            listen: "127.0.0.1:0".to_owned(),
            child: None,
            address: watch::Sender::new(None),
        })
    }

    /// Gives `serve` these options from its next start on.
    pub fn set_options(&mut self, options: &[&str]) {
        self.options = options.iter().map(|&option| option.to_owned()).collect();
    }

    /// Lets it listen there from its next start on.
    pub fn set_listen(&mut self, address: &str) {
        address.clone_into(&mut self.listen);
    }

    /// The number of its process, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().and_then(Child::id)
    }

    /// The memory that its process has, in KiB. Linux alone tells.
    ///
    /// # Errors
    /// While it is down, or where the system does not tell.
    pub fn resident_kib(&self) -> Result<u64> {
        let id = self.id().context("the master is down")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        kib.context("no resident size")
    }

    /// Starts it on a free port and waits until it listens.
    ///
    /// # Errors
    /// When it ends or says nothing; its log is part of the error.
    pub async fn start(&mut self) -> Result<SocketAddr> {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.log)?;
        let mut child = Command::new(&self.binary)
            .args(["serve", "--listen", &self.listen, "--data"])
            .arg(&self.data)
            .args(&self.options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", self.binary.display()))?;
        let stdout = child.stdout.take().context("its stdout is piped")?;
        let ready = patiently(LIMIT, "the master to listen", ready_line(stdout)).await;
        let Ok(Some(address)) = ready else {
            let _ = child.kill().await;
            bail!("the master did not start:\n{}", self.log_tail());
        };
        self.child = Some(child);
        self.address.send_replace(Some(address));
        Ok(address)
    }

    /// Kills it with SIGKILL: no goodbye, no flush.
    ///
    /// # Errors
    /// When it cannot be reaped.
    pub async fn kill(&mut self) -> Result<()> {
        self.address.send_replace(None);
        if let Some(mut child) = self.child.take() {
            child.kill().await?;
        }
        Ok(())
    }

    /// Stops it gracefully and waits for its end.
    ///
    /// # Errors
    /// When it does not end in time or ends with an error.
    pub async fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else {
            return Ok(());
        };
        if let Some(id) = child.id() {
            let id = id.to_string();
            let sent = Command::new("kill").args(["-TERM", &id]).status().await?;
            ensure!(sent.success(), "cannot send a signal to the master");
        }
        let status = patiently(LIMIT, "the master to stop", child.wait()).await??;
        self.address.send_replace(None);
        ensure!(
            status.success(),
            "the master ended with {status}:\n{}",
            self.log_tail()
        );
        Ok(())
    }

    /// Runs a command of the master on its data directory, beside a running one or not.
    ///
    /// # Errors
    /// When it cannot be run or takes too long; a command that fails is no error here.
    pub async fn command<I: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = I>,
    ) -> Result<Finished> {
        self.command_within(LIMIT, arguments).await
    }

    /// The same with a limit of its own, for one that has much to do.
    ///
    /// # Errors
    /// As [`Master::command`].
    pub async fn command_within<I: AsRef<OsStr>>(
        &self,
        limit: Duration,
        arguments: impl IntoIterator<Item = I>,
    ) -> Result<Finished> {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .arg("--data")
            .arg(&self.data)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = patiently(limit, "a command of the master", command.output()).await??;
        Ok(Finished {
            success: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Opens a one-time code for a device.
    ///
    /// # Errors
    /// When the command fails.
    pub async fn code(&self, name: &str) -> Result<String> {
        let done = self
            .command(["enroll", "--name", name])
            .await?
            .successful()?;
        let code = done.stdout.split_whitespace().last();
        code.map(str::to_owned)
            .with_context(|| format!("no code in {:?}", done.stdout))
    }

    /// Where it can be reached now; nothing while it is down.
    pub fn address(&self) -> watch::Receiver<Option<SocketAddr>> {
        self.address.subscribe()
    }

    /// Its data directory.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Its ledger.
    pub fn ledger(&self) -> PathBuf {
        self.data.join("ledger.sqlite")
    }

    /// The last lines of its log, for diagnostics.
    pub fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Finished {
    /// The same, when its exit code was 0.
    ///
    /// # Errors
    /// When it was not; the error says what the command said.
    pub fn successful(self) -> Result<Self> {
        ensure!(
            self.success,
            "a command of the master failed: {}{}",
            self.stderr,
            self.stdout
        );
        Ok(self)
    }
}

/// Finds `master-server` beside this program, or one up where this is a test.
fn program_beside_us() -> Result<PathBuf> {
    let us = std::env::current_exe()?;
    us.ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join(format!("master-server{}", std::env::consts::EXE_SUFFIX)))
        .find(|path| path.exists())
        .with_context(|| {
            format!(
                "no master-server beside {}; build it: cargo build --package master-server --bins",
                us.display()
            )
        })
}

async fn ready_line(stdout: tokio::process::ChildStdout) -> Option<SocketAddr> {
    let mut lines = BufReader::new(stdout).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some((_, address)) = line.split_once(READY) {
            let address = address.trim().trim_end_matches('/').parse().ok();
            // Whatever else it says is read, so that it never waits for us.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return address;
        }
    }
    None
}
