//! Everything a device holds in memory.

use sync_core::{
    CollectionName, Cursor, Domain, ReadError, Record, RecordId, Records, Sums, Value,
};

use crate::storage::Attention;
use crate::{Doc, Query, QueryResult, SyncPosition};

pub(crate) struct Replica {}

pub(crate) struct View;

impl Replica {
    pub(crate) fn view(&self) -> View {
        View
    }
    pub(crate) fn base(&self) -> View {
        View
    }
    pub(crate) fn domain(&self) -> &dyn Domain {
        unreachable!()
    }
    pub(crate) fn attention(&self) -> Vec<Attention> {
        Vec::new()
    }
    pub(crate) fn counter(&self, _name: &str) -> Option<&Value> {
        None
    }
    pub(crate) fn checksums(&self) -> (Option<Cursor>, Sums) {
        (None, Sums::new())
    }
    pub(crate) fn revision(&self, _name: &CollectionName) -> u64 {
        0
    }
    pub(crate) fn position(&self) -> SyncPosition {
        SyncPosition::default()
    }
}

impl View {
    pub(crate) fn doc(&self, _collection: &str, _id: RecordId) -> Option<Doc> {
        None
    }
    pub(crate) fn query(&self, _query: &Query) -> QueryResult {
        QueryResult::default()
    }
}

impl Records for View {
    fn get(&self, _collection: &str, _id: RecordId) -> Result<Option<Record>, ReadError> {
        Ok(None)
    }
    fn find(&self, _c: &str, _f: &str, _v: &Value) -> Result<Vec<Record>, ReadError> {
        Ok(Vec::new())
    }
}
