use retail::{
    Category, Employee, Fields, HeldSale, Product, Raised, Retail, Role, Sale, ShopSettings,
};
use sync_core::{Document, Domain, Kind, Quantity, Value};

use crate::shop::{Shop, cart, cash, id, node, occasion, product, till};

#[test]
fn the_schema_does_not_contradict_itself() {
    let schema = Retail.schema();
    schema.validate().unwrap();
    let read: sync_core::Schema = serde_json::from_str(&retail::schema_json()).unwrap();
    assert_eq!(&read, schema);
}

#[test]
fn facts_are_held_by_day_and_credentials_stay_on_devices_that_sell() {
    let schema = Retail.schema();
    for (name, collection) in &schema.collections {
        let fact = collection.kind == Kind::Fact;
        assert_eq!(fact, collection.scope.dated, "{name}");
    }
    let credentials = &schema.collections["credentials"];
    assert!(!credentials.scope.includes(sync_core::DeviceKind::Dashboard));
    assert!(credentials.scope.includes(sync_core::DeviceKind::Till));
    assert_eq!(credentials.kind, Kind::Master);
}

#[test]
fn typed_records_fit_their_collections() {
    let check = |collection: &str, doc: &Document| {
        let known = &retail::schema().collections[collection];
        known.check(doc).unwrap();
        for (name, _) in doc.iter() {
            assert!(
                known.fields.contains_key(name),
                "{collection} have no {name}"
            );
        }
    };
    check(
        "products",
        &retail::to_document(&product("22423", 100)).unwrap(),
    );
    check(
        "settings",
        &retail::to_document(&ShopSettings::default()).unwrap(),
    );
    let employee = Employee {
        name: "Ada".to_owned(),
        role: Role::Owner,
        active: true,
        email: Some("ada@shop.example".to_owned()),
    };
    check("employees", &retail::to_document(&employee).unwrap());
    let lights = Category {
        name: "Lights".to_owned(),
        position: 1,
        colour: Some(3),
        archived: false,
    };
    check("categories", &retail::to_document(&lights).unwrap());
    let mut shop = Shop::open();
    let (product_id, record) = shop.stock("22423", 100, 1);
    let line = retail::CartLine::of(id(1), product_id, &record, Quantity::units(2));
    let cart = cart(9, vec![line]);
    let by = occasion(&till(1), Role::Cashier);
    let held = retail::hold_sale(&by, &shop.settings, id(50), &cart, "Blue coat").unwrap();
    shop.accept(&till(1), &held);
    let done = shop.complete(&till(1), &cart, &[cash(200)]);
    shop.decide(&till(1), &done.body);
    for (collection, record) in shop.records.all("sales").iter().map(|r| ("sales", r)) {
        check(collection, &record.doc);
        assert_eq!(record.doc.to_typed::<Sale>().unwrap(), done.sale);
    }
    let held = shop.records.doc("held_sales", id(50));
    check("held_sales", &held);
    assert_eq!(held.to_typed::<HeldSale>().unwrap().cart, cart);
    shop.accept(&till(1), &retail::drop_held(&by, id(50), &held));
    for task in shop.records.all("tasks") {
        check("tasks", &task.doc);
        task.doc.to_typed::<Raised>().unwrap();
    }
    assert!(!shop.records.all("notices").is_empty());
    for notice in shop.records.all("notices") {
        check("notices", &notice.doc);
        notice.doc.to_typed::<Raised>().unwrap();
    }
}

#[test]
fn a_conflict_fits_its_collection() {
    let mut shop = Shop::open();
    let (id, _) = shop.stock("22423", 100, 1);
    let price = |price| Fields::from_iter([("price".to_owned(), Some(Value::Int(price)))]);
    let edit = |role, now| {
        let by = occasion(&till(1), role);
        retail::edit_product(&by, id, &price(100), &price(now), None).unwrap()
    };
    shop.accept(&till(1), &edit(Role::Owner, 120));
    let decision = shop.decide(&till(2), &edit(Role::Manager, 130));
    assert_eq!(decision.verdict, sync_core::Verdict::Conflict);
    let conflicts = shop.records.all("conflicts");
    let known = &retail::schema().collections["conflicts"];
    known.check(&conflicts[0].doc).unwrap();
    for (name, _) in conflicts[0].doc.iter() {
        assert!(known.fields.contains_key(name), "conflicts have no {name}");
    }
    assert_eq!(shop.records.doc("products", id).int("price"), Some(120));
}

#[test]
fn a_patch_says_what_was_seen_and_what_is_confirmed() {
    let mut shop = Shop::open();
    let (id, record) = shop.stock("22423", 100, 1);
    let seen = Fields::of_typed(&Product {
        price: retail::Money(110),
        ..record.clone()
    })
    .unwrap();
    let mut wanted = seen.clone();
    wanted.0.insert("price".to_owned(), Some(Value::Int(120)));
    let confirmed = retail::to_document(&record).unwrap();
    let by = occasion(&till(1), Role::Owner);
    let body = retail::edit_product(&by, id, &seen, &wanted, Some(&confirmed)).unwrap();
    shop.accept(&till(1), &body);
    assert_eq!(shop.records.doc("products", id).int("price"), Some(120));
    let nothing = retail::edit_product(&by, id, &seen, &seen, None);
    assert_eq!(nothing, Err(retail::BuildError::Nothing));
}

#[test]
fn a_file_imported_twice_makes_the_same_records() {
    let mut shop = Shop::open();
    let (id, record) = shop.stock("22423", 100, 10);
    let by = retail::Occasion::system(node().id, crate::shop::NOW);
    let again = retail::import_product(&by, id, &record, Quantity::units(10)).unwrap();
    shop.accept(&node(), &again);
    assert_eq!(shop.on_hand(id), Quantity::units(10));
}

#[test]
fn a_category_has_a_name_and_a_colour_of_the_palette() {
    let by = occasion(&till(1), Role::Manager);
    let made = |name: &str, colour: Option<i64>| {
        let category = Category {
            name: name.to_owned(),
            position: 0,
            colour,
            archived: false,
        };
        retail::create_category(&by, id(1), &category).map_err(|error| error.code().to_owned())
    };
    assert!(made("Lights", None).is_ok());
    assert!(made("Lights", Some(retail::COLOURS)).is_ok());
    assert_eq!(made("Lights", Some(0)), Err("invalid".to_owned()));
    assert_eq!(made(" ", None), Err("empty".to_owned()));
}

#[test]
fn a_file_is_read_by_the_names_of_its_columns() {
    let columns = retail::ImportColumns::of(&["\u{feff}SKU", "Price", " name ", "Stock"]).unwrap();
    let row = columns
        .row(&["85123A", "2.55", " Holder ", "1.5"], 2)
        .unwrap();
    assert_eq!((row.code.as_str(), row.name.as_str()), ("85123A", "Holder"));
    assert_eq!(row.price, retail::Money(255));
    assert_eq!(row.stock, Some(Quantity(1500)));
    assert!(columns.row(&["85123A", "2,55", "Holder", ""], 2).is_err());
    let missing = retail::ImportColumns::of(&["code", "name"]).unwrap_err();
    assert_eq!(missing.to_string(), "the header line has no column price");
}
