//! Batches: what comes with a lot, what is sold first, and what is left of each.

use proptest::prelude::*;
use retail::{
    Approval, Batch, BuildError, Cart, CartLine, Discount, Fields, Lot, Money, Movement,
    Permission, PricingSettings, Product, Rate, Reason, RefundItem, RefundRequest, Role, SaleSoFar,
    StockCount, WriteOff, allot, batch_id, batches_of, price, without_batch,
};
use sync_core::{Document, Position, Quantity, RecordId, Value, Verdict};

use crate::shop::{NOW, Shop, cart, cash, id, occasion, till};

/// The day of [`NOW`].
const TODAY: &str = "2010-12-01";

fn delivery(product: RecordId, units: i64) -> Movement {
    Movement {
        product,
        batch: None,
        delta: Quantity::units(units),
        reason: Reason::Receive,
        note: None,
        reference: None,
        cost: Some(Money(40)),
    }
}

fn lot(name: &str, expiry: Option<&str>) -> Lot {
    Lot {
        lot: name.to_owned(),
        expiry: expiry.map(str::to_owned),
    }
}

/// What the batch of a lot holds, as this shop knows it.
fn known(shop: &Shop, product: RecordId, name: &str) -> Option<Document> {
    let id = batch_id(product, name);
    let all = shop.records.all("batches");
    all.into_iter()
        .find(|batch| batch.id == id)
        .map(|it| it.doc)
}

fn receive(shop: &mut Shop, n: u64, product: RecordId, units: i64, lot: &Lot) {
    let by = occasion(&till(1), Role::StockClerk);
    let seen = known(shop, product, &lot.lot);
    let movement = delivery(product, units);
    let body = retail::receive_batch(&by, id(n), &movement, lot, seen.as_ref()).unwrap();
    shop.accept(&till(1), &body);
}

/// What is left: of each batch by its lot, and of none.
fn left(shop: &Shop, product: RecordId) -> (Vec<(String, i64)>, i64) {
    let of = batches_of(&shop.records, product).unwrap();
    let of = of.into_iter().map(|it| (it.batch.lot, it.on_hand.0 / 1000));
    let rest = without_batch(&shop.records, product).unwrap();
    (of.collect(), rest.0 / 1000)
}

fn pairs(of: &[(&str, i64)]) -> Vec<(String, i64)> {
    of.iter().map(|(lot, n)| ((*lot).to_owned(), *n)).collect()
}

fn line(n: u64, (product, record): &(RecordId, Product), units: i64) -> CartLine {
    CartLine::of(id(n), *product, record, Quantity::units(units))
}

/// Completes a cart as a till does: allotted, and paid in cash.
fn sell(shop: &mut Shop, cart: &Cart) -> retail::Sale {
    let allotted = allot(&shop.records, cart, TODAY).unwrap();
    let total = price(cart, &PricingSettings::default()).total;
    let done = shop.complete(&till(1), &allotted, &[cash(total.0)]);
    assert!(done.sale.is_of(cart, &[cash(total.0)], &shop.settings));
    let decision = shop.decide(&till(1), &done.body);
    assert_eq!(decision.flags, vec![]);
    done.sale
}

#[test]
fn a_lot_that_is_known_gets_what_comes_of_it() {
    let mut shop = Shop::open();
    let (tea, _) = shop.stock("22423", 100, 0);
    receive(&mut shop, 1, tea, 5, &lot(" A ", Some("2010-12-24")));
    receive(&mut shop, 2, tea, 3, &lot("A", Some("2010-12-24")));
    receive(&mut shop, 3, tea, 2, &lot("A", None));
    assert_eq!(left(&shop, tea), (pairs(&[("A", 10)]), 0));
    assert_eq!(shop.on_hand(tea), Quantity::units(10));
    let batch: Batch = shop.records.all("batches")[0].doc.to_typed().unwrap();
    assert_eq!(batch.expiry.as_deref(), Some("2010-12-24"));
    assert_eq!(
        (batch.cost, batch.received_at),
        (Some(Money(40)), Some(NOW))
    );
    let other = retail::receive_batch(
        &occasion(&till(1), Role::StockClerk),
        id(4),
        &delivery(tea, 1),
        &lot("A", Some("2011-01-01")),
        known(&shop, tea, "A").as_ref(),
    );
    assert_eq!(other.unwrap_err().code(), "other_expiry");
}

