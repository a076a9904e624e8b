use serde::{Deserialize, Serialize};
use sync_core::{CollectionName, Document, Position, RecordId, Value};

/// One record as the view shows it: base and this device's undecided mutations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doc {
    /// Its id.
    pub id: RecordId,
    /// The position of the last change of the base; 0 while the master has not seen the record.
    pub version: Position,
    /// Whether an undecided mutation of this device touches it.
    pub pending: bool,
    /// Its fields.
    pub doc: Document,
}

/// How a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// Equal; a filter without a value matches a missing field.
    Eq,
    /// At least; a missing field never is.
    Gte,
    /// At most; a missing field never is.
    Lte,
    /// A text that begins so, case-sensitive.
    Prefix,
}

/// One condition on a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// The field; `id` is the record's own id.
    pub field: String,
    /// How it compares.
    pub op: Compare,
    /// With what; `None` stands for "no value".
    pub value: Option<Value>,
}

/// The order of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// By this field; records without it come first.
    pub field: String,
    /// Largest first.
    #[serde(default)]
    pub desc: bool,
}

/// What to look for. All conditions must hold; without `sort` the order is that of the ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Where.
    pub collection: CollectionName,
    /// Conditions.
    #[serde(default)]
    pub filter: Vec<Filter>,
    /// Words that must all begin a word of one of the collection's search fields, case ignored.
    #[serde(default)]
    pub search: Option<String>,
    /// The order.
    #[serde(default)]
    pub sort: Option<Sort>,
    /// At most so many; `None` for all.
    #[serde(default)]
    pub limit: Option<usize>,
    /// Skip so many first.
    #[serde(default)]
    pub offset: usize,
    /// Only these fields come back; `None` for all.
    #[serde(default)]
    pub fields: Option<Vec<String>>,
}

/// One window of the matches, and how many there are in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryResult {
    /// The window.
    pub items: Vec<Doc>,
    /// All matches, those outside the window too.
    pub total: usize,
}

impl Query {
    /// Everything in a collection.
    pub fn all(collection: impl Into<CollectionName>) -> Self {
        Self {
            collection: collection.into(),
            filter: Vec::new(),
            search: None,
            sort: None,
            limit: None,
            offset: 0,
            fields: None,
        }
    }

    /// The same query with a field equal to a value.
    #[must_use]
    pub fn eq(self, field: &str, value: impl Into<Value>) -> Self {
        self.with(field, Compare::Eq, Some(value.into()))
    }

    /// The same query with one more condition.
    #[must_use]
    pub fn with(mut self, field: &str, op: Compare, value: Option<Value>) -> Self {
        self.filter.push(Filter {
            field: field.to_owned(),
            op,
            value,
        });
        self
    }

    /// The same query looking for words.
    #[must_use]
    pub fn search(mut self, words: &str) -> Self {
        self.search = Some(words.to_owned());
        self
    }

    /// The same query in the order of a field, smallest first.
    #[must_use]
    pub fn sort_by(mut self, field: &str) -> Self {
        self.sort = Some(Sort {
            field: field.to_owned(),
            desc: false,
        });
        self
    }

    /// The same query in the order of a field, largest first.
    #[must_use]
    pub fn sort_by_desc(mut self, field: &str) -> Self {
        self.sort = Some(Sort {
            field: field.to_owned(),
            desc: true,
        });
        self
    }

    /// The same query for one window.
    #[must_use]
    pub fn window(mut self, offset: usize, limit: usize) -> Self {
        (self.offset, self.limit) = (offset, Some(limit));
        self
    }
}

sync_core::words! { Compare { Eq = "eq", Gte = "gte", Lte = "lte", Prefix = "prefix" } }
