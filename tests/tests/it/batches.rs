//! Batches between real tills and a real master: taken in, sold apart, given back.

use anyhow::{Context, Result, ensure};
use retail::{
    CartLine, Lot, Money, Movement, Product, Raised, Rate, Reason, RefundItem, RefundRequest, Sale,
    SaleSoFar, batch_id, batches_of, collection,
};
use sync_core::{Quantity, RecordId};
use tillsync_tests::world::{Mode, World};

use crate::recording::{record, refused};

/// A day that no clock of these tests reaches.
const FAR: &str = "2999-12-31";

fn yoghurt() -> RecordId {
    RecordId::derived(&[b"a product of a test"])
}

/// A product of which nothing is there, and one lot of it.
async fn take_in(world: &World, lots: &[(&str, &str, i64)]) -> Result<()> {
    let product = Product {
        name: "Yoghurt".to_owned(),
        code: "70001".to_owned(),
        barcode: None,
        category: None,
        price: Money(100),
        cost: None,
        tax_rate: Rate(0),
        unit: "pc".to_owned(),
        stocked: true,
        reorder_level: None,
        archived: false,
    };
    record(world, 0, "create_product", move |_, by| {
        retail::create_product(by, yoghurt(), &product).map_err(|e| refused(&e))
    })
    .await?;
    for (name, expiry, units) in lots {
        let movement = Movement {
            product: yoghurt(),
            batch: None,
            delta: Quantity::units(*units),
            reason: Reason::Receive,
            note: None,
            reference: None,
            cost: Some(Money(40)),
        };
        let lot = Lot {
            lot: (*name).to_owned(),
            expiry: Some((*expiry).to_owned()),
        };
        record(world, 0, "receive_stock", move |draft, by| {
            let id = draft.new_id();
            retail::receive_batch(by, id, &movement, &lot, None).map_err(|e| refused(&e))
        })
        .await?;
    }
    world.converge().await
}

/// Sells so many of it, as a till takes them from what it knows.
async fn sell(world: &World, till: usize, name: &str, units: i64) -> Result<RecordId> {
    let client = world.tills[till].client();
    let id = RecordId::derived(&[b"sale of a test", name.as_bytes()]);
    let line = RecordId::derived(&[b"line of a test", name.as_bytes()]);
    let product = client.get(collection::PRODUCTS, yoghurt());
    let product = product.context("the yoghurt")?.doc.to_typed()?;
    let cart = retail::Cart {
        id,
        lines: vec![CartLine::of(
            line,
            yoghurt(),
            &product,
            Quantity::units(units),
        )],
        discount: None,
        customer: None,
        approvals: Vec::new(),
    };
    let today = retail::day_of(sync_client::platform::now());
    let cart = client.read(|records| retail::allot(records, &cart, &today))?;
    world.clerk.sell(client, id, cart.lines).await?;
    Ok(id)
}

/// What a till says is left of a lot.
fn left(world: &World, till: usize, lot: &str) -> Result<i64> {
    let client = world.tills[till].client();
    let of = client.read(|records| batches_of(records, yoghurt()))?;
    let of = of
        .into_iter()
        .find(|each| each.id == batch_id(yoghurt(), lot));
    Ok(of.context("the lot")?.on_hand.0 / 1000)
}

fn on_hand(world: &World, till: usize) -> Result<Quantity> {
    let client = world.tills[till].client();
    Ok(client.read(|records| retail::on_hand(records, yoghurt()))?)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tills_apart_sell_the_last_of_a_batch_and_one_task_names_both() -> Result<()> {
    let world = World::with_tills(2).await?;
    take_in(&world, &[("L1", FAR, 1)]).await?;
    world.tills[1].link.set(Mode::Closed);
    sell(&world, 0, "online", 1).await?;
    world.tills[0].until_sent().await?;
    let second = sell(&world, 1, "offline", 1).await?;
    // Each knows its own.
    ensure!(left(&world, 0, "L1")? == 0 && left(&world, 1, "L1")? == 0);
    world.tills[1].link.set(Mode::Open);
    world.tills[1].client().retry_now();
    world.converge().await?;
    for till in 0..2 {
        ensure!(left(&world, till, "L1")? == -1);
        ensure!(on_hand(&world, till)? == Quantity::units(-1));
        let client = world.tills[till].client();
        let mut tasks = client.read(|records| retail::open_tasks(records))?;
        ensure!(tasks.len() == 1, "{tasks:?}");
        let task: Raised = tasks.remove(0).doc.to_typed()?;
        ensure!(task.kind == "oversold", "{task:?}");
        for name in ["T01", "T02"] {
            ensure!(task.message.contains(name), "{task:?}");
        }
    }
    // One of them comes back, on the other till: to the batch it came from.
    let sale: Sale = world.tills[0]
        .client()
        .get(collection::SALES, second)
        .context("it came over")?
        .doc
        .to_typed()?;
    ensure!(sale.lines[0].batch == Some(batch_id(yoghurt(), "L1")));
    let request = RefundRequest {
        id: RecordId::derived(&[b"its refund"]),
        items: vec![RefundItem::SaleLine {
            line: sale.lines[0].id,
            quantity: Quantity::units(1),
        }],
        of: Some(SaleSoFar {
            id: second,
            sale,
            refunds: Vec::new(),
        }),
        restock: true,
        reason: "was not there".to_owned(),
        method: None,
        approvals: Vec::new(),
        reference: None,
    };
    let client = world.tills[0].client();
    world.clerk.refund(client, request).await?;
    world.converge().await?;
    for till in 0..2 {
        ensure!(left(&world, till, "L1")? == 0);
        ensure!(on_hand(&world, till)? == Quantity(0));
    }
    // The master's command recomputes every level from what moved.
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expires_first_goes_first_and_what_expired_stays() -> Result<()> {
    let world = World::with_tills(2).await?;
    let lots = [
        ("old", "2010-12-01", 5),
        ("late", FAR, 4),
        ("soon", "2998-01-01", 2),
    ];
    take_in(&world, &lots).await?;
    let id = sell(&world, 1, "three", 3).await?;
    world.converge().await?;
    for till in 0..2 {
        let lots = ["old", "soon", "late"].map(|lot| left(&world, till, lot).ok());
        ensure!(lots == [Some(5), Some(0), Some(3)], "{lots:?}");
        ensure!(on_hand(&world, till)? == Quantity::units(8));
        let sale = world.tills[till].client().get(collection::SALES, id);
        let sale: Sale = sale.context("the sale")?.doc.to_typed()?;
        let parts = sale.lines.iter().map(|line| line.lot.as_deref());
        ensure!(parts.eq([Some("soon"), Some("late")]), "{sale:?}");
        ensure!(sale.lines[1].part_of == Some(sale.lines[0].id));
        let client = world.tills[till].client();
        ensure!(
            client
                .read(|records| retail::open_tasks(records))?
                .is_empty()
        );
    }
    world.end().await
}
