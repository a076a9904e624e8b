//! The shop as a build has it that is not quite this one.

use retail::collection;
use sync_core::{
    Body, Case, DeviceId, Document, Domain, Field, FieldType, Judgement, Millis, Op, Policy,
    Projected, Projection, Quantity, ReadError, RecordId, Records, Schema,
};

/// The shop with another schema, or with a mistake.
pub struct OddShop {
    schema: Schema,
    twist: Option<Twist>,
}

/// A mistake of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twist {
    /// Takes everything off the stock twice.
    DoubleStock,
    /// Counts what is paid out of a drawer as what came in.
    DeepDrawer,
    /// Forgets a tenth of what customers pay of what they owe.
    ForgivenDebt,
    /// Takes goods off the product where it should off their batch.
    MixedBatches,
    /// Does not tell of what comes after a drawer was closed, nor of debts over the limit.
    DeafMaster,
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
        Self {
            schema,
            twist: None,
        }
    }

    /// A build that lets whoever comes last overwrite a price.
    pub fn careless() -> Self {
        let mut schema = retail::schema().clone();
        let products = schema.collections.get_mut(collection::PRODUCTS);
        if let Some(price) = products.and_then(|products| products.fields.get_mut("price")) {
            price.policy = Policy::LastWins;
        }
        Self {
            schema,
            twist: None,
        }
    }

    /// A build with a mistake.
    pub fn twisted(twist: Twist) -> Self {
        Self {
            schema: retail::schema().clone(),
            twist: Some(twist),
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
        let mut judgement = retail::Retail.judge(case, body, before, after)?;
        if self.twist == Some(Twist::DeafMaster) {
            let deaf = ["late_sale", "credit_over_limit"];
            judgement
                .causes
                .retain(|cause| !deaf.contains(&cause.kind.as_str()));
        }
        Ok(judgement)
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

    fn settle(
        &self,
        node: DeviceId,
        records: &dyn Records,
        now: Millis,
    ) -> Result<Vec<(RecordId, Body)>, ReadError> {
        retail::Retail.settle(node, records, now)
    }

    fn upkeep(
        &self,
        node: DeviceId,
        records: &dyn Records,
        now: Millis,
    ) -> Result<Option<Body>, ReadError> {
        retail::Retail.upkeep(node, records, now)
    }

    fn announce(&self, node: DeviceId, now: Millis) -> Option<Body> {
        retail::Retail.announce(node, now)
    }

    fn project(&self, collection: &str, id: RecordId, fact: &Document) -> Vec<Projection> {
        let mut all = retail::Retail.project(collection, id, fact);
        match self.twist {
            Some(Twist::DoubleStock) => all.extend(all.clone()),
            Some(Twist::DeepDrawer) => all.iter_mut().for_each(deepen),
            Some(Twist::ForgivenDebt) => all.iter_mut().for_each(forget_debt),
            Some(Twist::MixedBatches) => all.iter_mut().for_each(mix),
            Some(Twist::DeafMaster) | None => {}
        }
        all
    }
}

fn deepen(projection: &mut Projection) {
    if let Some(out) = projection.fields.remove("cash_out") {
        projection.fields.insert("cash_in".to_owned(), out);
    }
}

fn forget_debt(projection: &mut Projection) {
    if let Some(Projected::Add(owed)) = projection.fields.get_mut("credit_balance")
        && *owed < 0
    {
        *owed -= *owed / 10;
    }
}

fn mix(projection: &mut Projection) {
    if let Some(Projected::Key(product)) = projection.fields.get("product")
        && projection.fields.contains_key("batch")
        && let Some(product) = product.as_str().and_then(|id| id.parse().ok())
    {
        projection.id = retail::level_id(product, None);
        projection.fields.remove("batch");
    }
}
