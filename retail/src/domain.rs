use sync_core::{
    ARCHIVED, Body, Case, DeviceId, Document, Domain, Judgement, Millis, Op, Projection, Quantity,
    ReadError, RecordId, Records, Schema, Value,
};

use crate::{Occasion, collection};

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

    fn mutation_of(&self, op: &Op) -> Option<&'static str> {
        let (collection, _) = op.target();
        match (collection.as_str(), op) {
            (collection::PRODUCTS, Op::Insert { .. }) => Some("create_product"),
            (collection::PRODUCTS, Op::Patch { fields, .. }) => {
                let archived = fields.get(ARCHIVED).map(|patch| patch.now.as_ref());
                Some(match archived {
                    Some(Some(Value::Bool(true))) => "archive_product",
                    Some(_) => "restore_product",
                    None => "edit_product",
                })
            }
            (collection::CATEGORIES, Op::Insert { .. }) => Some("create_category"),
            (collection::CATEGORIES, Op::Patch { .. }) => Some("edit_category"),
            (collection::BATCHES, Op::Patch { .. }) => Some("edit_batch"),
            (collection::EMPLOYEES, Op::Insert { .. }) => Some("create_employee"),
            (collection::EMPLOYEES, Op::Patch { .. }) => Some("save_employee"),
            (collection::CUSTOMERS, Op::Insert { .. }) => Some("create_customer"),
            (collection::CUSTOMERS, Op::Patch { .. }) => Some("edit_customer"),
            (collection::SETTINGS, Op::Patch { .. }) => Some("edit_settings"),
            _ => None,
        }
    }

    fn upkeep(
        &self,
        node: DeviceId,
        records: &dyn Records,
        now: Millis,
    ) -> Result<Option<Body>, ReadError> {
        crate::forget_notices(&Occasion::system(node, now), records)
    }

    fn settle(
        &self,
        node: DeviceId,
        records: &dyn Records,
        now: Millis,
    ) -> Result<Vec<(RecordId, Body)>, ReadError> {
        crate::settle_conflicts(&Occasion::system(node, now), records)
    }

    fn announce(&self, node: DeviceId, now: Millis) -> Option<Body> {
        Some(crate::announce_master(&Occasion::system(node, now)))
    }

    fn project(&self, collection: &str, _id: RecordId, fact: &Document) -> Vec<Projection> {
        crate::project::project(collection, fact)
    }
}
