use proptest::prelude::*;
use retail::{
    BuildError, Cart, CartLine, Discount, Issue, Method, Money, Payment, PricingSettings, Rate,
    Role, complete_sale, price, settle,
};
use sync_core::{Digest, Quantity};

use crate::shop::{Shop, card, cart, cash, id, occasion, product, till};

fn line(n: u64, price: i64, quantity: i64, rate: i64, discount: Option<Discount>) -> CartLine {
    let mut line = CartLine::of(
        id(n),
        id(n + 500),
        &product("22423", price),
        Quantity(quantity),
    );
    line.tax_rate = Rate(rate);
    line.discount = discount;
    line
}

#[test]
fn lines_of_one_product_stay_apart() {
    let lines = vec![line(1, 255, 1000, 0, None), line(2, 255, 1000, 0, None)];
    let priced = price(&cart(9, lines), &PricingSettings::default());
    assert_eq!(priced.lines.len(), 2);
    assert_eq!(priced.total, Money(510));
    assert_eq!(priced.units, Quantity::units(2));
}

#[test]
fn discounts_come_off_the_line_then_off_the_order_then_tax_is_taken() {
    let mut cart = cart(
        9,
        vec![
            line(
                1,
                1000,
                2000,
                2000,
                Some(Discount::Percent { rate: Rate(1000) }),
            ),
            line(2, 500, 1000, 0, None),
        ],
    );
    cart.discount = Some(Discount::Amount { amount: Money(230) });
    let priced = price(&cart, &PricingSettings::default());
    assert_eq!(priced.lines[0].gross, Money(2000));
    assert_eq!(priced.lines[0].total, Money(1800));
    assert_eq!(priced.subtotal, Money(2300));
    assert_eq!(priced.lines[0].order_discount, Money(180));
    assert_eq!(priced.total, Money(2070));
    assert_eq!(priced.tax_total, Money(270));
}

#[test]
fn an_amount_never_takes_off_more_than_there_is() {
    let mut cart = cart(9, vec![line(1, 100, 1000, 0, None)]);
    cart.discount = Some(Discount::Amount { amount: Money(500) });
    assert_eq!(price(&cart, &PricingSettings::default()).total, Money(0));
}

#[test]
fn change_is_given_for_cash_and_rounding_is_about_cash_alone() {
    let coin = Money(5);
    let split = settle(Money(1003), &[card(500), cash(600)], coin, 2);
    assert!(split.complete);
    assert_eq!((split.rounding, split.change), (Money(2), Money(95)));
    let cards = settle(Money(1003), &[card(1003)], coin, 2);
    assert!(cards.complete);
    assert_eq!(cards.rounding, Money(0));
    let open = settle(Money(1003), &[card(500)], coin, 2);
    assert!(!open.complete);
    assert_eq!(
        (open.remaining, open.remaining_cash),
        (Money(503), Money(505))
    );
    assert_eq!(open.suggestions[0], Money(505));
    assert!(!settle(Money(1003), &[card(2000)], coin, 2).complete);
    assert!(settle(Money(0), &[], coin, 2).complete);
    assert!(settle(Money(-500), &[cash(-500)], coin, 2).complete);
}

#[test]
fn a_receipt_keeps_change_as_a_negative_payment_in_cash() {
    let mut shop = Shop::open();
    let cart = cart(9, vec![line(1, 255, 6000, 0, None)]);
    let done = shop.complete(&till(3), &cart, &[cash(2000)]);
    let pay = |amount| Payment {
        method: Method::Cash,
        amount: Money(amount),
    };
    assert_eq!(done.sale.payments, [pay(2000), pay(-470)]);
    assert_eq!((done.change, done.sale.change()), (Money(470), Money(470)));
    assert_eq!(done.sale.number, "S01-T03-E2-000001");
}

