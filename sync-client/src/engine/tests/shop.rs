//! The smallest domain with everything the engine meets: a fact, a projection, a rule.

use sync_core::{
    Body, Case, Collection, CollectionName, Document, Domain, Field, FieldType, Judgement, Kind,
    Map, Objection, Op, Policy, Projected, Projection, ReadError, RecordId, Records, Refusal,
    Schema, Scope,
};

pub(super) struct Shop(Schema);

impl Shop {
    pub(super) fn new() -> Self {
        let field = |kind: FieldType| Field {
            kind,
            required: false,
            projected: false,
            policy: Policy::Manual,
        };
        let collection = |kind: Kind, name: &str, of: FieldType| Collection {
            kind,
            fields: [(name.to_owned(), field(of))].into(),
            indexes: Vec::new(),
            search: Vec::new(),
            scope: Scope::default(),
        };
        let collections: Map<CollectionName, Collection> = [
            (
                "facts".into(),
                collection(Kind::Fact, "amount", FieldType::Int),
            ),
            (
                "things".into(),
                collection(Kind::Shared, "name", FieldType::Text),
            ),
            (
                "totals".into(),
                collection(Kind::Projection, "sum", FieldType::Int),
            ),
        ]
        .into();
        Self(Schema {
            format: 1,
            collections,
        })
    }
}

pub(super) fn total_id() -> RecordId {
    RecordId::from([1; 16])
}

impl Domain for Shop {
    fn schema(&self) -> &Schema {
        &self.0
    }

    fn judge(
        &self,
        _case: &Case<'_>,
        body: &Body,
        _before: &dyn Records,
        _after: &dyn Records,
    ) -> Result<Judgement, ReadError> {
        let bad = |op: &Op| matches!(op, Op::Insert { doc, .. } if doc.text("name") == Some("no"));
        let objections = body.ops.iter().position(bad).map(|op| Objection {
            op: Some(op),
            refusal: Refusal::new("refused", "this name is not allowed"),
        });
        Ok(Judgement {
            objections: objections.into_iter().collect(),
            causes: Vec::new(),
        })
    }

    fn project(&self, collection: &str, _id: RecordId, fact: &Document) -> Vec<Projection> {
        if collection != "facts" {
            return Vec::new();
        }
        vec![Projection {
            collection: "totals".into(),
            id: total_id(),
            fields: [(
                "sum".to_owned(),
                Projected::Add(fact.int("amount").unwrap_or(0)),
            )]
            .into(),
        }]
    }
}
