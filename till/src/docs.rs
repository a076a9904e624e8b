//! Records and queries as screens know them.

use retail::collection;
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use sync_client::platform::oneshot;
use sync_client::{Client, Doc, Query};
use sync_core::{FieldType, RecordId, Records, Value};

use crate::{Till, TillError};

/// A query with what screens want beside the records.
#[derive(Clone, Deserialize)]
pub(crate) struct ScreenQuery {
    #[serde(flatten)]
    pub(crate) query: Query,
    #[serde(default)]
    pub(crate) include: Vec<String>,
}

impl Till {
    pub(crate) fn query(&self, wanted: &ScreenQuery) -> Result<Json, TillError> {
        Ok(answer(&self.client()?, wanted))
    }

    pub(crate) fn get(&self, collection: &str, id: RecordId) -> Result<Json, TillError> {
        let doc = self.client()?.get(collection, id);
        Ok(doc.map_or(Json::Null, |doc| shown(collection, None, doc)))
    }

    /// A new number, and what happens when it is given up.
    pub(crate) fn subscription(&self) -> (u32, oneshot::Receiver<()>) {
        let number = self.next_subscription.get();
        self.next_subscription.set(number + 1);
        let (end, ended) = oneshot::channel();
        self.subscriptions.borrow_mut().insert(number, end);
        (number, ended)
    }

    /// Ends what has this number; an unknown one is ignored.
    pub(crate) fn unsubscribe(&self, number: u32) {
        self.subscriptions.borrow_mut().remove(&number);
    }
}

/// One window of a query's matches, and how many there are in all.
pub(crate) fn answer(client: &Client, wanted: &ScreenQuery) -> Json {
    let result = client.query(&wanted.query);
    let collection = wanted.query.collection.as_str();
    let fields = wanted.query.fields.as_deref();
    let stock = collection == collection::PRODUCTS && wanted.include.iter().any(|it| it == "stock");
    let mut items: Vec<Json> = Vec::with_capacity(result.items.len());
    for doc in result.items {
        let id = doc.id;
        let mut item = shown(collection, fields, doc);
        if stock && let Json::Object(item) = &mut item {
            item.insert(
                "on_hand".to_owned(),
                client.read(|records| on_hand(records, id)),
            );
        }
        items.push(item);
    }
    serde_json::json!({ "items": items, "total": result.total })
}

/// A record with every field its collection knows: what has no value is `null`.
pub(crate) fn shown(collection: &str, fields: Option<&[String]>, doc: Doc) -> Json {
    let mut item = Map::new();
    if let Some(known) = retail::schema().collection(collection) {
        let wanted = known
            .fields
            .iter()
            .filter(|(name, _)| fields.is_none_or(|fields| fields.contains(name)));
        for (name, field) in wanted {
            let empty = match field.kind {
                FieldType::Bool => Json::Bool(false),
                _ => Json::Null,
            };
            item.insert(name.clone(), empty);
        }
    }
    for (name, value) in doc.doc {
        item.insert(name, serde_json::to_value(value).unwrap_or_default());
    }
    item.insert("id".to_owned(), doc.id.to_string().into());
    item.insert("version".to_owned(), doc.version.0.into());
    item.insert("pending".to_owned(), doc.pending.into());
    Json::Object(item)
}

/// The stock on hand; nothing where none was ever counted.
fn on_hand(records: &dyn Records, product: RecordId) -> Json {
    let key = Value::Text(product.to_string());
    let levels = records
        .find(collection::STOCK_LEVELS, "product", &key)
        .unwrap_or_default();
    let amounts: Vec<i64> = levels
        .iter()
        .filter_map(|level| level.doc.int("on_hand"))
        .collect();
    if amounts.is_empty() {
        return Json::Null;
    }
    amounts.into_iter().fold(0, i64::saturating_add).into()
}
