//! Scanning, pricing, paying, putting aside.

use retail::{
    BuildError, Cart, Counted, EmbeddedValue, HeldSale, Issue, Money, Occasion, OverrideNeed,
    PaymentInput, PricedCart, PricingSettings, Product, Settlement, ShopSettings, allot,
    collection, day_of, name_batches, needs_of_cart, only_expired, price, read_barcode, settle,
};
use serde::Serialize;
use serde_json::Value as Json;
use sync_client::platform::now;
use sync_client::{Client, Doc, Draft, Query};
use sync_core::{Digest, Document, Quantity, ReadError, RecordId, Records, Value};

use crate::docs::shown;
use crate::error::TillError;
use crate::receipts::ReceiptView;
use crate::till::Till;

/// What a code stands for.
///
/// `unreadable`: the text is a code whose check digit is wrong, or cannot be read at all.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(
    tag = "kind",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub(crate) enum ScanResult {
    Product {
        #[cfg_attr(feature = "types", ts(type = "Product"))]
        product: Json,
        /// From a weight-embedded code, else 1000.
        quantity: Quantity,
        /// From a price-embedded code, else the product's price.
        unit_price: Money,
        batch: Option<String>,
        expiry: Option<String>,
    },
    Unknown {
        code: String,
    },
    Unreadable {
        code: String,
    },
    Archived {
        code: String,
        name: String,
    },
}

/// What a cart costs, and what stands in its way.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "PricedCart"))]
pub(crate) struct Priced {
    #[serde(flatten)]
    priced: PricedCart,
    /// Empty: may be completed by whom is logged in (approvals of the cart counted).
    needs: Vec<OverrideNeed>,
    /// Of the lines whose product has batches.
    batches: Vec<TakenBatches>,
}

/// Which batches a line would be taken from now.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
struct TakenBatches {
    line: RecordId,
    of: Vec<TakenBatch>,
    /// All that is there of the product has expired.
    only_expired: bool,
}

/// What a line would be taken from one batch.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
struct TakenBatch {
    /// Null: of none that is known here.
    lot: Option<String>,
    expiry: Option<String>,
    quantity: Quantity,
    expired: bool,
}

/// A sale that is durable on this device.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct CompletedSale {
    sale_id: RecordId,
    change: Money,
    receipt: ReceiptView,
}

impl Till {
    /// What a code stands for.
    pub(crate) fn scan(&self, text: &str) -> Result<ScanResult, TillError> {
        let client = self.client()?;
        let text = text.trim();
        let Ok(code) = read_barcode(text) else {
            // The shop's own code may look like a barcode with a wrong check digit.
            let own = find(&client, text).map(|doc| found(doc, None, None));
            let code = text.to_owned();
            return Ok(own.unwrap_or(ScanResult::Unreadable { code }));
        };
        if let Some(doc) = code.keys.iter().find_map(|key| find(&client, key)) {
            let mut answer = found(doc, code.quantity, None);
            if let ScanResult::Product { batch, expiry, .. } = &mut answer {
                (*batch, *expiry) = (code.lot, code.expiry);
            }
            return Ok(answer);
        }
        if let Some(embedded) = code.embedded
            && let Some(doc) = embedded.keys.iter().find_map(|key| find(&client, key))
        {
            return Ok(match embedded.value {
                EmbeddedValue::Weight(weight) => found(doc, Some(weight), None),
                EmbeddedValue::Price(price) => found(doc, None, Some(price)),
            });
        }
        Ok(ScanResult::Unknown {
            code: text.to_owned(),
        })
    }

    pub(crate) fn price_cart(&self, cart: &Cart) -> Result<Priced, TillError> {
        let client = self.client()?;
        let cart = self.completed(cart)?;
        let priced = price(&cart, &PricingSettings::from(&self.shop()?));
        let needs = needs_of_cart(self.session()?.role, &cart, &priced, now());
        let batches = client.read(|records| taken(records, &cart))?;
        Ok(Priced {
            priced,
            needs,
            batches,
        })
    }

    pub(crate) fn settle(
        &self,
        cart: &Cart,
        payments: &[PaymentInput],
    ) -> Result<Settlement, TillError> {
        let shop = self.shop()?;
        let settings = PricingSettings::from(&shop);
        let priced = price(cart, &settings);
        Ok(settle(
            priced.total,
            payments,
            settings.cash_rounding,
            shop.exponent,
        ))
    }

