use crate::{Change, CollectionName, Map, Record, RecordId, Value, map_of};

/// The store below could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("records cannot be read: {0}")]
pub struct ReadError(pub String);

/// Read access to the records of a store, tombstones and stubs included.
pub trait Records {
    /// One record.
    ///
    /// # Errors
    /// When the store below cannot be read.
    fn get(&self, collection: &str, id: RecordId) -> Result<Option<Record>, ReadError>;

    /// The live records whose field equals a value, ordered by id. The schema indexes the field.
    ///
    /// # Errors
    /// When the store below cannot be read.
    fn find(&self, collection: &str, field: &str, value: &Value) -> Result<Vec<Record>, ReadError>;
}

impl<R: Records + ?Sized> Records for &R {
    fn get(&self, collection: &str, id: RecordId) -> Result<Option<Record>, ReadError> {
        (**self).get(collection, id)
    }

    fn find(&self, collection: &str, field: &str, value: &Value) -> Result<Vec<Record>, ReadError> {
        (**self).find(collection, field, value)
    }
}

/// Records as they would be after some changes that are not written yet.
pub struct Scratch<'a> {
    below: &'a dyn Records,
    changed: Map<(CollectionName, RecordId), Record>,
}

impl<'a> Scratch<'a> {
    /// Nothing changed yet.
    pub fn new(below: &'a dyn Records) -> Self {
        Self {
            below,
            changed: Map::new(),
        }
    }

    /// Puts a record's new state.
    pub fn put(&mut self, collection: &CollectionName, record: Record) {
        self.changed.insert((collection.clone(), record.id), record);
    }

    /// What was changed, by collection and id.
    pub fn into_changes(self) -> Vec<Change> {
        self.changed
            .into_iter()
            .map(|((collection, _), record)| Change { collection, record })
            .collect()
    }
}

impl Records for Scratch<'_> {
    fn get(&self, collection: &str, id: RecordId) -> Result<Option<Record>, ReadError> {
        match self.changed.get(&(collection.into(), id)) {
            Some(record) => Ok(Some(record.clone())),
            None => self.below.get(collection, id),
        }
    }

    fn find(&self, collection: &str, field: &str, value: &Value) -> Result<Vec<Record>, ReadError> {
        let below = self.below.find(collection, field, value)?.into_iter();
        let mut found = map_of(below.map(|record| (record.id, record)));
        for ((name, id), record) in &self.changed {
            if name.as_str() != collection {
                continue;
            }
            if record.is_live() && record.doc.get(field) == Some(value) {
                found.insert(*id, record.clone());
            } else {
                found.remove(id);
            }
        }
        Ok(found.into_values().collect())
    }
}
