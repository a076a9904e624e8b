use proptest::prelude::*;
use retail::{
    Adjustment, AdjustmentLine, CartLine, Fields, Money, Movement, Number, Reason, Role,
    verify_chain,
};
use sync_core::{Body, Digest, Op, Quantity, Value, Verdict, Verified};

use crate::shop::{
    NOW, Shop, card, cart, cash, device, employee_id, id, node, occasion, person, product, till,
};

fn fields(name: &str, value: impl Into<Value>) -> Fields {
    Fields::from_iter([(name.to_owned(), Some(value.into()))])
}

fn refusal_of(shop: &mut Shop, body: &Body) -> String {
    let decision = shop.decide(&till(1), body);
    assert_eq!(decision.verdict, Verdict::Rejected);
    decision.refusal.unwrap().code
}

/// Changes the document of the one insert in a body.
fn tamper(body: &mut Body, field: &str, value: impl Into<Value>) {
    let Op::Insert { doc, .. } = &mut body.ops[0] else {
        panic!("no insert");
    };
    doc.set(field, Some(value.into()));
}

#[test]
fn stock_is_the_sum_of_what_moved() {
    let mut shop = Shop::open();
    let (id_of, record) = shop.stock("22423", 100, 10);
    let (_, decision) = shop.sell(&till(1), 1, &(id_of, record.clone()), 3);
    assert_eq!(decision.verdict, Verdict::Accepted);
    let by = occasion(&till(1), Role::StockClerk);
    let movement = Movement {
        product: id_of,
        batch: None,
        delta: Quantity::units(5),
        reason: Reason::Receive,
        note: None,
        reference: Some("DN-7".to_owned()),
        cost: None,
    };
    let body = retail::receive_stock(&by, id(2), &movement).unwrap();
    shop.accept(&till(1), &body);
    let adjustment = Adjustment {
        id: id(3),
        reference: Some("536589".to_owned()),
        reason: "damaged".to_owned(),
        lines: vec![AdjustmentLine {
            id: id(4),
            product: Some(id_of),
            batch: None,
            code: "22423".to_owned(),
            name: "22423".to_owned(),
            quantity: Quantity::units(-2),
            stocked: true,
            unit_price: Money(0),
        }],
    };
    let body = retail::adjust_stock(&by, &adjustment, 1).unwrap();
    shop.accept(&till(1), &body);
    assert_eq!(shop.on_hand(id_of), Quantity::units(10));
    let doc = shop.records.doc("stock_adjustments", id(3));
    assert_eq!(doc.text("number"), Some("S01-T01-E2-A000001"));
}

#[test]
fn what_is_no_goods_has_no_stock() {
    let mut shop = Shop::open();
    let mut post = product("POST", 1800);
    post.stocked = false;
    let post_id = retail::id_of_code("POST");
    let by = retail::Occasion::system(node().id, NOW);
    let body = retail::import_product(&by, post_id, &post, Quantity::units(10)).unwrap();
    shop.accept(&node(), &body);
    let (_, decision) = shop.sell(&till(1), 1, &(post_id, post), 1);
    assert_eq!(decision.flags, vec![]);
    assert_eq!(shop.records.all("stock_levels"), vec![]);
    assert_eq!(shop.records.tasks(), Vec::<String>::new());
}

#[test]
fn two_tills_that_sell_the_last_one_make_one_task_that_names_both_receipts() {
    let mut shop = Shop::open();
    let last = shop.stock("22423", 100, 1);
    let (first, decision) = shop.sell(&till(1), 1, &last, 1);
    assert_eq!(decision.flags, vec![]);
    let (second, decision) = shop.sell(&till(2), 2, &last, 1);
    assert_eq!(decision.verdict, Verdict::Accepted);
    assert_eq!(shop.on_hand(last.0), Quantity::units(-1));
    let tasks = shop.records.all("tasks");
    assert_eq!(tasks.len(), 1);
    let message = tasks[0].doc.text("message").unwrap();
    assert!(
        message.contains(&first.number) && message.contains(&second.number),
        "{message}"
    );
    let kinds: Vec<_> = shop.records.all("notices");
    let mut kinds: Vec<_> = kinds
        .iter()
        .map(|notice| notice.doc.text("kind").unwrap())
        .collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["out_of_stock", "oversold"]);
    shop.sell(&till(1), 3, &last, 1);
    assert_eq!(shop.records.tasks(), ["oversold"]);
}

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
fn a_sale_of_somebody_who_left_stands_and_is_flagged() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 100, 10);
    let by = occasion(&till(1), Role::Owner);
    let cashier = employee_id(Role::Cashier);
    shop.accept(
        &till(1),
        &retail::archive_employee(&by, cashier, None).unwrap(),
    );
    let line = CartLine::of(id(5), goods.0, &goods.1, Quantity::units(1));
    let mut done = shop.complete(&till(1), &cart(1, vec![line]), &[cash(100)]);
    done.body.actor.user = cashier;
    let decision = shop.decide(&till(1), &done.body);
    assert_eq!(decision.verdict, Verdict::Accepted);
    assert_eq!(decision.flags[0].code, "unknown_user");
    assert_eq!(shop.records.tasks(), ["unknown_user"]);
}

