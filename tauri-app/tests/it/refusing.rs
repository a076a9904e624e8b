//! What cannot go on says so in a sentence, and loses nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value as Json, json};
use tauri_app::Options;

use crate::shop::Shop;
use crate::till::{Till, folder};

/// What the page shows of a till that cannot be opened.
async fn stopped(till: &Till) -> Result<String> {
    let failed = |status: &Json| status["connection"]["state"] == "failed";
    let status = till.until("stopped", failed).await?;
    let message = status["connection"]["message"].as_str();
    message.map(str::to_owned).context("it says why")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_till_in_the_same_folder_is_refused_until_the_first_is_closed() -> Result<()> {
    let shop = Shop::open().await?;
    let first = Till::open(&folder(&shop)).await?;
    first.join(&shop).await?;
    let second = Till::open(&folder(&shop)).await?;
    let said = stopped(&second).await?;
    assert!(
        said.starts_with("Tillsync is already open on this computer"),
        "{said}"
    );
    assert_eq!(
        second.refused("scan", json!(["1"])).await?.0,
        "already_open"
    );
    first.sell().await?;
    first.until_level().await?;
    first.close().await?;

    second.ask("takeOver", json!([])).await?;
    second.until_level().await?;
    second.log_in(&shop).await?;
    second.sell().await?;
    second.until_level().await?;
    assert_eq!(shop.receipts().await?.len(), 2);
    second.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_none_is_the_fault_of_that_field() -> Result<()> {
    let shop = Shop::open().await?;
    let till = Till::open(&folder(&shop)).await?;
    let (code, _) = till
        .refused("enroll", json!(["ABCD2345", "Till 1", "not an address"]))
        .await?;
    assert_eq!(code, "bad_address");
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_somebody_broke_are_named_and_nothing_is_guessed() -> Result<()> {
    let shop = Shop::open().await?;
    fs::create_dir(folder(&shop))?;
    let file = folder(&shop).join("settings.json");
    fs::write(&file, "{")?;
    let mut till = Till::open(&folder(&shop)).await?;
    let said = stopped(&till).await?;
    assert!(
        said.contains("settings.json cannot be understood"),
        "{said}"
    );
    fs::remove_file(&file)?;
    till.begin().await?;
    assert_eq!(till.ask("status", json!([])).await?["registered"], false);
    till.listen().await?;
    till.join(&shop).await?;
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_the_sale_and_keeps_what_was_sold_before() -> Result<()> {
    let shop = Shop::open().await?;
    let till = Till::open(&folder(&shop)).await?;
    till.join(&shop).await?;
    let mut sold = vec![till.sell().await?];
    till.until_level().await?;
    till.close().await?;
    let pages: u32 = rusqlite::Connection::open(folder(&shop).join("till.sqlite"))?
        .pragma_query_value(None, "page_count", |row| row.get(0))?;

    let full = Till::with(Options {
        max_pages: Some(pages + 1),
        ..Options::in_folder(folder(&shop))
    })
    .await?;
    full.until_level().await?;
    full.log_in(&shop).await?;
    let said = loop {
        let cart = full.cart().await?;
        match full.try_sell(cart).await? {
            Ok(number) => sold.push(number),
            Err(said) => break said,
        }
        // Records that arrive fill the file as well: by now it must be full.
        assert!(sold.len() < 200, "the file never gets full");
    };
    assert_eq!(said.0, "storage_full");
    assert!(said.1.contains("was not saved"), "{}", said.1);
    let problem = |status: &Json| status["connection"]["problem"] == "full";
    full.until("the page shows a full disk", problem).await?;
    full.close().await?;

    let till = Till::open(&folder(&shop)).await?;
    till.until_level().await?;
    till.log_in(&shop).await?;
    sold.push(till.sell().await?);
    till.until_level().await?;
    sold.sort();
    assert_eq!(shop.receipts().await?, sold);
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_is_said_so_and_works_once_it_can() -> Result<()> {
    let shop = Shop::open().await?;
    let till = Till::open(&folder(&shop)).await?;
    till.join(&shop).await?;
    let first = till.sell().await?;
    till.until_level().await?;
    till.close().await?;

    set_rights(&shop, 0o555, 0o444)?;
    let till = Till::as_anybody(Options::in_folder(folder(&shop))).await?;
    let said = stopped(&till).await?;
    assert!(said.starts_with("Nothing can be written to"), "{said}");
    set_rights(&shop, 0o777, 0o666)?;

    till.ask("takeOver", json!([])).await?;
    till.until_level().await?;
    till.log_in(&shop).await?;
    let mut sold = vec![first, till.sell().await?];
    till.until_level().await?;
    sold.sort();
    assert_eq!(shop.receipts().await?, sold);
    till.close().await
}

/// Gives everything in a folder, and the way there, these rights.
fn set_rights(shop: &Shop, of_folder: u32, of_files: u32) -> Result<()> {
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));
    let folder = folder(shop);
    for entry in fs::read_dir(&folder)? {
        set(&entry?.path(), of_files)?;
    }
    set(&folder, of_folder)?;
    Ok(set(shop.dir.path(), 0o755)?)
}
