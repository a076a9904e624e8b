//! Customers, and what they owe.

use proptest::prelude::*;
use retail::{
    CartLine, CreditChange, CreditKind, CreditRoom, Customer, Fields, Method, Money, PaymentInput,
    Role, adjust_credit, create_customer, credit_payment, edit_customer, write_off_credit,
};
use sync_core::{Op, Quantity, RecordId, Value, Verdict};

use super::{fields, refusal_of, tamper};
use crate::shop::{NOW, Shop, card, cart, cash, id, occasion, till};

const ROBIN: u64 = 800;

fn customer(name: &str, limit: Option<i64>) -> Customer {
    Customer {
        name: name.to_owned(),
        phone: None,
        email: None,
        address: vec![],
        notes: None,
        credit_limit: limit.map(Money),
        archived: false,
    }
}

fn shop_with_robin(limit: i64) -> Shop {
    let mut shop = Shop::open();
    shop.stock("22423", 250, 100);
    let by = occasion(&till(1), Role::Manager);
    let body = create_customer(&by, id(ROBIN), &customer("Robin", Some(limit))).unwrap();
    shop.accept(&till(1), &body);
    shop
}

fn credit(amount: i64) -> PaymentInput {
    PaymentInput::Credit {
        amount: Money(amount),
    }
}

/// A sale of so many pieces at 2.50 to Robin.
fn sold(
    shop: &mut Shop,
    on: u32,
    n: u64,
    pieces: i64,
    paid: &[PaymentInput],
) -> retail::CompletedSale {
    let goods = shop.records.all("products").remove(0);
    let record = goods.doc.to_typed().unwrap();
    let line = CartLine::of(id(n + 1000), goods.id, &record, Quantity::units(pieces));
    let mut cart = cart(n, vec![line]);
    cart.customer = Some(id(ROBIN));
    shop.complete(&till(on), &cart, paid)
}

fn balance(shop: &Shop) -> Option<i64> {
    shop.records
        .doc("customers", id(ROBIN))
        .int("credit_balance")
}

fn change(amount: i64, note: &str) -> CreditChange {
    CreditChange {
        customer: id(ROBIN),
        amount: Money(amount),
        note: Some(note.to_owned()),
    }
}

#[test]
fn what_is_bought_on_credit_is_owed_until_it_is_paid_corrected_or_given_up() {
    let mut shop = shop_with_robin(10_000);
    let sale = sold(&mut shop, 1, 1, 4, &[credit(700), cash(500)]);
    assert_eq!(
        (sale.change, sale.sale.paid_by.as_str()),
        (Money(200), "mixed")
    );
    shop.accept(&till(1), &sale.body);
    assert_eq!(balance(&shop), Some(700));
    let entry = &shop.records.all("credit_entries")[0].doc;
    assert_eq!(entry.text("due"), Some("2010-12-31"));
    assert_eq!(entry.text("number"), Some(sale.sale.number.as_str()));
    let cashier = occasion(&till(1), Role::Cashier);
    let paid = credit_payment(&cashier, id(2), &change(300, ""), Method::Cash, None).unwrap();
    shop.accept(&till(1), &paid);
    let manager = occasion(&till(1), Role::Manager);
    let less = adjust_credit(&manager, id(3), &change(-50, "bruised")).unwrap();
    shop.accept(&till(1), &less);
    let given_up = write_off_credit(&manager, id(4), &change(150, "moved away")).unwrap();
    shop.accept(&till(1), &given_up);
    assert_eq!(balance(&shop), Some(200));
    assert_eq!(shop.records.tasks(), Vec::<String>::new());
    let code = |made: Result<_, retail::BuildError>| made.unwrap_err().code().to_owned();
    assert_eq!(
        code(write_off_credit(&manager, id(5), &change(1, " "))),
        "empty"
    );
    assert_eq!(
        code(adjust_credit(&manager, id(5), &change(0, "x"))),
        "nothing_to_record"
    );
    let with_credit = credit_payment(&cashier, id(5), &change(1, ""), Method::Credit, None);
    assert_eq!(code(with_credit), "invalid");
    let by_cashier = adjust_credit(&cashier, id(5), &change(-50, "a friend")).unwrap();
    assert_eq!(
        shop.decide(&till(1), &by_cashier).flags[0].code,
        "forbidden"
    );
}

#[test]
fn a_part_of_what_was_paid_by_card_and_on_credit_gives_no_cash_back() {
    let mut shop = shop_with_robin(10_000);
    let sale = sold(&mut shop, 1, 1, 2, &[card(250), credit(250)]);
    shop.accept(&till(1), &sale.body);
    let request = retail::RefundRequest {
        id: id(2),
        of: Some(retail::SaleSoFar {
            id: id(1),
            sale: sale.sale.clone(),
            refunds: Vec::new(),
        }),
        items: vec![retail::RefundItem::SaleLine {
            line: id(1001),
            quantity: Quantity(132),
        }],
        restock: true,
        reason: "not liked".to_owned(),
        method: None,
        approvals: Vec::new(),
        reference: None,
    };
    let issue = shop.issue(&till(1));
    let by = occasion(&till(1), Role::Owner);
    let done = retail::refund(&by, &shop.settings, &request, issue).unwrap();
    let given: Vec<_> = done
        .refund
        .payments
        .iter()
        .map(|p| (p.method, p.amount.0))
        .collect();
    assert_eq!(given, [(Method::Card, 17), (Method::Credit, 16)]);
}