#[test]
fn what_is_not_paid_is_not_sold() {
    let shop = Shop::open();
    let issue = Issue {
        count: 1,
        previous: Digest::ZERO,
        session: None,
    };
    let by = occasion(&till(1), Role::Owner);
    let sell =
        |cart: &Cart, paid: &[_]| complete_sale(&by, &shop.settings, cart, paid, None, issue);
    let one = cart(9, vec![line(1, 255, 1000, 0, None)]);
    let remaining = Money(55);
    assert_eq!(
        sell(&one, &[cash(200)]),
        Err(BuildError::Unpaid { remaining })
    );
    let excess = Money(45);
    assert_eq!(
        sell(&one, &[card(300)]),
        Err(BuildError::Overpaid { excess })
    );
    assert_eq!(sell(&cart(9, vec![]), &[]), Err(BuildError::Nothing));
}

fn discounts() -> impl Strategy<Value = Option<Discount>> {
    prop_oneof![
        2 => Just(None),
        1 => (0..=10_000_i64).prop_map(|rate| Some(Discount::Percent { rate: Rate(rate) })),
        1 => (0..5_000_i64).prop_map(|amount| Some(Discount::Amount { amount: Money(amount) })),
    ]
}

pub(crate) fn carts() -> impl Strategy<Value = Cart> {
    let rate = prop_oneof![Just(0_i64), Just(500), Just(2000), 0..10_000_i64];
    let line_of = (0..50_000_i64, 1..20_000_i64, rate, discounts());
    let lines = prop::collection::vec(line_of, 1..12);
    (lines, discounts()).prop_map(|(lines, discount)| {
        let lines = lines.into_iter().zip(1..);
        let lines =
            lines.map(|((price, quantity, rate, off), n)| line(n, price, quantity, rate, off));
        let mut cart = cart(9, lines.collect());
        cart.discount = discount;
        cart
    })
}

proptest! {
    #[test]
    fn the_sum_of_the_lines_is_the_total(cart in carts(), included: bool) {
        let settings = PricingSettings { tax_included: included, cash_rounding: Money(5) };
        let priced = price(&cart, &settings);
        let lines: Money = priced.lines.iter().map(|line| line.total).sum();
        prop_assert_eq!(lines, priced.subtotal);
        let spread: Money = priced.lines.iter().map(|line| line.order_discount).sum();
        prop_assert_eq!(spread, priced.discount);
        let tax: Money = priced.lines.iter().map(|line| line.tax).sum();
        prop_assert_eq!(tax, priced.tax_total);
        let on_top = if included { Money::ZERO } else { priced.tax_total };
        prop_assert_eq!(priced.subtotal - priced.discount + on_top, priced.total);
        prop_assert!(priced.total >= Money::ZERO);
    }

    #[test]
    fn what_is_handed_over_is_total_rounding_and_change(
        cart in carts(),
        coin in prop_oneof![Just(1_i64), Just(5), Just(10)],
        by_card in 0..=100_i64,
        more in 0..10_000_i64,
    ) {
        let settings = PricingSettings { tax_included: true, cash_rounding: Money(coin) };
        let total = price(&cart, &settings).total;
        let cards = total.part(by_card, 100);
        let paid = [card(cards.0), cash((total - cards).0 + coin + more)];
        let settled = settle(total, &paid, Money(coin), 2);
        prop_assert!(settled.complete);
        prop_assert_eq!(settled.paid, total + settled.rounding + settled.change);
        prop_assert!(settled.rounding.0.abs() * 2 <= coin);
    }

    #[test]
    fn the_same_cart_priced_again_is_accepted_by_the_master(cart in carts(), included: bool) {
        let mut shop = Shop::open();
        shop.settings.tax_included = included;
        let cart = Cart {
            lines: cart.lines.into_iter().map(|line| CartLine { product: None, ..line }).collect(),
            ..cart
        };
        let total = price(&cart, &PricingSettings::from(&shop.settings)).total;
        let done = shop.complete(&till(1), &cart, &[cash(total.0)]);
        let decision = shop.decide(&till(1), &done.body);
        prop_assert_eq!(decision.flags, vec![]);
        prop_assert_eq!(shop.records.tasks(), Vec::<String>::new());
    }
}
