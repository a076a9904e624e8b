//! Products from a CSV file: bad lines are told and skipped, the rest goes in.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use crate::admin::Desk;
use anyhow::{Context, Result, ensure};
use csv::{ReaderBuilder, StringRecord, Trim};
use retail::{
    BuildError, Category, Fields, ImportColumns, ImportRow, Occasion, collection, create_category,
    edit_product, id_of_category, id_of_code, import_product,
};
use sync_core::{Body, Document, RecordId, Verdict};

use super::{accepted, all, occasion, propose};

/// So many products are decided at once.
const BATCH: usize = 250;

/// A line that was skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number in the file, counted from 1.
    pub line: u64,
    /// Why, in words.
    pub reason: String,
}

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Products that are new.
    pub made: u64,
    /// Products that were there and changed.
    pub updated: u64,
    /// Products that were there just so.
    pub unchanged: u64,
    /// Lines that were skipped.
    pub bad: Vec<BadLine>,
}

/// A mutation and the line it comes from.
struct Waiting {
    line: u64,
    new: bool,
    body: Body,
}

struct Import<'a> {
    desk: &'a mut Desk,
    occasion: Occasion,
    exponent: u32,
    products: HashMap<String, (RecordId, Document)>,
    categories: HashMap<String, RecordId>,
    codes: HashSet<String>,
    waiting: Vec<Waiting>,
    summary: Summary,
}

/// Imports a file; `progress` hears how many bytes were read.
///
/// # Errors
/// When the file has no usable header, or the master is gone.
pub async fn import(desk: &mut Desk, file: impl Read, progress: impl Fn(u64)) -> Result<Summary> {
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(Trim::All)
        .from_reader(file);
    let header = reader.headers().context("the file has no header line")?;
    let columns = ImportColumns::of(&cells(header))?;
    let mut import = Import::begin(desk).await?;
    let mut record = StringRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(line, csv::Position::line);
                import.line(line, &columns, &record).await?;
            }
            Err(error) => {
                ensure!(!error.is_io_error(), "the file cannot be read: {error}");
                import.skip(line, "the line is not valid UTF-8".to_owned());
            }
        }
        progress(reader.position().byte());
    }
    import.send().await?;
    Ok(import.summary)
}

impl<'a> Import<'a> {
    async fn begin(desk: &'a mut Desk) -> Result<Self> {
        let settings = super::get(desk, collection::SETTINGS, retail::shop_id()).await?;
        let exponent = settings.and_then(|record| record.doc.int("exponent"));
        let by_text = |records: Vec<sync_core::Record>, field: &str| {
            let named = records.into_iter().filter_map(|record| {
                let name = record.doc.text(field)?.to_owned();
                Some((name, (record.id, record.doc)))
            });
            named.collect::<HashMap<_, _>>()
        };
        let products = by_text(all(desk, collection::PRODUCTS).await?, "code");
        let categories = by_text(all(desk, collection::CATEGORIES).await?, "name");
        Ok(Self {
            occasion: occasion(desk).await?,
            desk,
            exponent: exponent
                .and_then(|digits| u32::try_from(digits).ok())
                .unwrap_or(2),
            products,
            categories: categories
                .into_iter()
                .map(|(name, (id, _))| (name, id))
                .collect(),
            codes: HashSet::new(),
            waiting: Vec::new(),
            summary: Summary::default(),
        })
    }

    async fn line(
        &mut self,
        line: u64,
        columns: &ImportColumns,
        record: &StringRecord,
    ) -> Result<()> {
        let row = match columns.row(&cells(record), self.exponent) {
            Ok(row) => row,
            Err(reason) => {
                self.skip(line, reason);
                return Ok(());
            }
        };
        if !self.codes.insert(row.code.clone()) {
            self.skip(
                line,
                format!("the code {} stands in an earlier line", row.code),
            );
            return Ok(());
        }
        let category = match &row.category {
            Some(name) => Some(self.category(name).await?),
            None => None,
        };
        match self.build(&row, category) {
            Ok((new, body)) => self.waiting.push(Waiting { line, new, body }),
            Err(BuildError::Nothing) => self.summary.unchanged += 1,
            Err(error) => self.skip(line, error.to_string()),
        }
        if self.waiting.len() >= BATCH {
            self.send().await?;
        }
        Ok(())
    }

    /// A product that is there is changed where the file says otherwise; its stock is left alone.
    fn build(
        &self,
        row: &ImportRow,
        category: Option<RecordId>,
    ) -> Result<(bool, Body), BuildError> {
        if let Some((id, doc)) = self.products.get(&row.code) {
            let seen = Fields::of(doc);
            let changes = row.changes(category);
            return Ok((
                false,
                edit_product(&self.occasion, *id, &seen, &changes, None)?,
            ));
        }
        let product = row.product(category);
        let id = id_of_code(&row.code);
        let opening = row.stock.unwrap_or_default();
        Ok((true, import_product(&self.occasion, id, &product, opening)?))
    }

    async fn category(&mut self, name: &str) -> Result<RecordId> {
        if let Some(id) = self.categories.get(name) {
            return Ok(*id);
        }
        let id = id_of_category(name);
        let category = Category {
            name: name.to_owned(),
            position: self.categories.len() as i64,
            colour: None,
            archived: false,
        };
        let body = create_category(&self.occasion, id, &category)?;
        accepted(&propose(self.desk, vec![body]).await?)?;
        self.categories.insert(name.to_owned(), id);
        Ok(id)
    }

    async fn send(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return Ok(());
        }
        let lines: Vec<(u64, bool)> = waiting.iter().map(|w| (w.line, w.new)).collect();
        let bodies = waiting.into_iter().map(|w| w.body).collect();
        let outcomes = propose(self.desk, bodies).await?;
        for ((line, new), outcome) in lines.into_iter().zip(outcomes) {
            match (outcome.verdict, outcome.refusal) {
                (Verdict::Rejected, Some(refusal)) => self.skip(line, refusal.message),
                (Verdict::Conflict, _) => {
                    let reason = "it clashes with a change made meanwhile; see the conflicts";
                    self.skip(line, reason.to_owned());
                }
                _ if new => self.summary.made += 1,
                _ => self.summary.updated += 1,
            }
        }
        Ok(())
    }

    fn skip(&mut self, line: u64, reason: String) {
        self.summary.bad.push(BadLine { line, reason });
    }
}

fn cells(record: &StringRecord) -> Vec<&str> {
    record.iter().collect()
}
