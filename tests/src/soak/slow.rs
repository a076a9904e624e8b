//! Tills behind a slow link that loses packets: a network namespace of their own, and netem.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use retail::{CartLine, Person, Product, collection, id_of_code};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sync_client::storage::sqlite::SqliteStorage;
use sync_client::transport::NativeTransport;
use sync_client::{Client, Config, ConnectionState, Enrolment};
use sync_core::{Millis, Quantity, RecordId};

use crate::world::{Clerk, Master, hire, master_agrees, patiently, read_only};

/// How long everything may take.
const LIMIT: Duration = Duration::from_secs(20 * 60);
/// Progress is told after every so many sales.
const TOLD_EVERY: usize = 100;
/// The master's side of the link, and the tills'.
const ENDS: [&str; 2] = ["10.231.77.1", "10.231.77.2"];
/// What the link does, each way.
const NETEM: &str = "netem delay 150ms 50ms loss 5% rate 2mbit limit 10000";
/// The same as far as a kernel without netem goes: few bytes a second, waits behind what is queued,
/// and a queue without room for every 16th packet, by the number in its head (not 0: the answer to a
/// connection has no other).
const WITHOUT_NETEM: [&str; 6] = [
    "tc qdisc add dev DEV root handle 1: htb default 10",
    "tc class add dev DEV parent 1: classid 1:10 htb rate 2mbit",
    "tc class add dev DEV parent 1: classid 1:20 htb rate 8kbit",
    "tc qdisc add dev DEV parent 1:10 handle 10: pfifo limit 200",
    "tc qdisc add dev DEV parent 1:20 handle 20: bfifo limit 1",
    "tc filter add dev DEV parent 1: protocol ip prio 1 u32 match u16 0x0007 0x000f at 4 flowid 1:20",
];

/// What the tills' process is told.
#[derive(Serialize, Deserialize)]
struct Plan {
    url: String,
    person: RecordId,
    codes: Vec<String>,
    sales: usize,
}

/// Lets so many tills sell through the link, and looks whether everything arrived once. Gives its
/// figures.
///
/// # Errors
/// When something is lost or doubled, does not come in time, or there can be no such link here.
pub async fn run(clients: usize, sales: usize) -> Result<Value> {
    let link = Bad::open().context("not run, there is no bad link to run it through")?;
    let dir = tempfile::tempdir()?;
    let mut master = Master::new(dir.path())?;
    let goods = dir.path().join("products.csv");
    std::fs::write(&goods, "code,name,price,stock\n10001,Tea,2.50,1000000\n")?;
    let goods = goods.to_str().context("a path that is no text")?;
    master.command(["import", goods]).await?.successful()?;
    let person = hire(&master, "Tester").await?.id;
    master.set_listen(&format!("{}:0", ENDS[0]));
    master.set_options(&["--insecure-lan"]);
    let address = master.start().await?;
    let mut codes = Vec::with_capacity(clients);
    for number in 0..clients {
        codes.push(master.code(&format!("till-{number}")).await?);
    }
    let plan = Plan {
        url: format!("http://{address}"),
        person,
        codes,
        sales,
    };
    let file = dir.path().join("plan.json");
    std::fs::write(&file, serde_json::to_vec(&plan)?)?;
    let begun = Instant::now();
    let mut tills = tokio::process::Command::new("ip");
    tills
        .args(["netns", "exec", &link.name])
        .arg(std::env::current_exe()?)
        .arg("tills")
        .arg(&file)
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    // What they say of their progress goes where ours does.
    let tills = tills.spawn()?.wait_with_output();
    let output = patiently(LIMIT, "the tills", tills).await??;
    ensure!(
        output.status.success(),
        "the tills failed: {}",
        output.status
    );
    let told: Value = serde_json::from_slice(&output.stdout).context("the tills say nothing")?;
    let seconds = begun.elapsed().as_secs_f64();
    let ledger = read_only(&master.ledger())?;
    let count = "SELECT count(*) FROM c_sales WHERE NOT deleted";
    let kept: i64 = ledger.query_row(count, [], |row| row.get(0))?;
    let kept = usize::try_from(kept)?;
    ensure!(
        kept == clients * sales,
        "{kept} of {} sales arrived",
        clients * sales
    );
    master.stop().await?;
    master.command(["verify"]).await?.successful()?;
    Ok(json!({
        "clients": clients, "sales": kept, "seconds": seconds, "tills": told,
        "link": link.does,
    }))
}

/// The tills, inside of the namespace.
///
/// # Errors
/// When one of them does not come level.
pub async fn tills(plan: &Path) -> Result<Value> {
    let dir = plan.parent().context("a plan lies in a folder")?.to_owned();
    let plan: Plan = serde_json::from_slice(&std::fs::read(plan)?)?;
    let begun = Instant::now();
    let sold = Arc::new(AtomicUsize::new(0));
    let all = plan.codes.len() * plan.sales;
    let mut running = Vec::new();
    for (number, code) in plan.codes.iter().enumerate() {
        let file = dir.join(format!("till-{number}.sqlite"));
        let (url, code, person) = (plan.url.clone(), code.clone(), plan.person);
        let sold = Arc::clone(&sold);
        let told = move || {
            let sold = sold.fetch_add(1, Ordering::Relaxed) + 1;
            if sold.is_multiple_of(TOLD_EVERY) {
                eprintln!("soak: {sold} of {all} sales are saved");
            }
        };
        running.push(tokio::spawn(till(
            number,
            file,
            url,
            code,
            person,
            (plan.sales, told),
        )));
    }
    let mut clients = Vec::new();
    let mut saved = Vec::new();
    for one in running {
        let (client, slowest) = one.await??;
        clients.push(client);
        saved.push(slowest);
    }
    let sent = begun.elapsed().as_secs_f64();
    eprintln!("soak: everything is sent after {sent:.0} s");
    let wanted = all;
    let all = |client: &Client| {
        let sales = client.query(&sync_client::Query::all(collection::SALES).window(0, 0));
        client.status().borrow().pending == 0 && sales.total == wanted
    };
    for client in &clients {
        let mut changes = client.changes();
        while !all(client) {
            changes.changed().await.context("a till ended")?;
        }
    }
    let level = begun.elapsed().as_secs_f64();
    let mut resent = 0;
    for client in &clients {
        let (cursor, sums) = client.checksums();
        let cursor = cursor.context("a till that is level")?;
        ensure!(
            master_agrees(client, cursor, &sums).await? == Some(true),
            "checksums differ"
        );
        resent += client.position().resent;
        ensure!(client.attention().is_empty(), "something was refused");
    }
    Ok(json!({
        "all_sent_s": sent, "all_level_s": level, "resent": resent,
        "slowest_save_ms": saved.into_iter().max(),
    }))
}

