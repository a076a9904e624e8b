//! A small domain for these tests.

use sync_core::{
    Body, Case, Collection, Document, Domain, Field, FieldType, Index, Judgement, Kind, Policy,
    Projection, ReadError, RecordId, Records, Schema, Scope,
};

pub(crate) struct Shop(Schema);

impl Shop {
    pub(crate) fn new() -> Self {
        let field = |kind: FieldType| Field {
            kind,
            required: false,
            projected: false,
            policy: Policy::Manual,
        };
        let index = |field: &str| Index {
            name: field.to_owned(),
            fields: vec![field.to_owned()],
        };
        let products = Collection {
            kind: Kind::Shared,
            fields: [
                ("name".to_owned(), field(FieldType::Text)),
                ("price".to_owned(), field(FieldType::Money)),
            ]
            .into(),
            indexes: vec![index("name"), index("price")],
            search: vec!["name".to_owned()],
            scope: Scope::default(),
        };
        Self(Schema {
            format: 1,
            collections: [("products".into(), products)].into(),
        })
    }
}

impl Domain for Shop {
    fn schema(&self) -> &Schema {
        &self.0
    }

    fn judge(
        &self,
        _case: &Case<'_>,
        _body: &Body,
        _before: &dyn Records,
        _after: &dyn Records,
    ) -> Result<Judgement, ReadError> {
        Ok(Judgement::default())
    }

    fn project(&self, _collection: &str, _id: RecordId, _fact: &Document) -> Vec<Projection> {
        Vec::new()
    }
}
