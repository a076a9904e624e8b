//! A drawer from its float to its Z report, and what comes after that.

use retail::{
    CartLine, CashCount, CashKind, CashMovement, DrawerTotals, LeftOpen, Money, PaymentInput, Role,
    ShiftClosing, cash_movement, close_drawer, closing_id, complete_sale, left_open, open_drawer,
    open_session, take_over_till,
};
use sync_core::{Body, DeviceInfo, Document, Quantity, Verdict};

use super::tamper;
use crate::shop::{Shop, card, cart, cash, id, occasion, till};

const DRAWER: u64 = 700;

fn opened(shop: &mut Shop, device: &DeviceInfo, drawer: u64, float: i64) {
    let by = occasion(device, Role::Cashier);
    let body = open_drawer(&by, id(drawer), Money(float), None).unwrap();
    shop.accept(device, &body);
}

fn session(shop: &Shop, drawer: u64) -> Document {
    shop.records.doc("drawer_sessions", id(drawer))
}

fn move_cash(shop: &Shop, n: u64, kind: CashKind, amount: i64) -> Body {
    let movement = CashMovement {
        kind,
        amount: Money(amount),
        reason: "change from the bank".to_owned(),
    };
    let seen = session(shop, DRAWER);
    let by = occasion(&till(1), Role::Cashier);
    cash_movement(&by, id(n), (id(DRAWER), &seen), &movement).unwrap()
}

/// A sale of one piece that goes into the drawer.
fn sale_into(shop: &mut Shop, device: &DeviceInfo, n: u64, paid: &[PaymentInput]) -> Body {
    let goods = shop.records.all("products").remove(0);
    let record = goods.doc.to_typed().unwrap();
    let line = CartLine::of(id(n + 1000), goods.id, &record, Quantity::units(1));
    let mut issue = shop.issue(device);
    issue.session = Some(id(DRAWER));
    let by = occasion(device, Role::Cashier);
    let done = complete_sale(&by, &shop.settings, &cart(n, vec![line]), paid, None, issue);
    let done = done.unwrap();
    shop.move_head(device, done.head);
    done.body
}

fn counts(values: &[(i64, u32)]) -> Vec<CashCount> {
    let count = |&(value, count)| CashCount {
        value: Money(value),
        count,
    };
    values.iter().map(count).collect()
}

fn close(
    shop: &Shop,
    drawer: u64,
    counted: &[(i64, u32)],
    reason: Option<&str>,
    number: u64,
) -> Result<Body, retail::BuildError> {
    let seen = session(shop, drawer);
    let by = occasion(&till(1), Role::Cashier);
    let target = (id(drawer), &seen);
    close_drawer(&by, target, &counts(counted), reason, number).map(|closed| closed.body)
}

fn closing(shop: &Shop, drawer: u64) -> ShiftClosing {
    let doc = shop.records.doc("shift_closings", closing_id(id(drawer)));
    doc.to_typed().unwrap()
}

#[test]
fn a_drawer_should_hold_what_facts_brought_and_took() {
    let mut shop = Shop::open();
    shop.stock("22423", 250, 10);
    opened(&mut shop, &till(1), DRAWER, 10_000);
    let sale = sale_into(&mut shop, &till(1), 1, &[cash(500)]);
    shop.accept(&till(1), &sale);
    let sale = sale_into(&mut shop, &till(1), 2, &[card(200), cash(50)]);
    shop.accept(&till(1), &sale);
    let sold = shop.records.doc("sales", id(1)).to_typed().unwrap();
    let request = retail::RefundRequest {
        id: id(3),
        of: Some(retail::SaleSoFar {
            id: id(1),
            sale: sold,
            refunds: vec![],
        }),
        items: vec![retail::RefundItem::SaleLine {
            line: id(1001),
            quantity: Quantity::units(1),
        }],
        restock: true,
        reason: "broken".to_owned(),
        method: None,
        approvals: vec![],
        reference: None,
    };
    let mut issue = shop.issue(&till(1));
    issue.session = Some(id(DRAWER));
    let by = occasion(&till(1), Role::Cashier);
    let refund = retail::refund(&by, &shop.settings, &request, issue).unwrap();
    shop.accept(&till(1), &refund.body);
    let body = move_cash(&shop, 4, CashKind::Add, 2_000);
    shop.accept(&till(1), &body);
    let body = move_cash(&shop, 5, CashKind::Payout, 350);
    shop.accept(&till(1), &body);
    let totals = DrawerTotals::of(&session(&shop, DRAWER));
    let wanted = DrawerTotals {
        sales: 2,
        sales_total: Money(500),
        refunds: 1,
        refunds_total: Money(250),
        cash_sales: Money(300),
        cash_refunds: Money(250),
        card_sales: Money(200),
        cash_in: Money(2_000),
        cash_out: Money(350),
        ..DrawerTotals::default()
    };
    assert_eq!(totals, wanted);
    // 100.00 + 3.00 − 2.50 + 20.00 − 3.50
    assert_eq!(totals.expected(Money(10_000)), Money(11_700));
    let short = close(&shop, DRAWER, &[(5_000, 2)], None, 1).unwrap_err();
    assert_eq!(
        (short.code(), short.field()),
        ("reason_needed", Some("reason"))
    );
    let body = close(&shop, DRAWER, &[(5_000, 2), (500, 3)], Some("lost"), 1).unwrap();
    shop.accept(&till(1), &body);
    let report = closing(&shop, DRAWER);
    assert_eq!(report.difference, Money(-200));
    assert_eq!(report.totals, wanted);
    assert_eq!(report.denominations.int("500"), Some(3));
    assert_eq!(open_session(&shop.records, till(1).id), Ok(None));
    assert_eq!(shop.records.tasks(), Vec::<String>::new());
    let again = close(&shop, DRAWER, &[(1, 0)], Some("again"), 2).unwrap_err();
    assert_eq!(again.code(), "drawer_closed");
}

