use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::bench::shop::Shop;
use crate::bench::{Bench, Reading};
use crate::world::patiently;

/// How long one thing to do may take.
const LIMIT: Duration = Duration::from_secs(900);
/// The script, in the checkout.
const SCRIPT: &str = "tests/bench/drive.mjs";
/// What has to be built for it, in the checkout.
const PACKAGE: &str = "sync-client/npm/dist/index.js";
/// The units that the script counts in.
const UNITS: [&str; 3] = ["s", "ms", "MiB"];

/// Chromium with a page, and the shop that the page joins.
pub(super) struct Driver<'a> {
    bench: &'a Bench,
    shop: Shop,
    child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

/// What the script says.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Said {
    /// What it has read: variant, value, unit, n.
    Readings(Vec<(String, f64, String, usize)>),
    /// What it wants.
    Ask(Wanted),
    /// What went wrong.
    Error(String),
}

/// What the script cannot do by itself.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    /// A one-time code for a device.
    Code,
    /// The master stopped.
    Stop,
    /// The master back at its address.
    Start,
}

impl<'a> Driver<'a> {
    /// Starts a shop with so many products and a browser.
    pub(super) async fn start(bench: &'a Bench, products: usize) -> Result<Self> {
        let package = bench.root.join(PACKAGE);
        anyhow::ensure!(
            package.exists(),
            "the package is not built: cargo xtask wasm"
        );
        let port = free_port()?;
        let origin = format!("http://localhost:{port}");
        let options = ["--origin", &origin];
        let mut shop = match products {
            0 => Shop::empty_with(bench, options).await?,
            count => Shop::with_products_and(bench, count, options).await?,
        };
        // Where it comes back to when it was stopped.
        let address = *shop.master.address().borrow();
        let address = address.context("the master is down")?;
        shop.master.set_listen(&address.to_string());
        let about = json!({
            "root": bench.root, "port": port, "url": shop.url()?, "user": shop.owner.id,
        });
        let mut child = Command::new("node")
            .arg(bench.root.join(SCRIPT))
            .arg(about.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("cannot start node")?;
        let stdin = child.stdin.take().context("its stdin is piped")?;
        let stdout = child.stdout.take().context("its stdout is piped")?;
        let mut driver = Self {
            bench,
            shop,
            child,
            stdin,
            lines: BufReader::new(stdout).lines(),
        };
        driver.readings().await.context("no browser")?;
        Ok(driver)
    }

    /// Who it measures for.
    pub(super) fn bench(&self) -> &'a Bench {
        self.bench
    }

    /// Lets the script do one thing and gives what it has read.
    pub(super) async fn ask(&mut self, what: &Value) -> Result<Vec<Reading>> {
        self.say(&what.to_string()).await?;
        patiently(LIMIT, "the browser", self.readings()).await?
    }

    /// Ends the browser.
    pub(super) async fn end(self) -> Result<()> {
        let Self {
            stdin, mut child, ..
        } = self;
        drop(stdin);
        patiently(LIMIT, "the browser to end", child.wait()).await??;
        Ok(())
    }

    async fn say(&mut self, line: &str) -> Result<()> {
        let line = format!("{line}\n");
        self.stdin.write_all(line.as_bytes()).await?;
        Ok(self.stdin.flush().await?)
    }

    async fn readings(&mut self) -> Result<Vec<Reading>> {
        loop {
            let line = self.lines.next_line().await?;
            let line = line.context("the script has ended")?;
            match serde_json::from_str(&line).with_context(|| format!("it says {line}"))? {
                Said::Readings(all) => return all.into_iter().map(reading).collect(),
                Said::Ask(wanted) => {
                    let answer = self.answer(&wanted).await?;
                    self.say(&answer).await?;
                }
                Said::Error(error) => bail!("{error}"),
            }
        }
    }

    async fn answer(&mut self, wanted: &Wanted) -> Result<String> {
        let master = &mut self.shop.master;
        match wanted {
            Wanted::Code => return master.code("tab").await,
            Wanted::Stop => master.stop().await?,
            Wanted::Start => {
                master.start().await?;
            }
        }
        Ok("done".to_owned())
    }
}

fn reading((variant, value, unit, n): (String, f64, String, usize)) -> Result<Reading> {
    let known = UNITS.into_iter().find(|known| *known == unit);
    let unit = known.with_context(|| format!("nobody counts in {unit}"))?;
    Ok(Reading::new(variant, value, unit, n))
}

/// A port that nobody listens on now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
