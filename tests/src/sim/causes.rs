//! What people should be asked to look at: the shop's rules once more, slowly, one mutation after
//! the other, and the tasks that the master made of them.

mod rules;
mod tasks;

use std::collections::{BTreeMap, BTreeSet};

use retail::{Number, closing_id, collection};
use serde_json::Value as Json;
use sync_core::RecordId;

use tasks::Tasks;

/// A record as a mutation left it.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The collection it is in.
    pub collection: String,
    /// Its id.
    pub id: RecordId,
    /// What it says.
    pub doc: Json,
}

/// The kinds of tasks that are foreseen here.
pub const KINDS: [&str; 9] = [
    "number_gap",
    "number_repeated",
    "late_sale",
    "double_refund",
    "sale_unknown",
    "expired_sold",
    "credit_over_limit",
    "oversold",
    "totals_differ",
];

/// Everything that was decided so far, as far as a rule looks back.
#[derive(Clone, Debug, Default)]
pub struct Causes {
    receipts: BTreeSet<String>,
    adjustments: BTreeSet<String>,
    /// The numbers of each device's Z reports.
    closings: BTreeMap<String, BTreeSet<i64>>,
    drawers: BTreeMap<String, Json>,
    customers: BTreeMap<String, Json>,
    /// By the id of the level: of which product, and how much.
    levels: BTreeMap<RecordId, (String, i64)>,
    /// By sale and line.
    sold: BTreeMap<String, BTreeMap<String, i64>>,
    refunded: BTreeMap<String, BTreeMap<String, i64>>,
    tasks: Tasks,
}

impl Causes {
    /// Takes what one mutation changed; gives what the master should have asked and did not, or
    /// asked otherwise, in words.
    pub fn decided(&mut self, changes: &[Changed]) -> Vec<String> {
        let mut should: BTreeMap<String, i64> = BTreeMap::new();
        for key in self.foreseen(changes) {
            *should.entry(key).or_default() += 1;
        }
        changes.iter().for_each(|changed| self.take(changed));
        let tasks = changes.iter();
        let tasks = tasks.filter(|changed| changed.collection == collection::TASKS);
        self.tasks.compare(should, tasks)
    }

    fn take(
        &mut self,
        Changed {
            collection,
            id,
            doc,
        }: &Changed,
    ) {
        let number = || text(doc, "number");
        match collection.as_str() {
            collection::SALES => {
                self.receipts.insert(number());
                self.sold.insert(id.to_string(), lines_of(doc));
            }
            collection::REFUNDS => {
                self.receipts.insert(number());
                let of = self.refunded.entry(text(doc, "sale")).or_default();
                for (line, quantity) in lines_of(doc) {
                    *of.entry(line).or_default() += quantity;
                }
            }
            collection::STOCK_ADJUSTMENTS => {
                self.adjustments.insert(number());
            }
            collection::SHIFT_CLOSINGS => {
                let numbers = self.closings.entry(text(doc, "device")).or_default();
                numbers.insert(int(doc, "number"));
            }
            collection::DRAWER_SESSIONS => {
                self.drawers.insert(id.to_string(), doc.clone());
            }
            collection::CUSTOMERS => {
                self.customers.insert(id.to_string(), doc.clone());
            }
            collection::STOCK_LEVELS => {
                let level = (text(doc, "product"), int(doc, "on_hand"));
                self.levels.insert(*id, level);
            }
            _ => {}
        }
    }
}

/// Whether a Z report is the one of its session, and not one that was kept beside it.
fn is_own(id: RecordId, closing: &Json) -> bool {
    let session = text(closing, "session").parse();
    session.is_ok_and(|session| closing_id(session) == id)
}

/// How much of each line.
fn lines_of(doc: &Json) -> BTreeMap<String, i64> {
    let lines = doc["lines"].as_array().into_iter().flatten();
    let lines = lines.map(|line| (text(line, "id"), int(line, "quantity")));
    lines.collect()
}

/// The number before one, in words.
fn before(number: &str) -> Option<String> {
    let number: Number = number.parse().ok()?;
    number.before().map(|number| number.to_string())
}

fn text(doc: &Json, field: &str) -> String {
    doc[field].as_str().unwrap_or_default().to_owned()
}

fn int(doc: &Json, field: &str) -> i64 {
    doc[field].as_i64().unwrap_or_default()
}