#[test]
fn a_refund_takes_off_what_was_owed_for_it() {
    let mut shop = shop_with_robin(10_000);
    let sale = sold(&mut shop, 1, 1, 4, &[credit(500), cash(500)]);
    shop.accept(&till(1), &sale.body);
    for (n, left) in [(2, 375), (3, 250), (4, 125), (5, 0)] {
        let refunds = shop.records.all("refunds").into_iter();
        let refunds = refunds
            .map(|refund| refund.doc.to_typed().unwrap())
            .collect();
        let request = retail::RefundRequest {
            id: id(n),
            of: Some(retail::SaleSoFar {
                id: id(1),
                sale: sale.sale.clone(),
                refunds,
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
        let issue = shop.issue(&till(1));
        let by = occasion(&till(1), Role::Cashier);
        let done = retail::refund(&by, &shop.settings, &request, issue).unwrap();
        shop.move_head(&till(1), done.head);
        shop.accept(&till(1), &done.body);
        assert_eq!(balance(&shop), Some(left));
    }
}

#[test]
fn what_two_tills_lent_beyond_the_limit_is_one_task_and_both_sales_stand() {
    let mut shop = shop_with_robin(1_000);
    let sales = [
        sold(&mut shop, 1, 1, 3, &[credit(750)]),
        sold(&mut shop, 2, 2, 3, &[credit(750)]),
        sold(&mut shop, 2, 3, 1, &[credit(250)]),
    ];
    for (sale, on) in sales.iter().zip([1, 2, 2]) {
        shop.accept(&till(on), &sale.body);
    }
    assert_eq!(balance(&shop), Some(1_750));
    let tasks = shop.records.all("tasks");
    assert_eq!(tasks.len(), 1);
    let task = &tasks[0].doc;
    assert_eq!(
        (task.text("kind"), task.int("count")),
        (Some("credit_over_limit"), Some(2))
    );
    let message = "Robin owes 15.00 after S01-T02-E2-000001, 5.00 over the limit";
    assert_eq!(task.text("message"), Some(message));
    let actions = retail::TaskAction::of_kind("credit_over_limit");
    assert_eq!(actions[0], retail::TaskAction::Called);
}

#[test]
fn a_till_lends_within_the_limit_and_less_while_the_master_is_away() {
    let room = CreditRoom {
        limit: Money(1_000),
        balance: Money(400),
        offline: None,
    };
    assert_eq!(room.left(), Money(600));
    assert_eq!(room.allows(Money(600), 2), Ok(()));
    let refused = room.allows(Money(601), 2).unwrap_err();
    assert_eq!(refused.code(), "over_limit");
    assert_eq!(
        refused.to_string(),
        "only 6.00 more can be bought on credit"
    );
    let away = CreditRoom {
        offline: Some(Money(150)),
        ..room
    };
    assert_eq!(away.left(), Money(150));
    let refused = away.allows(Money(200), 2).unwrap_err().to_string();
    assert!(
        refused.ends_with("while the main server is away"),
        "{refused}"
    );
    let over = CreditRoom {
        balance: Money(5_000),
        ..room
    };
    assert_eq!(over.left(), Money::ZERO);
}

#[test]
fn nobody_buys_on_credit_without_a_name() {
    let mut shop = shop_with_robin(1_000);
    let goods = shop.records.all("products").remove(0);
    let record = goods.doc.to_typed().unwrap();
    let line = CartLine::of(id(5), goods.id, &record, Quantity::units(1));
    let by = occasion(&till(1), Role::Cashier);
    let issue = shop.issue(&till(1));
    let cart = cart(1, vec![line]);
    let sale = retail::complete_sale(&by, &shop.settings, &cart, &[credit(250)], None, issue);
    assert_eq!(sale.unwrap_err().code(), "customer_needed");
}

#[test]
fn a_sale_on_credit_without_its_entry_is_flagged_and_stands() {
    let mut shop = shop_with_robin(1_000);
    let mut sale = sold(&mut shop, 1, 1, 1, &[credit(250)]);
    sale.body.ops.truncate(1);
    let decision = shop.decide(&till(1), &sale.body);
    assert_eq!(decision.verdict, Verdict::Accepted);
    assert_eq!(decision.flags[0].code, "totals_differ");
    let by = occasion(&till(1), Role::Cashier);
    let mut body = credit_payment(&by, id(9), &change(5, ""), Method::Card, None).unwrap();
    tamper(&mut body, "kind", "write_off");
    assert_eq!(shop.decide(&till(1), &body).flags[0].code, "invalid");
}

#[test]
fn two_customers_with_one_address_or_phone_are_tasks() {
    let mut shop = Shop::open();
    let by = occasion(&till(1), Role::Cashier);
    for n in [1, 2, 3] {
        let mut record = customer(&format!("Robin {n}"), None);
        record.email = Some("robin@example.com".to_owned());
        record.phone = (n > 1).then(|| "0117 496 0123".to_owned());
        let body = create_customer(&by, id(n), &record).unwrap();
        shop.accept(&till(1), &body);
    }
    let mut tasks = shop.records.all("tasks");
    tasks.sort_by_key(|task| task.doc.text("kind").map(str::to_owned));
    let told = |at: usize| (tasks[at].doc.text("kind"), tasks[at].doc.int("count"));
    assert_eq!(tasks.len(), 2);
    assert_eq!(told(0), (Some("duplicate_email"), Some(2)));
    assert_eq!(told(1), (Some("duplicate_phone"), Some(1)));
}

#[test]
fn a_customer_has_a_name_and_their_limit_is_a_managers_to_set() {
    let mut shop = shop_with_robin(1_000);
    let cashier = occasion(&till(1), Role::Cashier);
    let nameless = create_customer(&cashier, id(1), &customer(" ", None));
    assert_eq!(nameless.unwrap_err().code(), "empty");
    let edit = |by, seen, now| edit_customer(by, id(ROBIN), &seen, &now, None).unwrap();
    let phone = edit(
        &cashier,
        Fields::default(),
        fields("phone", "0117 496 0123"),
    );
    shop.accept(&till(1), &phone);
    let limit = edit(
        &cashier,
        fields("credit_limit", 1_000),
        fields("credit_limit", 9_000),
    );
    assert_eq!(refusal_of(&mut shop, &limit), "forbidden");
    let made = create_customer(&cashier, id(1), &customer("Kim", Some(5))).unwrap();
    assert_eq!(refusal_of(&mut shop, &made), "forbidden");
    let derived = Op::Patch {
        collection: "customers".into(),
        id: id(ROBIN),
        fields: [(
            "credit_balance".to_owned(),
            sync_core::FieldPatch::new(None, Some(Value::Int(-5))),
        )]
        .into(),
    };
    let mut forged = phone;
    forged.ops = vec![derived];
    assert_eq!(refusal_of(&mut shop, &forged), "forbidden");
    let seen = shop.records.doc("customers", id(ROBIN));
    let gone = retail::archive_customer(&cashier, id(ROBIN), &seen, true).unwrap();
    shop.accept(&till(1), &gone);
    let archived = fields("archived", true);
    let late = edit_customer(&cashier, id(ROBIN), &archived, &fields("name", "R"), None);
    assert_eq!(late.unwrap_err().code(), "archived");
}

proptest! {
    #[test]
    fn a_balance_is_the_sum_of_what_was_entered(
        steps in prop::collection::vec((0..4_u8, 1..100_000_i64), 1..12),
    ) {
        let mut shop = shop_with_robin(10_000_000);
        let manager = occasion(&till(1), Role::Manager);
        let mut owed = 0;
        for (n, (kind, amount)) in steps.into_iter().enumerate() {
            let id: RecordId = id(n as u64 + 10);
            let (body, signed) = match kind {
                0 => (credit_payment(&manager, id, &change(amount, ""), Method::Card, None), -amount),
                1 => (adjust_credit(&manager, id, &change(amount, "x")), amount),
                2 => (adjust_credit(&manager, id, &change(-amount, "x")), -amount),
                _ => (write_off_credit(&manager, id, &change(amount, "x")), -amount),
            };
            shop.accept(&till(1), &body.unwrap());
            owed += signed;
        }
        prop_assert_eq!(balance(&shop), Some(owed));
    }
}

#[test]
fn what_is_overdue_is_what_no_payment_reached_yet() {
    let entry = |kind, amount, due: Option<&str>| retail::CreditEntry {
        customer: id(1),
        kind,
        amount: Money(amount),
        sale: None,
        number: None,
        due: due.map(str::to_owned),
        method: None,
        session: None,
        entered_at: NOW,
        device: till(1).id,
        employee: None,
        note: None,
    };
    let mut entries = vec![
        entry(CreditKind::Charge, 500, Some("2010-12-20")),
        entry(CreditKind::Charge, 300, Some("2010-11-10")),
        entry(CreditKind::Charge, 200, Some("2010-11-20")),
        entry(CreditKind::Payment, 350, None),
    ];
    let late = |balance, entries: &[retail::CreditEntry]| {
        let late = retail::overdue(Money(balance), entries, "2010-12-01");
        late.map(|late| (late.amount.0, late.since))
    };
    let day = |text: &str| Some(text.to_owned());
    assert_eq!(late(650, &entries), Some((150, day("2010-11-20"))));
    entries.push(entry(CreditKind::WriteOff, 150, None));
    assert_eq!(late(500, &entries), None);
    // Of what is older than the entries that are known, only the balance tells.
    assert_eq!(late(580, &entries), Some((80, day("2010-11-20"))));
    assert_eq!(late(90, &[]), Some((90, None)));
}
