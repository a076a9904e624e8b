//! Records by what their fields say, in an order, a page at a time.

use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;
use sync_core::{Record, Value};

use super::error::LedgerError;
use super::records::{COLUMNS, SqlRecords, record_of_row, sql_of_value};
use super::{migrations, sql};

/// What to look for; all conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Conditions.
    pub conditions: Vec<Condition>,
    /// By which field, and whether the largest comes first; by id where absent.
    pub sort: Option<(String, bool)>,
    /// Skip so many first.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

/// One condition on a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// How it compares.
    pub compare: Compare,
    /// With what.
    pub value: Value,
}

/// How a condition compares; a missing field never holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// Equal.
    Eq,
    /// At least.
    Gte,
    /// At most.
    Lte,
    /// A text that begins so.
    Prefix,
}

/// One page of what was found, and how many there are in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// The page.
    pub records: Vec<Record>,
    /// All of them.
    pub total: u64,
}

impl SqlRecords<'_> {
    /// The live records that a selection asks for.
    ///
    /// # Errors
    /// When the ledger cannot be read, or a field's name is no word.
    pub fn select(&self, collection: &str, selection: &Selection) -> Result<Selected, LedgerError> {
        if self.schema.collection(collection).is_none() {
            return Ok(Selected::default());
        }
        let mut wanted = "NOT deleted AND NOT stub".to_owned();
        let mut values: Vec<Sql> = Vec::new();
        for condition in &selection.conditions {
            migrations::check_word(&condition.field)?;
            let field = migrations::field_of_doc(&condition.field);
            values.push(sql_of_value(&condition.value));
            let number = values.len();
            wanted.push_str(&match condition.compare {
                Compare::Eq => format!(" AND {field} = ?{number}"),
                Compare::Gte => format!(" AND {field} >= ?{number}"),
                Compare::Lte => format!(" AND {field} <= ?{number}"),
                Compare::Prefix => format!(" AND instr({field}, ?{number}) = 1"),
            });
        }
        let count = format!("SELECT count(*) FROM c_{collection} WHERE {wanted}");
        let mut count = self.connection.prepare_cached(&count)?;
        let total = count.query_row(params_from_iter(&values), |row| sql::count(row, 0))?;
        let order = match &selection.sort {
            Some((field, descending)) => {
                migrations::check_word(field)?;
                let way = if *descending { " DESC" } else { "" };
                format!("{}{way}, id", migrations::field_of_doc(field))
            }
            None => "id".to_owned(),
        };
        let page = format!(
            "SELECT {COLUMNS} FROM c_{collection} WHERE {wanted} ORDER BY {order}
             LIMIT {} OFFSET {}",
            selection.limit, selection.offset
        );
        let mut page = self.connection.prepare_cached(&page)?;
        let found = page.query_map(params_from_iter(&values), record_of_row)?;
        Ok(Selected {
            records: found.collect::<Result<_, _>>()?,
            total,
        })
    }
}
