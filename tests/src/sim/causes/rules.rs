//! What each rule has to say of a mutation, as keys of tasks: kind and subject.

use std::collections::{BTreeMap, BTreeSet};

use retail::{DrawerTotals, Money, collection, day_of};
use serde_json::Value as Json;
use sync_core::{Millis, RecordId};

use super::{Causes, Changed, before, int, is_own, lines_of, text};

impl Causes {
    /// Every cause in a mutation, as often as it is one.
    pub(super) fn foreseen(&self, changes: &[Changed]) -> Vec<String> {
        let mut keys = Vec::new();
        for changed in changes {
            let (id, doc) = (changed.id, &changed.doc);
            match changed.collection.as_str() {
                collection::SALES => {
                    keys.extend(numbered(&self.receipts, doc));
                    keys.extend(self.late(doc));
                    keys.extend(expired(doc));
                }
                collection::REFUNDS => {
                    keys.extend(numbered(&self.receipts, doc));
                    keys.extend(self.late(doc));
                    keys.extend(self.refund(id, doc));
                }
                collection::STOCK_ADJUSTMENTS => keys.extend(numbered(&self.adjustments, doc)),
                collection::CASH_MOVEMENTS => keys.extend(self.late(doc)),
                collection::CREDIT_ENTRIES => {
                    keys.extend(self.late(doc));
                    keys.extend(self.over_limit(doc));
                }
                collection::SHIFT_CLOSINGS if is_own(id, doc) => {
                    keys.extend(self.closing(id, doc));
                }
                _ => {}
            }
        }
        keys.extend(self.oversold(changes));
        keys
    }

    /// Something for a drawer that was closed before.
    fn late(&self, doc: &Json) -> Option<String> {
        let session = text(doc, "session");
        let closed = self.drawers.get(&session)?["status"] == "closed";
        closed.then(|| format!("late_sale:{session}"))
    }

    fn refund(&self, id: RecordId, doc: &Json) -> Option<String> {
        let sale = doc["sale"].as_str()?;
        let Some(sold) = self.sold.get(sale) else {
            return Some(format!("sale_unknown:{id}"));
        };
        let earlier = self.refunded.get(sale);
        let of = |lines: Option<&BTreeMap<String, i64>>, line: &str| {
            lines.and_then(|lines| lines.get(line)).copied()
        };
        let too_much = lines_of(doc).into_iter().any(|(line, quantity)| {
            let all = of(earlier, &line).unwrap_or(0) + quantity;
            all > of(Some(sold), &line).unwrap_or(0)
        });
        too_much.then(|| format!("double_refund:{sale}"))
    }

    fn over_limit(&self, doc: &Json) -> Option<String> {
        if doc["kind"] != "charge" {
            return None;
        }
        let customer = text(doc, "customer");
        let known = self.customers.get(&customer);
        let field = |name: &str| known.map_or(0, |known| int(known, name));
        let owes = field("credit_balance") + int(doc, "amount");
        (owes > field("credit_limit")).then(|| format!("credit_over_limit:{customer}"))
    }

    fn closing(&self, id: RecordId, doc: &Json) -> Vec<String> {
        let (number, till) = (int(doc, "number"), text(doc, "till"));
        let given = self.closings.get(&text(doc, "device"));
        let was_given = |number: i64| given.is_some_and(|given| given.contains(&number));
        let mut keys = Vec::new();
        if was_given(number) {
            keys.push(format!("number_repeated:Z {number} of {till}"));
        }
        if number > 1 && !was_given(number - 1) {
            keys.push(format!("number_gap:Z {} of {till}", number - 1));
        }
        let session = text(doc, "session");
        let nothing = Json::Null;
        let drawer = self.drawers.get(&session).unwrap_or(&nothing);
        let told: DrawerTotals = typed(&doc["totals"]);
        if typed(drawer) != told {
            keys.push(format!("late_sale:{session}"));
        }
        let expected = told.expected(Money(int(drawer, "float")));
        if expected.0 != int(doc, "expected") {
            keys.push(format!("totals_differ:{id}"));
        }
        keys
    }

    /// Products of which less than nothing is left, and of which this took something.
    fn oversold(&self, changes: &[Changed]) -> Vec<String> {
        let levels = changes.iter();
        let levels = levels.filter(|changed| changed.collection == collection::STOCK_LEVELS);
        let mut taken: BTreeMap<String, i64> = BTreeMap::new();
        for level in levels {
            let had = self.levels.get(&level.id).map_or(0, |(_, had)| *had);
            let product = text(&level.doc, "product");
            *taken.entry(product).or_default() += int(&level.doc, "on_hand") - had;
        }
        let there = |product: &str| {
            let levels = self.levels.values();
            let of = levels.filter(|(of, _)| of == product);
            of.map(|(_, there)| there).sum::<i64>()
        };
        let taken = taken.into_iter().filter(|(_, delta)| *delta < 0);
        taken
            .filter(|(product, delta)| there(product) + delta < 0)
            .map(|(product, _)| format!("oversold:{product}"))
            .collect()
    }
}

/// A number that was given before, or without the one before it.
fn numbered(given: &BTreeSet<String>, doc: &Json) -> Vec<String> {
    let number = text(doc, "number");
    let missing = before(&number).filter(|before| !given.contains(before));
    let mut keys = Vec::new();
    if given.contains(&number) {
        keys.push(format!("number_repeated:{number}"));
    }
    keys.extend(missing.map(|missing| format!("number_gap:{missing}")));
    keys
}

/// Products of which something was sold past its date, once each.
fn expired(sale: &Json) -> BTreeSet<String> {
    let today = day_of(Millis(int(sale, "sold_at").unsigned_abs()));
    let lines = sale["lines"].as_array().into_iter().flatten();
    let past = lines.filter(|line| line["expiry"].as_str().is_some_and(|day| *day < *today));
    past.map(|line| format!("expired_sold:{}", text(line, "product")))
        .collect()
}

fn typed(doc: &Json) -> DrawerTotals {
    serde_json::from_value(doc.clone()).unwrap_or_default()
}
