//! Stock: what moves it and what is said when it runs out.

use retail::{Adjustment, AdjustmentLine, CartLine, Money, Movement, Reason, Role};
use sync_core::{Quantity, Verdict};

use crate::shop::{NOW, Shop, cart, cash, id, node, occasion, product, till};

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
