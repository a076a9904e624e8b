//! A desktop till as its page drives it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use nix::unistd::{Uid, setfsuid};
use serde_json::{Value as Json, json};
use sync_client::platform::{now, random};
use sync_core::RecordId;
use tauri_app::{Controller, Desktop, Note, Options, Sign};
use tokio::sync::watch;

use crate::shop::{PIN, Shop, TEA};

/// How long something may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

/// A till in a folder, with what its page hears.
pub(crate) struct Till {
    controller: Controller,
    status: watch::Receiver<Json>,
    pub(crate) screen: Screen,
}

/// What is seen beside the page.
#[derive(Clone, Default)]
pub(crate) struct Screen {
    sign: watch::Sender<Sign>,
    notes: watch::Sender<Vec<Note>>,
    full: watch::Sender<bool>,
}

impl Desktop for Screen {
    fn show(&self, sign: &Sign) {
        self.sign.send_replace(sign.clone());
    }

    fn notify(&self, note: Note) {
        self.notes.send_modify(|notes| notes.push(note));
    }

    fn fill_screen(&self, on: bool) {
        self.full.send_replace(on);
    }
}

impl Screen {
    /// Waits until the window is called so, and gives how many it says are unsent.
    pub(crate) async fn titled(&self, wanted: &str) -> Result<u64> {
        let mut sign = self.sign.subscribe();
        let found = sign.wait_for(|sign| sign.title == wanted);
        match tokio::time::timeout(LIMIT, found).await {
            Ok(found) => Ok(found?.unsent),
            Err(_) => Err(anyhow!("never {wanted:?}: {:?}", *self.sign.borrow())),
        }
    }

    /// Waits until the till fills it, or does not.
    pub(crate) async fn filled(&self, wanted: bool) -> Result<()> {
        let mut full = self.full.subscribe();
        let found = full.wait_for(|full| *full == wanted);
        let found = tokio::time::timeout(LIMIT, found).await.map(drop);
        found.with_context(|| format!("never {wanted}"))
    }

    /// Waits for the first thing that people are told.
    pub(crate) async fn told(&self) -> Result<Note> {
        let mut notes = self.notes.subscribe();
        let found = notes.wait_for(|notes| !notes.is_empty());
        let notes = tokio::time::timeout(LIMIT, found).await;
        Ok(notes.context("nobody was told anything")??[0].clone())
    }
}

impl Till {
    pub(crate) async fn open(folder: &Path) -> Result<Self> {
        Self::with(Options::in_folder(folder.to_owned())).await
    }

    pub(crate) async fn with(options: Options) -> Result<Self> {
        let screen = Screen::default();
        let controller = Controller::start(options, screen.clone())?;
        Self::over(controller, screen).await
    }

    /// A till that may write what everybody may, and no more: root included.
    pub(crate) async fn as_anybody(options: Options) -> Result<Self> {
        let screen = Screen::default();
        let desktop = screen.clone();
        // Every thread that comes from this one is the same nobody.
        let starting = std::thread::spawn(move || {
            if Uid::effective().is_root() {
                setfsuid(Uid::from_raw(65_534));
            }
            Controller::start(options, desktop)
        });
        let started = starting.join().map_err(|_| anyhow!("it panicked"))?;
        Self::over(started?, screen).await
    }

    async fn over(controller: Controller, screen: Screen) -> Result<Self> {
        controller.begin().await.map_err(|error| said(&error))?;
        let mut till = Self {
            controller,
            status: watch::channel(Json::Null).1,
            screen,
        };
        till.listen().await?;
        Ok(till)
    }

    /// Listens to the status, as a page does when it begins.
    pub(crate) async fn listen(&mut self) -> Result<()> {
        let (heard, status) = watch::channel(Json::Null);
        let tell = move |text: String| {
            let status = serde_json::from_str(&text).expect("a status is JSON");
            heard.send_replace(status);
            true
        };
        let listening = self.controller.listen("onStatus", "[]", tell).await;
        listening.map_err(|error| said(&error))?;
        self.status = status;
        Ok(())
    }

    /// The page is loaded again.
    pub(crate) async fn begin(&self) -> Result<()> {
        self.controller.begin().await.map_err(|error| said(&error))
    }

    /// Ends it as closing the window does.
    pub(crate) async fn close(self) -> Result<()> {
        let ending = tokio::task::spawn_blocking(move || self.controller.end());
        Ok(ending.await?)
    }

    /// What whoever closes the window now is asked.
    pub(crate) async fn asked_at_closing(&self) -> Option<String> {
        self.controller.left_behind().await.question()
    }