#[test]
fn a_discount_over_the_limit_needs_somebody_who_may() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 1000, 10);
    let mut line = CartLine::of(id(5), goods.0, &goods.1, Quantity::units(1));
    line.unit_price = Money(500);
    let mut done = shop.complete(&till(1), &cart(1, vec![line.clone()]), &[card(500)]);
    done.body.actor.user = employee_id(Role::Cashier);
    let decision = shop.decide(&till(1), &done.body);
    assert_eq!(decision.flags[0].code, "forbidden");
    let mut done = shop.complete(&till(1), &cart(2, vec![line]), &[card(500)]);
    done.body.actor.user = employee_id(Role::Cashier);
    done.body.actor.approved_by = Some(employee_id(Role::Manager));
    assert_eq!(shop.decide(&till(1), &done.body).flags, vec![]);
}

#[test]
fn a_device_that_does_not_sell_is_flagged_when_it_does() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 1000, 10);
    let line = CartLine::of(id(5), goods.0, &goods.1, Quantity::units(1));
    let looker = device(4, sync_core::DeviceKind::Dashboard);
    let done = shop.complete(&looker, &cart(1, vec![line]), &[card(1000)]);
    assert_eq!(shop.decide(&looker, &done.body).flags[0].code, "forbidden");
}

#[test]
fn only_the_master_acts_without_a_person() {
    let mut shop = Shop::open();
    let mut by = occasion(&till(1), Role::Owner);
    by.person.verified = Verified::System;
    let body = retail::create_product(&by, id(1), &product("1", 1)).unwrap();
    assert_eq!(refusal_of(&mut shop, &body), "forbidden");
}

#[test]
fn an_unknown_mutation_is_refused() {
    let mut shop = Shop::open();
    let by = occasion(&till(1), Role::Owner);
    let mut body = retail::create_product(&by, id(1), &product("1", 1)).unwrap();
    "teleport_product".clone_into(&mut body.name);
    assert_eq!(refusal_of(&mut shop, &body), "unsupported");
}

#[test]
fn a_product_without_a_name_or_below_zero_is_refused() {
    let mut shop = Shop::open();
    let by = occasion(&till(1), Role::Owner);
    let mut wrong = product("1", -5);
    assert!(retail::create_product(&by, id(1), &wrong).is_err());
    wrong.stocked = false;
    shop.accept(
        &till(1),
        &retail::create_product(&by, id(1), &wrong).unwrap(),
    );
    let (goods, _) = shop.stock("22423", 100, 1);
    let body = retail::edit_product(
        &by,
        goods,
        &fields("price", 100),
        &fields("price", -1),
        None,
    );
    assert_eq!(refusal_of(&mut shop, &body.unwrap()), "invalid");
    let empty = retail::edit_product(&by, goods, &fields("name", "a"), &fields("name", " "), None);
    assert_eq!(empty.unwrap_err().code(), "empty");
    let unknown = retail::edit_product(
        &by,
        goods,
        &Fields::default(),
        &fields("colour", "red"),
        None,
    );
    assert_eq!(unknown.unwrap_err().code(), "unknown_field");
}

#[test]
fn two_products_with_one_barcode_are_a_task() {
    let mut shop = Shop::open();
    let by = occasion(&till(1), Role::StockClerk);
    for n in [1, 2] {
        let mut record = product(&n.to_string(), 100);
        record.barcode = Some("4006381333931".to_owned());
        let body = retail::create_product(&by, id(n), &record).unwrap();
        shop.accept(&till(1), &body);
    }
    assert_eq!(shop.records.tasks(), ["duplicate_barcode"]);
}