#[test]
fn a_drawer_that_is_opened_without_a_sale_is_told_and_changes_no_sum() {
    let mut shop = Shop::open();
    opened(&mut shop, &till(1), DRAWER, 10_000);
    let body = move_cash(&shop, 4, CashKind::NoSale, 0);
    shop.accept(&till(1), &body);
    let told = shop.records.doc("cash_movements", id(4));
    assert_eq!(
        (told.text("kind"), told.int("amount")),
        (Some("no_sale"), Some(0))
    );
    let totals = DrawerTotals::of(&session(&shop, DRAWER));
    assert_eq!(totals, DrawerTotals::default());

    let seen = session(&shop, DRAWER);
    let by = occasion(&till(1), Role::Cashier);
    for (kind, amount, field) in [
        (CashKind::NoSale, 1, "amount"),
        (CashKind::NoSale, -1, "amount"),
        (CashKind::Add, 0, "amount"),
        (CashKind::Payout, -1, "amount"),
        (CashKind::NoSale, 0, "reason"),
    ] {
        let movement = CashMovement {
            kind,
            amount: Money(amount),
            reason: if field == "reason" { " " } else { "to look" }.to_owned(),
        };
        let error = cash_movement(&by, id(5), (id(DRAWER), &seen), &movement).unwrap_err();
        assert_eq!(error.field(), Some(field), "{kind:?} {amount}");
    }
}

#[test]
fn what_comes_after_its_drawer_was_closed_is_one_task_and_amends_the_report() {
    let mut shop = Shop::open();
    shop.stock("22423", 250, 10);
    opened(&mut shop, &till(1), DRAWER, 0);
    let late = [1, 2].map(|n| sale_into(&mut shop, &till(2), n, &[cash(250)]));
    let payout = move_cash(&shop, 3, CashKind::Payout, 100);
    let body = close(&shop, DRAWER, &[], None, 1).unwrap();
    shop.accept(&till(1), &body);
    for sale in &late {
        shop.accept(&till(2), sale);
    }
    shop.accept(&till(1), &payout);
    let tasks = shop.records.all("tasks");
    assert_eq!(tasks.len(), 1);
    let task = &tasks[0].doc;
    assert_eq!(
        (task.text("kind"), task.int("count")),
        (Some("late_sale"), Some(3))
    );
    let message = task.text("message").unwrap();
    assert_eq!(
        message,
        "S01-T02-E2-000001 came after its drawer was closed with Z 1"
    );
    let sale = shop.records.doc("sales", id(1));
    assert_eq!(sale.text("session"), Some(id(DRAWER).to_string().as_str()));
    // The report stays, the session knows better: that is what amends it.
    let now = DrawerTotals::of(&session(&shop, DRAWER));
    assert_eq!((closing(&shop, DRAWER).totals.sales, now.sales), (0, 2));
    assert_eq!(now.expected(Money::ZERO), Money(400));
}

#[test]
fn a_report_that_misses_what_another_till_sold_into_the_drawer_is_a_task() {
    let mut shop = Shop::open();
    shop.stock("22423", 250, 10);
    opened(&mut shop, &till(1), DRAWER, 0);
    let body = close(&shop, DRAWER, &[], None, 1).unwrap();
    let sale = sale_into(&mut shop, &till(2), 1, &[cash(250)]);
    shop.accept(&till(2), &sale);
    shop.accept(&till(1), &body);
    assert_eq!(shop.records.tasks(), ["late_sale"]);
}

