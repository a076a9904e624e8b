//! A shop to try, in one command; or a real day replayed through the whole system.

use std::env;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{self, Shell, say};
use crate::web;

/// How long the master may take until it answers; the first start imports the catalogue.
const START_LIMIT: Duration = Duration::from_secs(60);

/// How to start the demo.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Port on this machine.
    #[arg(long, default_value_t = 7400)]
    port: u16,
    /// Folder that keeps the shop; the same one goes on with the same shop.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Do not open a browser.
    #[arg(long)]
    no_open: bool,
    /// Replay the invoices of a day instead, through several tills and every fault.
    #[arg(long, value_name = "FILE.csv", conflicts_with_all = ["port", "data", "no_open"])]
    replay: Option<PathBuf>,
    #[command(flatten)]
    replayed: ReplayArgs,
}

/// How to replay.
#[derive(clap::Args)]
struct ReplayArgs {
    /// Number of tills that share the invoices.
    #[arg(long, default_value_t = 4, requires = "replay")]
    tills: u32,
    /// Percent of the invoices made while their till is cut off.
    #[arg(
        long,
        value_name = "PERCENT",
        default_value_t = 30,
        requires = "replay"
    )]
    offline: u32,
    /// Decides every fault.
    #[arg(long, default_value_t = 7, requires = "replay")]
    seed: u64,
    /// So many times as many faults.
    #[arg(long, value_name = "TIMES", default_value_t = 1, requires = "replay")]
    faults: u32,
    /// Print one line of JSON on stdout.
    #[arg(long, requires = "replay")]
    json: bool,
}

/// Starts the demo, or replays when a file is given.
pub(crate) fn run(shell: &Shell, args: &Args) -> Result<()> {
    match &args.replay {
        Some(file) => replay(shell, file, &args.replayed),
        None => serve(shell, args),
    }
}

/// Replays a day with the settings of the test command.
pub(crate) fn replay_once(shell: &Shell, file: &Path, faults: u32) -> Result<()> {
    replay(
        shell,
        file,
        &ReplayArgs {
            tills: 4,
            offline: 30,
            seed: 7,
            faults,
            json: false,
        },
    )
}

fn replay(shell: &Shell, file: &Path, args: &ReplayArgs) -> Result<()> {
    let file = file
        .canonicalize()
        .with_context(|| format!("cannot read {}", file.display()))?;
    build_server(shell)?;
    let mut command = shell.cargo(&[
        "run",
        "--quiet",
        "--package",
        "tillsync-tests",
        "--bin",
        "replay",
        "--",
    ]);
    command.arg(file);
    command.args(["--tills", &args.tills.to_string()]);
    command.args(["--offline", &args.offline.to_string()]);
    command.args(["--faults", &args.faults.to_string()]);
    command.args(["--seed", &args.seed.to_string()]);
    command.args(args.json.then_some("--json"));
    shell::run(&mut command)
}

fn serve(shell: &Shell, args: &Args) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let url = format!("http://{address}");
    // Asked before anything is built, so that the answer does not come minutes later.
    ensure!(
        TcpListener::bind(address).is_ok(),
        "port {} is in use. If a demo is running there already, open {url}; else choose another with --port",
        args.port
    );
    let data = match &args.data {
        Some(dir) => env::current_dir()?.join(dir),
        None => shell::user_dir("XDG_DATA_HOME", ".local/share")?.join("tillsync-demo"),
    };
    say("1/3 the web app");
    web::build(shell)?;
    say("2/3 the master");
    build_server(shell)?;
    say("3/3 the shop");
    let mut command = shell.command(shell.target.join("debug/master-server"));
    command
        .arg("serve")
        .arg("--demo")
        .args(["--listen", &address.to_string()]);
    command
        .arg("--data")
        .arg(&data)
        .arg("--web")
        .arg(shell.root.join(web::DIST));
    // What a person at the terminal should read, not the protocol of a server.
    command.args(["--log", "warn"]);
    let mut server = start(&mut command)?;
    stop_with_us(&server)?;
    wait_until_ready(&mut server, address)?;
    eprintln!(
        "\n  The till is open at  {url}\n  The shop is kept in  {}\n  Ctrl-C stops the master; the till in the browser goes on selling.\n",
        data.display()
    );
    if !args.no_open {
        open_browser(&url);
    }
    let status = server.wait()?;
    ensure!(status.success(), "the master ended: {status}");
    say("stopped; start it again to go on with the same shop");
    Ok(())
}

/// Builds the master, as a program to start.
pub(crate) fn build_server(shell: &Shell) -> Result<()> {
    shell::run(&mut shell.cargo(&["build", "--package", "master-server", "--bins"]))
}

/// Starts the master outside our process group: Ctrl-C reaches us alone, and we pass it on once.
fn start(command: &mut Command) -> Result<Child> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command.spawn().context("cannot start the master")
}

fn stop_with_us(server: &Child) -> Result<()> {
    let id = server.id().to_string();
    ctrlc::set_handler(move || {
        // Without this tool the master has had the key press itself.
        let _ = Command::new("kill").args(["-TERM", &id]).status();
    })
    .context("cannot watch for Ctrl-C")
}

fn wait_until_ready(server: &mut Child, address: SocketAddr) -> Result<()> {
    let started = Instant::now();
    while !is_ready(address) {
        if let Some(status) = server.try_wait()? {
            bail!("the master ended before it was ready: {status}");
        }
        if started.elapsed() > START_LIMIT {
            let _ = server.kill();
            bail!("the master was not ready after {} s", START_LIMIT.as_secs());
        }
        // A started process tells nobody when it listens: asking again is the only way.
        #[expect(clippy::disallowed_methods)]
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(
            stream,
            "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.starts_with("HTTP/1.1 200"))
    };
    ask().unwrap_or(false)
}

fn open_browser(url: &str) {
    // Without a display, xdg-open would start a browser inside this terminal.
    let has_display = !cfg!(target_os = "linux")
        || env::var_os("DISPLAY").is_some()
        || env::var_os("WAYLAND_DISPLAY").is_some();
    if has_display && open::that_detached(url).is_err() {
        say(format_args!(
            "no browser could be opened; open {url} yourself"
        ));
    }
}