    /// Records a sale. Asked twice for one cart, it is there once.
    ///
    /// # Errors
    /// `cart_already_sold` where the cart was sold with other goods or payments: it was open in a
    /// second place, and what is asked for here has not been sold.
    pub(crate) async fn complete_sale(
        &self,
        cart: &Cart,
        payments: Vec<PaymentInput>,
    ) -> Result<CompletedSale, TillError> {
        let id = cart.id;
        let shop = self.shop()?;
        if self.client()?.get(collection::SALES, id).is_none() {
            let recorded = self.record_sale(cart, &payments, &shop).await;
            // A second press that came in between finds the sale there: that is the answer.
            if self.client()?.get(collection::SALES, id).is_none() {
                recorded?;
            }
        }
        let sale: retail::Sale = self.typed(collection::SALES, id, "sale")?;
        if !sale.is_of(cart, &payments, &shop) {
            return Err(TillError::already_sold(&sale.number));
        }
        Ok(CompletedSale {
            sale_id: id,
            change: sale.change(),
            receipt: self.receipt(id)?,
        })
    }

    async fn record_sale(
        &self,
        cart: &Cart,
        payments: &[PaymentInput],
        shop: &ShopSettings,
    ) -> Result<(), TillError> {
        let cart = self.completed(cart)?;
        let priced = price(&cart, &PricingSettings::from(shop));
        if let Some(need) = needs_of_cart(self.session()?.role, &cart, &priced, now()).first() {
            return Err(TillError::denied(need.permission));
        }
        self.within_credit(&cart, payments, shop)?;
        let occasion = self.occasion(&cart.approvals)?;
        let actor = occasion.person.actor();
        let (payments, shop) = (payments.to_owned(), shop.clone());
        self.record("complete_sale", actor, move |draft| {
            if is_there(draft, collection::SALES, cart.id) {
                return Err(BuildError::Nothing);
            }
            // The goods are on the counter: what cannot be split is sold as it is.
            let cart = allot(draft, &cart, &day_of(occasion.at)).unwrap_or(cart);
            let issue = issue(draft, &occasion);
            let done = retail::complete_sale(&occasion, &shop, &cart, &payments, None, issue)?;
            draft.set_mark(&occasion.series.chain(), done.head.to_string());
            Ok(done.body)
        })
        .await
    }

    pub(crate) async fn hold_sale(&self, cart: Cart, label: String) -> Result<RecordId, TillError> {
        self.may("hold_sale")?;
        let (occasion, shop) = (self.occasion(&[])?, self.shop()?);
        let id = RecordId::new(now(), sync_client::platform::random());
        let actor = occasion.person.actor();
        let lent = self.checked(&cart.approvals);
        self.record("hold_sale", actor, move |_| {
            retail::hold_sale(&occasion, &shop, id, &cart, &label)
        })
        .await?;
        if !lent.is_empty() {
            self.held_with.borrow_mut().insert(id, lent);
        }
        Ok(id)
    }

    /// The cart of a held sale. It stays held until it is dropped, so that a tab that dies between
    /// the two has it in both places; its id becomes the sale's, so it is sold once all the same.
    /// What others lent for it holds as long as this module is loaded.
    pub(crate) fn held_cart(&self, id: RecordId) -> Result<Cart, TillError> {
        let held: HeldSale = self.typed(collection::HELD_SALES, id, "held sale")?;
        let lent = self.held_with.borrow().get(&id).cloned();
        Ok(Cart {
            approvals: lent.unwrap_or_default(),
            ..held.cart
        })
    }

    pub(crate) async fn drop_held(&self, id: RecordId) -> Result<(), TillError> {
        self.may("drop_held")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("drop_held", actor, move |draft| {
            let seen = seen(draft, collection::HELD_SALES, id)?;
            Ok(retail::drop_held(&occasion, id, &seen))
        })
        .await?;
        self.held_with.borrow_mut().remove(&id);
        Ok(())
    }

    /// A record as its type.
    pub(crate) fn typed<T: serde::de::DeserializeOwned>(
        &self,
        collection: &str,
        id: RecordId,
        what: &str,
    ) -> Result<T, TillError> {
        let doc = self.client()?.get(collection, id);
        let doc = doc.ok_or_else(|| TillError::missing(what))?;
        doc.doc
            .to_typed()
            .map_err(|e| TillError::internal(&e.to_string()))
    }

