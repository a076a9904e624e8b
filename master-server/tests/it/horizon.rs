//! A log that lets go of what is old, and devices that come back from before that.

use master_server::Master as Serving;
use master_server::config::Config;
use master_server::ledger::{Options, Retention, Standing, horizon, standing, verify_file};
use serde_json::Value;
use sync_core::{Cursor, Frame, Position, Pull, Pushed, SnapshotLine};

use crate::doors::Asker;
use crate::support::{Corner, Device, Master, World, hello, open};

const DAY: u64 = 86_400_000;

fn keeping(days: u32, positions: u64) -> Options {
    Options {
        retention: Retention { days, positions },
        ..Options::default()
    }
}

async fn sell(world: &World, till: &mut Device, count: usize) {
    let sales: Vec<Pushed> = (0..count).map(|_| till.sell("tea")).collect();
    for some in sales.chunks(500) {
        world.push(some).await.expect("decided");
    }
}

async fn begin(world: &World) -> Position {
    let read = world.ledger.read(|reading| horizon(reading.connection));
    read.await.expect("readable")
}

#[tokio::test]
async fn changes_of_old_days_leave_and_everything_else_stays() {
    let mut world = World::with(&keeping(30, u64::MAX));
    let mut till = world.till("till 1").await;
    sell(&world, &mut till, 5).await;
    world.pass(20 * DAY);
    sell(&world, &mut till, 3).await;
    assert_eq!(begin(&world).await, Position(0));
    world.pass(11 * DAY);
    sell(&world, &mut till, 1).await;
    assert_eq!(begin(&world).await, Position(5));
    let log_id = world.ledger.identity().log_id;
    let at = move |position| Cursor {
        log_id,
        position: Position(position),
    };
    let found = world.ledger.read(move |reading| {
        let look = |position| standing(reading.connection, log_id, at(position), None);
        Ok([look(0)?, look(4)?, look(5)?, look(9)?])
    });
    let expected = [
        Standing::Gone,
        Standing::Gone,
        Standing::Good,
        Standing::Good,
    ];
    assert_eq!(found.await.expect("readable"), expected);
    let report = verify_file(&world.path(), &Corner::new()).expect("readable");
    assert!(report.ok, "{:?}", report.faults);
    assert_eq!((report.head, report.mutations), (Position(9), 9));
    world.reopen();
    assert_eq!(begin(&world).await, Position(5));
}

#[tokio::test]
async fn a_log_that_is_too_long_lets_go_step_by_step_until_it_fits() {
    let mut world = World::new();
    let mut till = world.till("till 1").await;
    sell(&world, &mut till, 1_300).await;
    world.ledger = open(&world.path(), &world.env(), &keeping(u32::MAX, 100));
    let mut before = begin(&world).await;
    assert_eq!(before, Position(0));
    loop {
        sell(&world, &mut till, 1).await;
        let now = begin(&world).await;
        assert!(now.0 - before.0 <= 1_000, "{before} to {now} in one batch");
        if now == before {
            break;
        }
        before = now;
    }
    let kept = till.seq.0 - before.0;
    assert!((100..=201).contains(&kept), "{kept} are kept");
}

#[tokio::test]
async fn a_device_from_before_the_begin_is_told_to_take_a_snapshot() {
    let world = World::with(&keeping(30, u64::MAX));
    let (mut busy, away) = (world.till("till 1").await, world.till("till 2").await);
    sell(&world, &mut busy, 5).await;
    world.pass(31 * DAY);
    sell(&world, &mut busy, 1).await;
    let master = Master::with(world, Default::default()).await;
    let mut said = hello(&master.world, &away).await;
    let cursor = |position| Cursor {
        log_id: master.world.ledger.identity().log_id,
        position: Position(position),
    };
    said.cursor = Some(cursor(2));
    let mut link = master.link().await;
    link.greet(said).await;
    let pull = |position| {
        Frame::Pull(Pull {
            cursor: cursor(position),
            limit: 100,
        })
    };
    link.send(&pull(2)).await;
    let Some(Frame::SnapshotRequired(told)) = link.next().await else {
        panic!("not told")
    };
    assert!(told.reason.contains("begins after"), "{}", told.reason);
    link.send(&pull(5)).await;
    assert!(matches!(link.next().await, Some(Frame::Changes(page)) if page.span.to == Position(6)));
    let door = Asker::of(&master.state);
    let log = cursor(2).log_id;
    let path = format!(
        "/v1/sync/pull?generation={}&log={}&position=2",
        log.generation, log.uuid
    );
    assert_eq!(
        door.get(&path, Some(&away.token)).await.code(),
        "foreign_cursor"
    );
}

#[tokio::test]
async fn a_snapshot_that_began_before_the_begin_starts_anew() {
    let world = World::with(&keeping(30, u64::MAX));
    let mut till = world.till("till 1").await;
    sell(&world, &mut till, 5).await;
    world.pass(31 * DAY);
    sell(&world, &mut till, 1).await;
    let master = Master::with(world, Default::default()).await;
    let door = Asker::of(&master.state);
    let log = master.world.ledger.identity().log_id;
    let start = async |position: u64| {
        let path = format!(
            "/v1/sync/snapshot?generation={}&log={}&position={position}",
            log.generation, log.uuid
        );
        let text = door.get(&path, Some(&till.token)).await.text;
        let first = text.lines().next().expect("a first line");
        match serde_json::from_str(first).expect("a line") {
            SnapshotLine::Head(head) => head.start.position,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(start(3).await, Position(6), "anew, at the head");
    assert_eq!(start(5).await, Position(5), "resumed");
    let status: Value = door.get("/v1/sync/status", Some(&till.token)).await.json();
    assert_eq!(status["horizon"], 5);
}

#[tokio::test]
async fn a_master_keeps_as_much_of_the_log_as_it_is_told() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        demo: true,
        log_positions: 1,
        ..Config::default()
    };
    let serving = Serving::start(dir.path(), config, None).await;
    let serving = serving.expect("it serves");
    let read = serving.ledger().read(|reading| horizon(reading.connection));
    assert!(read.await.expect("readable") > Position(0));
    serving.stop().await;
}
