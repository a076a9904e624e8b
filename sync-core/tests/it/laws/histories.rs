//! Random histories of several tills. What holds for each mutation alone is checked by the shop
//! itself at every step: see `Shop::does_as`.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sync_core::{Document, Op, RecordId, Value};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::shop::{Shop, add, cases, delete, device, id, insert, patch, product, sale};

/// A step before it is known what the person sees.
#[derive(Clone, Debug)]
enum Step {
    Make(u8, String),
    Sell(u8, u8, i64),
    Edit(u8, &'static str, Option<String>, Option<String>),
    /// Delete, having seen the current record or an older one.
    Delete(u8, bool),
    Add(u8, i64),
    Cart(u8, u8),
    Price(u8, i64),
    Stock(u8),
    Tamper(u8),
}

impl Step {
    fn op(&self, shop: &Shop) -> Op {
        let value = |text: &Option<String>| text.as_deref().map(Value::from);
        match self {
            Self::Make(n, name) => insert("products", id(*n), product(name)),
            Self::Sell(n, of, quantity) => insert("sales", id(*n), sale(id(*of), *quantity)),
            Self::Edit(n, field, was, now) => {
                patch("products", id(*n), field, value(was), value(now))
            }
            Self::Delete(n, current) => {
                let seen = shop.find("products", id(*n)).filter(|_| *current);
                let seen = seen.map_or_else(Document::new, |record| record.doc.without(["stock"]));
                delete("products", id(*n), &seen)
            }
            Self::Add(n, delta) => add("products", id(*n), "points", *delta),
            Self::Cart(n, owner) => {
                let cart = Document::new().with("till", device(*owner).to_string());
                insert("carts", id(*n), cart)
            }
            Self::Price(n, price) => {
                patch("products", id(*n), "price", None, Some(Value::Int(*price)))
            }
            Self::Stock(n) => add("products", id(*n), "stock", 1),
            Self::Tamper(n) => patch("sales", id(*n), "quantity", None, Some(Value::Int(0))),
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let field = prop::sample::select(&["note", "color", "shelf", "supplier"][..]);
    let value = || prop::option::of("[ab]");
    prop_oneof![
        3 => (1..4_u8, "[ab]").prop_map(|(n, name)| Step::Make(n, name)),
        4 => (10..14_u8, 1..4_u8, 1..4_i64).prop_map(|(n, of, q)| Step::Sell(n, of, q * 500)),
        6 => (1..4_u8, field, value(), value()).prop_map(|(n, f, was, now)| Step::Edit(n, f, was, now)),
        1 => (1..4_u8, any::<bool>()).prop_map(|(n, current)| Step::Delete(n, current)),
        2 => (1..4_u8, -3..4_i64).prop_map(|(n, delta)| Step::Add(n, delta)),
        1 => (1..4_u8, 1..4_u8).prop_map(|(n, owner)| Step::Cart(n, owner)),
        1 => (1..4_u8, -1..2_i64).prop_map(|(n, price)| Step::Price(n, price)),
        1 => (1..4_u8).prop_map(Step::Stock),
        1 => (10..14_u8).prop_map(Step::Tamper),
    ]
}

fn history() -> impl Strategy<Value = Vec<(u8, u64, bool, Vec<Step>)>> {
    let steps = prop::collection::vec(step(), 1..4);
    let mutation = (1..4_u8, 1..50_u64, prop::bool::weighted(0.1), steps);
    prop::collection::vec(mutation, 1..25)
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn whatever_happens_facts_stand_once_projections_equal_them_and_checksums_follow(
        history in history(),
    ) {
        let mut shop = Shop::new();
        let mut sold = BTreeSet::<(RecordId, String)>::new();
        for (by, made, after_hours, steps) in history {
            let ops: Vec<Op> = steps.iter().map(|step| step.op(&shop)).collect();
            sold.extend(ops.iter().filter_map(|op| match op {
                Op::Insert { collection, id, doc } if collection.as_str() == "sales" => {
                    Some((*id, doc.canonical()))
                }
                _ => None,
            }));
            let name = if after_hours { "after_hours" } else { "work" };
            shop.does_as(by, crate::shop::at(made), name, ops);
        }
        prop_assert_eq!(shop.count("sales"), sold.len());
        shop.check_projections();
        shop.check_sums();
    }
}
