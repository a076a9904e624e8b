//! Conflicts that the master ends by itself, where the shop wants it: the device of the higher
//! priority wins.

use retail::{
    ConflictStatus, DeviceRole, Fields, Occasion, ResolvedBy, Role, Rule, conflict_cards,
    set_device_role, settle_conflicts,
};
use sync_core::{Document, Domain, RecordId, Value, Verdict};

use crate::shop::{NOW, Shop, node, occasion, product, till};

fn change(name: &str, value: impl Into<Value>) -> Fields {
    Fields::from_iter([(name.to_owned(), Some(value.into()))])
}

/// A shop that settles by priority, with tills of these priorities from number 1 on.
fn shop(priorities: &[Option<i64>]) -> (Shop, RecordId) {
    let mut shop = Shop::open();
    let (goods, _) = shop.stock("22423", 100, 1);
    let doc = Document::new().with("name", "Corner");
    shop.records.put("settings", retail::shop_id(), doc);
    say(&mut shop, "device_priority");
    let master = Occasion::system(node().id, NOW);
    for (number, priority) in (1..).zip(priorities) {
        let role = DeviceRole {
            device: till(number).id,
            role: "client".to_owned(),
            priority: *priority,
            active: Some(true),
        };
        let body = set_device_role(&master, None, &role).unwrap();
        shop.accept(&node(), &body);
    }
    (shop, goods)
}

fn say(shop: &mut Shop, how: &str) {
    let settings = shop.records.doc("settings", retail::shop_id());
    let seen = Fields::of(&settings);
    let by = occasion(&till(9), Role::Owner);
    let body = retail::edit_settings(&by, &seen, &change("resolve_conflicts", how), None).unwrap();
    shop.accept(&till(9), &body);
}

/// Sets the price on a till that still sees 100.
fn set_price(shop: &mut Shop, number: u32, goods: RecordId, price: i64) -> Verdict {
    let seen = Fields::of_typed(&product("22423", 100)).unwrap();
    let by = occasion(&till(number), Role::Manager);
    let body = retail::edit_product(&by, goods, &seen, &change("price", price), None).unwrap();
    shop.decide(&till(number), &body).verdict
}

/// What the master does of its own: round by round, until there is nothing left to do.
fn settle(shop: &mut Shop) -> usize {
    let mut settled = 0;
    loop {
        let wanted = retail::Retail
            .settle(node().id, &shop.records, NOW)
            .unwrap();
        if wanted.is_empty() {
            return settled;
        }
        for (_, body) in wanted {
            shop.accept(&node(), &body);
            settled += 1;
        }
        assert!(settled < 100, "it does not end");
    }
}

fn price(shop: &Shop, goods: RecordId) -> i64 {
    shop.records.doc("products", goods).int("price").unwrap()
}

fn open(shop: &Shop) -> usize {
    let cards = conflict_cards(&shop.records, ConflictStatus::Open);
    cards.unwrap().len()
}

#[test]
fn the_device_of_the_higher_priority_wins_whichever_came_first() {
    for order in [[1, 2], [2, 1]] {
        let (mut shop, goods) = shop(&[Some(5), Some(9)]);
        for number in order {
            set_price(&mut shop, number, goods, 100 + i64::from(number) * 10);
        }
        assert_eq!(settle(&mut shop), 1, "{order:?}");
        assert_eq!((price(&shop, goods), open(&shop)), (120, 0), "{order:?}");
        let cards = conflict_cards(&shop.records, ConflictStatus::Resolved).unwrap();
        let conflict = &cards[0].conflict;
        let kept = match order {
            [1, 2] => ResolvedBy::Mine,
            _ => ResolvedBy::Theirs,
        };
        assert_eq!(conflict.resolution, Some(kept));
        assert_eq!(conflict.rule, Some(Rule::DevicePriority));
        assert_eq!(conflict.resolved_by, None);
    }
}