#[test]
fn reports_are_numbered_without_gaps_and_stay_as_they_are() {
    let mut shop = Shop::open();
    for (drawer, number) in [(701, 1), (702, 3), (703, 3)] {
        opened(&mut shop, &till(1), drawer, 0);
        let body = close(&shop, drawer, &[], None, number).unwrap();
        shop.accept(&till(1), &body);
    }
    let mut tasks = shop.records.tasks();
    tasks.sort_unstable();
    assert_eq!(tasks, ["number_gap", "number_repeated"]);
    let again = close(&shop, 701, &[], None, 1).unwrap_err();
    assert_eq!(again.code(), "drawer_closed");
    // As a program would say it that knows nothing of this rule.
    opened(&mut shop, &till(1), 704, 0);
    let mut body = close(&shop, 704, &[], None, 4).unwrap();
    tamper(&mut body, "counted", 5);
    let decision = shop.decide(&till(1), &body);
    assert_eq!(decision.verdict, Verdict::Accepted);
    assert_eq!(decision.flags[0].code, "totals_differ");
    let again = shop.decide(&till(1), &body);
    assert_eq!(again.flags[0].code, "drawer_closed");
    assert_eq!(shop.records.all("shift_closings").len(), 4);
}

#[test]
fn only_the_till_that_opened_a_drawer_closes_it() {
    let mut shop = Shop::open();
    opened(&mut shop, &till(1), DRAWER, 500);
    let other = occasion(&till(2), Role::Owner);
    let seen = session(&shop, DRAWER);
    let closed = close_drawer(&other, (id(DRAWER), &seen), &counts(&[(500, 1)]), None, 1).unwrap();
    let decision = shop.decide(&till(2), &closed.body);
    assert_eq!(decision.flags[0].code, "not_owner");
    assert_eq!(session(&shop, DRAWER).text("status"), Some("open"));
    let taken = open_drawer(&other, id(1), Money(0), Some(id(DRAWER)));
    assert_eq!(taken.unwrap_err().code(), "drawer_open");
    let viewer = occasion(&till(2), Role::StockClerk);
    let body = open_drawer(&viewer, id(1), Money(0), None).unwrap();
    assert_eq!(
        shop.decide(&till(2), &body).refusal.unwrap().code,
        "forbidden"
    );
}

#[test]
fn what_a_till_left_open_is_taken_over_by_one_other_till_and_closed_there() {
    let mut shop = Shop::open();
    opened(&mut shop, &till(1), DRAWER, 500);
    let put_aside = Document::new().with("device", till(1).id.to_string());
    shop.records.put("held_sales", id(80), put_aside);
    let left = left_open(&shop.records, till(1).id).unwrap();
    assert_eq!(
        (left.session, &left.held[..]),
        (Some(id(DRAWER)), &[id(80)][..])
    );
    let by = |device: &DeviceInfo, role| {
        take_over_till(&occasion(device, role), till(1).id, &left, None).unwrap()
    };
    let refusal = shop.decide(&till(2), &by(&till(2), Role::Cashier)).refusal;
    assert_eq!(refusal.unwrap().code, "forbidden");
    let manager = by(&till(2), Role::Manager);
    let mut more = manager.clone();
    more.name = "close_drawer".to_owned();
    more.ops.truncate(1);
    assert_eq!(
        shop.decide(&till(2), &more).refusal.unwrap().code,
        "not_owner"
    );
    shop.accept(&till(2), &manager);
    // Whoever was a moment later has nothing of it.
    let late = shop.decide(&till(3), &by(&till(3), Role::Manager));
    assert_eq!((late.verdict, late.withheld.len()), (Verdict::Merged, 2));
    assert_eq!(
        left_open(&shop.records, till(1).id).unwrap(),
        LeftOpen::default()
    );
    assert_eq!(left_open(&shop.records, till(2).id).unwrap(), left);

    let own = occasion(&till(2), Role::Manager);
    let two = take_over_till(&own, till(4).id, &left, Some(id(DRAWER)));
    assert_eq!(two.unwrap_err().code(), "drawer_open");
    let seen = session(&shop, DRAWER);
    let closed = close_drawer(&own, (id(DRAWER), &seen), &counts(&[(500, 1)]), None, 1).unwrap();
    shop.accept(&till(2), &closed.body);
    assert_eq!(session(&shop, DRAWER).text("status"), Some("closed"));
}

#[test]
fn a_currency_has_its_coins() {
    let pounds = retail::coins_of("GBP", 2);
    assert_eq!(pounds[..3], [Money(5_000), Money(2_000), Money(1_000)]);
    let yen = retail::coins_of("JPY", 0);
    assert_eq!(yen, [100, 50, 20, 10, 5, 2, 1].map(Money));
    let counted = counts(&[(5_000, 2), (1, 3), (20, 0)]);
    assert_eq!(retail::sum_of(&counted), Money(10_003));
}
