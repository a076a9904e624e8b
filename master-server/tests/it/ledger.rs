//! What the ledger promises: once, in order, durable, and one verdict per mutation.

use master_server::ledger::{Health, Options, SqlRecords, head};
use sync_core::json::Raw;
use sync_core::{
    Code, DeviceKind, Digest, Document, Envelope, Hlc, Millis, Position, Pushed, Seq, Verdict, Void,
};

use crate::support::{Device, World, level_of, record_id};

async fn on_hand(world: &World, product: &str) -> Option<i64> {
    let id = level_of(product);
    let read = world.ledger.read(move |reading| {
        let records = SqlRecords::new(reading.connection, reading.schema);
        records.read("stock_levels", id)
    });
    read.await.expect("readable")?.doc.int("on_hand")
}

async fn position(world: &World) -> Position {
    let read = world.ledger.read(|reading| head(reading.connection));
    read.await.expect("readable").0
}

#[tokio::test]
async fn a_push_whose_answer_was_lost_takes_effect_once() {
    let world = World::new();
    let mut till = world.till("till 1").await;
    let sale = till.sell("tea");
    let first = world
        .push(std::slice::from_ref(&sale))
        .await
        .expect("decided");
    let second = world.push(&[sale]).await.expect("decided");
    assert_eq!(first.outcomes, second.outcomes);
    assert_eq!(on_hand(&world, "tea").await, Some(-1_000));
    assert_eq!(position(&world).await, Position(1));
}

#[tokio::test]
async fn the_masters_clock_never_falls_behind_a_claim_it_decided_by() {
    let world = World::new();
    let mut till = world.till("till 1").await;
    let ahead = world.now().plus(3_600_000);
    let early = till.record_at(ahead, "sell", Vec::new());
    world.push(&[early]).await.expect("decided");
    let claim_as_decided = Hlc::at(ahead).clamp_to(world.now());
    assert!(world.ledger.time() > claim_as_decided);
}

#[tokio::test]
async fn a_gap_is_answered_with_the_seq_expected() {
    let world = World::new();
    let mut till = world.till("till 1").await;
    let sales = [till.sell("tea"), till.sell("tea"), till.sell("tea")];
    let error = world.push(&sales[1..]).await.expect_err("a gap");
    assert_eq!((error.code, error.expected_seq), (Code::Gap, Some(Seq(1))));
    let some = world
        .push(&[sales[0].clone(), sales[2].clone()])
        .await
        .expect("one decided");
    assert_eq!(some.outcomes.len(), 1);
    assert_eq!(some.stopped.and_then(|e| e.expected_seq), Some(Seq(2)));
}

#[tokio::test]
async fn the_same_number_with_other_content_closes_the_identity() {
    let world = World::new();
    let mut till = world.till("till 1").await;
    let sale = till.sell("tea");
    world.push(&[sale]).await.expect("decided");
    let mut rolled_back = Device::new(till.info.clone(), till.token.clone());
    let error = world
        .push(&[rolled_back.sell("coffee")])
        .await
        .expect_err("two contents");
    assert_eq!(error.code, Code::IdentityClosed);
    let error = world.push(&[till.sell("tea")]).await.expect_err("closed");
    assert_eq!(error.code, Code::IdentityClosed);
    assert_eq!(on_hand(&world, "coffee").await, None);
}

#[tokio::test]
async fn a_mutation_issued_again_under_a_new_identity_has_no_second_effect() {
    let world = World::new();
    let mut till = world.till("till 1").await;
    let sale = till.sell("tea");
    world
        .push(std::slice::from_ref(&sale))
        .await
        .expect("decided");
    let mut again = world.till("till 1 again").await;
    let Pushed::Mutation(envelope) = &sale else {
        unreachable!("a sale is a mutation")
    };
    again.seq = Seq(2);
    let reissued = [1, 2].map(|seq| Pushed::Mutation(envelope.reissue(again.info.id, Seq(seq))));
    let decided = world.push(&reissued).await.expect("decided");
    assert!(
        decided
            .outcomes
            .iter()
            .all(|o| o.verdict == Verdict::Accepted)
    );
    assert_eq!(on_hand(&world, "tea").await, Some(-1_000));
    assert_eq!(position(&world).await, Position(3));
}

#[tokio::test]
async fn a_void_moves_the_queue_on_and_leaves_the_reissue_its_effect() {
    let world = World::new();
    let mut till = world.till("till 1").await;
    let sale = till.sell("tea");
    let Pushed::Mutation(envelope) = &sale else {
        unreachable!("a sale is a mutation")
    };
    let void = Pushed::Void(Void {
        device: till.info.id,
        seq: Seq(1),
        at: envelope.at,
        hash: envelope.hash,
        reason: "issued again".to_owned(),
    });
    let again = Pushed::Mutation(envelope.reissue(till.info.id, Seq(2)));
    let decided = world.push(&[void, again]).await.expect("decided");
    assert_eq!(
        decided.outcomes[0]
            .refusal
            .as_ref()
            .map(|r| r.code.as_str()),
        Some("void")
    );
    assert_eq!(decided.outcomes[1].verdict, Verdict::Accepted);
    assert_eq!(on_hand(&world, "tea").await, Some(-1_000));
}

