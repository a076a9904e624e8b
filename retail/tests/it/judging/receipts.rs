//! Sums, numbers and the chain of receipts; a fact stands whatever is wrong with it.

use proptest::prelude::*;
use retail::{CartLine, Money, Number, Role, verify_chain};
use sync_core::{Digest, Op, Quantity, Value, Verdict};

use super::tamper;
use crate::shop::{NOW, Shop, card, cart, cash, id, node, occasion, product, till};

#[test]
fn a_total_that_does_not_add_up_is_flagged_and_stands() {
    let mut shop = Shop::open();
    let (product, record) = shop.stock("22423", 100, 10);
    let line = CartLine::of(id(5), product, &record, Quantity::units(1));
    let mut done = shop.complete(&till(1), &cart(1, vec![line]), &[cash(100)]);
    tamper(&mut done.body, "total", 90);
    let decision = shop.decide(&till(1), &done.body);
    assert_eq!(decision.verdict, Verdict::Accepted);
    assert_eq!(decision.flags[0].code, "totals_differ");
    assert_eq!(shop.records.tasks(), ["totals_differ"]);
    assert_eq!(shop.on_hand(product), Quantity::units(9));
}

#[test]
fn a_number_given_twice_and_a_gap_are_tasks() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 100, 100);
    shop.sell(&till(1), 1, &goods, 1);
    shop.issue(&till(1));
    let (sale, decision) = shop.sell(&till(1), 2, &goods, 1);
    assert_eq!(decision.flags, vec![]);
    assert_eq!(shop.records.tasks(), ["number_gap"]);
    let line = CartLine::of(id(5), goods.0, &goods.1, Quantity::units(1));
    let mut done = shop.complete(&till(2), &cart(3, vec![line]), &[cash(100)]);
    tamper(&mut done.body, "number", sale.number.as_str());
    let decision = shop.decide(&till(2), &done.body);
    assert_eq!(decision.verdict, Verdict::Accepted);
    let mut tasks = shop.records.tasks();
    tasks.sort_unstable();
    tasks.dedup();
    assert_eq!(tasks, ["number_gap", "number_repeated"]);
}

#[test]
fn two_refunds_of_one_sale_made_apart_are_a_task() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 100, 10);
    let (sale, _) = shop.sell(&till(1), 1, &goods, 1);
    for n in [20, 21] {
        let request = retail::RefundRequest {
            id: id(n),
            of: Some(retail::SaleSoFar {
                id: id(1),
                sale: sale.clone(),
                refunds: vec![],
            }),
            items: vec![retail::RefundItem::SaleLine {
                line: sale.lines[0].id,
                quantity: Quantity::units(1),
            }],
            restock: true,
            reason: "broken".to_owned(),
            method: None,
            approvals: vec![],
            reference: None,
        };
        let at = till(n as u32 - 18);
        let issue = shop.issue(&at);
        let by = occasion(&at, Role::Cashier);
        let done = retail::refund(&by, &shop.settings, &request, issue).unwrap();
        assert_eq!(shop.decide(&at, &done.body).verdict, Verdict::Accepted);
    }
    assert_eq!(shop.records.tasks(), ["double_refund"]);
}

#[test]
fn a_chain_shows_what_was_changed_or_taken_away() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 100, 100);
    for n in 1..=4 {
        shop.sell(&till(1), n, &goods, 1);
    }
    let docs: Vec<_> = (1..=4)
        .map(|n| (id(n), shop.records.doc("sales", id(n))))
        .collect();
    let verify = |docs: &[(sync_core::RecordId, sync_core::Document)]| {
        verify_chain(docs.iter().map(|(id, doc)| (*id, doc)))
    };
    let head: Digest = docs[3].1.text("chain_digest").unwrap().parse().unwrap();
    assert_eq!(verify(&docs), Ok(head));
    let mut anonymous = docs.clone();
    anonymous[1].1.set("customer", None);
    anonymous[1].1.set("employee_name", None);
    assert_eq!(verify(&anonymous), Ok(head));
    let mut changed = docs.clone();
    changed[1].1.set("total", Some(Value::Int(1)));
    assert_eq!(verify(&changed).unwrap_err().number, "S01-T01-E2-000002");
    let cut: Vec<_> = [docs[0].clone(), docs[2].clone()].into();
    assert_eq!(verify(&cut).unwrap_err().number, "S01-T01-E2-000003");
}

#[test]
fn a_number_knows_the_one_before_it() {
    let number: Number = "S01-T03-E2-000457".parse().unwrap();
    assert_eq!(number.before().unwrap().to_string(), "S01-T03-E2-000456");
    let large: Number = "S01-T03-E2.7-1000000".parse().unwrap();
    assert_eq!(large.before().unwrap().to_string(), "S01-T03-E2.7-999999");
    assert!("536365".parse::<Number>().is_err());
    let first: Number = "S01-T03-E2-000001".parse().unwrap();
    assert_eq!(first.before(), None);
}

