//! Plays a day: an own master, real tills on files of their own, every fault of the schedule.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use retail::Person;
use sync_core::{Quantity, Sums};
use tokio::sync::Notify;

use super::catalogue;
use super::counter::make;
use super::faults::{Fate, LinkState, Schedule, Turn};
use super::ledger_totals::LedgerTotals;
use super::plan::{Day, Invoice};
use crate::world::{Direction, Level, Link, Master, Mode, Till, Verdict, hire, level, patiently};

/// How long one step may take.
const LIMIT: Duration = Duration::from_secs(120);
/// The opening stock of every product, in whole units.
const OPENING: i64 = 10_000;

/// How a day shall be played.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Tills that share the invoices.
    pub tills: usize,
    /// Percent of the invoices made while their till is cut off.
    pub offline: u32,
    /// Decides every fault.
    pub seed: u64,
    /// So many times as many faults.
    pub faults: u32,
}

/// What was there once everything was quiet.
#[derive(Clone, Debug)]
pub struct Played {
    /// What the master's ledger adds up to.
    pub ledger: LedgerTotals,
    /// Mutations recorded on the tills.
    pub mutations: u64,
    /// Envelopes that went up more than once.
    pub resent: u64,
    /// Mutations without an outcome.
    pub pending: u64,
    /// Rejected mutations.
    pub attention: u64,
    /// Whether every till's checksums equal the master's, asked from both sides.
    pub checksums_equal: bool,
    /// What `verify` said, where it found something.
    pub verify: Result<(), String>,
    /// How long it took.
    pub seconds: f64,
}

struct Stage {
    master: Master,
    tills: Vec<Till>,
    clerk: Person,
    progress: ProgressBar,
}

/// Plays a day in an empty directory.
///
/// # Errors
/// When a part does not do what it has to in time; the error says what was waited for.
pub async fn play(day: &Day, settings: Settings, dir: &Path) -> Result<Played> {
    let begun = Instant::now();
    let schedule = Schedule::plan(
        day.invoices.len(),
        settings.tills,
        settings.offline,
        settings.seed,
    );
    let schedule = schedule.worse(settings.faults, settings.seed);
    let mut stage = Stage::set(day, settings, dir).await?;
    let played = stage.play(day, &schedule).await;
    let played = match played {
        Ok(()) => stage.settle(&schedule).await,
        Err(error) => Err(error),
    };
    let (ended, sums) = match played {
        Ok(ended) => ended,
        Err(error) => {
            return Err(error.context(format!(
                "the master's log ends:\n{}",
                stage.master.log_tail()
            )));
        }
    };
    let verify = stage.master.command(["verify"]).await?;
    let ledger = LedgerTotals::read(&stage.master.ledger(), Quantity::units(OPENING).0)?;
    let equal = sums.iter().all(|sums| *sums == ledger.sums);
    Ok(Played {
        checksums_equal: ended.checksums_equal && equal,
        verify: if verify.success {
            Ok(())
        } else {
            Err(format!("{}{}", verify.stdout, verify.stderr))
        },
        ledger,
        seconds: begun.elapsed().as_secs_f64(),
        ..ended
    })
}

impl Stage {
    /// Starts a master with the day's catalogue and lets every till join and come level.
    async fn set(day: &Day, settings: Settings, dir: &Path) -> Result<Self> {
        let progress = ProgressBar::new(day.invoices.len() as u64).with_style(style()?);
        progress.enable_steady_tick(Duration::from_millis(100));
        progress.set_message("importing the catalogue");
        let mut master = Master::new(dir)?;
        let file = dir.join("catalogue.csv");
        catalogue::write(day, OPENING, &file)?;
        let file = file
            .to_str()
            .context("the temporary directory is no text")?;
        let arguments = ["import", file];
        master.command(arguments).await?.successful()?;
        let clerk = hire(&master, "Replay").await?;
        master.start().await?;
        let mut tills = Vec::new();
        for number in 1..=settings.tills {
            let name = format!("till-{number}");
            progress.set_message(format!("{name} joins"));
            let code = master.code(&name).await?;
            let link = Link::open(master.address()).await?;
            let seed = settings.seed.wrapping_add(number as u64);
            tills.push(Till::open(dir, &name, link, code, seed).await?);
        }
        for till in &tills {
            till.until_online().await?;
        }
        Ok(Self {
            master,
            tills,
            clerk,
            progress,
        })
    }

    /// Makes every invoice in its turn.
    async fn play(&mut self, day: &Day, schedule: &Schedule) -> Result<()> {
        for (invoice, turn) in day.invoices.iter().zip(&schedule.turns) {
            self.progress
                .set_message(format!("{} on till-{}", invoice.number, turn.till + 1));
            self.take(invoice, turn)
                .await
                .with_context(|| format!("invoice {}", invoice.number))?;
            self.progress.inc(1);
        }
        Ok(())
    }

