//! A drawer closed on a till that is away, and a handheld that sold into it.

use anyhow::{Context, Result, ensure};
use retail::{CashCount, Counted, DrawerTotals, Money, Raised, collection};
use sync_core::{DeviceId, RecordId, Records};
use tillsync_tests::world::{Mode, World, cart_line};

use crate::recording::{record, refused};

fn drawer() -> RecordId {
    RecordId::derived(&[b"the drawer of a test"])
}

async fn open(world: &World, till: usize, float: i64) -> Result<()> {
    record(world, till, "open_drawer", move |_, by| {
        retail::open_drawer(by, drawer(), Money(float), None).map_err(|e| refused(&e))
    })
    .await
}

async fn close(world: &World, till: usize, counted: i64) -> Result<()> {
    let counts = [CashCount {
        value: Money(counted),
        count: 1,
    }];
    record(world, till, "close_drawer", move |draft, by| {
        let seen = draft.get(collection::DRAWER_SESSIONS, drawer())?;
        let seen = seen.map(|session| session.doc).unwrap_or_default();
        let number = draft.advance(&by.series.counter(Counted::Closings));
        let closed = retail::close_drawer(by, (drawer(), &seen), &counts, None, number);
        closed.map(|closed| closed.body).map_err(|e| refused(&e))
    })
    .await
}

/// Sells one Tea on a handheld for the drawer of another till.
async fn sell_for_the_drawer(world: &World, till: usize, name: &str) -> Result<()> {
    let id = RecordId::derived(&[b"sale of a test", name.as_bytes()]);
    let line = cart_line(&world.tills[till], id, "10001", 1)?;
    record(world, till, "complete_sale", move |draft, by| {
        let cart = retail::Cart {
            id,
            lines: vec![line],
            discount: None,
            customer: None,
            approvals: Vec::new(),
        };
        let shop = retail::ShopSettings::read(draft)?;
        let mark = draft.mark(&by.series.chain()).cloned();
        let head = mark.as_ref().and_then(sync_core::Value::as_str);
        let issue = retail::Issue {
            count: draft.advance(&by.series.counter(Counted::Receipts)),
            previous: head
                .and_then(|head| head.parse().ok())
                .unwrap_or(sync_core::Digest::ZERO),
            session: Some(drawer()),
        };
        let paid = [retail::PaymentInput::Cash {
            tendered: Money(250),
        }];
        let sold = retail::complete_sale(by, &shop, &cart, &paid, None, issue);
        let sold = sold.map_err(|e| refused(&e))?;
        draft.set_mark(&by.series.chain(), sold.head.to_string());
        Ok(sold.body)
    })
    .await
}

fn totals(world: &World, till: usize) -> Result<DrawerTotals> {
    let client = world.tills[till].client();
    let session = client.get(collection::DRAWER_SESSIONS, drawer());
    Ok(DrawerTotals::of(&session.context("the drawer")?.doc))
}

async fn back(world: &World, till: usize) -> Result<()> {
    world.tills[till].link.set(Mode::Open);
    world.tills[till].client().retry_now();
    world.tills[till].until_sent().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawer_is_closed_without_the_master_and_its_sums_are_the_same_everywhere() -> Result<()>
{
    let world = World::with_tills(2).await?;
    world.tills[0].link.set(Mode::Closed);
    open(&world, 0, 5_000).await?;
    world.sell(0, "into the drawer", 3).await?;
    ensure!(totals(&world, 0)?.cash_sales == Money(750));
    close(&world, 0, 5_750).await?;
    // The next sale belongs to no drawer.
    world.sell(0, "without a drawer", 1).await?;
    let own = totals(&world, 0)?;
    back(&world, 0).await?;
    world.converge().await?;
    for till in 0..2 {
        ensure!(totals(&world, till)? == own, "{:?}", totals(&world, till)?);
    }
    let client = world.tills[1].client();
    let report = client.get(collection::SHIFT_CLOSINGS, retail::closing_id(drawer()));
    let report: retail::ShiftClosing = report.context("the report")?.doc.to_typed()?;
    ensure!((report.number, report.expected) == (1, Money(5_750)));
    ensure!(report.difference == Money::ZERO && report.totals == own);
    ensure!(
        client
            .read(|records| retail::open_tasks(records))?
            .is_empty()
    );
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_handheld_sold_into_a_drawer_that_is_closed_by_then_is_one_task() -> Result<()> {
    let world = World::with_tills(2).await?;
    open(&world, 0, 1_000).await?;
    world.converge().await?;
    world.tills[1].link.set(Mode::Closed);
    sell_for_the_drawer(&world, 1, "first").await?;
    sell_for_the_drawer(&world, 1, "second").await?;
    close(&world, 0, 1_000).await?;
    world.tills[0].until_sent().await?;
    back(&world, 1).await?;
    world.converge().await?;
    for till in 0..2 {
        let client = world.tills[till].client();
        let mut tasks = client.read(|records| retail::open_tasks(records))?;
        ensure!(tasks.len() == 1, "{tasks:?}");
        let task: Raised = tasks.remove(0).doc.to_typed()?;
        ensure!(
            (task.kind.as_str(), task.count) == ("late_sale", 2),
            "{task:?}"
        );
        ensure!(
            task.message
                .ends_with("came after its drawer was closed with Z 1")
        );
        // The report says what it said, the drawer knows better.
        let report = client.get(collection::SHIFT_CLOSINGS, retail::closing_id(drawer()));
        let report: retail::ShiftClosing = report.context("the report")?.doc.to_typed()?;
        ensure!(report.totals.sales == 0 && totals(&world, till)?.sales == 2);
    }
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawer_of_a_till_that_is_gone_is_closed_at_another_with_all_that_was_sold() -> Result<()>
{
    let world = World::with_tills(2).await?;
    open(&world, 0, 1_000).await?;
    world.converge().await?;
    let gone = world.tills[0].status().device.context("it joined")?.id;
    world.tills[0].link.set(Mode::Closed);
    world.sell(0, "before anybody took it over", 1).await?;
    // Whoever is no owner closes nothing, however they try.
    let before = close(&world, 1, 1_000).await;
    world.tills[1].until_sent().await?;
    ensure!(before.is_ok() && open_at(&world, 1, gone)?.is_some());
    record(&world, 1, "take_over_till", move |draft, by| {
        let left = retail::left_open(draft, gone)?;
        retail::take_over_till(by, gone, &left, None).map_err(|e| refused(&e))
    })
    .await?;
    back(&world, 0).await?;
    world.converge().await?;
    let own = world.tills[1].status().device.context("it joined")?.id;
    for till in 0..2 {
        ensure!(open_at(&world, till, own)? == Some(drawer()));
        ensure!(open_at(&world, till, gone)?.is_none());
        ensure!(totals(&world, till)?.cash_sales == Money(250));
    }
    world.end().await
}

fn open_at(world: &World, till: usize, device: DeviceId) -> Result<Option<RecordId>> {
    let client = world.tills[till].client();
    let open = client.read(|records| retail::open_session(records, device))?;
    Ok(open.map(|session| session.id))
}
