//! What of this program knows that the store is a shop.

mod allowed;
mod conflicts;
pub mod demo;
mod device_roles;
mod devices;
pub mod import;
mod login;
pub mod people;
mod pin;

use std::sync::Arc;

use crate::admin::{Ask, Desk, Told};
use crate::{AppState, MayLook};
use anyhow::{Result, bail, ensure};
use axum::routing::{self, post};
use axum::{Extension, Router};
use retail::{Occasion, Permission, Rate, ShopSettings, TaxRate, collection, open_shop, shop_id};
use sync_core::{Body, CollectionName, Outcome, Record, RecordId, Verdict};

/// The doors that a shop has beyond those of every store.
pub fn doors() -> Router<AppState> {
    Router::new()
        .route("/v1/employees/{id}/pin", post(pin::set))
        .route(
            "/v1/employees/{id}/login",
            post(login::enter).layer(Extension(Arc::<login::Logins>::default())),
        )
        .route("/v1/conflicts", routing::get(conflicts::list))
        .route("/v1/device/codes", post(devices::open_code))
        .route("/v1/device/names/{id}", routing::put(devices::rename))
        .route("/v1/devices/{id}/revoke", post(devices::revoke))
        .route("/v1/device/roles", routing::get(device_roles::list))
        .route(
            "/v1/device/roles/{id}",
            routing::get(device_roles::one).put(device_roles::set),
        )
        .route("/v1/conflicts/resolve", post(conflicts::resolve))
        .route(
            "/v1/conflicts/{collection}/{record}",
            routing::get(conflicts::of_record),
        )
}

/// Who may look at the audit of a shop.
pub fn lookers() -> MayLook {
    MayLook(|reading, by| allowed::allowed(reading, by, Permission::ViewAudit))
}

/// Sets the shop up where nobody has yet.
pub async fn open(desk: &mut Desk, settings: &ShopSettings) -> Result<()> {
    if get(desk, collection::SETTINGS, shop_id()).await?.is_some() {
        return Ok(());
    }
    let rates = [("Standard", 2_000), ("Reduced", 500), ("Zero", 0)];
    let rates: Vec<TaxRate> = rates
        .into_iter()
        .enumerate()
        .map(|(position, (name, rate))| TaxRate {
            name: name.to_owned(),
            rate: Rate(rate),
            position: position as i64,
        })
        .collect();
    let body = open_shop(&occasion(desk).await?, settings, &rates)?;
    accepted(&propose(desk, vec![body]).await?)
}

/// The node, now.
pub async fn occasion(desk: &mut Desk) -> Result<Occasion> {
    match desk.ask(Ask::Who).await? {
        Told::Who { node, now } => Ok(Occasion::system(node, now)),
        _ => bail!("the master did not say who it is"),
    }
}

/// Lets the node decide its own mutations.
pub async fn propose(desk: &mut Desk, bodies: Vec<Body>) -> Result<Vec<Outcome>> {
    let wanted = bodies.len();
    let Told::Outcomes(outcomes) = desk.ask(Ask::Propose(bodies)).await? else {
        bail!("the master did not decide");
    };
    ensure!(
        outcomes.len() == wanted,
        "the master did not decide everything"
    );
    Ok(outcomes)
}

/// Says why, where one of them was not accepted.
pub fn accepted(outcomes: &[Outcome]) -> Result<()> {
    let bad = outcomes.iter().find(|o| o.verdict != Verdict::Accepted);
    match bad.map(|outcome| &outcome.refusal) {
        None => Ok(()),
        Some(Some(refusal)) => bail!("{}", refusal.message),
        Some(None) => bail!("it clashed with somebody else's work; look at the conflicts"),
    }
}

/// One record.
pub async fn get(desk: &mut Desk, collection: &str, id: RecordId) -> Result<Option<Record>> {
    match desk
        .ask(Ask::Get(CollectionName::from(collection), id))
        .await?
    {
        Told::Records(records) => Ok(records.into_iter().next()),
        _ => bail!("the master did not read"),
    }
}

/// Every live record of a collection.
pub async fn all(desk: &mut Desk, collection: &str) -> Result<Vec<Record>> {
    let mut all: Vec<Record> = Vec::new();
    loop {
        let after = all.last().map(|record| record.id);
        let ask = Ask::Page(CollectionName::from(collection), after);
        let Told::Records(page) = desk.ask(ask).await? else {
            bail!("the master did not read");
        };
        if page.is_empty() {
            all.retain(Record::is_live);
            return Ok(all);
        }
        all.extend(page);
    }
}
