//! What two tills lend one customer while they are apart.

use anyhow::{Context, Result, ensure};
use retail::{
    Cart, Counted, Customer, Issue, Money, PaymentInput, Raised, ShopSettings, collection,
};
use sync_core::{Digest, RecordId, Value};
use tillsync_tests::world::{Mode, World, cart_line};

use crate::recording::{record, refused};

fn robin() -> RecordId {
    RecordId::derived(&[b"a customer of a test"])
}

/// Sells so many Tea at 2.50 to Robin, who pays later.
async fn lend(world: &World, till: usize, name: &str, pieces: i64) -> Result<()> {
    let id = RecordId::derived(&[b"sale of a test", name.as_bytes()]);
    let line = cart_line(&world.tills[till], id, "10001", pieces)?;
    record(world, till, "complete_sale", move |draft, by| {
        let cart = Cart {
            id,
            lines: vec![line],
            discount: None,
            customer: Some(robin()),
            approvals: Vec::new(),
        };
        let head = draft.mark(&by.series.chain()).and_then(Value::as_str);
        let previous = head.and_then(|head| head.parse().ok());
        let issue = Issue {
            previous: previous.unwrap_or(Digest::ZERO),
            count: draft.advance(&by.series.counter(Counted::Receipts)),
            session: None,
        };
        let shop = ShopSettings::read(draft)?;
        let amount = Money(250 * pieces);
        let paid = [PaymentInput::Credit { amount }];
        let sold = retail::complete_sale(by, &shop, &cart, &paid, None, issue);
        let sold = sold.map_err(|e| refused(&e))?;
        draft.set_mark(&by.series.chain(), sold.head.to_string());
        Ok(sold.body)
    })
    .await
}

fn balance(world: &World, till: usize) -> Result<Option<i64>> {
    let robin = world.tills[till]
        .client()
        .get(collection::CUSTOMERS, robin());
    Ok(robin.context("Robin")?.doc.int("credit_balance"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_tills_lent_beyond_the_limit_is_one_task_and_every_sale_stands() -> Result<()> {
    let world = World::with_tills(2).await?;
    let customer = Customer {
        name: "Robin".to_owned(),
        phone: None,
        email: None,
        address: Vec::new(),
        notes: None,
        credit_limit: Some(Money(1_000)),
        archived: false,
    };
    record(&world, 0, "create_customer", move |_, by| {
        retail::create_customer(by, robin(), &customer).map_err(|e| refused(&e))
    })
    .await?;
    world.converge().await?;
    for till in 0..2 {
        world.tills[till].link.set(Mode::Closed);
    }
    lend(&world, 0, "on the first till", 3).await?;
    lend(&world, 1, "on the second till", 3).await?;
    lend(&world, 1, "once more", 1).await?;
    // Each till knows its own part.
    ensure!(balance(&world, 0)? == Some(750) && balance(&world, 1)? == Some(1_000));
    for till in 0..2 {
        world.tills[till].link.set(Mode::Open);
        world.tills[till].client().retry_now();
        world.tills[till].until_sent().await?;
    }
    world.converge().await?;
    ensure!(world.count(collection::SALES)? == 3);
    for till in 0..2 {
        ensure!(balance(&world, till)? == Some(1_750));
        let client = world.tills[till].client();
        let mut tasks = client.read(|records| retail::open_tasks(records))?;
        ensure!(tasks.len() == 1, "{tasks:?}");
        let task: Raised = tasks.remove(0).doc.to_typed()?;
        ensure!(
            (task.kind.as_str(), task.count) == ("credit_over_limit", 2),
            "{task:?}"
        );
        ensure!(task.message.contains("S01-T02"), "{task:?}");
        let client = world.tills[till].client();
        let robin = client
            .get(collection::CUSTOMERS, robin())
            .context("Robin")?;
        ensure!(robin.doc.int("total_spent") == Some(1_750));
        ensure!(robin.doc.int("total_orders") == Some(3));
    }
    world.end().await
}
