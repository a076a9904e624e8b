//! Where commands run and how: one place for directories, environment and errors.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

/// The checkout and the directories outside it that commands use.
pub(crate) struct Shell {
    /// The checkout.
    pub(crate) root: PathBuf,
    /// Everything that may be deleted at any time: tools and build output.
    pub(crate) cache: PathBuf,
    /// Where cargo builds: `CARGO_TARGET_DIR`, else a directory outside the checkout.
    pub(crate) target: PathBuf,
}

/// A command that ended with another code than 0.
#[derive(Debug)]
pub(crate) struct Failed {
    /// The command as it can be typed again.
    line: String,
    /// Its exit code; none when a signal ended it.
    pub(crate) code: Option<u8>,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "`{}` ended with code {code}", self.line),
            None => write!(f, "`{}` was ended by a signal", self.line),
        }
    }
}

impl std::error::Error for Failed {}

impl Shell {
    /// Finds the checkout, the cache and the target directory.
    pub(crate) fn new() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .context("xtask lies in the workspace")?
            .to_path_buf();
        let cache = user_dir("XDG_CACHE_HOME", ".cache")?.join("tillsync");
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root.join(dir),
            None => cache.join("target"),
        };
        Ok(Self {
            root,
            cache,
            target,
        })
    }

    /// Returns a command that runs in the checkout with the environment of the project.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target);
        // Set by `cargo run` for xtask alone; a cargo started from here must not see them.
        for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
            command.env_remove(name);
        }
        command
    }

    /// Returns `cargo` with the given arguments.
    pub(crate) fn cargo(&self, args: &[&str]) -> Command {
        let mut command = self.command("cargo");
        command.args(args);
        command
    }

    /// Returns `npm` with the given arguments in the folder of the web app.
    pub(crate) fn npm(&self, args: &[&str]) -> Command {
        let mut command = self.command("npm");
        command.args(args).current_dir(self.root.join("web"));
        command
    }
}

/// Returns the directory of a user, by the XDG variable or below the home directory.
pub(crate) fn user_dir(variable: &str, below_home: &str) -> Result<PathBuf> {
    if let Some(dir) = env::var_os(variable).filter(|dir| !dir.is_empty()) {
        return Ok(PathBuf::from(dir));
    }
    let home = env::home_dir().context("neither a home directory nor its XDG variable is set")?;
    Ok(home.join(below_home))
}

/// Says what is about to happen. Goes to stderr, so that stdout stays for results.
pub(crate) fn say(text: impl fmt::Display) {
    eprintln!("\x1b[1m==>\x1b[0m {text}");
}

/// Runs a command with its output shown as it comes.
///
/// # Errors
/// [`Failed`] with the exit code, or that the program cannot be started.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    eprintln!("\x1b[2m$ {}\x1b[0m", line_of(command));
    let status = command.status().with_context(|| not_started(command))?;
    finish(command, status)
}

/// Runs a command, shows its output, and hands each line to `look`.
///
/// # Errors
/// As [`run`].
pub(crate) fn run_watched(command: &mut Command, mut look: impl FnMut(&str)) -> Result<()> {
    eprintln!("\x1b[2m$ {}\x1b[0m", line_of(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| not_started(command))?;
    let (sender, lines) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        forward(out, sender.clone());
    }
    if let Some(err) = child.stderr.take() {
        forward(err, sender);
    }
    let mut shown = io::stderr();
    for line in lines {
        // A closed terminal must not end a test run half-way.
        let _ = shown.write_all(line.as_bytes());
        look(&line);
    }
    let status = child.wait().with_context(|| not_started(command))?;
    finish(command, status)
}

/// Returns what a command printed on stdout; none when it failed or is not there.
pub(crate) fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Returns the first of `names` that is an executable on the `PATH`.
pub(crate) fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let dirs: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| dirs.iter().map(move |dir| dir.join(name)))
        .find(|candidate| candidate.is_file())
}

/// Returns when a file was last written; the beginning of time when it is not there.
pub(crate) fn modified(path: &Path) -> SystemTime {
    fs::metadata(path)
        .and_then(|meta| meta.modified())
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Returns a path relative to the checkout, for messages.
pub(crate) fn shown<'a>(shell: &Shell, path: &'a Path) -> std::path::Display<'a> {
    path.strip_prefix(&shell.root).unwrap_or(path).display()
}

fn forward(from: impl Read + Send + 'static, to: Sender<String>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(from);
        let mut bytes = Vec::new();
        while reader
            .read_until(b'\n', &mut bytes)
            .is_ok_and(|read| read > 0)
        {
            if to
                .send(String::from_utf8_lossy(&bytes).into_owned())
                .is_err()
            {
                return;
            }
            bytes.clear();
        }
    });
}

fn finish(command: &Command, status: std::process::ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    bail!(Failed {
        line: line_of(command),
        code
    })
}

fn not_started(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    format!(
        "cannot start `{program}`: is it installed? `cargo xtask setup` installs what is missing"
    )
}

fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
