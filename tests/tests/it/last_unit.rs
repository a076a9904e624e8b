//! Two tills and the last unit of a product.

use anyhow::{Context, Result, ensure};
use retail::{collection, id_of_code};
use sync_client::{Client, ClientError, Query};
use sync_core::{Quantity, RecordId, Reserve, ReserveItem, ReservedItem};
use tillsync_tests::world::{Mode, World, cart_line};

/// How often two tills go for the last unit.
const TIMES: usize = 200;

fn code(number: usize) -> String {
    format!("2{number:04}")
}

fn cart(till: usize, number: usize) -> RecordId {
    RecordId::derived(&[b"cart", &till.to_be_bytes(), &number.to_be_bytes()])
}

/// A shop that has one unit of each of so many products, and two tills that know them.
async fn shop_of_last_units() -> Result<World> {
    let world = World::with_tills(2).await?;
    let mut file = "code,name,price,stock\n".to_owned();
    file.extend((0..TIMES).map(|number| format!("{},Lantern {number},3.39,1\n", code(number))));
    let path = world.dir.path().join("lanterns.csv");
    std::fs::write(&path, file)?;
    let path = path.to_str().context("a path that is no text")?;
    world.master.command(["import", path]).await?.successful()?;
    for till in &world.tills {
        let known = Query::all(collection::PRODUCTS)
            .search("Lantern")
            .window(0, 0);
        let mut known = till.client().subscribe(known);
        while known.next().await.context("the till was closed")?.total < TIMES {}
    }
    world.converge().await?;
    Ok(world)
}

async fn hold(
    client: &Client,
    till: usize,
    number: usize,
    units: i64,
) -> Result<Vec<ReservedItem>, ClientError> {
    let wanted = ReserveItem {
        product: id_of_code(&code(number)),
        quantity: Quantity::units(units),
    };
    let reserve = Reserve {
        cart: cart(till, number),
        items: if units > 0 { vec![wanted] } else { Vec::new() },
        till: format!("Till {}", till + 1),
    };
    Ok(client.reserve(&reserve).await?.items)
}

async fn sell(world: &World, till: usize, number: usize) -> Result<()> {
    let id = cart(till, number);
    let line = cart_line(&world.tills[till], id, &code(number), 1)?;
    let client = world.tills[till].client();
    world.clerk.sell(client, id, vec![line]).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tills_online_are_never_both_promised_the_last_unit() -> Result<()> {
    let world = shop_of_last_units().await?;
    let clients = [world.tills[0].client(), world.tills[1].client()];
    let mut won = [0; 2];
    for number in 0..TIMES {
        let (one, two) = tokio::join!(
            hold(clients[0], 0, number, 1),
            hold(clients[1], 1, number, 1)
        );
        let held = [one?[0].clone(), two?[0].clone()];
        let winner = usize::from(held[0].held == Quantity(0));
        let (first, second) = (&held[winner], &held[1 - winner]);
        ensure!(first.held == Quantity::units(1), "{number}: {held:?}");
        ensure!(second.held == Quantity(0), "{number}: {held:?}");
        let name = format!("Till {}", winner + 1);
        ensure!(second.holder.as_ref() == Some(&name), "{number}: {held:?}");
        won[winner] += 1;
        // Every other time the cart is given up, and the other till gets the unit.
        let seller = match number % 2 {
            0 => winner,
            _ => {
                hold(clients[winner], winner, number, 0).await?;
                let again = hold(clients[1 - winner], 1 - winner, number, 1).await?;
                ensure!(again[0].held == Quantity::units(1), "{number}: {again:?}");
                1 - winner
            }
        };
        sell(&world, seller, number).await?;
    }
    ensure!(won[0] + won[1] == TIMES, "{won:?}");
    world.converge().await?;
    ensure!(world.count(collection::SALES)? == TIMES as i64);
    ensure!(
        world.count(collection::TASKS)? == 0,
        "somebody sold what was not there"
    );
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn with_one_till_offline_one_task_names_both_receipts() -> Result<()> {
    let world = shop_of_last_units().await?;
    world.tills[1].link.set(Mode::Closed);
    for number in 0..TIMES {
        let held = hold(world.tills[0].client(), 0, number, 1).await?;
        ensure!(held[0].held == Quantity::units(1), "{number}: {held:?}");
        sell(&world, 0, number).await?;
        sell(&world, 1, number).await?;
    }
    let alone = hold(world.tills[1].client(), 1, 0, 1).await;
    ensure!(matches!(alone, Err(ClientError::Transport(_))), "{alone:?}");
    world.tills[1].link.set(Mode::Open);
    world.tills[1].client().retry_now();
    world.converge().await?;
    let client = world.tills[0].client();
    let open = Query::all(collection::TASKS).eq("kind", "oversold");
    let tasks = client.query(&open).items;
    ensure!(tasks.len() == TIMES, "{} tasks", tasks.len());
    for number in 0..TIMES {
        let product = id_of_code(&code(number)).to_string();
        let about = |task: &&sync_client::Doc| task.doc.text("subject") == Some(&product);
        let task = tasks.iter().find(about).context("no task")?;
        let message = task.doc.text("message").unwrap_or_default();
        for till in 0..2 {
            let sale = client.get(collection::SALES, cart(till, number));
            let sale = sale.context("a sale is missing")?;
            let receipt = sale.doc.text("number").unwrap_or_default().to_owned();
            ensure!(message.contains(&receipt), "{message} without {receipt}");
        }
    }
    world.end().await
}
