//! Stock: what moves it and what is said when it runs out.

use retail::{
    Adjustment, AdjustmentLine, CartLine, Money, Movement, Reason, Retail, Role, StockCount,
};
use sync_core::{Domain, Quantity, Record, RecordId, Verdict};

use crate::shop::{NOW, Shop, cart, cash, id, node, occasion, product, till};

fn receive(shop: &mut Shop, product: RecordId, units: i64) {
    let movement = Movement {
        product,
        batch: None,
        delta: Quantity::units(units),
        reason: Reason::Receive,
        note: None,
        reference: None,
        cost: None,
    };
    let by = occasion(&till(1), Role::StockClerk);
    let body = retail::receive_stock(&by, id(9_000_000), &movement).unwrap();
    shop.accept(&till(1), &body);
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
            amount: None,
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
fn a_sale_of_the_last_one_that_arrives_after_two_months_still_names_both_receipts() {
    let mut shop = Shop::open();
    let last = shop.stock("22423", 100, 1);
    let (first, _) = shop.sell(&till(1), 1, &last, 1);
    let forget = |shop: &Shop| {
        let now = NOW.plus(60 * 86_400_000);
        Retail.upkeep(node().id, &shop.records, now).unwrap()
    };
    assert_eq!(forget(&shop), None);
    let (late, _) = shop.sell(&till(2), 2, &last, 1);
    let task = shop.records.all("tasks").remove(0);
    let message = task.doc.text("message").unwrap();
    let both = format!("{} after {}", late.number, first.number);
    assert!(message.ends_with(&both), "{message}");
    // The task says all there is to say once somebody has counted.
    receive(&mut shop, last.0, 12);
    let body = forget(&shop).unwrap();
    shop.accept(&node(), &body);
    assert!(!shop.records.all("notices").iter().any(Record::is_live));
}

#[test]
fn a_receipt_that_takes_more_than_there_is_blames_nobody_else() {
    let mut shop = Shop::open();
    let last = shop.stock("22423", 100, 1);
    let (first, _) = shop.sell(&till(1), 1, &last, 1);
    receive(&mut shop, last.0, 1);
    shop.sell(&till(2), 2, &last, 3);
    let task = shop.records.all("tasks").remove(0);
    let message = task.doc.text("message").unwrap();
    assert!(!message.contains(&first.number), "{message}");
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
fn a_line_of_a_correction_is_worth_what_its_document_says() {
    let mut shop = Shop::open();
    let (product, _) = shop.stock("22423", 1, 1_000);
    let line = |n, amount| AdjustmentLine {
        id: id(n),
        product: Some(product),
        batch: None,
        code: "22423".to_owned(),
        name: "22423".to_owned(),
        quantity: Quantity::units(-601),
        stocked: true,
        unit_price: Money(1),
        amount,
    };
    // 601 pieces at 0.42 of a penny: no price in pennies times 601 comes to that.
    let adjustment = Adjustment {
        id: id(3),
        reference: None,
        reason: "damaged".to_owned(),
        lines: vec![line(4, Some(Money(-252))), line(5, None)],
    };
    let by = occasion(&till(1), Role::StockClerk);
    let body = retail::adjust_stock(&by, &adjustment, 1).unwrap();
    shop.accept(&till(1), &body);
    let doc = shop.records.doc("stock_adjustments", id(3));
    assert_eq!(doc.int("total"), Some(-252 - 601));
}

#[test]
fn a_count_is_a_difference_so_that_what_was_sold_meanwhile_still_counts() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 100, 1);
    shop.sell(&till(1), 1, &goods, 2);
    let task = shop.records.all("tasks").remove(0);
    let count = StockCount {
        product: goods.0,
        batch: None,
        counted: Quantity::units(5),
        expected: shop.on_hand(goods.0),
        at: sync_core::Position(7),
        note: Some("found a box".to_owned()),
    };
    let by = occasion(&till(2), Role::Manager);
    let body = retail::count_stock(&by, id(9), &count, Some((task.id, &task.doc))).unwrap();
    // Sold by a till that was away while the count was made.
    let other = shop.stock("22424", 100, 9);
    shop.sell(&till(1), 2, &other, 1);
    shop.sell(&till(3), 3, &goods, 1);
    let late = shop.decide(&till(2), &body);
    assert_eq!(late.flags.len(), 1, "the task has got worse meanwhile");
    assert_eq!(shop.on_hand(goods.0), Quantity::units(4));
    let movement = shop.records.doc("stock_movements", id(9));
    assert_eq!(movement.text("reason"), Some("count"));
    assert_eq!(movement.int("delta"), Some(6_000));
    assert_eq!(
        (movement.int("counted"), movement.int("counted_at")),
        (Some(5_000), Some(7))
    );
}

#[test]
fn a_count_closes_the_task_it_was_made_for_where_the_person_may() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 100, 1);
    shop.sell(&till(1), 1, &goods, 2);
    let task = shop.records.all("tasks").remove(0);
    let count = StockCount {
        product: goods.0,
        batch: None,
        counted: Quantity(0),
        expected: shop.on_hand(goods.0),
        at: sync_core::Position(7),
        note: None,
    };
    let counted = |role, n, task| {
        let by = occasion(&till(2), role);
        retail::count_stock(&by, id(n), &count, task).unwrap()
    };
    // A clerk counts and leaves the task open; who pretends to be one that may is flagged.
    let task_seen = Some((task.id, &task.doc));
    shop.accept(&till(2), &counted(Role::StockClerk, 10, task_seen));
    let mut forged = counted(Role::Manager, 14, task_seen);
    forged.actor = occasion(&till(2), Role::StockClerk).person.actor();
    assert_eq!(shop.decide(&till(2), &forged).flags[0].code, "forbidden");
    let task_now = shop.records.doc("tasks", task.id);
    assert_eq!(task_now.text("status"), Some("open"));
    let same = counted(Role::Manager, 12, Some((task.id, &task.doc)));
    shop.accept(&till(2), &same);
    let closed = shop.records.doc("tasks", task.id);
    assert_eq!(closed.text("action"), Some("recounted"));
    let below = StockCount {
        counted: Quantity(-1),
        ..count.clone()
    };
    let by = occasion(&till(2), Role::Manager);
    assert!(retail::count_stock(&by, id(13), &below, None).is_err());
}

#[test]
fn a_correction_with_a_number_that_was_given_is_a_task() {
    let mut shop = Shop::open();
    let (goods, _) = shop.stock("22423", 100, 9);
    let correct = |n: u64, count: u64| {
        let line = AdjustmentLine {
            id: id(n + 100),
            product: Some(goods),
            batch: None,
            code: "22423".to_owned(),
            name: "22423".to_owned(),
            quantity: Quantity::units(-1),
            stocked: true,
            unit_price: Money(0),
            amount: None,
        };
        let adjustment = Adjustment {
            id: id(n),
            reference: None,
            reason: "damaged".to_owned(),
            lines: vec![line],
        };
        let by = occasion(&till(1), Role::StockClerk);
        retail::adjust_stock(&by, &adjustment, count).unwrap()
    };
    shop.accept(&till(1), &correct(1, 1));
    shop.accept(&till(1), &correct(2, 1));
    assert_eq!(shop.records.tasks(), ["number_repeated"]);
}