#[test]
fn a_refund_without_receipt_at_a_price_below_zero_adds_up() {
    let mut shop = Shop::open();
    let mut debt = product("B", -1_106_206);
    debt.stocked = false;
    debt.tax_rate = retail::Rate(0);
    let by = retail::Occasion::system(node().id, NOW);
    let body = retail::import_product(&by, id(8), &debt, Quantity::units(10_000)).unwrap();
    shop.accept(&node(), &body);
    let line = CartLine::of(id(5), id(8), &debt, Quantity::units(1));
    let sold = shop.complete(&till(1), &cart(1, vec![line.clone()]), &[card(-1_106_206)]);
    shop.accept(&till(1), &sold.body);
    assert_eq!(sold.sale.total, Money(-1_106_206));
    let request = retail::RefundRequest {
        id: id(2),
        of: None,
        items: vec![retail::RefundItem::Goods(Box::new(line))],
        restock: true,
        reason: "cancelled".to_owned(),
        method: None,
        approvals: vec![],
        reference: Some("C536379".to_owned()),
    };
    let issue = shop.issue(&till(1));
    let by = occasion(&till(1), Role::Owner);
    let done = retail::refund(&by, &shop.settings, &request, issue).unwrap();
    shop.accept(&till(1), &done.body);
    assert_eq!(shop.records.tasks(), Vec::<String>::new());
}

#[test]
fn a_sale_that_comes_after_its_drawer_was_closed_is_a_task() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 250, 10);
    let drawer = sync_core::Document::new()
        .with("device", till(1).id.to_string())
        .with("opened_at", NOW.0 as i64)
        .with("status", "closed");
    shop.records.put("drawer_sessions", id(60), drawer);
    let line = CartLine::of(id(5), goods.0, &goods.1, Quantity::units(1));
    let mut sold = shop.complete(&till(1), &cart(1, vec![line]), &[cash(250)]);
    tamper(&mut sold.body, "session", id(60).to_string());
    let decision = shop.decide(&till(1), &sold.body);
    assert_eq!(decision.verdict, Verdict::Accepted);
    assert_eq!(shop.records.tasks(), ["late_sale"]);
}

#[test]
fn customers_know_what_they_spent() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 250, 10);
    let line = CartLine::of(id(5), goods.0, &goods.1, Quantity::units(2));
    let mut cart = cart(1, vec![line]);
    cart.customer = Some(id(40));
    let sold = shop.complete(&till(1), &cart, &[cash(500)]);
    shop.accept(&till(1), &sold.body);
    let customer = shop.records.doc("customers", id(40));
    assert_eq!(customer.int("total_spent"), Some(500));
    assert_eq!(customer.int("total_orders"), Some(1));
    assert_eq!(customer.int("last_order_at"), Some(NOW.0 as i64));
}

fn absurd() -> impl Strategy<Value = Value> {
    let most = sync_core::MAX_INTEGER;
    prop_oneof![
        (-most..=most).prop_map(Value::Int),
        Just(Value::Int(most)),
        Just(Value::Int(-most)),
        Just(Value::Text("S".to_owned())),
        Just(Value::List(vec![])),
        Just(Value::Bool(true)),
    ]
}

const OF_A_SALE: [&str; 12] = [
    "number",
    "reference",
    "units",
    "subtotal",
    "discount",
    "tax",
    "tax_total",
    "total",
    "rounding",
    "payments",
    "approvals",
    "sold_at",
];
const OF_A_LINE: [&str; 11] = [
    "product",
    "quantity",
    "unit_price",
    "list_price",
    "tax_rate",
    "gross",
    "discount",
    "total",
    "order_discount",
    "tax",
    "stocked",
];

proptest! {
    #[test]
    fn whatever_a_till_prints_the_master_stands(
        of_sale in prop::collection::vec((prop::sample::select(&OF_A_SALE[..]), absurd()), 0..3),
        of_lines in prop::collection::vec((0..2_usize, prop::sample::select(&OF_A_LINE[..]), absurd()), 0..6),
    ) {
        let mut shop = Shop::open();
        let goods = shop.stock("22423", 250, 10);
        let line = |n| CartLine::of(id(n), goods.0, &goods.1, Quantity::units(1));
        let mut sold = shop.complete(&till(1), &cart(1, vec![line(5), line(6)]), &[cash(500)]);
        let Op::Insert { doc, .. } = &mut sold.body.ops[0] else { panic!("no insert") };
        let Some(Value::List(mut lines)) = doc.get("lines").cloned() else { panic!("no lines") };
        for (at, field, value) in of_lines {
            let Value::Map(line) = &mut lines[at] else { panic!("no line") };
            line.insert(field.to_owned(), value);
        }
        doc.set("lines", Some(Value::List(lines)));
        for (field, value) in of_sale {
            doc.set(field, Some(value));
        }
        let decision = shop.decide(&till(1), &sold.body);
        let refusal = decision.refusal.map(|refusal| refusal.code);
        prop_assert!(refusal.is_none() || refusal.as_deref() == Some("type"), "{:?}", refusal);
    }
}
