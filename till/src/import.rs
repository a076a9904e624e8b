//! Products from a table: what its lines would do, and doing it.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use retail::{
    BuildError, Category, Fields, ImportColumns, ImportRow, Occasion, collection, create_category,
    edit_product, id_of_category, id_of_code, import_product,
};
use serde::{Deserialize, Serialize};
use sync_client::Query;
use sync_core::{Body, RecordId};

use crate::error::TillError;
use crate::till::Till;

/// A part of a file of products, small enough that the till goes on selling meanwhile: the cells as
/// text, as they stand in it.
#[derive(Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct ImportPart {
    header: Vec<String>,
    lines: Vec<ImportLine>,
}

/// One line of the file.
#[derive(Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
struct ImportLine {
    /// Its number in the file, counted from 1.
    line: u64,
    cells: Vec<String>,
}

/// What a line does, or why it does nothing.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct ImportedLine {
    /// Its number in the file, counted from 1.
    line: u64,
    state: ImportState,
    code: Option<String>,
    name: Option<String>,
    /// Why a bad line is one, in words.
    reason: Option<String>,
    #[serde(skip)]
    body: Option<Body>,
    #[serde(skip)]
    category: Option<String>,
}

/// What a line does.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
enum ImportState {
    New,
    Changed,
    Unchanged,
    Bad,
}

impl Till {
    /// Says what a part of a file would do.
    pub(crate) fn check_import(&self, part: &ImportPart) -> Result<Vec<ImportedLine>, TillError> {
        self.may("import_product")?;
        let columns = ImportColumns::of(&part.header)
            .map_err(|error| TillError::invalid("bad_header", &format!("{error}.")))?;
        let occasion = self.occasion(&[])?;
        let digits = u32::from(self.shop()?.exponent);
        let lines = part.lines.iter().map(|line| {
            let row = columns.row(&line.cells, digits);
            self.judge(&occasion, line.line, row)
        });
        lines.collect()
    }

    /// Records what a part of a file does. Taking the same part twice changes nothing the second
    /// time.
    pub(crate) async fn import_products(
        &self,
        part: &ImportPart,
    ) -> Result<Vec<ImportedLine>, TillError> {
        let mut lines = self.check_import(part)?;
        let occasion = self.occasion(&[])?;
        let mut bodies = self.missing_categories(&occasion, &lines)?;
        bodies.extend(lines.iter_mut().filter_map(|line| line.body.take()));
        // Recorded side by side: what arrives while one is written shares the next write.
        let recorded = bodies.into_iter().map(|body| {
            let (name, actor) = (body.name.clone(), body.actor.clone());
            async move { self.record(&name, actor, move |_| Ok(body)).await }
        });
        for done in join_all(recorded).await {
            done?;
        }
        Ok(lines)
    }

    fn judge(
        &self,
        occasion: &Occasion,
        line: u64,
        row: Result<ImportRow, String>,
    ) -> Result<ImportedLine, TillError> {
        let row = match row {
            Ok(row) => row,
            Err(reason) => return Ok(ImportedLine::bad(line, reason)),
        };
        let (state, body) = match self.body_of(occasion, &row)? {
            (state, Ok(body)) => (state, body),
            (_, Err(BuildError::Nothing)) => {
                return Ok(ImportedLine::of(line, ImportState::Unchanged, &row));
            }
            (_, Err(error)) => {
                return Ok(ImportedLine {
                    reason: Some(error.to_string()),
                    ..ImportedLine::of(line, ImportState::Bad, &row)
                });
            }
        };
        Ok(ImportedLine {
            body: Some(body),
            category: row.category.clone(),
            ..ImportedLine::of(line, state, &row)
        })
    }

    /// A product that is there is changed where the file says otherwise; its stock is left alone.
    fn body_of(
        &self,
        occasion: &Occasion,
        row: &ImportRow,
    ) -> Result<(ImportState, Result<Body, BuildError>), TillError> {
        let category = match &row.category {
            Some(name) => Some(self.category_named(name)?.0),
            None => None,
        };
        let known = Query::all(collection::PRODUCTS)
            .eq("code", row.code.as_str())
            .window(0, 1);
        let known = self.client()?.query(&known).items.into_iter().next();
        Ok(match known {
            Some(doc) => {
                let seen = Fields::of(&doc.doc);
                let body = edit_product(occasion, doc.id, &seen, &row.changes(category), None);
                (ImportState::Changed, body)
            }
            None => {
                let id = id_of_code(&row.code);
                let opening = row.stock.unwrap_or_default();
                let body = import_product(occasion, id, &row.product(category), opening);
                (ImportState::New, body)
            }
        })
    }

    /// The id of a category, and whether it is there.
    fn category_named(&self, name: &str) -> Result<(RecordId, bool), TillError> {
        let query = Query::all(collection::CATEGORIES)
            .eq("name", name)
            .window(0, 1);
        let known = self.client()?.query(&query).items.into_iter().next();
        Ok(known.map_or_else(|| (id_of_category(name), false), |doc| (doc.id, true)))
    }

    fn missing_categories(
        &self,
        occasion: &Occasion,
        lines: &[ImportedLine],
    ) -> Result<Vec<Body>, TillError> {
        let named: BTreeSet<&str> = lines
            .iter()
            .filter_map(|line| line.category.as_deref())
            .collect();
        let all = Query::all(collection::CATEGORIES).window(0, 0);
        let mut position = self.client()?.query(&all).total as i64;
        let mut bodies = Vec::new();
        for name in named {
            let (id, there) = self.category_named(name)?;
            if there {
                continue;
            }
            let category = Category {
                name: name.to_owned(),
                position,
                colour: None,
                archived: false,
            };
            position += 1;
            bodies.push(create_category(occasion, id, &category)?);
        }
        Ok(bodies)
    }
}

impl ImportedLine {
    fn of(line: u64, state: ImportState, row: &ImportRow) -> Self {
        Self {
            line,
            state,
            code: Some(row.code.clone()),
            name: Some(row.name.clone()),
            reason: None,
            body: None,
            category: None,
        }
    }

    fn bad(line: u64, reason: String) -> Self {
        Self {
            line,
            state: ImportState::Bad,
            code: None,
            name: None,
            reason: Some(reason),
            body: None,
            category: None,
        }
    }
}
