use sync_core::{
    Body, Case, Document, Domain, Judgement, Projection, Quantity, ReadError, RecordId, Records,
    Schema,
};

/// The shop, as the machinery below needs it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Retail;

impl Domain for Retail {
    fn schema(&self) -> &Schema {
        crate::schema()
    }

    fn judge(
        &self,
        case: &Case<'_>,
        body: &Body,
        before: &dyn Records,
        after: &dyn Records,
    ) -> Result<Judgement, ReadError> {
        crate::rules::judge(case, body, before, after)
    }

    fn in_stock(
        &self,
        records: &dyn Records,
        thing: RecordId,
    ) -> Result<Option<Quantity>, ReadError> {
        crate::in_stock(records, thing)
    }

    fn project(&self, collection: &str, _id: RecordId, fact: &Document) -> Vec<Projection> {
        crate::project::project(collection, fact)
    }
}
