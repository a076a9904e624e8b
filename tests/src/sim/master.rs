//! The master under simulation: the real doors, service and ledger on simulated time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use master_server::AppState;
use master_server::config::Config;
use master_server::env::Env;
use master_server::ledger::{
    CodeTerms, Command, Ledger, Options, Report, code_hash, restore, verify_file,
};
use retail::{Customer, Employee, Money, Occasion, Person, Product, Rate, Role, ShopSettings};
use sync_client::Source;
use sync_core::{Body, DeviceKind, Domain, Millis, Quantity, RecordId, Verified};
use tokio::task::JoinHandle;

use super::clock::{Dice, Wrist};
use super::net::Net;
use super::odd_shop::{OddShop, Twist};
use super::promises::{FEW, scarce};
use super::sabotage::Sabotage;
use super::trace::Trace;

/// How long a commit takes.
const COMMIT: Duration = Duration::from_millis(3);
/// How long people may take to hear that it stops.
const GOODBYE: Duration = Duration::from_secs(5);
/// As much as one write to the disk has, and more.
const PAGE_BYTES: u64 = 6_000;
/// How much a customer may owe. Prices are far apart: some pass it with one sale, some with none.
const LIMIT: Money = Money(4_000_000);
/// Codes can be used for so long.
const CODE_LIFE: u64 = 3_600_000;

/// A master that can be stopped at any moment, and put back to an earlier one.
pub struct Master {
    dir: PathBuf,
    /// Counts the files: after a crash a copy goes on, so that nothing left over can write to it.
    file: u32,
    env: Env,
    net: Net,
    trace: Trace,
    running: Option<Running>,
    backup: Option<PathBuf>,
    /// Goes on from the backup after a crash.
    forgets: bool,
    domain: Arc<dyn Domain>,
    codes: u32,
    /// Which of the stores it serves.
    store: u64,
    /// Its clock.
    pub wrist: Wrist,
    dice: Dice,
}

struct Running {
    state: AppState,
    ledger: Ledger,
    serving: JoinHandle<()>,
}

impl Master {
    /// A master of a new store in an empty directory, not started yet.
    pub fn new(
        dir: &Path,
        store: u64,
        wrist: Wrist,
        dice: Dice,
        net: Net,
        trace: Trace,
        sabotage: Sabotage,
    ) -> Self {
        let (time, random) = (wrist.clone(), dice.clone());
        Self {
            dir: dir.to_owned(),
            file: 0,
            env: Env::new(move || time.now(), move |bytes| random.fill(bytes)),
            net,
            trace,
            running: None,
            backup: None,
            forgets: sabotage == Sabotage::ForgetfulMaster,
            domain: match sabotage {
                Sabotage::DoubleStock => Arc::new(OddShop::twisted(Twist::DoubleStock)),
                Sabotage::DeepDrawer => Arc::new(OddShop::twisted(Twist::DeepDrawer)),
                Sabotage::ForgivenDebt => Arc::new(OddShop::twisted(Twist::ForgivenDebt)),
                Sabotage::MixedBatches => Arc::new(OddShop::twisted(Twist::MixedBatches)),
                Sabotage::DeafMaster => Arc::new(OddShop::twisted(Twist::DeafMaster)),
                Sabotage::CarelessMerge => Arc::new(OddShop::careless()),
                _ => Arc::new(retail::Retail),
            },
            codes: 0,
            store,
            wrist,
            dice,
        }
    }

    /// From its next start on it is a later build.
    pub fn upgrade(&mut self) {
        self.domain = Arc::new(OddShop::newer());
    }

    /// Starts to serve.
    pub fn start(&mut self) -> Result<()> {
        ensure!(self.running.is_none(), "the master runs already");
        let ledger = Ledger::open(
            &self.path(),
            Arc::clone(&self.domain),
            self.env.clone(),
            &options(),
        )?;
        let state = AppState::new(ledger.clone(), Config::default(), None);
        let router = master_server::app(state.clone());
        let door = self.net.listen(router.clone());
        let serving = tokio::spawn(async move {
            // It serves until it is aborted.
            let _ = axum::serve(door, router).await;
        });
        self.running = Some(Running {
            state,
            ledger,
            serving,
        });
        self.trace
            .note(format!("master starts on file {}", self.file));
        Ok(())
    }