#[test]
fn nobody_manages_their_own_rank_and_an_owner_is_left() {
    let mut shop = Shop::open();
    let promote = |role: Role, who: Role, to: &str| {
        let by = occasion(&till(1), role);
        let seen = fields("role", who.as_str());
        retail::save_employee(&by, employee_id(who), &seen, &fields("role", to), None).unwrap()
    };
    let body = promote(Role::Manager, Role::Cashier, "owner");
    assert_eq!(refusal_of(&mut shop, &body), "forbidden");
    let body = promote(Role::Manager, Role::Manager, "owner");
    assert_eq!(refusal_of(&mut shop, &body), "forbidden");
    let body = promote(Role::Cashier, Role::Viewer, "cashier");
    assert_eq!(refusal_of(&mut shop, &body), "forbidden");
    let body = promote(Role::Owner, Role::Owner, "manager");
    assert_eq!(refusal_of(&mut shop, &body), "last_owner");
    let body = promote(Role::Manager, Role::Cashier, "stock_clerk");
    shop.accept(&till(1), &body);
}

#[test]
fn pins_are_set_by_a_node_for_somebody_who_may() {
    let mut shop = Shop::open();
    let verifier = retail::hash_pin("4711", [7; 16]).unwrap();
    let set = |role: Role, whose: Role| {
        let mut by = occasion(&node(), role);
        by.person = retail::Person {
            verified: Verified::Host,
            ..person(role)
        };
        retail::set_credentials(&by, employee_id(whose), None, &verifier).unwrap()
    };
    let body = set(Role::Owner, Role::Owner);
    assert_eq!(refusal_of(&mut shop, &body), "forbidden");
    shop.accept(&node(), &body);
    shop.accept(&node(), &set(Role::Manager, Role::Cashier));
    shop.accept(&node(), &set(Role::Viewer, Role::Viewer));
    let decision = shop.decide(&node(), &set(Role::Manager, Role::Owner));
    assert_eq!(decision.refusal.unwrap().code, "forbidden");
}

#[test]
fn a_new_price_is_a_notice() {
    let mut shop = Shop::open();
    let (goods, _) = shop.stock("22423", 100, 1);
    let by = occasion(&till(1), Role::Manager);
    let body = retail::edit_product(
        &by,
        goods,
        &fields("price", 100),
        &fields("price", 120),
        None,
    );
    shop.accept(&till(1), &body.unwrap());
    let notices = shop.records.all("notices");
    assert_eq!(notices[0].doc.text("kind"), Some("price_changed"));
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
fn a_mutation_issued_twice_moves_stock_once() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 100, 1);
    let line = CartLine::of(id(5), goods.0, &goods.1, Quantity::units(1));
    let done = shop.complete(&till(1), &cart(1, vec![line]), &[cash(100)]);
    shop.accept(&till(1), &done.body);
    shop.accept(&till(1), &done.body);
    assert_eq!(shop.on_hand(goods.0), Quantity(0));
    assert_eq!(shop.records.tasks(), Vec::<String>::new());
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
        items: vec![retail::RefundItem::Goods(line)],
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
fn a_manager_closes_a_task_and_anybody_acknowledges_a_notice() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 100, 0);
    shop.sell(&till(1), 1, &goods, 1);
    let task = shop.records.all("tasks").remove(0);
    let close = |role| {
        let by = occasion(&till(1), role);
        retail::close_task(&by, task.id, &task.doc, Some("counted again")).unwrap()
    };
    assert_eq!(refusal_of(&mut shop, &close(Role::Cashier)), "forbidden");
    shop.accept(&till(1), &close(Role::Manager));
    let closed = shop.records.doc("tasks", task.id);
    assert_eq!(closed.text("status"), Some("closed"));
    let notice = shop.records.all("notices").remove(0);
    let by = occasion(&till(1), Role::Viewer);
    let body = retail::acknowledge_notice(&by, notice.id, &notice.doc).unwrap();
    shop.accept(&till(1), &body);
    shop.sell(&till(1), 2, &goods, 1);
    let open = |task: &&sync_core::Record| task.doc.text("status") == Some("open");
    assert_eq!(shop.records.all("tasks").iter().filter(open).count(), 1);
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

#[test]
fn what_is_sold_past_its_date_is_a_task() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 250, 10);
    let mut line = CartLine::of(id(5), goods.0, &goods.1, Quantity::units(1));
    line.expiry = Some("2010-11-30".to_owned());
    let sold = shop.complete(&till(1), &cart(1, vec![line.clone()]), &[cash(250)]);
    shop.decide(&till(1), &sold.body);
    assert_eq!(shop.records.tasks(), ["expired_sold"]);
    line.expiry = Some("2010-12-01".to_owned());
    let sold = shop.complete(&till(1), &cart(2, vec![line]), &[cash(250)]);
    shop.accept(&till(1), &sold.body);
    assert_eq!(shop.records.tasks(), ["expired_sold"]);
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
