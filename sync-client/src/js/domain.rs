use sync_core::{
    Body, Case, Document, Domain, Judgement, Projection, ReadError, RecordId, Records, Schema,
};

/// A domain that is a schema alone: the master's rules decide, projections arrive from it.
pub(super) struct SchemaOnly(pub(super) Schema);

impl Domain for SchemaOnly {
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