    /// Stops as it does when it is told to: everybody hears of it first.
    pub async fn drain(&mut self) -> Result<()> {
        if let Some(running) = &self.running {
            running.state.drain();
            running.state.sessions_ended(GOODBYE).await;
        }
        self.crash()
    }

    /// Stops amid a write: behind what was committed lies a part of what was not.
    pub fn tear(&mut self) -> Result<()> {
        self.crash()?;
        let wal = format!("{}-wal", self.path().display());
        let mut written = fs::read(&wal).unwrap_or_default();
        let some = 1 + self.dice.below(PAGE_BYTES) as usize;
        let torn = written.iter().rev().take(some).rev().copied();
        let torn: Vec<u8> = torn.collect();
        written.extend(torn);
        fs::write(&wal, written)?;
        Ok(())
    }

    /// Stops at once. What was committed is on the disk; what was under way is not.
    pub fn crash(&mut self) -> Result<()> {
        let Some(running) = self.running.take() else {
            return Ok(());
        };
        running.serving.abort();
        self.net.hang_up();
        let old = self.path();
        self.file += 1;
        if let Some(backup) = self.backup.as_ref().filter(|_| self.forgets) {
            fs::copy(backup, self.path())?;
            return Ok(());
        }
        for suffix in ["", "-wal"] {
            let from = PathBuf::from(format!("{}{suffix}", old.display()));
            if from.exists() {
                fs::copy(&from, format!("{}{suffix}", self.path().display()))?;
            }
        }
        self.trace.note("master crashes".to_owned());
        Ok(())
    }

    /// Makes a verified backup.
    pub async fn back_up(&mut self) -> Result<()> {
        let file = self.dir.join(format!("backup-{}.sqlite", self.file));
        let made = self.ledger()?.backup(&file).await?;
        ensure!(
            made.report.ok,
            "the backup does not verify: {:?}",
            made.report.faults
        );
        self.backup = Some(file);
        Ok(())
    }

    /// Goes on from the backup; false where there is none.
    pub async fn restore(&mut self) -> Result<bool> {
        let Some(backup) = self.backup.clone() else {
            return Ok(false);
        };
        let above = self.ledger()?.identity().log_id.generation;
        self.crash()?;
        self.file += 1;
        let domain = Arc::clone(&self.domain);
        restore(
            &backup,
            &self.path(),
            above,
            domain,
            self.env.clone(),
            &options(),
        )
        .await?;
        // The ledger that restored it is dropped, and its writer ends when it is polled again.
        let done = self.path();
        self.file += 1;
        fs::rename(&done, self.path())?;
        for suffix in ["-wal", "-shm"] {
            let from = format!("{}{suffix}", done.display());
            if Path::new(&from).exists() {
                fs::rename(&from, format!("{}{suffix}", self.path().display()))?;
            }
        }
        self.start()?;
        Ok(true)
    }

    /// Whether it serves.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// The ledger.
    pub fn ledger(&self) -> Result<&Ledger> {
        let running = self.running.as_ref().context("the master does not run")?;
        Ok(&running.ledger)
    }

    /// A code with which one device joins.
    pub async fn code(&mut self) -> Result<String> {
        self.codes += 1;
        let code = format!("SEED{}{:03}", self.store, self.codes);
        let command = Command::OpenCode {
            code: code_hash(&code),
            terms: CodeTerms {
                kind: Some(DeviceKind::Till),
                ..CodeTerms::default()
            },
            expires_at: Millis(self.env.now().0 + CODE_LIFE),
        };
        self.ledger()?.command(command).await?;
        Ok(code)
    }

