//! Receipts and the cash drawer at a till: what is printed, and that a sale never hangs on it.

use std::fs;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::Path;

use anyhow::{Context, Result};
use nix::pty::openpty;
use nix::sys::termios::{LocalFlags, OutputFlags, SetArg, tcgetattr, tcsetattr};
use nix::unistd::ttyname;
use serde_json::{Value as Json, json};
use sync_client::platform::{now, random};
use sync_core::RecordId;

use crate::fake_printer::{FakePrinter, Manner};
use crate::hosting::{begin_shop, log_in, make_tea, options};
use crate::printed::{Code, read};
use crate::shop::Shop;
use crate::till::{Till, folder};

/// A shop whose owner stands at its one till.
async fn open(folder: &Path) -> Result<Till> {
    let till = Till::with(options(folder)).await?;
    begin_shop(&till).await?;
    make_tea(&till).await?;
    Ok(till)
}

fn network(printer: &FakePrinter) -> Json {
    json!({ "kind": "network", "address": printer.address().to_string() })
}

/// Prints every sale, and opens the drawer where cash goes in or out.
async fn set(till: &Till, connection: Json) -> Result<()> {
    let settings = json!({
        "connection": connection, "columns": 42, "automatic": true, "drawer": true,
    });
    till.ask("setPrinter", json!([settings])).await.map(drop)
}