#[test]
fn of_three_the_highest_wins_in_every_order() {
    for order in [
        [1, 2, 3],
        [1, 3, 2],
        [2, 1, 3],
        [2, 3, 1],
        [3, 1, 2],
        [3, 2, 1],
    ] {
        for settled_between in [false, true] {
            let (mut shop, goods) = shop(&[Some(1), Some(2), Some(3)]);
            for number in order {
                set_price(&mut shop, number, goods, 100 + i64::from(number) * 10);
                if settled_between {
                    settle(&mut shop);
                }
            }
            settle(&mut shop);
            let ends = (price(&shop, goods), open(&shop));
            assert_eq!(ends, (130, 0), "{order:?} {settled_between}");
        }
    }
}

#[test]
fn who_is_equal_or_unknown_waits_for_a_person() {
    for priorities in [
        [Some(5), Some(5)],
        [None, Some(5)],
        [Some(5), None],
        [None, None],
    ] {
        let (mut shop, goods) = shop(&priorities);
        set_price(&mut shop, 1, goods, 110);
        set_price(&mut shop, 2, goods, 120);
        assert_eq!(settle(&mut shop), 0, "{priorities:?}");
        assert_eq!((price(&shop, goods), open(&shop)), (110, 1));
    }
    // Nobody ever said anything of the third.
    let (mut shop, goods) = shop(&[Some(5)]);
    set_price(&mut shop, 1, goods, 110);
    set_price(&mut shop, 3, goods, 130);
    assert_eq!((settle(&mut shop), open(&shop)), (0, 1));
}

#[test]
fn it_waits_for_a_person_unless_the_shop_says_otherwise_and_again_when_it_says_so_no_more() {
    let (mut shop, goods) = shop(&[Some(5), Some(9)]);
    say(&mut shop, "by_hand");
    set_price(&mut shop, 1, goods, 110);
    set_price(&mut shop, 2, goods, 120);
    assert_eq!((settle(&mut shop), open(&shop)), (0, 1));
    // What is open when it is turned on is ended too.
    say(&mut shop, "device_priority");
    assert_eq!((settle(&mut shop), price(&shop, goods)), (1, 120));
}

#[test]
fn an_edit_of_a_person_who_saw_the_winner_stands() {
    let (mut shop, goods) = shop(&[Some(5), Some(9)]);
    set_price(&mut shop, 2, goods, 120);
    let seen = Fields::of(&shop.records.doc("products", goods));
    let by = occasion(&till(1), Role::Manager);
    let body = retail::edit_product(&by, goods, &seen, &change("price", 115), None).unwrap();
    shop.accept(&till(1), &body);
    assert_eq!((settle(&mut shop), price(&shop, goods)), (0, 115));
    // One of the higher device that did not see it comes late, and wins all the same.
    assert_eq!(set_price(&mut shop, 2, goods, 125), Verdict::Conflict);
    assert_eq!((settle(&mut shop), price(&shop, goods)), (1, 125));
}

#[test]
fn only_an_owner_says_so_and_nobody_claims_the_rule() {
    let (mut shop, goods) = shop(&[Some(5), Some(5)]);
    let settings = shop.records.doc("settings", retail::shop_id());
    let by = occasion(&till(1), Role::Manager);
    let wanted = change("resolve_conflicts", "by_hand");
    let body = retail::edit_settings(&by, &Fields::of(&settings), &wanted, None).unwrap();
    let refused = shop.decide(&till(1), &body).refusal.unwrap();
    assert_eq!(refused.code, "forbidden");
    set_price(&mut shop, 1, goods, 110);
    set_price(&mut shop, 2, goods, 120);
    let card = conflict_cards(&shop.records, ConflictStatus::Open)
        .unwrap()
        .remove(0);
    let mut resolution = card.choose(retail::Choice::Mine);
    resolution.rule = Some(Rule::DevicePriority);
    let body = retail::resolve_conflicts(&by, &[resolution]).unwrap();
    let refused = shop.decide(&till(1), &body).refusal.unwrap();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_deref()),
        ("forbidden", Some("rule"))
    );
    let system = Occasion::system(node().id, NOW);
    assert_eq!(settle_conflicts(&system, &shop.records).unwrap(), []);
}
