//! Receipts that this till no longer holds, brought from the master when asked for.

use retail::{Refund, Sale, collection};
use serde::Deserialize;
use sync_client::transport::Method;
use sync_core::{CollectionName, Fetch, RecordId};

use crate::error::TillError;
use crate::master::encoded;
use crate::till::Till;

/// What is known of a sale that this till does not hold. In memory only, until the page is closed.
#[derive(Clone, Debug)]
pub(crate) struct LookedUp {
    pub(crate) sale: Sale,
    pub(crate) refunds: Vec<(RecordId, Refund)>,
}

#[derive(Deserialize)]
struct Found {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: RecordId,
}

impl Till {
    /// Asks the master for a sale by the number of its receipt, with its refunds.
    pub(crate) async fn look_up_sale(&self, number: &str) -> Result<Option<RecordId>, TillError> {
        self.session()?;
        let number = number.trim().to_uppercase();
        let path = format!("/v1/sales?number={}&limit=1", encoded(&number));
        let what = "Looking up an old receipt";
        let found: Found = self.asked(what, Method::Get, &path, None).await?;
        let Some(Item { id }) = found.items.into_iter().next() else {
            return Ok(None);
        };
        let fetch = Fetch {
            collection: CollectionName::from(collection::SALES),
            ids: vec![id],
        };
        let brought = self.client()?.fetch(&fetch).await?;
        let (mut sale, mut refunds) = (None, Vec::new());
        for change in brought {
            let doc = &change.record.doc;
            if change.record.id == id && &*change.collection == collection::SALES {
                sale = doc.to_typed::<Sale>().ok();
            } else if &*change.collection == collection::REFUNDS {
                refunds.extend(doc.to_typed().ok().map(|refund| (change.record.id, refund)));
            }
        }
        let sale = sale.ok_or_else(|| TillError::missing("receipt"))?;
        let known = LookedUp { sale, refunds };
        self.looked_up.borrow_mut().insert(id, known);
        Ok(Some(id))
    }

    /// A sale, held here or looked up.
    pub(crate) fn sale(&self, id: RecordId) -> Result<Sale, TillError> {
        let known = self
            .looked_up
            .borrow()
            .get(&id)
            .map(|known| known.sale.clone());
        match (self.typed(collection::SALES, id, "sale"), known) {
            (Err(_), Some(sale)) => Ok(sale),
            (held, _) => held,
        }
    }
}