    /// Opens the shop with so many products, each with the same stock.
    pub async fn open_shop(&self, products: usize, opening: Quantity) -> Result<Vec<RecordId>> {
        let ledger = self.ledger()?;
        let node = ledger.identity().node;
        let occasion = Occasion::system(node, self.env.now());
        let employee = Employee {
            name: "Owner".to_owned(),
            role: Role::Owner,
            active: true,
            email: None,
        };
        let helper = Employee {
            name: cashier().name,
            role: Role::Cashier,
            ..employee.clone()
        };
        let mut bodies: Vec<Body> = vec![
            retail::open_shop(&occasion, &ShopSettings::default(), &[])?,
            retail::create_employee(&occasion, owner().id, &employee)?,
            retail::create_employee(&occasion, cashier().id, &helper)?,
        ];
        for number in 0..2 {
            let debtor = Customer {
                name: self.named(&format!("Debtor {number}")),
                phone: None,
                email: None,
                address: Vec::new(),
                notes: None,
                credit_limit: Some(LIMIT),
                archived: false,
            };
            let id = debtor_id(self.store, number);
            bodies.push(retail::create_customer(&occasion, id, &debtor)?);
        }
        let mut ids = Vec::new();
        for number in 0..products {
            let id = product_id(self.store * 1_000 + number as u64);
            let opening = if id == scarce() { FEW } else { opening };
            let product = Product {
                name: self.named(&format!("Product {number}")),
                code: format!("{}", 10_000 + number),
                barcode: None,
                category: None,
                price: Money(100 + number as i64 * 37),
                cost: None,
                tax_rate: Rate(2_000),
                unit: "pc".to_owned(),
                stocked: true,
                reorder_level: (id == scarce()).then_some(Quantity(2_000)),
                archived: false,
            };
            bodies.push(retail::import_product(&occasion, id, &product, opening)?);
            ids.push(id);
        }
        let outcomes = ledger.propose(bodies).await?;
        let refused = outcomes.iter().find(|outcome| outcome.refusal.is_some());
        ensure!(refused.is_none(), "the shop did not open: {refused:?}");
        Ok(ids)
    }

    fn named(&self, what: &str) -> String {
        match self.store {
            0 => what.to_owned(),
            store => format!("{what} of store {store}"),
        }
    }

    /// Looks through the whole ledger.
    pub fn verify(&self) -> Result<Report> {
        Ok(verify_file(&self.path(), self.domain.as_ref())?)
    }

    /// Every entry of the audit is gone but the first, as if nobody had written them.
    pub fn forget_audit(&self) -> Result<()> {
        let ledger = rusqlite::Connection::open(self.path())?;
        ledger.execute(
            "DELETE FROM audit WHERE kind = 'decision' AND number % 7 = 0",
            [],
        )?;
        Ok(())
    }

    /// Where its files lie.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where the ledger lies now.
    pub fn path(&self) -> PathBuf {
        self.dir.join(format!("ledger-{}.sqlite", self.file))
    }
}

/// The id of a product of the shop, from 0.
pub fn product_id(number: u64) -> RecordId {
    RecordId::derived(&[b"simulated product", &number.to_be_bytes()])
}

/// The id of the one customer of a store who says who they are. Nobody has made a record of them:
/// what they spent is kept all the same.
pub fn customer_id(store: u64) -> RecordId {
    RecordId::derived(&[b"simulated customer", &store.to_be_bytes()])
}

/// The id of a customer of a store who buys on credit, of two.
pub fn debtor_id(store: u64, number: u64) -> RecordId {
    RecordId::derived(&[
        b"simulated debtor",
        &store.to_be_bytes(),
        &number.to_be_bytes(),
    ])
}

/// A cashier, who may not sell what has expired alone.
pub fn cashier() -> Person {
    Person {
        id: RecordId::derived(&[b"simulated cashier"]),
        name: "Cashier".to_owned(),
        role: Role::Cashier,
        ..owner()
    }
}

/// An owner, whom no limit holds back.
pub fn owner() -> Person {
    Person {
        id: RecordId::derived(&[b"simulated owner"]),
        name: "Owner".to_owned(),
        role: Role::Owner,
        verified: Verified::Host,
        approved_by: None,
    }
}

fn options() -> Options {
    Options {
        commit_after: Some(COMMIT),
        ..Options::default()
    }
}
