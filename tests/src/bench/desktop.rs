//! The desktop till's window with 50,000 products and no master: `tests/e2e/measure-desktop.ts`
//! drives it, in the build that is installed.

use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use tokio::process::Command;

use super::{Bench, Figure, Reading, Run, others};

/// The units that the script counts in.
const UNITS: [&str; 2] = ["s", "MiB"];
/// How often it is started where it has to be quick.
const QUICK: &str = "2";

/// What the script reads: figure, variant, value, unit, how many measured.
type Row = (String, String, f64, String, usize);

/// All of it, and whether others used the processors when it began.
pub(super) struct Read {
    rows: Vec<Row>,
    disturbed: bool,
}

/// From the start of the process to people who may log in, and from the last press of that to products
/// that can be sold.
pub(super) async fn start(bench: &Bench) -> Result<Vec<Figure>> {
    figures(bench, "start-desktop").await
}

/// What the till's process and those of its window take of the machine's memory.
pub(super) async fn memory(bench: &Bench) -> Result<Vec<Figure>> {
    figures(bench, "memory-desktop").await
}

async fn figures(bench: &Bench, name: &str) -> Result<Vec<Figure>> {
    let read = bench.desktop.get_or_try_init(|| read(bench)).await?;
    let of_figure = read.rows.iter().filter(|(figure, ..)| figure == name);
    let readings = of_figure.map(|(_, variant, value, unit, n)| {
        let known = UNITS.into_iter().find(|known| known == unit);
        let unit = known.with_context(|| format!("nobody counts in {unit}"))?;
        Ok(Reading::new(variant, *value, unit, *n))
    });
    let run = Run {
        found: readings.collect::<Result<_>>()?,
        disturbed: read.disturbed,
        ..Run::default()
    };
    Ok(Figure::of_runs(name, &[run]))
}

/// Runs the script, which reads all of them in one shop.
async fn read(bench: &Bench) -> Result<Read> {
    let disturbed = others::others_work().await;
    let file = bench.dir().join("desktop.json");
    let mut script = Command::new("npm");
    script.args(["run", "measure:desktop"]);
    script.current_dir(bench.root.join("web"));
    script.env("FIGURES", &file).kill_on_drop(true);
    if bench.quick {
        script.env("STARTS", QUICK);
    }
    let ended = script.stdin(Stdio::null()).output().await;
    let ended = ended.context("cannot start npm")?;
    if !ended.status.success() {
        let (said, told) = (ended.stdout, ended.stderr);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        bail!("the script failed:\n{}{}", text(&said), text(&told));
    }
    let text = tokio::fs::read(&file).await;
    let rows: Vec<Row> = serde_json::from_slice(&text.context("the script wrote nothing")?)?;
    ensure!(!rows.is_empty(), "the script read nothing");
    Ok(Read { rows, disturbed })
}