    /// The cart with what screens do not know, such as the batch of a lot, and with the approvals that
    /// are real.
    fn completed(&self, cart: &Cart) -> Result<Cart, TillError> {
        let client = self.client()?;
        let mut cart = cart.clone();
        cart.approvals = self.checked(&cart.approvals);
        for line in &mut cart.lines {
            let product = line
                .product
                .and_then(|id| client.get(collection::PRODUCTS, id));
            if let Some(product) = product.and_then(|doc| doc.doc.to_typed::<Product>().ok()) {
                line.complete_from(&product);
            }
        }
        Ok(client.read(|records| name_batches(records, &cart))?)
    }
}

/// Which batches the goods of a cart would be taken from now, by its lines that have any.
fn taken(records: &dyn Records, cart: &Cart) -> Result<Vec<TakenBatches>, ReadError> {
    let today = day_of(now());
    let allotted = allot(records, cart, &today)?;
    let mut shown = Vec::new();
    for line in &cart.lines {
        let parts = || allotted.lines.iter().filter(|part| part.whole() == line.id);
        let short = parts().any(|part| part.batch.is_none());
        let only_expired = match line.product {
            Some(product) if short && line.stocked => only_expired(records, product, &today)?,
            _ => false,
        };
        if !only_expired && parts().all(|part| part.batch.is_none()) {
            continue;
        }
        let of = parts().map(|part| TakenBatch {
            lot: part.batch.clone(),
            expiry: part.expiry.clone(),
            quantity: part.quantity,
            expired: part.expiry.as_ref().is_some_and(|expiry| *expiry < today),
        });
        shown.push(TakenBatches {
            line: line.id,
            of: of.collect(),
            only_expired,
        });
    }
    Ok(shown)
}

/// The next number of a till's receipts, the head of their chain and the drawer that is open. Lasts
/// with the mutation.
pub(crate) fn issue(draft: &mut Draft<'_>, occasion: &Occasion) -> Issue {
    let series = &occasion.series;
    let session = retail::open_session(draft, occasion.device).ok().flatten();
    let head = draft.mark(&series.chain()).and_then(Value::as_str);
    let previous = head
        .and_then(|head| head.parse().ok())
        .unwrap_or(Digest::ZERO);
    Issue {
        count: draft.advance(&series.counter(Counted::Receipts)),
        previous,
        session: session.map(|session| session.id),
    }
}

pub(crate) fn is_there(draft: &Draft<'_>, collection: &str, id: RecordId) -> bool {
    matches!(draft.get(collection, id), Ok(Some(record)) if record.is_live())
}

/// A record as the view shows it while a mutation is made.
pub(crate) fn seen(
    draft: &Draft<'_>,
    collection: &str,
    id: RecordId,
) -> Result<Document, BuildError> {
    let record = draft.get(collection, id).ok().flatten();
    let record = record
        .filter(sync_core::Record::is_live)
        .ok_or(BuildError::Nothing)?;
    let schema = retail::schema().collection(collection);
    Ok(schema.map_or_else(|| record.doc.clone(), |known| known.own(&record.doc)))
}

fn find(client: &Client, key: &str) -> Option<Doc> {
    ["barcode", "code"].into_iter().find_map(|field| {
        let query = Query::all(collection::PRODUCTS).eq(field, key).window(0, 8);
        let mut items = client.query(&query).items;
        // A product that is sold goes before one that is archived under the same code.
        items.sort_by_key(is_archived);
        items.into_iter().next()
    })
}

fn is_archived(doc: &Doc) -> bool {
    doc.doc.get("archived").and_then(Value::as_bool) == Some(true)
}

fn found(doc: Doc, quantity: Option<Quantity>, unit_price: Option<Money>) -> ScanResult {
    if is_archived(&doc) {
        let text = |field| doc.doc.text(field).unwrap_or_default().to_owned();
        return ScanResult::Archived {
            code: text("code"),
            name: text("name"),
        };
    }
    let unit_price = unit_price.or(doc.doc.int("price").map(Money));
    ScanResult::Product {
        product: shown(collection::PRODUCTS, None, doc),
        quantity: quantity.unwrap_or(Quantity(1000)),
        unit_price: unit_price.unwrap_or(Money::ZERO),
        batch: None,
        expiry: None,
    }
}
