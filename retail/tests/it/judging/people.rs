//! Who may do what.

use retail::{CartLine, Money, Role};
use sync_core::{Quantity, Verdict, Verified};

use super::{fields, refusal_of};
use crate::shop::{
    Shop, card, cart, cash, device, employee_id, id, node, occasion, person, product, till,
};

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