#[test]
fn a_lot_needs_a_name_a_day_and_goods() {
    let by = occasion(&till(1), Role::StockClerk);
    let tea = id(1);
    let said = |name: &str, expiry, units| {
        let body =
            retail::receive_batch(&by, id(2), &delivery(tea, units), &lot(name, expiry), None);
        body.unwrap_err().field().map(str::to_owned)
    };
    assert_eq!(said(" ", None, 1).as_deref(), Some("lot"));
    assert_eq!(said("A", Some("24.12.2010"), 1).as_deref(), Some("expiry"));
    assert_eq!(said("A", None, 0).as_deref(), Some("delta"));
}

#[test]
fn two_tills_that_take_in_one_lot_apart_add_to_one_batch() {
    let mut shop = Shop::open();
    let (tea, _) = shop.stock("22423", 100, 0);
    for (n, ordinal, expiry) in [
        (1, 1, "2010-12-24"),
        (2, 2, "2010-12-24"),
        (3, 3, "2010-12-25"),
    ] {
        let by = retail::Occasion {
            at: NOW.plus(n),
            ..occasion(&till(ordinal), Role::StockClerk)
        };
        let lot = lot("A", Some(expiry));
        let body = retail::receive_batch(&by, id(n), &delivery(tea, 4), &lot, None).unwrap();
        let decision = shop.decide(&till(ordinal), &body);
        // Only what they say otherwise is a conflict, and the goods are there all the same.
        let verdict = match n {
            3 => Verdict::Conflict,
            _ => decision.verdict,
        };
        assert_eq!(decision.verdict, verdict, "{decision:?}");
    }
    assert_eq!(left(&shop, tea), (pairs(&[("A", 12)]), 0));
    let conflicts = shop.records.all("conflicts");
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].doc.text("field"), Some("expiry"));
}

#[test]
fn what_expires_first_is_sold_first_and_the_line_is_split() {
    let mut shop = Shop::open();
    let tea = shop.stock("22423", 100, 0);
    receive(&mut shop, 1, tea.0, 5, &lot("no date", None));
    receive(&mut shop, 2, tea.0, 2, &lot("late", Some("2011-03-01")));
    receive(&mut shop, 3, tea.0, 3, &lot("soon", Some("2010-12-01")));
    receive(&mut shop, 4, tea.0, 9, &lot("gone", Some("2010-11-30")));
    let mut goods = line(5, &tea, 6);
    goods.discount = Some(Discount::Percent { rate: Rate(1_000) });
    let sale = sell(&mut shop, &cart(10, vec![goods]));
    let lots: Vec<_> = sale
        .lines
        .iter()
        .map(|line| {
            (
                line.lot.as_deref().unwrap(),
                line.quantity.0 / 1000,
                line.discount.0,
            )
        })
        .collect();
    assert_eq!(lots, [("soon", 3, 30), ("late", 2, 20), ("no date", 1, 10)]);
    assert_eq!(sale.lines[0].id, id(5));
    assert_eq!(sale.lines[2].part_of, Some(id(5)));
    assert_eq!(sale.total, Money(540));
    let expected = pairs(&[("gone", 9), ("soon", 0), ("late", 0), ("no date", 4)]);
    assert_eq!(left(&shop, tea.0), (expected, 0));
    assert!(!retail::only_expired(&shop.records, tea.0, TODAY).unwrap());
    // Nothing is taken of what expired, though nothing else is left.
    sell(&mut shop, &cart(11, vec![line(6, &tea, 5)]));
    let expected = pairs(&[("gone", 9), ("soon", 0), ("late", 0), ("no date", 0)]);
    assert_eq!(left(&shop, tea.0), (expected, -1));
    assert!(retail::only_expired(&shop.records, tea.0, TODAY).unwrap());
    assert_eq!(shop.on_hand(tea.0), Quantity::units(8));
    assert_eq!(shop.records.tasks(), Vec::<String>::new());
}

