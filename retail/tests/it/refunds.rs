use proptest::prelude::*;
use retail::{
    BuildError, Cart, CartLine, CompletedRefund, Method, Money, PaymentInput, Permission,
    PricingSettings, Refund, RefundItem, RefundRequest, Role, Sale, SaleSoFar, price, quote_refund,
    refund, refundable,
};
use sync_core::{Quantity, RecordId};

use crate::pricing::carts;
use crate::shop::{Shop, card, cart, cash, id, occasion, till};

fn request(n: u64, of: Option<SaleSoFar>, items: Vec<RefundItem>) -> RefundRequest {
    RefundRequest {
        id: id(n),
        of,
        items,
        restock: true,
        reason: "not liked".to_owned(),
        method: None,
        approvals: Vec::new(),
        reference: None,
    }
}

fn so_far(sale: &Sale, sale_id: RecordId, refunds: &[Refund]) -> SaleSoFar {
    SaleSoFar {
        id: sale_id,
        sale: sale.clone(),
        refunds: refunds.to_vec(),
    }
}

fn all_of(sale: &Sale) -> Vec<RefundItem> {
    let item = |line: &retail::SaleLine| RefundItem::SaleLine {
        line: line.id,
        quantity: line.quantity,
    };
    sale.lines.iter().map(item).collect()
}

fn give_back(shop: &mut Shop, request: &RefundRequest) -> CompletedRefund {
    let device = till(1);
    let issue = shop.issue(&device);
    let done = refund(
        &occasion(&device, Role::Owner),
        &shop.settings,
        request,
        issue,
    )
    .unwrap();
    shop.move_head(&device, done.head);
    done
}

fn without_products(cart: Cart) -> Cart {
    let lines = cart.lines.into_iter();
    Cart {
        lines: lines
            .map(|line| CartLine {
                product: None,
                ..line
            })
            .collect(),
        ..cart
    }
}

#[test]
fn what_was_paid_by_card_goes_back_to_the_card() {
    let mut shop = Shop::open();
    let (product, record) = shop.stock("22423", 1000, 10);
    let line = CartLine::of(id(1), product, &record, Quantity::units(3));
    let sold = shop.complete(&till(1), &cart(9, vec![line]), &[card(2000), cash(2000)]);
    let one = |quantity| {
        vec![RefundItem::SaleLine {
            line: id(1),
            quantity: Quantity::units(quantity),
        }]
    };
    let first = give_back(
        &mut shop,
        &request(20, Some(so_far(&sold.sale, id(9), &[])), one(1)),
    );
    let by = |refund: &Refund, method| {
        let of = refund
            .payments
            .iter()
            .filter(|payment| payment.method == method);
        of.map(|payment| payment.amount.0).sum::<i64>()
    };
    assert_eq!(by(&first.refund, Method::Card), 667);
    assert_eq!(by(&first.refund, Method::Cash), 333);
    let rest = so_far(&sold.sale, id(9), std::slice::from_ref(&first.refund));
    let second = give_back(&mut shop, &request(21, Some(rest), one(2)));
    assert_eq!(by(&second.refund, Method::Card), 1333);
    assert_eq!(by(&second.refund, Method::Cash), 667);
}

#[test]
fn no_more_is_refunded_than_is_left() {
    let mut shop = Shop::open();
    let (product, record) = shop.stock("22423", 1000, 10);
    let line = CartLine::of(id(1), product, &record, Quantity::units(2));
    let sold = shop.complete(&till(1), &cart(9, vec![line]), &[cash(2000)]);
    let first = give_back(
        &mut shop,
        &request(20, Some(so_far(&sold.sale, id(9), &[])), all_of(&sold.sale)),
    );
    let left = refundable(&sold.sale, std::slice::from_ref(&first.refund));
    assert!(left.exhausted);
    assert_eq!(left.lines[0].refundable, Quantity(0));
    let again = request(
        21,
        Some(so_far(&sold.sale, id(9), &[first.refund])),
        all_of(&sold.sale),
    );
    let line = id(1);
    assert_eq!(
        quote_refund(&again, &shop.settings),
        Err(BuildError::NotRefundable { line })
    );
}