    async fn take(&mut self, invoice: &Invoice, turn: &Turn) -> Result<()> {
        let till = &mut self.tills[turn.till];
        if turn.reopen {
            till.drop_without_closing().await?;
            till.reopen().await?;
        }
        set_link(till, turn.link);
        let ambush = match turn.fate {
            Fate::Quiet => None,
            Fate::AnswerLost => Some(Ambush::LoseAnswer),
            Fate::MasterKilled => Some(Ambush::SeePush),
        };
        let sprung = ambush.map(|ambush| lay(&till.link, vec![ambush]));
        make(till.client(), &self.clerk, invoice).await?;
        if let Some(sprung) = sprung {
            patiently(
                LIMIT,
                format_args!("{:?} to happen", turn.fate),
                sprung.notified(),
            )
            .await?;
        }
        if turn.fate == Fate::MasterKilled {
            self.kill_master().await?;
        }
        Ok(())
    }

    async fn kill_master(&mut self) -> Result<()> {
        self.master.kill().await?;
        self.master.start().await?;
        for till in &self.tills {
            if till.link.mode() == Mode::Open {
                till.client().retry_now();
            }
        }
        Ok(())
    }

    /// Brings every till back, waits until all is quiet, and looks at what is there.
    async fn settle(&mut self, schedule: &Schedule) -> Result<(Played, Vec<Sums>)> {
        self.progress.set_message("every till comes back");
        for number in 0..self.tills.len() {
            let till = &self.tills[number];
            let waits = till.link.mode() != Mode::Open && till.status().pending > 0;
            let killed = schedule.homecoming.master_killed_by == Some(number);
            let mut ambushes = Vec::new();
            if waits && schedule.homecoming.answer_lost[number] {
                ambushes.push(Ambush::LoseAnswer);
            }
            if waits && killed {
                ambushes.push(Ambush::SeePush);
            }
            let sprung = (!ambushes.is_empty()).then(|| lay(&till.link, ambushes));
            set_link(till, LinkState::Up);
            if let Some(sprung) = sprung {
                patiently(LIMIT, "the faults of the homecoming", sprung.notified()).await?;
            }
            if waits && killed {
                self.kill_master().await?;
            }
        }
        self.progress.set_message("waiting for quiet");
        for till in &self.tills {
            till.until_online().await?;
            till.until_sent().await?;
        }
        let level = patiently(LIMIT, "everybody to be level", level(&self.tills)).await??;
        let ended = self.look(&level)?;
        self.progress.set_message("comparing");
        for till in &mut self.tills {
            till.close().await?;
        }
        self.master.stop().await?;
        self.progress.finish_and_clear();
        Ok(ended)
    }

    fn look(&self, level: &Level) -> Result<(Played, Vec<Sums>)> {
        let mut all = Vec::new();
        let mut played = Played {
            ledger: LedgerTotals::default(),
            mutations: 0,
            resent: 0,
            pending: 0,
            attention: 0,
            checksums_equal: level.differing.is_empty(),
            verify: Ok(()),
            seconds: 0.0,
        };
        for till in &self.tills {
            let status = till.status();
            played.mutations += till.client().position().next_seq.0 - 1;
            played.resent += till.link.resent();
            played.pending += status.pending;
            played.attention += status.attention;
            let (at, sums) = till.client().checksums();
            ensure!(at == Some(level.cursor), "{} moved on: {at:?}", till.name);
            all.push(sums);
        }
        Ok((played, all))
    }
}

fn style() -> Result<ProgressStyle> {
    let template = "{elapsed_precise} {bar:32} {pos:>4}/{len} {msg}";
    Ok(ProgressStyle::with_template(template)?)
}

fn set_link(till: &Till, link: LinkState) {
    let mode = match link {
        LinkState::Up => Mode::Open,
        LinkState::Refused => Mode::Closed,
        LinkState::Silent => Mode::Silent,
    };
    if till.link.mode() != mode {
        till.link.set(mode);
        if mode == Mode::Open {
            till.client().retry_now();
        }
    }
}

/// Something that happens to a till's connection at a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ambush {
    /// The next answer is lost, and the connection with it.
    LoseAnswer,
    /// The next push is on its way.
    SeePush,
}

/// Lays ambushes, one after the other; what is given back is notified at the last one.
fn lay(link: &Link, ambushes: Vec<Ambush>) -> Arc<Notify> {
    let sprung = Arc::new(Notify::new());
    let tell = Arc::clone(&sprung);
    let mut waiting = ambushes.into_iter().peekable();
    link.inspect(move |frame| {
        let (met, verdict) = match (waiting.peek(), frame.direction, frame.name) {
            (Some(Ambush::LoseAnswer), Direction::Down, "outcomes") => (true, Verdict::Cut),
            (Some(Ambush::SeePush), Direction::Up, "push") => (true, Verdict::Pass),
            _ => (false, Verdict::Pass),
        };
        if met {
            waiting.next();
            if waiting.peek().is_none() {
                tell.notify_one();
            }
        }
        verdict
    });
    sprung
}