async fn till(
    number: usize,
    file: PathBuf,
    url: String,
    code: String,
    person: RecordId,
    (sales, told): (usize, impl Fn()),
) -> Result<(Client, u64)> {
    let config = Config {
        device_name: format!("till-{number}"),
        enrolment: Enrolment::Code(code),
        seed: number as u64,
        ..Config::default()
    };
    let storage = SqliteStorage::open(&file).await?;
    let transport = NativeTransport::new(&url);
    let client = Client::open(config, Arc::new(retail::Retail), storage, transport).await?;
    let mut status = client.status();
    status
        .wait_for(|status| {
            let ready = status.connection == ConnectionState::Online;
            ready
                && status.registered
                && status.first_sync.is_none()
                && status.last_synced_at.is_some()
        })
        .await?;
    let clerk = Clerk {
        person: Person {
            id: person,
            name: "Tester".to_owned(),
            role: retail::Role::Owner,
            verified: sync_core::Verified::Host,
            approved_by: None,
        },
        reference: None,
        customer: None,
        at: Millis(1_291_191_960_000),
    };
    let mut slowest = 0;
    for sale in 0..sales {
        let id = RecordId::derived(&[b"soak", &number.to_be_bytes(), &sale.to_be_bytes()]);
        let tea = id_of_code("10001");
        let product = client.get(collection::PRODUCTS, tea).context("no tea")?;
        let product: Product = product
            .doc
            .to_typed()
            .map_err(|_| anyhow::anyhow!("no product"))?;
        let line = RecordId::derived(&[b"line", id.bytes()]);
        let line = CartLine::of(line, tea, &product, Quantity::units(1));
        let begun = Instant::now();
        clerk.sell(&client, id, vec![line]).await?;
        slowest = slowest.max(begun.elapsed().as_millis() as u64);
        told();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    status.wait_for(|status| status.pending == 0).await?;
    Ok((client, slowest))
}

/// A network namespace at the end of a bad link; gone when dropped.
struct Bad {
    name: String,
    /// What the link does, each way.
    does: String,
}

impl Bad {
    fn open() -> Result<Self> {
        let id = std::process::id();
        let mut bad = Self {
            name: format!("tillsync-{id}"),
            does: String::new(),
        };
        let (near, far) = (format!("tsn{id}"), format!("tsf{id}"));
        succeed("ip", &["netns", "add", &bad.name])
            .context("a network namespace needs root and iproute2")?;
        let peer = ["link", "add", &near, "type", "veth", "peer", "name", &far];
        succeed("ip", &peer)?;
        succeed("ip", &["link", "set", &far, "netns", &bad.name])?;
        let ends: [(&str, &str, &[&str]); 2] = [
            (&near, ENDS[0], &[]),
            (&far, ENDS[1], &["ip", "netns", "exec", &bad.name]),
        ];
        for (end, address, inside) in ends {
            let run = |arguments: &[&str]| {
                let all: Vec<&str> = inside.iter().chain(arguments).copied().collect();
                succeed(all[0], &all[1..])
            };
            run(&["ip", "addr", "add", &format!("{address}/24"), "dev", end])?;
            // One packet is one packet: what is lost is not sixty of them at once.
            run(&["ip", "link", "set", "dev", end, "gso_max_segs", "1"])?;
            run(&["ip", "link", "set", end, "up"])?;
            let netem = format!("tc qdisc add dev {end} root {NETEM}");
            let without_netem = WITHOUT_NETEM.map(|line| line.replace("DEV", end));
            let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
            let all = |lines: &[String]| {
                lines.iter().try_for_each(|line| {
                    let line = words(line);
                    run(&line.iter().map(String::as_str).collect::<Vec<_>>())
                })
            };
            bad.does = match all(&[netem]) {
                Ok(()) => NETEM.to_owned(),
                Err(_) => {
                    all(&without_netem).context("this kernel can neither delay nor drop")?;
                    "no netem here: htb 2mbit, every 16th packet lost".to_owned()
                }
            };
        }
        Ok(bad)
    }
}

impl Drop for Bad {
    fn drop(&mut self) {
        // The pair of ends goes with the namespace that has one of them.
        if let Err(error) = succeed("ip", &["netns", "del", &self.name]) {
            eprintln!("soak: {error:#}");
        }
    }
}

fn succeed(program: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new(program).args(arguments).output();
    let output = output.with_context(|| format!("{program} cannot be run"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{program} {} failed: {}", arguments.join(" "), said.trim());
    }
    Ok(())
}
