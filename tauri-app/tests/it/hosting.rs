//! A till that is the master of its shop.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value as Json, json};
use tauri_app::Options;

use crate::till::Till;

const OWNER_PIN: &str = "1357";

/// With a port of its own for a master that begins there; one that comes back does so where it was.
pub(crate) fn options(folder: &Path) -> Options {
    let port = free_port();
    Options {
        ports: port..=port,
        look_for_master: Duration::from_millis(200),
        ..Options::in_folder(folder.to_owned())
    }
}

/// A port that nobody listens on, and that the system gives to nobody by itself.
fn free_port() -> u16 {
    loop {
        let random: [u8; 16] = sync_client::platform::random();
        let port = 10_000 + u16::from_le_bytes([random[0], random[1]]) % 20_000;
        if TcpListener::bind(("0.0.0.0", port)).is_ok() {
            return port;
        }
    }
}

/// Where the master of a till listens.
pub(crate) async fn port_of(till: &Till) -> Result<u16> {
    let hosting = hosting(till).await?;
    let address = hosting["address"].as_str().context("it does not run")?;
    let port = address.rsplit(':').next().context("no port")?;
    Ok(port.parse()?)
}

pub(crate) async fn begin_shop(till: &Till) -> Result<()> {
    let shop = json!({ "shop": "Corner shop", "person": "Olive Owner", "pin": OWNER_PIN });
    till.ask("openShop", json!([shop, "Till 1"])).await?;
    till.until_level().await?;
    log_in(till).await
}

pub(crate) async fn log_in(till: &Till) -> Result<()> {
    let users = till.ask("loginUsers", json!([])).await?;
    let answer = till
        .ask("login", json!([users[0]["id"], OWNER_PIN]))
        .await?;
    anyhow::ensure!(answer["ok"] == true, "the owner is not let in: {answer}");
    Ok(())
}

async fn hosting(till: &Till) -> Result<Json> {
    till.ask("hosting", json!([])).await
}