#[test]
fn without_a_receipt_a_cashier_needs_a_manager() {
    let mut shop = Shop::open();
    let (product, record) = shop.stock("22423", 1000, 10);
    let goods = CartLine::of(id(1), product, &record, Quantity::units(1));
    let mut asked = request(20, None, vec![RefundItem::Goods(Box::new(goods))]);
    let issue = shop.issue(&till(1));
    let by = occasion(&till(1), Role::Cashier);
    let Err(BuildError::NotAllowed(needs)) = refund(&by, &shop.settings, &asked, issue) else {
        panic!("a cashier refunded without a receipt");
    };
    assert_eq!(needs[0].permission, Permission::RefundWithoutReceipt);
    asked.approvals.push(retail::Approval {
        permission: Permission::RefundWithoutReceipt,
        employee_id: crate::shop::employee_id(Role::Manager),
        name: "manager".to_owned(),
        at: 0,
        token: String::new(),
    });
    let done = refund(&by, &shop.settings, &asked, issue).unwrap();
    let decision = shop.decide(&till(1), &done.body);
    assert_eq!(decision.flags, vec![]);
    assert_eq!(shop.on_hand(product), Quantity::units(11));
}

proptest! {
    #[test]
    fn a_full_refund_is_the_exact_negative(
        cart in carts(),
        included: bool,
        coin in prop_oneof![Just(1_i64), Just(5)],
        by_card in 0..=100_i64,
    ) {
        let mut shop = Shop::open();
        shop.settings.tax_included = included;
        shop.settings.cash_rounding = Money(coin);
        let sold = sell(&mut shop, &without_products(cart), by_card);
        let asked = request(20, Some(so_far(&sold, id(9), &[])), all_of(&sold));
        let back = give_back(&mut shop, &asked).refund;
        prop_assert_eq!(back.total, sold.total);
        prop_assert_eq!(back.rounding, sold.rounding);
        prop_assert_eq!(&back.tax, &sold.tax);
        prop_assert_eq!(back.subtotal, sold.subtotal);
        prop_assert_eq!(back.units, sold.units);
        for method in [Method::Cash, Method::Card] {
            prop_assert_eq!(net(&back.payments, method), net(&sold.payments, method));
        }
    }

    #[test]
    fn refunds_in_parts_add_up_to_the_sale(
        cart in carts(),
        included: bool,
        by_card in 0..=100_i64,
        cuts in prop::collection::vec(1..100_i64, 1..4),
    ) {
        let mut shop = Shop::open();
        shop.settings.tax_included = included;
        shop.settings.cash_rounding = Money(5);
        let sold = sell(&mut shop, &without_products(cart), by_card);
        let mut refunds: Vec<Refund> = Vec::new();
        for (n, cut) in cuts.into_iter().chain([100]).enumerate() {
            let left = refundable(&sold, &refunds);
            let items: Vec<_> = left
                .lines
                .iter()
                .map(|line| RefundItem::SaleLine {
                    line: line.id,
                    quantity: Quantity(line.refundable.0 * cut / 100),
                })
                .filter(|item| !matches!(item, RefundItem::SaleLine { quantity: Quantity(0), .. }))
                .collect();
            if items.is_empty() {
                continue;
            }
            let asked = request(20 + n as u64, Some(so_far(&sold, id(9), &refunds)), items);
            let done = give_back(&mut shop, &asked);
            let decision = shop.decide(&till(1), &done.body);
            prop_assert_eq!(decision.flags, vec![]);
            refunds.push(done.refund);
        }
        let sum = |amount: fn(&Refund) -> Money| refunds.iter().map(amount).sum::<Money>();
        prop_assert_eq!(sum(|refund| refund.total), sold.total);
        prop_assert_eq!(sum(|refund| refund.tax_total), sold.tax_total);
        let given: Vec<_> = refunds.iter().flat_map(|refund| refund.payments.clone()).collect();
        let all = net(&given, Method::Cash) + net(&given, Method::Card);
        prop_assert_eq!(all, sold.total + sum(|refund| refund.rounding));
        prop_assert_eq!(shop.records.tasks(), Vec::<String>::new());
    }
}

fn sell(shop: &mut Shop, cart: &Cart, by_card: i64) -> Sale {
    let total = price(cart, &PricingSettings::from(&shop.settings)).total;
    let cards = total.part(by_card, 100);
    let mut paid: Vec<PaymentInput> = vec![card(cards.0)];
    if cards < total {
        paid.push(cash((total - cards).0 + 100));
    }
    let done = shop.complete(&till(1), cart, &paid);
    shop.accept(&till(1), &done.body);
    done.sale
}

fn net(payments: &[retail::Payment], method: Method) -> Money {
    let of = payments.iter().filter(|payment| payment.method == method);
    of.map(|payment| payment.amount).sum()
}
