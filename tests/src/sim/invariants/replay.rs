//! The log once more, position after position: what the master derived and asked beside what people
//! did.

use anyhow::{Context, Result};
use rusqlite::Connection;
use serde_json::Value as Json;

use crate::sim::causes::{Causes, Changed};
use crate::sim::model::Model;
use crate::sim::oracle::Oracle;

/// So many positions are named for each subject.
const NAMED: usize = 3;

/// What is otherwise than it should be, in words, at the first positions of each subject.
#[derive(Clone, Debug, Default)]
pub(super) struct Replay {
    /// Stock on hand, and what customers spent.
    pub(super) stock: Vec<String>,
    /// What went through drawers.
    pub(super) drawers: Vec<String>,
    /// What customers owe.
    pub(super) credit: Vec<String>,
    /// What people are asked to look at.
    pub(super) tasks: Vec<String>,
    /// What there is in the end.
    pub(super) model: Model,
}

impl Replay {
    /// Replays a ledger.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn of(ledger: &Connection, oracle: &Oracle) -> Result<Self> {
        let query =
            "SELECT position, collection, change FROM log_changes ORDER BY position, number";
        let mut statement = ledger.prepare(query)?;
        let mut rows = statement.query([])?;
        let mut replay = Self::default();
        let (mut told, mut causes) = (Model::default(), Causes::default());
        let (mut at, mut changes) = (0, Vec::new());
        while let Some(row) = rows.next()? {
            let position: i64 = row.get(0)?;
            if position != at {
                replay.decided(at, &changes, (&mut told, &mut causes), oracle);
                changes.clear();
                at = position;
            }
            let (collection, change): (String, String) = (row.get(1)?, row.get(2)?);
            let mut change: Json = serde_json::from_str(&change)?;
            let id = change["record"]["id"].as_str();
            let id = id.and_then(|id| id.parse().ok());
            changes.push(Changed {
                collection,
                id: id.context("a change without an id")?,
                doc: change["record"]["doc"].take(),
            });
        }
        replay.decided(at, &changes, (&mut told, &mut causes), oracle);
        Ok(replay)
    }

    fn decided(
        &mut self,
        at: i64,
        changes: &[Changed],
        (told, causes): (&mut Model, &mut Causes),
        oracle: &Oracle,
    ) {
        for Changed {
            collection,
            id,
            doc,
        } in changes
        {
            // A fact changes once: it is never edited.
            if Model::counts(collection) {
                self.model.fact(collection, *id, doc, oracle);
            } else {
                told.told(collection, *id, doc);
            }
        }
        let mut stock = self.model.stock_differs(told);
        stock.extend(self.model.money_differs(told));
        note(&mut self.stock, at, stock);
        note(&mut self.drawers, at, self.model.drawers_differ(told));
        note(&mut self.credit, at, self.model.credit_differs(told));
        note(&mut self.tasks, at, causes.decided(changes));
    }
}

fn note(broken: &mut Vec<String>, at: i64, differs: Vec<String>) {
    if broken.len() < NAMED {
        broken.extend(differs.into_iter().map(|what| format!("at {at}: {what}")));
    }
}