/// One product, made at the till.
pub(crate) async fn make_tea(till: &Till) -> Result<()> {
    let id = sync_core::RecordId::derived(&[b"tea"]);
    let tea = json!({
        "name": "Tea", "code": crate::shop::TEA, "price": 250, "tax_rate": 0, "unit": "pc",
        "stocked": true, "archived": false,
    });
    till.ask("createProduct", json!([id, tea])).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_begins_a_shop_sells_and_is_its_master_again_after_a_restart() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let till = Till::with(options(folder.path())).await?;
    assert_eq!(hosting(&till).await?, json!({ "state": "elsewhere" }));
    begin_shop(&till).await?;
    assert_eq!(hosting(&till).await?["state"], "running");
    make_tea(&till).await?;
    let first = till.sell().await?;
    till.until_level().await?;
    // Dropped, not closed: the process is gone, the till's and the master's at once.
    drop(till);

    let till = Till::with(options(folder.path())).await?;
    till.until_level().await?;
    log_in(&till).await?;
    let second = till.sell().await?;
    assert_ne!(first, second);
    till.until_level().await?;
    till.until_sales(2).await?;
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_till_joins_a_shop_whose_master_is_a_till_and_both_go_on_while_it_is_stopped()
-> Result<()> {
    let (one, other) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let first = Till::with(options(one.path())).await?;
    begin_shop(&first).await?;
    make_tea(&first).await?;
    let address = hosting(&first).await?["address"].clone();
    let new = json!({ "name": "Till 2", "kind": "till", "readOnly": false });
    let code = first.ask("addDevice", json!([new])).await?["code"].clone();
    let second = Till::with(options(other.path())).await?;
    let code = code.as_str().context("there is no code")?.replace('-', "");
    second
        .ask("enroll", json!([code, "Till 2", address]))
        .await?;
    second.until_level().await?;
    log_in(&second).await?;

    // The other one would miss its main server.
    let asked = first.asked_at_closing().await.context("nothing is asked")?;
    assert!(asked.starts_with("1 other device is connected"), "{asked}");
    assert_eq!(second.asked_at_closing().await, None);

    first.ask("setHosting", json!([false])).await?;
    assert_eq!(hosting(&first).await?, json!({ "state": "stopped" }));
    let unsent = |status: &Json| status["pending"] == 1;
    first.sell().await?;
    second.sell().await?;
    first.until("one to send", unsent).await?;
    let asked = first.asked_at_closing().await.context("nothing is asked")?;
    assert!(asked.starts_with("1 sale or change has not"), "{asked}");
    second.until("one to send", unsent).await?;

    first.ask("setHosting", json!([true])).await?;
    for till in [&first, &second] {
        till.ask("retryNow", json!([])).await?;
        till.until_level().await?;
    }
    first.until_sales(2).await?;
    second.until_sales(2).await?;
    second.close().await?;
    first.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_joins_over_https_once_somebody_compared_the_fingerprint_and_knows_it_after_a_restart()
-> Result<()> {
    let (one, other) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let first = Till::with(options(one.path())).await?;
    begin_shop(&first).await?;
    make_tea(&first).await?;
    let lan = hosting(&first).await?["lan"].clone();
    let groups: Vec<String> = serde_json::from_value(lan["fingerprint"].clone())?;
    let new = json!({ "name": "Till 2", "kind": "till", "readOnly": false });
    let code = first.ask("addDevice", json!([new])).await?["code"].clone();
    let code = code.as_str().context("there is no code")?.replace('-', "");

    let second = Till::with(options(other.path())).await?;
    let address = format!("https://localhost:{}", port_of(&first).await?);
    let wrong = format!("{address}#{}", "ab".repeat(32));
    for unknown in [&address, &wrong] {
        let (refused, _) = second
            .refused("enroll", json!([code, "Till 2", unknown]))
            .await?;
        assert_eq!(refused, "unknown_master", "{unknown}");
    }
    let compared = format!("{address}#{}", groups.join(" "));
    second
        .ask("enroll", json!([code, "Till 2", compared]))
        .await?;
    second.until_level().await?;
    drop(second);

    let second = Till::with(options(other.path())).await?;
    log_in(&second).await?;
    // It is asked again who vouches for the master there, and plain http is not gone to any more.
    second.ask("setMaster", json!([address])).await?;
    let elsewhere = [
        (wrong.as_str(), "unknown_master"),
        ("http://192.0.2.9:7400", "not_secure"),
    ];
    for (place, code) in elsewhere {
        let (refused, _) = second.refused("setMaster", json!([place])).await?;
        assert_eq!(refused, code, "{place}");
    }
    second.sell().await?;
    second.until_level().await?;
    first.until_sales(1).await?;
    second.close().await?;
    first.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_somebody_took_keeps_nobody_from_selling_and_is_tried_again() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let till = Till::with(options(folder.path())).await?;
    begin_shop(&till).await?;
    make_tea(&till).await?;
    till.until_level().await?;
    let port = port_of(&till).await?;
    till.close().await?;

    let taken = TcpListener::bind(("127.0.0.1", port))?;
    let till = Till::with(options(folder.path())).await?;
    log_in(&till).await?;
    let (code, message) = till.refused("setHosting", json!([true])).await?;
    assert_eq!(code, "port_in_use");
    assert!(message.contains(&port.to_string()), "{message}");
    assert_eq!(hosting(&till).await?["state"], "failed");
    till.sell().await?;
    drop(taken);
    till.until_level().await?;
    assert_eq!(hosting(&till).await?["state"], "running");
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_was_begun_before_is_gone_on_with_by_its_owner_alone() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let till = Till::with(options(folder.path())).await?;
    begin_shop(&till).await?;
    till.close().await?;
    // The till's own files are lost, its master's are not.
    for entry in std::fs::read_dir(folder.path())? {
        let path = entry?.path();
        if path.is_file() {
            std::fs::remove_file(path)?;
        }
    }
    let till = Till::with(options(folder.path())).await?;
    let other = json!({ "shop": "My shop", "person": "Somebody", "pin": "9999" });
    let (code, _) = till.refused("openShop", json!([other, "Till 1"])).await?;
    assert_eq!(code, "shop_exists");
    begin_shop(&till).await?;
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_without_a_name_or_with_a_bad_pin_is_not_begun() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let till = Till::with(options(folder.path())).await?;
    let nameless = json!({ "shop": " ", "person": "Olive Owner", "pin": OWNER_PIN });
    let (code, _) = till
        .refused("openShop", json!([nameless, "Till 1"]))
        .await?;
    assert_eq!(code, "required");
    let bad = json!({ "shop": "Corner shop", "person": "Olive Owner", "pin": "12" });
    let (code, _) = till.refused("openShop", json!([bad, "Till 1"])).await?;
    assert_eq!(code, "invalid_pin");
    assert_eq!(hosting(&till).await?, json!({ "state": "elsewhere" }));
    till.close().await
}

/// The master of a shop, as the network tells of it.
async fn found(till: &Till, shop: &str) -> Result<Json> {
    loop {
        let told = till.ask("nearby", json!([])).await?;
        let masters = told.as_array().context("no list")?;
        if let Some(master) = masters.iter().find(|master| master["shop"] == shop) {
            return Ok(master.clone());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_finds_the_master_in_its_network_and_again_after_that_got_another_address()
-> Result<()> {
    let (one, other) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let first = Till::with(options(one.path())).await?;
    let shop = json!({ "shop": "Finders", "person": "Olive Owner", "pin": OWNER_PIN });
    first.ask("openShop", json!([shop, "Till 1"])).await?;
    first.until_level().await?;
    log_in(&first).await?;
    make_tea(&first).await?;
    let at = |port: u16| format!(":{port}");
    let (port, later) = (port_of(&first).await?, free_port());
    let new = json!({ "name": "Till 2", "kind": "till", "readOnly": false });
    let opened = first.ask("addDevice", json!([new])).await?;
    let code = opened["code"].as_str().context("there is no code")?;
    let code = code.replace('-', "");

    let second = Till::with(options(other.path())).await?;
    let master = found(&second, "Finders").await?;
    let word = |name: &str| master[name].as_str().map(ToOwned::to_owned);
    let (address, authority) = (word("address"), word("authority"));
    let address = address.context("no address")?;
    let authority = authority.context("no authority")?;
    assert!(
        address.starts_with("https://") && address.ends_with(&at(port)),
        "{address}"
    );
    // The invitation that people scan leads to the same one.
    let reach = &opened["reach"];
    assert_eq!(reach["authority"], json!(authority));
    for (way, scheme) in [("address", "https://"), ("page", "http://")] {
        let way = reach[way].as_str().context("no way")?;
        assert!(way.starts_with(scheme) && way.ends_with(&at(port)), "{way}");
    }
    // That the network says who vouches for it is no reason to believe it.
    let (refused, _) = second
        .refused("enroll", json!([code, "Till 2", address]))
        .await?;
    assert_eq!(refused, "unknown_master");
    let compared = format!("{address}#{authority}");
    second
        .ask("enroll", json!([code, "Till 2", compared]))
        .await?;
    second.until_level().await?;
    log_in(&second).await?;

    first.close().await?;
    let settings = one.path().join("settings.json");
    let kept = std::fs::read_to_string(&settings)?;
    std::fs::write(
        &settings,
        kept.replace(&port.to_string(), &later.to_string()),
    )?;
    second.sell().await?;
    let first = Till::with(options(one.path())).await?;
    second.until_level().await?;
    first.until_sales(1).await?;
    let about = second.ask("about", json!([])).await?;
    // Of its addresses any: on one machine the loopback may be heard before the network.
    let followed = about["master"].as_str().context("no master")?;
    assert!(
        followed.starts_with("https://") && followed.ends_with(&at(later)),
        "{followed}"
    );
    second.close().await?;

    // It knows the new one after its next start, too.
    let second = Till::with(options(other.path())).await?;
    second.until_level().await?;
    second.close().await?;
    first.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_that_fills_the_screen_does_so_after_its_next_start_too() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let till = Till::with(options(folder.path())).await?;
    till.screen.filled(false).await?;
    till.ask("setFullScreen", json!([true])).await?;
    till.screen.filled(true).await?;
    drop(till);
    let till = Till::with(options(folder.path())).await?;
    till.screen.filled(true).await?;
    assert_eq!(till.ask("about", json!([])).await?["fullScreen"], true);
    till.ask("setFullScreen", json!([false])).await?;
    till.screen.filled(false).await?;
    till.close().await
}
