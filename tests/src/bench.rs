//! What the system does, measured beside what the machine can do: `cargo xtask bench`.
//!
//! Every figure runs several times, each time between two measurements of its limit: the same work
//! done raw, in the same folder, by the same two processors.

mod browser;
mod bundle;
mod catchup;
mod desktop;
mod device;
mod drain;
mod enqueue;
mod fanout;
mod figure;
mod follower;
mod growth;
mod ingest;
mod limit;
mod memory;
mod others;
mod packages;
mod propagate;
mod pusher;
mod query;
mod raw;
mod shop;
mod table;
mod target;
mod times;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use futures_util::future::LocalBoxFuture;
use indicatif::{ProgressBar, ProgressStyle};
use tempfile::TempDir;
use tokio::sync::OnceCell;

pub use figure::{Figure, Reading, Run};
pub use table::table;
pub use target::Target;
pub use times::Times;

/// How often each figure is measured.
const RUNS: usize = 3;

/// What all figures need: where to measure, how often, and who is told.
pub struct Bench {
    quick: bool,
    root: PathBuf,
    dir: TempDir,
    progress: ProgressBar,
    /// What the desktop's window was measured at, once for all of its figures.
    desktop: OnceCell<desktop::Read>,
}

/// How a figure is measured.
type Measure = for<'a> fn(&'a Bench) -> LocalBoxFuture<'a, Result<Vec<Figure>>>;

/// Every figure by its name, in the order in which they run.
const FIGURES: [(&str, Measure); 22] = [
    ("raw", |bench| Box::pin(raw::all(bench))),
    ("ingest-1", |bench| Box::pin(ingest::one(bench))),
    ("ingest-32", |bench| Box::pin(ingest::many(bench))),
    ("ingest-batch", |bench| Box::pin(ingest::batch(bench))),
    ("propagate", |bench| Box::pin(propagate::propagate(bench))),
    ("fanout-50", |bench| Box::pin(fanout::fanout(bench, 50))),
    ("fanout-500", |bench| Box::pin(fanout::fanout(bench, 500))),
    ("catchup-native", |bench| Box::pin(catchup::native(bench))),
    ("enqueue-native", |bench| Box::pin(enqueue::native(bench))),
    ("drain-native", |bench| Box::pin(drain::native(bench))),
    ("query-native", |bench| Box::pin(query::native(bench))),
    ("memory", |bench| Box::pin(memory::master(bench))),
    ("bundle", |bench| Box::pin(bundle::bundle(bench))),
    ("growth", |bench| Box::pin(growth::growth(bench))),
    ("catchup-browser", |bench| Box::pin(browser::catchup(bench))),
    ("enqueue-browser", |bench| Box::pin(browser::enqueue(bench))),
    ("drain-browser", |bench| Box::pin(browser::drain(bench))),
    ("query-browser", |bench| Box::pin(browser::query(bench))),
    ("memory-browser", |bench| Box::pin(browser::memory(bench))),
    ("start-desktop", |bench| Box::pin(desktop::start(bench))),
    ("memory-desktop", |bench| Box::pin(desktop::memory(bench))),
    ("package-size", |bench| Box::pin(packages::sizes(bench))),
];

/// The names of all figures.
pub fn names() -> impl Iterator<Item = &'static str> {
    FIGURES.iter().map(|(name, _)| *name)
}

impl Bench {
    /// Prepares a folder beside this program: a folder for temporary files may be memory. `root` is
    /// the checkout.
    ///
    /// # Errors
    /// When there can be no such folder.
    pub fn new(root: &Path, quick: bool) -> Result<Self> {
        let us = std::env::current_exe()?;
        let beside = us.parent().context("a program lies in a folder")?;
        let style = ProgressStyle::with_template("{elapsed_precise} {spinner} {prefix}: {msg}")?;
        let progress = ProgressBar::new_spinner().with_style(style);
        Ok(Self {
            quick,
            root: root.to_owned(),
            dir: tempfile::tempdir_in(beside).context("no folder to measure in")?,
            progress,
            desktop: OnceCell::new(),
        })
    }

    /// Measures every figure that is wanted, or all where none is named, and hands each to `tell`
    /// as soon as it is there.
    ///
    /// # Errors
    /// When one cannot be measured.
    pub async fn run(
        &self,
        wanted: &[String],
        mut tell: impl FnMut(&Figure),
    ) -> Result<Vec<Figure>> {
        let mut all = Vec::new();
        for (name, measure) in FIGURES {
            if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == name) {
                continue;
            }
            self.progress.set_prefix(name);
            self.say("begins");
            let figures = measure(self).await;
            let figures = figures.with_context(|| format!("{name} cannot be measured"))?;
            self.progress.suspend(|| figures.iter().for_each(&mut tell));
            all.extend(figures);
        }
        self.progress.finish_and_clear();
        Ok(all)
    }

    /// The folder to measure in; gone with this.
    fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A new folder to measure in.
    fn new_dir(&self) -> Result<TempDir> {
        Ok(tempfile::tempdir_in(self.dir())?)
    }

    fn say(&self, what: &str) {
        self.progress.set_message(what.to_owned());
        self.progress.tick();
    }

    /// Which of these sizes are measured: the first alone, where it has to be quick.
    fn sizes<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        if self.quick { &all[..1] } else { all }
    }

    /// How many of something: fewer, where it has to be quick.
    fn count(&self, all: usize) -> usize {
        if self.quick { all.div_ceil(10) } else { all }
    }

    /// Measures a figure, each time between two looks at its limit. Noisy runs are repeated, as
    /// many times as there are runs; where there are still too few quiet ones, all of them count.
    async fn beside(
        &self,
        name: &str,
        mut limit: impl AsyncFnMut() -> Result<Vec<Reading>>,
        mut work: impl AsyncFnMut() -> Result<Vec<Reading>>,
    ) -> Result<Vec<Figure>> {
        let wanted = if self.quick { 1 } else { RUNS };
        let mut runs: Vec<Run> = Vec::new();
        loop {
            let quiet = runs.iter().filter(|run| !run.is_noisy()).count();
            if quiet >= wanted {
                runs.retain(|run| !run.is_noisy());
                break;
            }
            if runs.len() >= wanted * 2 || (self.quick && !runs.is_empty()) {
                break;
            }
            self.say(&format!("run {} of {wanted}", runs.len() + 1));
            let disturbed = others::others_work().await;
            let before = limit().await?;
            let found = work().await?;
            let after = limit().await?;
            runs.push(Run {
                before,
                found,
                after,
                disturbed,
            });
        }
        Ok(Figure::of_runs(name, &runs))
    }

    /// A figure that nothing compares to, measured once: sizes, and what does not swing.
    fn alone(name: &str, found: Vec<Reading>) -> Vec<Figure> {
        let run = Run {
            found,
            ..Run::default()
        };
        Figure::of_runs(name, &[run])
    }
}