    /// Asks as the page does.
    pub(crate) async fn ask(&self, method: &str, args: Json) -> Result<Json> {
        let answer = self.controller.ask(method, &args.to_string()).await;
        Ok(serde_json::from_str(
            &answer.map_err(|error| said(&error))?,
        )?)
    }

    /// The code of what it says no with.
    pub(crate) async fn refused(&self, method: &str, args: Json) -> Result<(String, String)> {
        match self.controller.ask(method, &args.to_string()).await {
            Ok(answer) => Err(anyhow!("{method} was answered {answer}")),
            Err(error) => Ok((error.code, error.message)),
        }
    }

    /// Waits until the page shows a status as wanted.
    pub(crate) async fn until(
        &self,
        what: &str,
        mut wanted: impl FnMut(&Json) -> bool,
    ) -> Result<Json> {
        let mut status = self.status.clone();
        let found = tokio::time::timeout(LIMIT, status.wait_for(|status| wanted(status))).await;
        match found {
            Ok(found) => Ok(found.context("nobody tells the status any more")?.clone()),
            Err(_) => Err(anyhow!("never {what}: {}", *self.status.borrow())),
        }
    }

    /// Waits until it is connected, has everything and has sent everything.
    pub(crate) async fn until_level(&self) -> Result<()> {
        self.until("level", |status| {
            status["connection"]["state"] == "online"
                && status["pending"] == 0
                && status["firstSync"].is_null()
                && status["lastSyncedAt"].is_u64()
        })
        .await
        .map(drop)
    }

    /// Waits until its page shows so many sales, its own and those of others.
    pub(crate) async fn until_sales(&self, count: u64) -> Result<()> {
        let (told, mut shown) = watch::channel(Json::Null);
        let tell = move |text: String| {
            told.send_replace(serde_json::from_str(&text).expect("an answer is JSON"));
            true
        };
        let query = json!([{ "collection": "sales", "limit": 1 }]).to_string();
        let listening = self.controller.listen("subscribe", &query, tell).await;
        listening.map_err(|error| said(&error))?;
        let found = shown.wait_for(|shown| shown["total"] == count);
        let found = tokio::time::timeout(LIMIT, found).await.map(drop);
        found.map_err(|_| anyhow!("never {count} sales: {}", *shown.borrow()))
    }

    /// Joins a shop as a person does, and logs its clerk in.
    pub(crate) async fn join(&self, shop: &Shop) -> Result<()> {
        let code = shop.code().await?;
        self.ask("enroll", json!([code, "Till 1", shop.address()]))
            .await?;
        self.until_level().await?;
        self.log_in(shop).await
    }

    pub(crate) async fn log_in(&self, shop: &Shop) -> Result<()> {
        let answer = self.ask("login", json!([shop.person, PIN])).await?;
        anyhow::ensure!(answer["ok"] == true, "the PIN is not taken: {answer}");
        Ok(())
    }

    /// Sells one Tea for cash and gives the number of the receipt.
    pub(crate) async fn sell(&self) -> Result<String> {
        let cart = self.cart().await?;
        let sold = self.try_sell(cart).await?;
        sold.map_err(|(code, message)| anyhow!("{message} ({code})"))
    }

    /// Sells a cart; the number of the receipt, or the code and the words of the refusal.
    pub(crate) async fn try_sell(&self, cart: Json) -> Result<Result<String, (String, String)>> {
        match self.controller.ask("completeSale", &cart.to_string()).await {
            Ok(sold) => {
                let sold: Json = serde_json::from_str(&sold)?;
                let number = sold["receipt"]["number"].as_str();
                let number = number.with_context(|| format!("no receipt in {sold}"))?;
                Ok(Ok(number.to_owned()))
            }
            Err(error) => Ok(Err((error.code, error.message))),
        }
    }

    /// A cart with one Tea, and the cash for it.
    pub(crate) async fn cart(&self) -> Result<Json> {
        let found = self.ask("scan", json!([TEA])).await?;
        let product = &found["product"];
        let id = || RecordId::new(now(), random());
        let line = json!({
            "id": id(),
            "product": product["id"],
            "code": product["code"],
            "name": product["name"],
            "unit": product["unit"],
            "quantity": found["quantity"],
            "unitPrice": found["unitPrice"],
            "listPrice": product["price"],
            "taxRate": product["tax_rate"],
            "discount": null,
            "batch": null,
            "expiry": null,
        });
        let cart = json!({ "id": id(), "lines": [line], "discount": null, "customer": null });
        Ok(json!([cart, [{ "method": "cash", "tendered": 300 }]]))
    }
}

/// A folder of its own for a till beside a shop.
pub(crate) fn folder(shop: &Shop) -> PathBuf {
    shop.dir.path().join("till")
}

fn said(error: &till::TillError) -> anyhow::Error {
    anyhow!("{} ({})", error.message, error.code)
}
