//! Holes that no device can fill.

use master_server::ledger::{Command, Filter, read_audit, verify_file};
use sync_core::{Code, Seq, Verdict};

use crate::support::{Corner, Device, World};

async fn skip(world: &World, till: &Device, seq: u64) -> Result<(), sync_core::WireError> {
    let (device, seq) = (till.info.id, Seq(seq));
    let skipped = world.ledger.command(Command::SkipTo { device, seq });
    skipped.await.map(drop)
}

#[tokio::test]
async fn a_device_goes_on_over_numbers_that_nobody_has() {
    let world = World::new();
    let mut till = world.till("till 1").await;
    let sales: Vec<_> = (0..5).map(|_| till.sell("tea")).collect();
    world.push(&sales[..1]).await.expect("decided");
    let gap = world.push(&sales[3..]).await.expect_err("a gap");
    assert_eq!((gap.code, gap.expected_seq), (Code::Gap, Some(Seq(2))));
    skip(&world, &till, 4).await.expect("skipped");
    let decided = world.push(&sales[3..]).await.expect("decided").outcomes;
    let all = decided.iter().all(|o| o.verdict == Verdict::Accepted);
    assert!(all && decided.len() == 2, "{decided:?}");
    let filter = Filter {
        kind: Some("skipped".to_owned()),
        device: Some(till.info.id),
        limit: 10,
        ..Filter::default()
    };
    let read = world
        .ledger
        .read(move |r| read_audit(r.connection, &filter));
    let entries = serde_json::to_value(read.await.expect("readable").entries).expect("JSON");
    assert_eq!(entries[0]["payload"]["from"], 2);
    assert_eq!(entries[0]["payload"]["to"], 3);
    let report = verify_file(&world.path(), &Corner::new()).expect("readable");
    assert!(report.ok, "{:?}", report.faults);
}

#[tokio::test]
async fn nothing_is_skipped_where_nothing_is_missing() {
    let world = World::new();
    let mut till = world.till("till 1").await;
    world.push(&[till.sell("tea")]).await.expect("decided");
    for wrong in [0, 1, 2, 20_000] {
        let refused = skip(&world, &till, wrong).await.expect_err("refused");
        assert_eq!(refused.code, Code::Validation, "{wrong}");
    }
    world.push(&[till.sell("tea")]).await.expect("decided");
}

#[tokio::test]
async fn a_skipped_number_that_turns_up_makes_its_device_enrol_again() {
    let world = World::new();
    let mut till = world.till("till 1").await;
    let late = till.sell("tea");
    skip(&world, &till, 2).await.expect("skipped");
    let refused = world.push(&[late]).await.expect_err("another content");
    assert_eq!(refused.code, Code::IdentityClosed);
}