#[test]
fn a_weighed_piece_is_of_one_batch() {
    let mut shop = Shop::open();
    let cheese = shop.stock("22423", 1_999, 0);
    receive(&mut shop, 1, cheese.0, 1, &lot("A", Some("2010-12-10")));
    receive(&mut shop, 2, cheese.0, 3, &lot("B", Some("2010-12-20")));
    let piece = |n, grams| CartLine {
        quantity: Quantity(grams),
        ..line(n, &cheese, 1)
    };
    let sale = sell(
        &mut shop,
        &cart(10, vec![piece(5, 1_512), piece(6, 700), piece(7, 2_250)]),
    );
    let lots: Vec<_> = sale
        .lines
        .iter()
        .map(|line| line.lot.as_deref().unwrap())
        .collect();
    assert_eq!(lots, ["B", "A", "B"]);
}

#[test]
fn a_lot_that_was_named_is_taken_whole_and_before_others_are_split() {
    let mut shop = Shop::open();
    let tea = shop.stock("22423", 100, 0);
    receive(&mut shop, 1, tea.0, 2, &lot("A", Some("2010-12-10")));
    receive(&mut shop, 2, tea.0, 5, &lot("B", Some("2010-12-20")));
    let named = |n, lot: &str, units| CartLine {
        batch: Some(lot.to_owned()),
        ..line(n, &tea, units)
    };
    let lines = vec![
        line(5, &tea, 2),
        named(6, "A", 1),
        named(7, "nobody knows it", 1),
    ];
    let sale = sell(&mut shop, &cart(10, lines));
    let lots: Vec<_> = sale
        .lines
        .iter()
        .map(|line| line.lot.as_deref().unwrap())
        .collect();
    assert_eq!(lots, ["A", "B", "A", "nobody knows it"]);
    assert_eq!(sale.lines[2].expiry.as_deref(), Some("2010-12-10"));
    assert_eq!(left(&shop, tea.0), (pairs(&[("A", 0), ("B", 4)]), -1));
}

#[test]
fn what_expired_is_sold_with_an_approval_and_is_one_task() {
    let mut shop = Shop::open();
    let tea = shop.stock("22423", 100, 0);
    receive(&mut shop, 1, tea.0, 2, &lot("old", Some("2010-11-30")));
    let mut cart = cart(10, vec![line(5, &tea, 1)]);
    cart.lines[0].batch = Some("old".to_owned());
    let issue = shop.issue(&till(1));
    let complete = |shop: &mut Shop, cart: &Cart| {
        let by = occasion(&till(1), Role::Cashier);
        let allotted = allot(&shop.records, cart, TODAY).unwrap();
        retail::complete_sale(&by, &shop.settings, &allotted, &[cash(100)], None, issue)
    };
    let refused = complete(&mut shop, &cart).unwrap_err();
    let BuildError::NotAllowed(needs) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(needs[0].permission, Permission::SellExpired);
    assert_eq!(needs[0].line, Some(id(5)));
    cart.approvals.push(Approval {
        permission: Permission::SellExpired,
        employee_id: crate::shop::employee_id(Role::Manager),
        name: "Mary".to_owned(),
        at: 0,
        token: String::new(),
    });
    let done = complete(&mut shop, &cart).unwrap();
    let decision = shop.decide(&till(1), &done.body);
    assert_eq!(decision.verdict, Verdict::Accepted);
    assert_eq!(shop.records.tasks(), ["expired_sold"]);
    let message = shop.records.all("tasks")[0]
        .doc
        .text("message")
        .unwrap()
        .to_owned();
    assert!(message.ends_with("as Mary approved"), "{message}");
    assert_eq!(left(&shop, tea.0), (pairs(&[("old", 1)]), 0));
}