/// Sells one Tea; its id and the number of its receipt.
async fn sell(till: &Till, payment: Option<Json>) -> Result<(Json, String)> {
    let mut cart = till.cart().await?;
    if let Some(payment) = payment {
        cart[1] = json!([payment]);
    }
    let id = cart[0]["id"].clone();
    let sold = till.try_sell(cart).await?;
    let number = sold.map_err(|(code, _)| anyhow::anyhow!("not sold: {code}"))?;
    Ok((id, number))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_is_printed_once_and_cash_alone_opens_the_drawer() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let printer = FakePrinter::start(Manner::Answers).await?;
    let till = open(folder.path()).await?;
    let before = till.ask("printing", json!([])).await?;
    assert_eq!(before["place"], "nowhere");
    assert_eq!(before["settings"]["connection"], json!({ "kind": "none" }));
    let (id, _) = sell(&till, None).await?;
    let (code, _) = till.refused("printReceipt", json!([id, "first"])).await?;
    assert_eq!(code, "no_printer");
    let made = till.ask("printReceipt", json!([id, "made"])).await?;
    assert_eq!(made, "not_wanted");

    set(&till, network(&printer)).await?;
    assert_eq!(till.ask("printing", json!([])).await?["place"], "here");
    let (id, number) = sell(&till, None).await?;
    for answer in ["done", "not_wanted"] {
        let made = till.ask("printReceipt", json!([id, "made"])).await?;
        assert_eq!(made, answer);
    }
    let printed = printer.until(|printed| !printed.papers.is_empty()).await?;
    assert_eq!((printed.papers.len(), printed.pulses), (1, 1));
    assert_eq!(printed.papers[0].codes, [Code::Bars(number.clone())]);
    let text = printed.papers[0].text();
    for line in [
        "Corner shop",
        "Tea",
        "TOTAL                                £2.50",
    ] {
        assert!(text.lines().any(|each| each == line), "{line:?} in {text}");
    }
    assert!(!text.contains("COPY"));

    let (card, _) = sell(&till, Some(json!({ "method": "card", "amount": 250 }))).await?;
    till.ask("printReceipt", json!([card, "made"])).await?;
    till.ask("printReceipt", json!([id, "copy"])).await?;
    let printed = printer.until(|printed| printed.papers.len() == 3).await?;
    assert_eq!(printed.pulses, 1, "neither for a card nor for a copy");
    assert!(printed.papers[2].text().contains("COPY"));
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_stands_whatever_the_printer_does_and_is_printed_when_that_is_back() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let printer = FakePrinter::start(Manner::Silent).await?;
    let address = printer.address();
    let till = open(folder.path()).await?;
    set(&till, network(&printer)).await?;
    printer.off().await;
    let (id, number) = sell(&till, None).await?;
    let (code, message) = till.refused("printReceipt", json!([id, "made"])).await?;
    assert_eq!(code, "printer_unreachable");
    assert!(message.contains(&address.to_string()), "{message}");
    till.until_level().await?;
    till.until_sales(1).await?;

    let printer = FakePrinter::at(address, Manner::Silent).await?;
    let first = till.ask("printReceipt", json!([id, "first"])).await?;
    assert_eq!(first, "done");
    let printed = printer.until(|printed| !printed.papers.is_empty()).await?;
    assert_eq!(printed.papers[0].codes, [Code::Bars(number)]);
    assert!(!printed.papers[0].text().contains("COPY"));
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_says_what_keeps_it_is_believed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let printer = FakePrinter::start(Manner::OutOfPaper).await?;
    let till = open(folder.path()).await?;
    set(&till, network(&printer)).await?;
    let (id, _) = sell(&till, None).await?;
    let (code, _) = till.refused("printReceipt", json!([id, "made"])).await?;
    assert_eq!(code, "printer_out_of_paper");
    assert!(printer.printed()?.papers.is_empty());
    printer.behave(Manner::Answers);
    till.ask("printReceipt", json!([id, "first"])).await?;
    assert_eq!(printer.printed()?.papers.len(), 1);
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_hangs_is_given_up_keeps_no_sale_waiting_and_what_follows_keeps_its_order()
-> Result<()> {
    let folder = tempfile::tempdir()?;
    let printer = FakePrinter::start(Manner::Answers).await?;
    let till = open(folder.path()).await?;
    set(&till, network(&printer)).await?;
    till.ask("printTestPage", json!([])).await?;
    assert_eq!(printer.printed()?.pulses, 1);

    printer.behave(Manner::Hangs);
    let (stuck, _) = sell(&till, None).await?;
    let print = till.refused("printReceipt", json!([stuck, "made"]));
    let further = async {
        let mut further = Vec::new();
        for _ in 0..2 {
            further.push(sell(&till, None).await?);
        }
        // Sold while the printer hung; what waits behind it is printed in its order.
        printer.behave(Manner::Answers);
        for (id, _) in &further {
            let args = json!([id, "made"]);
            till.ask("printReceipt", args).await?;
        }
        anyhow::Ok(further)
    };
    let (refused, further) = tokio::join!(print, further);
    assert_eq!(refused?.0, "printer_timed_out");
    let further = further?;
    let printed = printer.until(|printed| printed.papers.len() == 3).await?;
    let codes = printed.papers[1..].iter().map(|paper| &paper.codes[0]);
    let wanted: Vec<Code> = further
        .into_iter()
        .map(|(_, number)| Code::Bars(number))
        .collect();
    assert!(codes.eq(wanted.iter()), "{printed:?}");
    till.until_sales(3).await?;
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_that_is_killed_while_it_prints_has_its_sale() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let printer = FakePrinter::start(Manner::Answers).await?;
    let till = open(folder.path()).await?;
    set(&till, network(&printer)).await?;
    till.ask("printTestPage", json!([])).await?;
    printer.behave(Manner::Hangs);
    let (id, number) = sell(&till, None).await?;
    // Asked for and nowhere near an answer.
    let print = till.ask("printReceipt", json!([id, "made"]));
    let asked = tokio::time::timeout(std::time::Duration::from_millis(200), print).await;
    assert!(asked.is_err(), "the printer hangs");
    drop(till);

    printer.behave(Manner::Answers);
    let till = Till::with(options(folder.path())).await?;
    till.until_level().await?;
    log_in(&till).await?;
    till.until_sales(1).await?;
    // The settings were kept as well.
    let copy = till.ask("printReceipt", json!([id, "copy"])).await?;
    assert_eq!(copy, "done");
    let printed = printer.until(|printed| printed.papers.len() == 2).await?;
    assert_eq!(printed.papers[1].codes, [Code::Bars(number)]);
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_and_a_serial_port_take_what_a_network_would() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let till = open(folder.path()).await?;
    let file = folder.path().join("printed");
    set(&till, json!({ "kind": "file", "path": file })).await?;
    let (id, number) = sell(&till, None).await?;
    till.ask("printReceipt", json!([id, "made"])).await?;
    till.ask("printReceipt", json!([id, "copy"])).await?;
    let printed = read(&fs::read(&file)?)?;
    assert_eq!(
        (printed.papers.len(), printed.pulses, printed.asked),
        (2, 1, 0)
    );
    assert_eq!(printed.papers[0].codes, [Code::Bars(number.clone())]);

    let pair = openpty(None, None)?;
    let mut raw = tcgetattr(&pair.slave)?;
    raw.output_flags.remove(OutputFlags::OPOST);
    raw.local_flags
        .remove(LocalFlags::ECHO | LocalFlags::ICANON);
    tcsetattr(&pair.slave, SetArg::TCSANOW, &raw)?;
    let port = ttyname(&pair.slave)?;
    let taking = take(pair.master);
    set(
        &till,
        json!({ "kind": "serial", "port": port, "speed": 9600 }),
    )
    .await?;
    till.ask("printReceipt", json!([id, "copy"])).await?;
    drop(pair.slave);
    let printed = read(&taking.join().expect("it reads"))?;
    assert_eq!(printed.papers[0].codes, [Code::Bars(number)]);

    let gone = json!({ "kind": "file", "path": "/dev/tillsync-no-such-printer" });
    set(&till, gone).await?;
    let (code, _) = till.refused("printReceipt", json!([id, "copy"])).await?;
    assert_eq!(code, "printer_unreachable");
    assert!(!Path::new("/dev/tillsync-no-such-printer").exists());
    till.close().await
}

/// Reads what comes out of the other end of a serial port until that is closed.
fn take(port: OwnedFd) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let (mut bytes, mut part) = (Vec::new(), [0; 512]);
        let mut port = fs::File::from(port);
        while let Ok(count @ 1..) = port.read(&mut part) {
            bytes.extend(&part[..count]);
        }
        bytes
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawer_that_is_opened_without_a_sale_is_in_its_report() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let printer = FakePrinter::start(Manner::Silent).await?;
    let till = open(folder.path()).await?;
    let id = || RecordId::new(now(), random());
    let args = json!([id(), "Changed a note"]);
    let (code, _) = till.refused("openCashDrawer", args.clone()).await?;
    assert_eq!(code, "no_cash_drawer");
    set(&till, network(&printer)).await?;
    let (code, _) = till.refused("openCashDrawer", args.clone()).await?;
    assert_eq!(code, "no_drawer", "there is no report to write it into");

    let session = id();
    till.ask("openDrawer", json!([session, 5_000])).await?;
    let (code, _) = till.refused("openCashDrawer", json!([id(), "  "])).await?;
    assert_eq!(code, "empty");
    till.ask("openCashDrawer", args).await?;
    let move_in = json!([{ "id": id(), "kind": "add", "amount": 100, "reason": "From the bank" }]);
    till.ask("moveCash", move_in).await?;
    let printed = printer.until(|printed| printed.pulses == 2).await?;
    assert!(printed.papers.is_empty());
    till.until_level().await?;
    let report = till.ask("drawerReport", json!([session])).await?;
    assert_eq!(report["moves"][0]["kind"], "no_sale");
    assert_eq!(report["moves"][0]["reason"], "Changed a note");
    assert_eq!(report["expected"], 5_100);
    till.ask("printReport", json!([session])).await?;
    let printed = printer.until(|printed| printed.papers.len() == 1).await?;
    assert!(printed.papers[0].text().contains("Changed a note"));
    assert_eq!(till.ask("attention", json!([])).await?, json!([]));
    till.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_is_set_up_by_who_may_and_what_cannot_be_used_is_named() -> Result<()> {
    let shop = Shop::open().await?;
    let till = Till::open(&folder(&shop)).await?;
    till.join(&shop).await?;
    let settings = json!({ "connection": { "kind": "none" }, "columns": 42, "automatic": false, "drawer": false });
    for (method, args) in [
        ("setPrinter", json!([settings])),
        ("printerPorts", json!([])),
        ("printTestPage", json!([])),
    ] {
        let (code, _) = till.refused(method, args).await?;
        assert_eq!(code, "permission_denied", "{method}");
    }
    till.close().await?;

    let folder = tempfile::tempdir()?;
    let till = open(folder.path()).await?;
    for (connection, columns) in [
        (json!({ "kind": "network", "address": "http://x" }), 42),
        (json!({ "kind": "serial", "port": "", "speed": 9600 }), 42),
        (json!({ "kind": "file", "path": "lp0" }), 42),
        (json!({ "kind": "none" }), 200),
    ] {
        let wrong = json!([{ "connection": connection, "columns": columns, "automatic": false, "drawer": false }]);
        let (code, _) = till.refused("setPrinter", wrong).await?;
        assert_eq!(code, "bad_printer");
    }
    let ports = till.ask("printerPorts", json!([])).await?;
    for part in ["serial", "usb", "files"] {
        assert!(ports[part].is_array(), "{ports}");
    }
    let (code, _) = till.refused("printTestPage", json!([])).await?;
    assert_eq!(code, "no_printer");
    till.close().await
}

/// A second till, which has no printer of its own, in the shop of the first.
async fn beside(till: &Till, folder: &Path) -> Result<(Till, String)> {
    let hosting = till.ask("hosting", json!([])).await?;
    let address = hosting["address"].as_str().context("it runs")?.to_owned();
    let new = json!({ "name": "Tablet", "kind": "terminal", "readOnly": false });
    let code = till.ask("addDevice", json!([new])).await?;
    let tablet = Till::open(folder).await?;
    tablet
        .ask("enroll", json!([code["code"], "Tablet", address]))
        .await?;
    tablet.until_level().await?;
    log_in(&tablet).await?;
    Ok((tablet, address))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_without_a_printer_prints_on_that_of_the_till_that_is_the_master() -> Result<()> {
    let (one, other) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let printer = FakePrinter::start(Manner::Answers).await?;
    let till = open(one.path()).await?;
    let (tablet, address) = beside(&till, other.path()).await?;
    let place = || async { anyhow::Ok(tablet.ask("printing", json!([])).await?["place"].clone()) };
    assert_eq!(place().await?, "nowhere");
    let (id, number) = sell(&tablet, None).await?;
    let (code, _) = tablet.refused("printReceipt", json!([id, "first"])).await?;
    assert_eq!(code, "no_printer");

    set(&till, network(&printer)).await?;
    assert_eq!(place().await?, "master");
    let printed = tablet.ask("printReceipt", json!([id, "first"])).await?;
    assert_eq!(printed, "done");
    let printed = printer.until(|printed| !printed.papers.is_empty()).await?;
    assert_eq!(printed.papers[0].codes, [Code::Bars(number)]);
    assert_eq!(printed.pulses, 0, "nobody stands at that drawer");

    printer.behave(Manner::OutOfPaper);
    let (code, _) = tablet.refused("printReceipt", json!([id, "copy"])).await?;
    assert_eq!(code, "printer_out_of_paper");
    let door = format!("{address}/v1/print");
    assert_eq!(raw(&door, "GET", "").await?, 401);
    assert_eq!(raw(&door, "POST", "{}").await?, 401);

    till.ask("setHosting", json!([false])).await?;
    tablet
        .until("alone", |status| status["connection"]["state"] != "online")
        .await?;
    assert_eq!(place().await?, "nowhere");
    let (code, _) = tablet.refused("printReceipt", json!([id, "copy"])).await?;
    assert_eq!(code, "needs_master");
    tablet.close().await?;
    till.close().await
}

/// The status of a request without a token.
async fn raw(url: &str, method: &str, body: &str) -> Result<u16> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (host, path) = url
        .trim_start_matches("http://")
        .split_once('/')
        .context("an address with a path")?;
    let mut socket = tokio::net::TcpStream::connect(host).await?;
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1).context("a status")?;
    Ok(status.parse()?)
}
