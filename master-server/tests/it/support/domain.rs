//! A corner shop: products, sales that move stock, tasks.

use sync_core::{
    Body, Case, Collection, CollectionName, DeviceKind, Document, Domain, Field, FieldType, Index,
    Judgement, Kind, Map, Objection, Op, Policy, Projected, Projection, Quantity, ReadError,
    RecordId, Records, Refusal, Schema, Scope, Set, Value,
};

/// Of every product there is one unit when the shop opens.
const OPENING: i64 = 1;

pub(crate) struct Corner {
    schema: Schema,
}

impl Corner {
    pub(crate) fn new() -> Self {
        let field = |kind| Field {
            kind,
            required: false,
            projected: false,
            policy: Policy::Manual,
        };
        let collection = |kind, fields: &[(&str, FieldType)], indexed: &[&str], scope| Collection {
            kind,
            fields: fields
                .iter()
                .map(|(name, kind)| ((*name).to_owned(), field(kind.clone())))
                .collect(),
            indexes: indexed
                .iter()
                .map(|name| Index {
                    name: (*name).to_owned(),
                    fields: vec![(*name).to_owned()],
                })
                .collect(),
            search: Vec::new(),
            scope,
        };
        let selling = Scope {
            kinds: Set::from([DeviceKind::Till, DeviceKind::Terminal]),
            dated: false,
        };
        let dated = Scope {
            kinds: Set::new(),
            dated: true,
        };
        let raised = [("key", FieldType::Text), ("status", FieldType::Text)];
        let collections = [
            (
                "products",
                collection(
                    Kind::Shared,
                    &[
                        ("name", FieldType::Text),
                        ("price", FieldType::Money),
                        ("code", FieldType::Text),
                    ],
                    &["code"],
                    Scope::default(),
                ),
            ),
            (
                "sales",
                collection(
                    Kind::Fact,
                    &[
                        ("product", FieldType::Text),
                        ("quantity", FieldType::Quantity),
                    ],
                    &[],
                    dated,
                ),
            ),
            (
                "stock_levels",
                collection(
                    Kind::Projection,
                    &[
                        ("product", FieldType::Text),
                        ("on_hand", FieldType::Quantity),
                    ],
                    &[],
                    Scope::default(),
                ),
            ),
            (
                "credentials",
                collection(Kind::Master, &[("pin", FieldType::Text)], &[], selling),
            ),
            (
                "tasks",
                collection(Kind::Raised, &raised, &["key"], Scope::default()),
            ),
            (
                "conflicts",
                collection(Kind::Raised, &raised, &["key"], Scope::default()),
            ),
        ];
        let collections = collections
            .into_iter()
            .map(|(name, collection)| (CollectionName::from(name), collection))
            .collect();
        Self {
            schema: Schema {
                format: 1,
                collections,
            },
        }
    }
}

impl Domain for Corner {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn judge(
        &self,
        _case: &Case<'_>,
        body: &Body,
        _before: &dyn Records,
        _after: &dyn Records,
    ) -> Result<Judgement, ReadError> {
        let mut judgement = Judgement::default();
        assert!(body.name != "panic", "a rule with a fault");
        for (index, op) in body.ops.iter().enumerate() {
            if let Op::Insert { doc, .. } = op
                && doc.int("price").is_some_and(|price| price < 0)
            {
                judgement.objections.push(Objection {
                    op: Some(index),
                    refusal: Refusal::new("price", "a price is not negative").of_field("price"),
                });
            }
        }
        Ok(judgement)
    }

    fn in_stock(
        &self,
        records: &dyn Records,
        thing: RecordId,
    ) -> Result<Option<Quantity>, ReadError> {
        let Some(product) = records.get("products", thing)? else {
            return Ok(None);
        };
        let name = product.doc.text("name").unwrap_or_default();
        let level = records.get("stock_levels", level_of(name))?;
        let moved = level.and_then(|level| level.doc.int("on_hand"));
        Ok(Some(
            Quantity::units(OPENING) + Quantity(moved.unwrap_or(0)),
        ))
    }

    fn project(&self, collection: &str, _id: RecordId, fact: &Document) -> Vec<Projection> {
        if collection != "sales" {
            return Vec::new();
        }
        let product = fact.text("product").unwrap_or_default();
        let quantity = fact.int("quantity").unwrap_or(0);
        vec![Projection {
            collection: "stock_levels".into(),
            id: level_of(product),
            fields: Map::from([
                ("product".to_owned(), Projected::Key(Value::from(product))),
                ("on_hand".to_owned(), Projected::Add(-quantity)),
            ]),
        }]
    }
}

/// The stock level of a product.
pub(crate) fn level_of(product: &str) -> RecordId {
    RecordId::derived(&[b"level", product.as_bytes()])
}

/// A record's id by a name.
pub(crate) fn record_id(name: &str) -> RecordId {
    RecordId::derived(&[b"test record", name.as_bytes()])
}