#[tokio::test]
async fn one_bad_mutation_stops_none_of_the_good_ones() {
    let world = World::new();
    let mut till = world.till("till 1").await;
    let sealed = |till: &mut Device, body: &str| {
        till.seq = till.seq.next();
        let body = Raw::new(body).expect("JSON");
        let at = Hlc::at(Millis(0));
        Pushed::Mutation(Envelope::seal(till.info.id, till.seq, at, 1, body))
    };
    let pushed = [
        till.sell("tea"),
        sealed(&mut till, r#"{"actor":1}"#),
        sealed(&mut till, r#"{"ops":[{"op":"fly","collection":"sales"}]}"#),
        till.record("panic", Vec::new()),
        till.make("broken", -5),
        till.sell("tea"),
    ];
    let decided = world.push(&pushed).await.expect("decided");
    let verdicts: Vec<Verdict> = decided.outcomes.iter().map(|o| o.verdict).collect();
    assert_eq!(verdicts[0], Verdict::Accepted);
    assert!(
        verdicts[1..5].iter().all(|v| *v == Verdict::Rejected),
        "{verdicts:?}"
    );
    assert_eq!(verdicts[5], Verdict::Accepted);
    assert_eq!(on_hand(&world, "tea").await, Some(-2_000));
}

#[tokio::test]
async fn an_oversized_or_forged_one_is_named_and_those_before_it_are_decided() {
    let world = World::new();
    let mut till = world.till("till 1").await;
    let good = till.sell("tea");
    let text = "x".repeat(sync_core::MAX_MUTATION_BYTES);
    let doc = Document::new().with("name", text.as_str());
    let large = till.record(
        "large",
        vec![crate::support::insert("products", "large", doc)],
    );
    let after = till.sell("tea");
    let decided = world
        .push(&[good, large, after])
        .await
        .expect("the first is decided");
    assert_eq!(decided.outcomes.len(), 1);
    let stopped = decided.stopped.expect("the second is not");
    assert_eq!(
        (stopped.code, stopped.expected_seq),
        (Code::TooLarge, Some(Seq(2)))
    );

    let mut other = world.till("till 2").await;
    let Pushed::Mutation(envelope) = other.sell("tea") else {
        unreachable!("a mutation")
    };
    let forged = Pushed::Mutation(Envelope {
        hash: Digest::ZERO,
        ..envelope.clone()
    });
    let error = world.push(&[forged]).await.expect_err("not sealed");
    assert_eq!(
        (error.code, error.expected_seq),
        (Code::Malformed, Some(Seq(1)))
    );
    let newer = Envelope::seal(
        envelope.device,
        Seq(1),
        envelope.at,
        2,
        envelope.body.clone(),
    );
    let error = world
        .push(&[Pushed::Mutation(newer)])
        .await
        .expect_err("a newer format");
    assert_eq!(error.code, Code::NeedsUpgrade);
    let error = world
        .ledger
        .push(other.info.id, vec![till.sell("tea")])
        .await
        .expect_err("not its own");
    assert_eq!(error.code, Code::Malformed);
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let mut world = World::new();
    let mut till = world.till("till 1").await;
    let (made, sale) = (till.make("tea", 250), till.sell("tea"));
    let first = world
        .push(&[made.clone(), sale.clone()])
        .await
        .expect("decided");
    let before = world.ledger.identity();
    world.reopen();
    assert_eq!(world.ledger.identity(), before);
    let second = world
        .push(&[made, sale, till.sell("tea")])
        .await
        .expect("decided");
    assert_eq!(second.outcomes[..2], first.outcomes[..]);
    assert_eq!(on_hand(&world, "tea").await, Some(-2_000));
}

#[tokio::test]
async fn an_outcome_is_forgotten_after_ninety_days_but_not_that_it_was_decided() {
    let world = World::new();
    let mut till = world.till("till 1").await;
    let pushed = [till.sell("tea"), till.make("broken", -5)];
    let first = world.push(&pushed).await.expect("decided");
    world.pass(91 * 86_400_000);
    world.push(&[till.sell("tea")]).await.expect("decided");
    let again = world.push(&pushed).await.expect("decided");
    // Of what took effect there was nothing more to say.
    assert_eq!(again.outcomes[0], first.outcomes[0]);
    assert_eq!(again.outcomes[1].verdict, Verdict::AlreadyDecided);
    assert_eq!(again.outcomes[1].position, first.outcomes[1].position);
    assert_eq!(on_hand(&world, "tea").await, Some(-2_000));
}

#[tokio::test]
async fn a_full_disk_refuses_with_a_clear_state_and_loses_nothing() {
    let world = World::with(&Options {
        max_pages: Some(160),
        ..Options::default()
    });
    let mut till = world.till("till 1").await;
    let mut acknowledged = 0;
    let error = loop {
        let text = "x".repeat(60_000);
        let doc = Document::new().with("name", text.as_str());
        let id = format!("product {acknowledged}");
        let made = till.record("make", vec![crate::support::insert("products", &id, doc)]);
        match world.push(&[made]).await {
            Ok(decided) => acknowledged += decided.outcomes.len() as u64,
            Err(error) => break error,
        }
    };
    assert_eq!(error.code, Code::StorageFull);
    assert_eq!(world.ledger.health(), Health::Full);
    assert!(acknowledged > 0);
    assert_eq!(position(&world).await, Position(acknowledged));
    let error = world
        .ledger
        .command(master_server::ledger::Command::Probe)
        .await;
    assert_eq!(error.expect_err("still full").code, Code::StorageFull);
}

#[tokio::test]
async fn of_two_edits_the_second_is_a_conflict_and_both_are_kept() {
    let world = World::new();
    let (mut one, mut two) = (world.till("till 1").await, world.till("till 2").await);
    world.push(&[one.make("tea", 100)]).await.expect("decided");
    let first = one.price(5, "tea", 100, 110);
    let second = two.price(1, "tea", 100, 120);
    world.push(&[first]).await.expect("decided");
    let decided = world.push(&[second]).await.expect("decided");
    assert_eq!(decided.outcomes[0].verdict, Verdict::Conflict);
    let id = record_id("tea");
    let tea = world
        .ledger
        .read(move |r| SqlRecords::new(r.connection, r.schema).read("products", id));
    let tea = tea.await.expect("readable").expect("kept");
    assert_eq!(tea.doc.int("price"), Some(110));
}

#[tokio::test]
async fn a_device_whose_access_was_taken_away_pushes_nothing_more() {
    let world = World::new();
    let mut till = world.device("board", DeviceKind::Dashboard).await;
    let revoke = master_server::ledger::Command::Revoke {
        device: till.info.id,
    };
    world.ledger.command(revoke).await.expect("revoked");
    let error = world.push(&[till.sell("tea")]).await.expect_err("barred");
    assert_eq!(error.code, Code::Unauthenticated);
}

#[tokio::test]
async fn the_same_proposals_make_the_same_ledger() {
    let mut told = Vec::new();
    for _ in 0..2 {
        let world = World::new();
        let (mut one, mut two) = (world.till("till 1").await, world.till("till 2").await);
        let pushed = [
            one.make("tea", 100),
            one.sell("tea"),
            one.price(5, "tea", 100, 110),
        ];
        world.push(&pushed).await.expect("decided");
        world.pass(1_000);
        let clash = [two.price(1, "tea", 100, 120), two.sell("tea")];
        world.push(&clash).await.expect("decided");
        told.push(
            world
                .ledger
                .read(|reading| Ok(dump(reading.connection)))
                .await
                .expect("readable"),
        );
    }
    assert!(told[0].len() > 20);
    assert_eq!(told[0], told[1]);
}

/// Every row of every table, as text.
fn dump(connection: &rusqlite::Connection) -> Vec<String> {
    let mut tables = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .expect("readable");
    let tables = tables
        .query_map([], |row| row.get::<_, String>(0))
        .expect("readable");
    let mut rows = Vec::new();
    for table in tables.map(|name| name.expect("text")) {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .expect("readable");
        let columns = statement.column_count();
        let told = statement.query_map([], |row| {
            let values: rusqlite::Result<Vec<rusqlite::types::Value>> =
                (0..columns).map(|column| row.get(column)).collect();
            values.map(|values| format!("{table}: {values:?}"))
        });
        rows.extend(told.expect("readable").map(|row| row.expect("a row")));
    }
    rows
}

#[tokio::test]
async fn many_devices_at_once_share_commits_and_lose_nothing() {
    let world = World::new();
    let mut pushes = tokio::task::JoinSet::new();
    for n in 0..20 {
        let mut till = world.till(&format!("till {n}")).await;
        let ledger = world.ledger.clone();
        pushes.spawn(async move {
            for _ in 0..5 {
                let sale = till.sell("tea");
                let decided = ledger
                    .push(till.info.id, vec![sale])
                    .await
                    .expect("decided");
                assert_eq!(decided.outcomes[0].verdict, Verdict::Accepted);
            }
        });
    }
    pushes.join_all().await;
    assert_eq!(position(&world).await, Position(100));
    assert_eq!(on_hand(&world, "tea").await, Some(-100_000));
    let report = master_server::ledger::verify_file(&world.path(), &crate::support::Corner::new());
    assert!(report.expect("readable").ok);
}
