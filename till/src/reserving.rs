//! Goods held on the master while a cart is paid.

use std::collections::BTreeMap;

use retail::Cart;
use serde::Serialize;
use sync_client::ConnectionState;
use sync_core::{Quantity, RecordId, Reserve, ReserveItem};

use crate::error::TillError;
use crate::till::Till;

/// Goods of a cart that another till holds while it is paid there.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct HeldElsewhere {
    product_id: RecordId,
    name: String,
    wanted: Quantity,
    /// What this cart holds of them.
    held: Quantity,
    till: String,
}

impl Till {
    /// Holds what is in a cart for two minutes and names what another till holds. While the master
    /// is away there is nobody to ask, and nothing is held.
    pub(crate) async fn reserve(&self, cart: &Cart) -> Result<Vec<HeldElsewhere>, TillError> {
        let mut wanted: BTreeMap<RecordId, (Quantity, &str)> = BTreeMap::new();
        for line in cart.lines.iter().filter(|line| line.stocked) {
            if let Some(product) = line.product {
                let sum = wanted.entry(product).or_insert((Quantity(0), &line.name));
                sum.0 = sum.0 + line.quantity;
            }
        }
        wanted.retain(|_, (quantity, _)| *quantity > Quantity(0));
        let items = wanted.iter().map(|(product, (quantity, _))| ReserveItem {
            product: *product,
            quantity: *quantity,
        });
        let answer = self.hold(cart.id, items.collect()).await?;
        let elsewhere = answer.into_iter().filter_map(|item| {
            let (wanted, name) = wanted.get(&item.product)?;
            Some(HeldElsewhere {
                product_id: item.product,
                name: (*name).to_owned(),
                wanted: *wanted,
                held: item.held,
                till: item.holder?,
            })
        });
        Ok(elsewhere.collect())
    }

    /// Lets go of what a cart holds: it will not be paid now.
    pub(crate) async fn release(&self, cart: RecordId) -> Result<(), TillError> {
        self.hold(cart, Vec::new()).await.map(drop)
    }

    async fn hold(
        &self,
        cart: RecordId,
        items: Vec<ReserveItem>,
    ) -> Result<Vec<sync_core::ReservedItem>, TillError> {
        let client = self.client()?;
        if client.status().borrow().connection != ConnectionState::Online {
            return Ok(Vec::new());
        }
        let reserve = Reserve {
            cart,
            items,
            till: self.series()?.till_name(),
        };
        Ok(client.reserve(&reserve).await?.items)
    }
}