#[test]
fn a_sale_of_a_batch_that_nobody_knows_stands() {
    let mut shop = Shop::open();
    let tea = shop.stock("22423", 100, 3);
    let mut goods = line(5, &tea, 1);
    goods.batch_id = Some(id(77));
    let done = shop.complete(&till(1), &cart(10, vec![goods]), &[cash(100)]);
    shop.accept(&till(1), &done.body);
    assert_eq!(shop.on_hand(tea.0), Quantity::units(2));
}

#[test]
fn what_comes_back_goes_to_the_batch_it_came_from() {
    let mut shop = Shop::open();
    let tea = shop.stock("22423", 100, 0);
    receive(&mut shop, 1, tea.0, 2, &lot("A", Some("2010-12-10")));
    receive(&mut shop, 2, tea.0, 5, &lot("B", Some("2010-12-20")));
    let sale = sell(&mut shop, &cart(10, vec![line(5, &tea, 4)]));
    assert_eq!(left(&shop, tea.0), (pairs(&[("A", 0), ("B", 3)]), 0));
    let request = RefundRequest {
        id: id(20),
        of: Some(SaleSoFar {
            id: id(10),
            sale: sale.clone(),
            refunds: Vec::new(),
        }),
        items: vec![RefundItem::SaleLine {
            line: sale.lines[1].id,
            quantity: Quantity::units(2),
        }],
        restock: true,
        reason: "not liked".to_owned(),
        method: None,
        approvals: Vec::new(),
        reference: None,
    };
    let issue = shop.issue(&till(1));
    let by = occasion(&till(1), Role::Cashier);
    let issue = retail::Issue {
        previous: sale.chain_digest,
        ..issue
    };
    let done = retail::refund(&by, &shop.settings, &request, issue).unwrap();
    shop.accept(&till(1), &done.body);
    assert_eq!(left(&shop, tea.0), (pairs(&[("A", 0), ("B", 5)]), 0));
}

#[test]
fn a_batch_is_counted_and_written_off_for_itself() {
    let mut shop = Shop::open();
    let (tea, _) = shop.stock("22423", 100, 4);
    receive(&mut shop, 1, tea, 5, &lot("A", Some("2010-11-30")));
    let batch = Some(batch_id(tea, "A"));
    let by = occasion(&till(1), Role::StockClerk);
    let count = StockCount {
        product: tea,
        batch,
        counted: Quantity::units(3),
        expected: Quantity::units(5),
        at: Position(7),
        note: None,
    };
    shop.accept(
        &till(1),
        &retail::count_stock(&by, id(2), &count, None).unwrap(),
    );
    assert_eq!(left(&shop, tea), (pairs(&[("A", 3)]), 4));
    let mut gone = WriteOff {
        product: tea,
        batch,
        quantity: Quantity::units(3),
        reason: Reason::Expire,
        note: None,
    };
    shop.accept(&till(1), &retail::write_off(&by, id(3), &gone).unwrap());
    assert_eq!(left(&shop, tea), (pairs(&[("A", 0)]), 4));
    gone.quantity = Quantity(0);
    assert!(retail::write_off(&by, id(4), &gone).is_err());
    gone.quantity = Quantity(1);
    gone.reason = Reason::Receive;
    assert!(retail::write_off(&by, id(4), &gone).is_err());
}

#[test]
fn a_batch_is_corrected_like_any_record() {
    let mut shop = Shop::open();
    let (tea, _) = shop.stock("22423", 100, 0);
    receive(&mut shop, 1, tea, 5, &lot("A", Some("2010-12-10")));
    let fields = |day: &str| {
        let value = Some(Value::Text(day.to_owned()));
        Fields::from_iter([("expiry".to_owned(), value)])
    };
    let by = occasion(&till(1), Role::StockClerk);
    let (seen, new) = (fields("2010-12-10"), fields("2011-12-10"));
    let batch = batch_id(tea, "A");
    let body = retail::edit_batch(&by, batch, &seen, &new, None).unwrap();
    shop.accept(&till(1), &body);
    assert_eq!(
        shop.records.doc("batches", batch).text("expiry"),
        Some("2011-12-10")
    );
    let never = retail::edit_batch(&by, batch, &new, &fields("soon"), None);
    assert_eq!(never.unwrap_err().field(), Some("expiry"));
}

