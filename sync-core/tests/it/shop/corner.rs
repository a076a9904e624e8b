use sync_core::{
    Body, CONFLICTS, Case, Cause, CauseKind, Collection, Document, Domain, Field, FieldType, Index,
    Judgement, Kind, Map, NOTICES, Objection, Op, Policy, Projected, Projection, ReadError,
    RecordId, Records, Refusal, Schema, Scope, TASKS, Value,
};

/// Products, sales, carts, roles and stock levels.
pub(crate) struct Corner {
    schema: Schema,
    /// Whether its rules speak at all.
    judges: bool,
}

impl Corner {
    pub(crate) fn new() -> Self {
        let schema = schema();
        schema.validate().expect("the shop's schema holds");
        Self {
            schema,
            judges: true,
        }
    }

    /// The same shop without rules.
    pub(crate) fn lenient() -> Self {
        Self {
            judges: false,
            ..Self::new()
        }
    }

    /// The record that keeps a product's stock level.
    pub(crate) fn level_of(product: RecordId) -> RecordId {
        RecordId::derived(&[b"level", product.bytes()])
    }
}

impl Domain for Corner {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn judge(
        &self,
        _: &Case<'_>,
        body: &Body,
        before: &dyn Records,
        _: &dyn Records,
    ) -> Result<Judgement, ReadError> {
        let mut judgement = Judgement::default();
        if !self.judges {
            return Ok(judgement);
        }
        if body.name == "after_hours" {
            judgement.objections.push(Objection {
                op: None,
                refusal: Refusal::new("closed", "the shop is closed"),
            });
        }
        for (op, step) in body.ops.iter().enumerate() {
            if wanted(step, "price").is_some_and(|price| price < 0) {
                judgement.objections.push(Objection {
                    op: Some(op),
                    refusal: Refusal::new("negative", "a price is not negative").of_field("price"),
                });
            }
            if let Op::Insert {
                collection, doc, ..
            } = step
                && collection.as_str() == "sales"
            {
                judgement
                    .causes
                    .extend(causes_of_sale(op, doc, before)?.into_iter().flatten());
            }
        }
        Ok(judgement)
    }

    fn project(&self, collection: &str, _: RecordId, fact: &Document) -> Vec<Projection> {
        let sold = fact.int("quantity").unwrap_or(0);
        let Some(product) = product_of(fact).filter(|_| collection == "sales") else {
            return Vec::new();
        };
        let level = Map::from([
            ("on_hand".to_owned(), Projected::Add(-sold)),
            ("largest".to_owned(), Projected::Max(sold)),
            (
                "product".to_owned(),
                Projected::Key(Value::Text(product.to_string())),
            ),
        ]);
        vec![
            Projection {
                collection: "levels".into(),
                id: Self::level_of(product),
                fields: level,
            },
            Projection {
                collection: "products".into(),
                id: product,
                fields: Map::from([("stock".to_owned(), Projected::Add(-sold))]),
            },
        ]
    }
}

fn causes_of_sale(
    op: usize,
    doc: &Document,
    before: &dyn Records,
) -> Result<[Option<Cause>; 2], ReadError> {
    let Some(product) = product_of(doc) else {
        return Ok([None, None]);
    };
    let quantity = doc.int("quantity").unwrap_or(0);
    let level = before.get("levels", Corner::level_of(product))?;
    let on_hand = level.and_then(|l| l.doc.int("on_hand")).unwrap_or(0);
    let cause = |raise, kind: &str| Cause {
        raise,
        kind: kind.to_owned(),
        subject: product.to_string(),
        op,
        message: format!("{quantity} sold"),
        details: Document::new().with("quantity", quantity),
        until: None,
    };
    Ok([
        (quantity > on_hand).then(|| cause(CauseKind::Task, "oversold")),
        (quantity >= 100_000).then(|| cause(CauseKind::Notice, "big_sale")),
    ])
}

fn product_of(fact: &Document) -> Option<RecordId> {
    fact.text("product")?.parse().ok()
}

fn wanted(op: &Op, field: &str) -> Option<i64> {
    match op {
        Op::Insert { doc, .. } => doc.int(field),
        Op::Patch { fields, .. } => fields.get(field)?.now.as_ref()?.as_int(),
        _ => None,
    }
}

fn schema() -> Schema {
    let products = Collection {
        search: vec!["name".to_owned()],
        ..collection(
            Kind::Shared,
            [
                ("name", needed(FieldType::Text)),
                ("price", field(FieldType::Money)),
                ("note", field(FieldType::Any)),
                ("color", by(Policy::FirstWins)),
                ("shelf", by(Policy::LastWins)),
                ("supplier", by(Policy::EarliestWins)),
                ("points", field(FieldType::Int)),
                ("stock", projected()),
            ],
        )
    };
    let sales = Collection {
        scope: Scope {
            dated: true,
            ..Scope::default()
        },
        ..collection(
            Kind::Fact,
            [
                ("product", needed(FieldType::Ref("products".into()))),
                ("quantity", needed(FieldType::Quantity)),
            ],
        )
    };
    let owner = Kind::Owned {
        owner: "till".to_owned(),
    };
    let raised = || Collection {
        indexes: vec![Index {
            name: "key".to_owned(),
            fields: vec!["key".to_owned()],
        }],
        ..collection(
            Kind::Raised,
            [
                ("key", needed(FieldType::Text)),
                ("status", needed(FieldType::Text)),
            ],
        )
    };
    Schema {
        format: 1,
        collections: [
            ("products", products),
            ("sales", sales),
            (
                "carts",
                collection(
                    owner,
                    [
                        ("till", needed(FieldType::Device)),
                        ("label", field(FieldType::Text)),
                    ],
                ),
            ),
            (
                "labels",
                collection(
                    Kind::Shared,
                    [
                        ("text", needed(FieldType::Text)),
                        ("colour", field(FieldType::Text)),
                        ("archived", field(FieldType::Bool)),
                    ],
                ),
            ),
            (
                "roles",
                collection(Kind::Master, [("name", needed(FieldType::Text))]),
            ),
            (
                "levels",
                collection(
                    Kind::Projection,
                    [
                        ("product", field(FieldType::Ref("products".into()))),
                        ("on_hand", projected()),
                        ("largest", projected()),
                    ],
                ),
            ),
            (CONFLICTS, raised()),
            (TASKS, raised()),
            (NOTICES, raised()),
        ]
        .into_iter()
        .map(|(name, collection)| (name.into(), collection))
        .collect(),
    }
}

fn collection<const N: usize>(kind: Kind, fields: [(&str, Field); N]) -> Collection {
    Collection {
        kind,
        fields: fields.map(|(name, field)| (name.to_owned(), field)).into(),
        indexes: Vec::new(),
        search: Vec::new(),
        scope: Scope::default(),
    }
}

fn field(kind: FieldType) -> Field {
    Field {
        kind,
        required: false,
        projected: false,
        policy: Policy::Manual,
    }
}

fn needed(kind: FieldType) -> Field {
    Field {
        required: true,
        ..field(kind)
    }
}

fn by(policy: Policy) -> Field {
    Field {
        policy,
        ..field(FieldType::Text)
    }
}

fn projected() -> Field {
    Field {
        projected: true,
        ..field(FieldType::Quantity)
    }
}
