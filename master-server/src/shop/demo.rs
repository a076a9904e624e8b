//! A sample shop: its catalogue is real, its people are not.

use crate::admin::Desk;
use anyhow::Result;
use retail::{Role, collection};
use sync_core::RecordId;

use super::{all, get, import, people};

/// The name of the sample shop.
pub const NAME: &str = "Sample shop";
/// Products of a real shop; see `demo/README.md` for where they come from.
const CATALOGUE: &str = include_str!("../../demo/catalogue.csv");
/// Who may log in, and with which PIN.
pub const PEOPLE: [(&str, Role, &str); 3] = [
    ("Olivia Owner", Role::Owner, "1111"),
    ("Max Manager", Role::Manager, "2222"),
    ("Carla Cashier", Role::Cashier, "3333"),
];

/// Fills a shop that is empty.
pub async fn seed(desk: &mut Desk) -> Result<()> {
    for (name, role, pin) in PEOPLE {
        let id = RecordId::derived(&[b"sample person", name.as_bytes()]);
        if get(desk, collection::EMPLOYEES, id).await?.is_none() {
            people::add(desk, id, name, role, pin).await?;
        }
    }
    if all(desk, collection::PRODUCTS).await?.is_empty() {
        let summary = import::import(desk, CATALOGUE.as_bytes(), |_| {}).await?;
        tracing::info!(
            products = summary.made,
            bad = summary.bad.len(),
            "the sample shop is filled"
        );
    }
    Ok(())
}
