//! A day at the counter: joining, selling, the master going and coming, the app ending anywhere.

use anyhow::Result;
use serde_json::json;

use crate::shop::Shop;
use crate::till::{Till, folder};

#[tokio::test(flavor = "multi_thread")]
async fn sales_made_while_the_master_is_away_outlive_the_app_and_reach_it_once() -> Result<()> {
    let mut shop = Shop::open().await?;
    let till = Till::open(&folder(&shop)).await?;
    let new = till
        .until("asked to join", |status| status["registered"] == false)
        .await?;
    assert_eq!(new["device"], json!(null));
    till.join(&shop).await?;
    let mut sold = vec![till.sell().await?];
    till.until_level().await?;

    shop.go_away().await?;
    sold.push(till.sell().await?);
    sold.push(till.sell().await?);
    let away = |status: &serde_json::Value| {
        status["pending"] == 2 && status["connection"]["state"] != "online"
    };
    till.until("offline with two to send", away).await?;
    // Dropped, not closed: the process is gone from one moment to the next.
    drop(till);

    let till = Till::open(&folder(&shop)).await?;
    till.until("two to send from the file", |status| status["pending"] == 2)
        .await?;
    till.log_in(&shop).await?;
    sold.push(till.sell().await?);
    assert_eq!(
        till.ask("outbox", json!([]))
            .await?
            .as_array()
            .map(Vec::len),
        Some(4)
    );

    shop.come_back().await?;
    till.ask("retryNow", json!([])).await?;
    till.until_level().await?;
    sold.sort();
    assert_eq!(shop.receipts().await?, sold);
    assert_eq!(till.ask("attention", json!([])).await?, json!([]));
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_that_was_sold_answers_a_second_press_and_refuses_what_was_not_sold() -> Result<()> {
    let shop = Shop::open().await?;
    let till = Till::open(&folder(&shop)).await?;
    till.join(&shop).await?;
    let asked = till.cart().await?;
    let number = till.try_sell(asked.clone()).await?;
    assert_eq!(till.try_sell(asked.clone()).await?, number);

    // The same cart elsewhere: a line more, or other money for the same.
    let mut more = asked.clone();
    more[0]["lines"][0]["quantity"] = json!(2000);
    more[1][0]["tendered"] = json!(600);
    let mut by_card = asked;
    by_card[1] = json!([{ "method": "card", "amount": 250 }]);
    for other in [more, by_card] {
        let (code, message) = till.try_sell(other).await?.expect_err("it was not sold");
        assert_eq!(code, "cart_already_sold");
        assert!(
            message.contains(number.as_ref().expect("it was sold")),
            "{message}"
        );
    }
    till.until_level().await?;
    assert_eq!(shop.receipts().await?.len(), 1);
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_says_whose_till_it_is_how_it_stands_and_how_many_are_to_send() -> Result<()> {
    let mut shop = Shop::open().await?;
    let till = Till::open(&folder(&shop)).await?;
    till.screen.titled("Tillsync").await?;
    till.join(&shop).await?;
    let online = "Corner shop T01 · Online · Tillsync";
    assert_eq!(till.screen.titled(online).await?, 0);
    shop.go_away().await?;
    till.sell().await?;
    let offline = "Corner shop T01 · Offline · 1 to send · Tillsync";
    assert_eq!(till.screen.titled(offline).await?, 1);
    let lost = till.screen.told().await?;
    assert_eq!(lost.title, "Main server not reachable");
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_remembers_where_its_master_is_and_starts_without_it() -> Result<()> {
    let mut shop = Shop::open().await?;
    let till = Till::open(&folder(&shop)).await?;
    till.join(&shop).await?;
    let master = format!("http://{}", shop.address());
    assert_eq!(till.ask("about", json!([])).await?["master"], json!(master));
    till.close().await?;
    shop.go_away().await?;

    let till = Till::open(&folder(&shop)).await?;
    assert_eq!(till.ask("about", json!([])).await?["master"], json!(master));
    till.log_in(&shop).await?;
    till.sell().await?;
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_begins_again_has_nobody_logged_in() -> Result<()> {
    let shop = Shop::open().await?;
    let till = Till::open(&folder(&shop)).await?;
    till.join(&shop).await?;
    till.begin().await?;
    let cart = till.cart().await?;
    let (code, _) = till.refused("completeSale", cart).await?;
    assert_eq!(code, "logged_out");
    till.close().await
}
