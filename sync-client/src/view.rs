//! What people see: the base with the overlay laid over it.

mod select;

use sync_core::{Position, ReadError, Record, RecordId, Records, Value, map_of};

use crate::base::Base;
use crate::overlay::Overlay;
use crate::query::{Doc, Query, QueryResult};

/// One consistent state to read.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    base: &'a Base,
    overlay: &'a Overlay,
}

impl<'a> View<'a> {
    pub(crate) fn new(base: &'a Base, overlay: &'a Overlay) -> Self {
        Self { base, overlay }
    }

    /// One live record.
    pub(crate) fn doc(&self, collection: &str, id: RecordId) -> Option<Doc> {
        if let Some(record) = self.overlay.get(collection, id) {
            return record.is_live().then(|| self.own(collection, record));
        }
        let record = self.base.table(collection)?.get(id)?;
        record.is_live().then(|| confirmed(record))
    }

    /// Answers a query.
    pub(crate) fn query(&self, query: &Query) -> QueryResult {
        select::select(self, query)
    }

    fn own(&self, collection: &str, record: &Record) -> Doc {
        let version = self.base.version(collection, record.id);
        Doc {
            id: record.id,
            version: version.unwrap_or(Position(0)),
            pending: true,
            doc: record.doc.clone(),
        }
    }
}

fn confirmed(record: Record) -> Doc {
    Doc {
        id: record.id,
        version: record.version,
        pending: false,
        doc: record.doc,
    }
}

impl Records for View<'_> {
    fn get(&self, collection: &str, id: RecordId) -> Result<Option<Record>, ReadError> {
        match self.overlay.get(collection, id) {
            Some(record) => Ok(Some(record.clone())),
            None => self.base.get(collection, id),
        }
    }

    fn find(&self, collection: &str, field: &str, value: &Value) -> Result<Vec<Record>, ReadError> {
        let found = self.base.find(collection, field, value)?;
        let found = found.into_iter().map(|record| (record.id, record));
        let mut found = map_of(found);
        for record in self.overlay.records(collection) {
            if record.is_live() && record.doc.get(field) == Some(value) {
                found.insert(record.id, record.clone());
            } else {
                found.remove(&record.id);
            }
        }
        Ok(found.into_values().collect())
    }
}
