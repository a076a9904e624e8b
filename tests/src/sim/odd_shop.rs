//! The shop as a build has it that is not quite this one.

use retail::collection;
use sync_core::{
    Body, Case, DeviceId, Document, Domain, Field, FieldType, Judgement, Millis, Op, Policy,
    Projection, Quantity, ReadError, RecordId, Records, Schema,
};

/// The shop with another schema, or with a mistake.
pub struct OddShop {
    schema: Schema,
    /// How often what a fact does to the stock is done.
    times: usize,
}

impl OddShop {
    /// A later build, which knows a field more.
    pub fn newer() -> Self {
        let mut schema = retail::schema().clone();
        let field = Field {
            kind: FieldType::Text,
            required: false,
            projected: false,
            policy: Policy::Manual,
        };
        if let Some(products) = schema.collections.get_mut(collection::PRODUCTS) {
            products.fields.insert("shelf".to_owned(), field);
        }
        Self { schema, times: 1 }
    }

    /// A build that lets whoever comes last overwrite a price.
    pub fn careless() -> Self {
        let mut schema = retail::schema().clone();
        let products = schema.collections.get_mut(collection::PRODUCTS);
        if let Some(price) = products.and_then(|products| products.fields.get_mut("price")) {
            price.policy = Policy::LastWins;
        }
        Self { schema, times: 1 }
    }

    /// A build that takes everything off the stock twice.
    pub fn double_stock() -> Self {
        Self {
            schema: retail::schema().clone(),
            times: 2,
        }
    }
}

impl Domain for OddShop {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn judge(
        &self,
        case: &Case<'_>,
        body: &Body,
        before: &dyn Records,
        after: &dyn Records,
    ) -> Result<Judgement, ReadError> {
        retail::Retail.judge(case, body, before, after)
    }

    fn in_stock(
        &self,
        records: &dyn Records,
        product: RecordId,
    ) -> Result<Option<Quantity>, ReadError> {
        retail::Retail.in_stock(records, product)
    }

    fn mutation_of(&self, op: &Op) -> Option<&'static str> {
        retail::Retail.mutation_of(op)
    }

    fn upkeep(
        &self,
        node: DeviceId,
        records: &dyn Records,
        now: Millis,
    ) -> Result<Option<Body>, ReadError> {
        retail::Retail.upkeep(node, records, now)
    }

    fn project(&self, collection: &str, id: RecordId, fact: &Document) -> Vec<Projection> {
        let once = retail::Retail.project(collection, id, fact);
        std::iter::repeat_n(once, self.times).flatten().collect()
    }
}
