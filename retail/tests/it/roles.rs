use proptest::prelude::*;
use proptest::sample::select;
use retail::{
    Approval, Ask, CartLine, Discount, MUTATIONS, Mutation, Permission, PricingSettings, Rate,
    Role, Step, authorise, mutation, needs_of_cart, price,
};
use sync_core::{Actor, Body, Digest, Document, FieldPatch, Op, Quantity, Verdict, Verified};

use crate::shop::{Shop, cart, employee_id, id, node, product, till};

#[test]
fn every_mutation_has_one_row_and_names_real_collections() {
    for (index, row) in MUTATIONS.iter().enumerate() {
        assert!(
            MUTATIONS[..index]
                .iter()
                .all(|other| other.name != row.name)
        );
        for touch in row.touches {
            assert!(retail::schema().collection(touch.collection).is_some());
        }
    }
}

#[test]
fn a_cashier_gives_ten_percent_and_asks_for_more() {
    let off = |bp| Ask {
        discount: Rate(bp),
        ..Ask::default()
    };
    let lacks = |role, bp| authorise(role, "complete_sale", &off(bp)).unwrap();
    assert_eq!(lacks(Role::Cashier, 1000), []);
    assert_eq!(lacks(Role::Cashier, 1001), [Permission::Discount]);
    assert_eq!(lacks(Role::Owner, 10_000), []);
    assert_eq!(authorise(Role::Owner, "print_money", &Ask::default()), None);
}

#[test]
fn what_a_cart_needs_names_the_line_and_ends_with_an_approval() {
    let line = |n, percent| {
        let mut line = CartLine::of(id(n), id(n), &product("22423", 999), Quantity::units(1));
        line.discount = Some(Discount::Percent {
            rate: Rate(percent),
        });
        line
    };
    let mut cart = cart(9, vec![line(1, 1000), line(2, 3000)]);
    let priced = price(&cart, &PricingSettings::default());
    let needs = needs_of_cart(Role::Cashier, &cart, &priced, crate::shop::NOW);
    assert_eq!(needs.len(), 1);
    assert_eq!(needs[0].line, Some(id(2)));
    assert_eq!(
        needs_of_cart(Role::Manager, &cart, &priced, crate::shop::NOW),
        []
    );
    cart.approvals.push(Approval {
        permission: Permission::Discount,
        employee_id: employee_id(Role::Manager),
        name: "manager".to_owned(),
        at: 0,
        token: String::new(),
    });
    assert_eq!(
        needs_of_cart(Role::Cashier, &cart, &priced, crate::shop::NOW),
        []
    );
}

/// A body under a name whose ops are those of the table, on records that are there.
fn body_of(shop: &mut Shop, row: &Mutation, role: Role) -> Body {
    let op = row.touches[0];
    let collection = op.collection.into();
    let target = match op.collection {
        "employees" | "credentials" => employee_id(Role::Viewer),
        "settings" => retail::shop_id(),
        _ => shop.stock("22423", 100, 10).0,
    };
    // Of what the master raised people write but what ends it.
    let field = match op.collection {
        "tasks" => "note",
        "conflicts" => "seen",
        _ => "name",
    };
    let op = match op.step {
        Step::Insert => Op::Insert {
            collection,
            id: id(77),
            doc: Document::new(),
        },
        Step::Patch => Op::Patch {
            collection,
            id: target,
            fields: [(field.to_owned(), FieldPatch::new(None, Some("new".into())))].into(),
        },
        Step::Delete => Op::Delete {
            collection,
            id: target,
            was: Digest::ZERO,
        },
    };
    Body {
        actor: Actor {
            user: employee_id(role),
            verified: Verified::Pin,
            approved_by: None,
        },
        name: row.name.to_owned(),
        ops: vec![op],
    }
}

proptest! {
    #[test]
    fn the_master_refuses_exactly_what_the_table_does(
        row in select(MUTATIONS),
        role in select(&Role::ALL[..]),
        on_node: bool,
    ) {
        let mut shop = Shop::open();
        let body = body_of(&mut shop, &row, role);
        let device = if on_node { node() } else { till(1) };
        let case = sync_core::Case {
            role: sync_core::Role::Master,
            device: &device,
            seq: sync_core::Seq(1),
            at: sync_core::Hlc::default(),
            position: sync_core::Position(99),
            now: crate::shop::NOW,
        };
        use sync_core::Domain as _;
        let judged = retail::Retail.judge(&case, &body, &shop.records, &shop.records).unwrap();
        let forbidden = judged.objections.iter().any(|found| found.refusal.code == "forbidden");
        // An insert without fields is a refund without receipt.
        let ask = Ask { without_receipt: row.name == "refund", ..Ask::default() };
        let lacking = authorise(role, row.name, &ask).unwrap();
        let outranked = row.touches[0].collection == "employees" && !role.may_manage(Role::Viewer)
            && row.touches[0].step != Step::Insert && role != Role::Viewer;
        let expected = !lacking.is_empty() || (row.node_only && !on_node) || outranked;
        prop_assert_eq!(forbidden, expected, "{:?} as {:?}: {:?}", row.name, role, judged);
    }

    #[test]
    fn a_name_is_no_way_around_another(
        row in select(MUTATIONS),
        other in select(MUTATIONS),
    ) {
        let mut shop = Shop::open();
        let mut body = body_of(&mut shop, &other, Role::Owner);
        row.name.clone_into(&mut body.name);
        let step = other.touches[0];
        let known = mutation(row.name).unwrap().touches.contains(&step);
        let decision = shop.decide(&node(), &body);
        let refused = decision.refusal.as_ref().is_some_and(|refusal| refusal.code == "unsupported");
        let flagged = decision.flags.iter().any(|flag| flag.code == "unsupported");
        if !known {
            let rejected = decision.verdict == Verdict::Rejected;
            prop_assert!(refused || flagged || rejected, "{:?}", decision);
        } else {
            prop_assert!(!refused && !flagged);
        }
    }
}
