//! What became of records is told by name, once the master has decided it.

use std::time::Duration;

use anyhow::{Context, Result};
use retail::{Fields, Money, Product, Rate, collection, id_of_code};
use sync_client::{Event, Events, Query};
use sync_core::{RecordId, Value};
use tillsync_tests::world::{Mode, World, patiently};

use crate::recording::{record, refused};

const LIMIT: Duration = Duration::from_secs(60);

/// The names of the next events about one record.
async fn told(events: &mut Events, about: RecordId, count: usize) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let all = async {
        while names.len() < count {
            match events.next().await {
                Some(Event::Record(record)) if record.id == about => {
                    names.push(Event::Record(record).name().into_owned());
                }
                Some(_) => {}
                None => break,
            }
        }
    };
    patiently(LIMIT, "events about a record", all).await?;
    Ok(names)
}

async fn make(world: &World, id: RecordId) -> Result<()> {
    record(world, 0, "create_product", move |_, occasion| {
        let product = Product {
            name: "Nettle tea".to_owned(),
            code: "77001".to_owned(),
            barcode: None,
            category: None,
            price: Money(450),
            cost: None,
            tax_rate: Rate(0),
            unit: "piece".to_owned(),
            stocked: false,
            reorder_level: None,
            archived: false,
        };
        retail::create_product(occasion, id, &product).map_err(|e| refused(&e))
    })
    .await
}

async fn change(world: &World, id: RecordId, field: &'static str, value: Value) -> Result<()> {
    let shown = world.tills[0].client().get(collection::PRODUCTS, id);
    let shown = Fields::of(&shown.context("no such product")?.doc);
    record(world, 0, "edit_product", move |_, occasion| {
        let changes = Fields::from_iter([(field.to_owned(), Some(value))]);
        retail::edit_product(occasion, id, &shown, &changes, None).map_err(|e| refused(&e))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_comes_changes_goes_and_comes_back_is_told_in_this_order() -> Result<()> {
    let world = World::with_tills(2).await?;
    let [mut own, mut others] = [0, 1].map(|till| world.tills[till].client().events());
    let id = id_of_code("77001");
    world.tills[0].link.set(Mode::Closed);
    make(&world, id).await?;
    change(&world, id, "price", Value::Int(500)).await?;
    world.tills[0].link.set(Mode::Open);
    world.tills[0].client().retry_now();
    world.tills[0].until_sent().await?;
    for archived in [true, false] {
        change(&world, id, "archived", Value::Bool(archived)).await?;
        world.tills[0].until_sent().await?;
        world.converge().await?;
    }
    // By its id it is found wherever it is, also among what the master has confirmed.
    for till in 0..2 {
        let by_id = Query::all(collection::PRODUCTS).eq("id", id.to_string());
        let found = world.tills[till].client().query(&by_id);
        assert_eq!((found.total, found.items[0].id), (1, id));
    }
    let whole = [
        "product:created",
        "product:updated",
        "product:deleted",
        "product:created",
    ];
    for events in [&mut own, &mut others] {
        let names = told(events, id, whole.len()).await?;
        assert_eq!(names, whole);
    }
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_is_told_by_name_on_every_till_once_it_was_sent() -> Result<()> {
    let world = World::with_tills(2).await?;
    let mut events = world.tills[1].client().events();
    world.tills[0].link.set(Mode::Closed);
    world.sell(0, "two of them", 2).await?;
    world.tills[0].link.set(Mode::Open);
    world.tills[0].client().retry_now();
    let sold = async {
        while let Some(event) = events.next().await {
            if event.name() == "sale:created" {
                return true;
            }
        }
        false
    };
    assert!(patiently(LIMIT, "the sale", sold).await?);
    world.end().await
}