/// A shop with batches of one product, some of them expired.
fn shelf(batches: &[(i64, u8)]) -> (Shop, (RecordId, Product)) {
    let mut shop = Shop::open();
    let tea = shop.stock("22423", 333, 0);
    for (at, (units, day)) in batches.iter().enumerate() {
        let expiry = match day {
            0 => None,
            1..=9 => Some(format!("2010-11-{:02}", 20 + day)),
            _ => Some(format!("2010-12-{day:02}")),
        };
        let lot = lot(&format!("lot {at}"), expiry.as_deref());
        receive(&mut shop, 500 + at as u64, tea.0, *units, &lot);
    }
    (shop, tea)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_split_is_the_line_and_costs_what_it_did_and_takes_nothing_that_expired(
        batches in proptest::collection::vec((1_i64..8, 0_u8..29), 0..6),
        lines in proptest::collection::vec((1_i64..12_000, any::<bool>(), 0_i64..4_000, any::<bool>()), 1..5),
        order_discount in 0_i64..500,
        included in any::<bool>(),
    ) {
        let (mut shop, tea) = shelf(&batches);
        let before = batches_of(&shop.records, tea.0).unwrap();
        let lines = lines.iter().enumerate().map(|(at, (quantity, weighed, off, percent))| {
            let mut line = line(900 + at as u64, &tea, 1);
            line.quantity = Quantity(if *weighed { *quantity } else { (quantity / 1000 + 1) * 1000 });
            line.discount = match (off, percent) {
                (0..1_000, _) => None,
                (_, true) => Some(Discount::Percent { rate: Rate(*off) }),
                (_, false) => Some(Discount::Amount { amount: Money(*off) }),
            };
            line
        });
        let mut cart = cart(800, lines.collect());
        cart.discount = (order_discount > 0).then_some(Discount::Amount { amount: Money(order_discount) });
        let settings = PricingSettings { tax_included: included, cash_rounding: Money(1) };
        shop.settings.tax_included = included;
        let allotted = allot(&shop.records, &cart, TODAY).unwrap();
        for line in &cart.lines {
            let parts = allotted.lines.iter().filter(|part| part.whole() == line.id);
            let sum: Quantity = parts.map(|part| part.quantity).sum();
            prop_assert_eq!(sum, line.quantity);
        }
        for part in &allotted.lines {
            prop_assert!(part.expiry.as_deref().is_none_or(|day| day >= TODAY), "{:?}", part);
        }
        let (whole, split) = (price(&cart, &settings), price(&allotted, &settings));
        prop_assert_eq!((whole.total, &whole.tax, whole.discount), (split.total, &split.tax, split.discount));
        // What each batch and the product lose is what was sold.
        let paid = [cash(whole.total.0)];
        let done = shop.complete(&till(1), &allotted, &paid);
        prop_assert!(done.sale.is_of(&cart, &paid, &shop.settings));
        let decision = shop.decide(&till(1), &done.body);
        prop_assert_eq!(decision.flags, vec![]);
        let came: i64 = before.iter().map(|it| it.on_hand.0).sum();
        prop_assert_eq!(shop.on_hand(tea.0).0, came - done.sale.units.0);
        let after = batches_of(&shop.records, tea.0).unwrap();
        for (was, is) in before.iter().zip(&after) {
            let of = done.sale.lines.iter().filter(|line| line.batch == Some(was.id));
            let sold: i64 = of.map(|line| line.quantity.0).sum();
            prop_assert_eq!(is.on_hand.0, was.on_hand.0 - sold);
        }
    }
}
