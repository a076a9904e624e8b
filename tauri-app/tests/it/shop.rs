//! A master in this process, that can go away and come back at the same address.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use master_server::config::Config;
use master_server::env::Env;
use master_server::ledger::{CodeTerms, Ledger, Options};
use master_server::{AppState, app, net, open_code};
use retail::{
    Employee, Money, Occasion, Product, Rate, Retail, Role, ShopSettings, TaxRate, collection,
    create_employee, hash_pin, id_of_code, import_product, open_shop, set_credentials,
};
use sync_core::{Body, Quantity, RecordId, Verdict};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Who works there, and with which PIN.
pub(crate) const PIN: &str = "2468";
/// The code of the one product.
pub(crate) const TEA: &str = "10001";

/// A shop with one product, one person and a master.
pub(crate) struct Shop {
    /// Where everything lies; gone with the shop.
    pub(crate) dir: TempDir,
    pub(crate) person: RecordId,
    ledger: Ledger,
    address: SocketAddr,
    serving: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Shop {
    /// Opens the shop; its master listens.
    pub(crate) async fn open() -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let file: PathBuf = dir.path().join("ledger.sqlite");
        let options = Options::default();
        let ledger = Ledger::open(&file, Arc::new(Retail), Env::real(), &options)?;
        let person = RecordId::derived(&[b"the clerk of a test"]);
        let outcomes = ledger.propose(first_bodies(&ledger, person)?).await?;
        let accepted = outcomes.iter().all(|o| o.verdict == Verdict::Accepted);
        ensure!(accepted, "the shop cannot be filled: {outcomes:?}");
        let mut shop = Self {
            dir,
            person,
            ledger,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            serving: None,
        };
        shop.come_back().await?;
        Ok(shop)
    }

    /// Where the master is, also while it is away.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// A one-time code for a device.
    pub(crate) async fn code(&self) -> Result<String> {
        let (code, _) = open_code(&self.ledger, CodeTerms::default()).await?;
        Ok(code)
    }

    /// The master listens again, at the address it had.
    pub(crate) async fn come_back(&mut self) -> Result<()> {
        let listener = TcpListener::bind(self.address).await?;
        self.address = listener.local_addr()?;
        let state = AppState::new(self.ledger.clone(), Config::default(), None);
        let (stop, stopped) = oneshot::channel();
        let told = {
            let state = state.clone();
            async move {
                let _ = stopped.await;
                state.drain();
            }
        };
        let limits = state.config.connection_limits();
        let serving = tokio::spawn(net::serve(listener, app(state), limits, told));
        self.serving = Some((stop, serving));
        Ok(())
    }

    /// The master stops; its port is free when this returns.
    pub(crate) async fn go_away(&mut self) -> Result<()> {
        let (stop, serving) = self.serving.take().context("the master is away already")?;
        let _ = stop.send(());
        Ok(serving.await?)
    }

    /// The numbers of the receipts in the ledger, sorted.
    pub(crate) async fn receipts(&self) -> Result<Vec<String>> {
        let table = format!("c_{}", collection::SALES);
        let ledger = rusqlite::Connection::open(self.ledger.path())?;
        let query = format!(
            "SELECT doc ->> 'number' FROM {table} WHERE NOT deleted AND NOT stub ORDER BY 1"
        );
        let mut rows = ledger.prepare(&query)?;
        let numbers = rows.query_map([], |row| row.get(0))?;
        Ok(numbers.collect::<Result<_, _>>()?)
    }
}

fn first_bodies(ledger: &Ledger, person: RecordId) -> Result<Vec<Body>> {
    let occasion = Occasion::system(ledger.identity().node, ledger.env().now());
    let settings = ShopSettings {
        name: "Corner shop".to_owned(),
        ..ShopSettings::default()
    };
    let rate = TaxRate {
        name: "Zero".to_owned(),
        rate: Rate(0),
        position: 0,
    };
    let clerk = Employee {
        name: "Carla Cashier".to_owned(),
        role: Role::Cashier,
        active: true,
        email: None,
    };
    let tea = Product {
        name: "Tea".to_owned(),
        code: TEA.to_owned(),
        barcode: None,
        category: None,
        price: Money(250),
        cost: None,
        tax_rate: Rate(0),
        unit: "pc".to_owned(),
        stocked: true,
        reorder_level: None,
        archived: false,
    };
    let verifier = hash_pin(PIN, [7; 16])?;
    Ok(vec![
        open_shop(&occasion, &settings, &[rate])?,
        create_employee(&occasion, person, &clerk)?,
        set_credentials(&occasion, person, None, &verifier)?,
        import_product(&occasion, id_of_code(TEA), &tea, Quantity::units(1_000))?,
    ])
}
