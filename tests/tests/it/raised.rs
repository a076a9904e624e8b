//! What the master raises for people, and how it ends on every till.

use anyhow::{Context, Result, ensure};
use retail::{Customer, Raised, ShownNotice, StockCount, TaskAction, collection, id_of_code};
use sync_client::RecordError;
use sync_core::{Quantity, Record, RecordId, Refusal};
use tillsync_tests::world::{Mode, World, cart_line};

/// How much Tea the small shop begins with.
const ALL_TEA: i64 = 100;

fn open_tasks(world: &World, till: usize) -> Result<Vec<Record>> {
    let client = world.tills[till].client();
    Ok(client.read(|records| retail::open_tasks(records))?)
}

pub(crate) fn shown(world: &World, till: usize) -> Result<Vec<ShownNotice>> {
    let client = world.tills[till].client();
    let status = client.status().borrow().clone();
    let device = status.device.context("a till that joined")?.id;
    let now = sync_client::platform::now();
    Ok(client.read(|records| retail::shown_notices(records, device, now))?)
}

pub(crate) fn kinds(shown: &[ShownNotice]) -> Vec<&str> {
    let mut kinds: Vec<_> = shown.iter().map(|each| each.notice.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds
}

pub(crate) async fn record(
    world: &World,
    till: usize,
    name: &str,
    build: impl FnOnce(&retail::Occasion) -> Result<sync_core::Body, retail::BuildError>
    + Send
    + 'static,
) -> Result<()> {
    let client = world.tills[till].client();
    let recorded = world.clerk.record(client, name, move |_, _, occasion| {
        build(occasion).map_err(|e| RecordError::Refused(Refusal::new(e.code(), e.to_string())))
    });
    recorded.await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_tills_oversold_is_one_task_that_a_count_on_a_third_ends() -> Result<()> {
    let world = World::with_tills(3).await?;
    for till in 0..2 {
        world.tills[till].link.set(Mode::Closed);
    }
    world.sell(0, "the last of them", ALL_TEA).await?;
    world.sell(1, "one too many", 1).await?;
    for till in 0..2 {
        world.tills[till].link.set(Mode::Open);
        world.tills[till].client().retry_now();
        world.tills[till].until_sent().await?;
    }
    world.converge().await?;
    let mut tasks = open_tasks(&world, 2)?;
    assert_eq!(tasks.len(), 1);
    let task = tasks.remove(0);
    let told: Raised = task.doc.to_typed()?;
    assert_eq!(told.kind, "oversold");
    for till in ["T01", "T02"] {
        assert!(told.message.contains(till), "{}", told.message);
    }
    assert_eq!(told.causes[0].device_name.as_deref(), Some("till-2"));
    // Every till shows both notices; one of them says that it did.
    for till in 0..3 {
        assert_eq!(kinds(&shown(&world, till)?), ["out_of_stock", "oversold"]);
    }
    for notice in shown(&world, 0)? {
        let acknowledge = move |by: &_| retail::acknowledge_notice(by, notice.id);
        record(&world, 0, "acknowledge_notice", acknowledge).await?;
    }
    world.converge().await?;
    assert_eq!(shown(&world, 0)?, []);
    assert_eq!(shown(&world, 1)?.len(), 2);
    // Counted on the third, away from the master.
    let tea = id_of_code("10001");
    let on_hand = |till: usize| {
        let client = world.tills[till].client();
        client.read(|records| retail::on_hand(records, tea))
    };
    assert_eq!(on_hand(2)?, Quantity::units(-1));
    world.tills[2].link.set(Mode::Closed);
    let cursor = world.tills[2].client().position().cursor;
    let count = StockCount {
        product: tea,
        batch: None,
        counted: Quantity::units(7),
        expected: on_hand(2)?,
        at: cursor.context("a cursor")?.position,
        note: Some("a box stood behind the door".to_owned()),
    };
    let (id, seen) = (task.id, task.doc);
    let counting = move |by: &_| retail::count_stock(by, id, &count, Some((id, &seen)));
    record(&world, 2, "count_stock", counting).await?;
    assert_eq!(open_tasks(&world, 2)?, []);
    assert_eq!(on_hand(2)?, Quantity::units(7));
    world.tills[2].link.set(Mode::Open);
    world.tills[2].client().retry_now();
    world.converge().await?;
    for till in 0..3 {
        assert_eq!(open_tasks(&world, till)?, []);
        assert_eq!(on_hand(till)?, Quantity::units(7));
        let closed = world.tills[till].client().get(collection::TASKS, id);
        let closed: Raised = closed.context("the task")?.doc.to_typed()?;
        assert_eq!(closed.action, Some(TaskAction::Recounted));
        assert_eq!(closed.note.as_deref(), Some("a box stood behind the door"));
    }
    world.end().await
}

fn only_task(world: &World, till: usize) -> Result<Raised> {
    let mut tasks = open_tasks(world, till)?;
    ensure!(tasks.len() == 1, "{tasks:?}");
    Ok(tasks.remove(0).doc.to_typed()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sold_past_its_date_twice_is_one_task() -> Result<()> {
    let world = World::with_tills(2).await?;
    for (till, name) in ["first", "second"].into_iter().enumerate() {
        let id = RecordId::derived(&[b"sale of a test", name.as_bytes()]);
        let mut line = cart_line(&world.tills[till], id, "10003", 1)?;
        // As a scanned code names it.
        line.expiry = Some("2010-11-30".to_owned());
        let client = world.tills[till].client();
        world.clerk.sell(client, id, vec![line]).await?;
    }
    world.converge().await?;
    for till in 0..2 {
        let task = only_task(&world, till)?;
        assert_eq!((task.kind.as_str(), task.count), ("expired_sold", 2));
        assert!(task.message.contains("Milk"), "{}", task.message);
    }
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_customers_with_one_address_made_apart_are_one_task() -> Result<()> {
    let world = World::with_tills(2).await?;
    for till in 0..2 {
        world.tills[till].link.set(Mode::Closed);
    }
    for (till, name) in ["Robin", "Robin F."].into_iter().enumerate() {
        let customer = Customer {
            name: name.to_owned(),
            phone: None,
            email: Some("robin@example.com".to_owned()),
            address: Vec::new(),
            notes: None,
            credit_limit: None,
            archived: false,
        };
        let id = RecordId::derived(&[b"a customer of a test", name.as_bytes()]);
        let making = move |by: &_| retail::create_customer(by, id, &customer);
        record(&world, till, "create_customer", making).await?;
    }
    for till in 0..2 {
        world.tills[till].link.set(Mode::Open);
        world.tills[till].client().retry_now();
    }
    world.converge().await?;
    for till in 0..2 {
        assert_eq!(only_task(&world, till)?.kind, "duplicate_email");
    }
    world.end().await
}
