//! Mutations and frames that no honest client sends, among good ones.

use anyhow::Result;
use retail::collection;
use sync_core::json::Raw;
use sync_core::{
    Code, CollectionName, Document, Frame, MAX_MUTATION_BYTES, Op, Pushed, RecordId, Seq, Verdict,
    Void,
};
use tillsync_tests::world::{RawDevice, World};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test(flavor = "multi_thread")]
async fn poisoned_and_unknown_mutations_do_not_stop_the_good_ones_behind_them() -> Result<()> {
    let world = World::with_tills(1).await?;
    let till = &world.tills[0];
    let actor = world.clerk.person.actor();
    world.sell(0, "good", 1).await?;
    let poisoned = RecordId::derived(&[b"a sale without anything"]);
    till.client()
        .record("complete_sale", actor.clone(), move |draft| {
            draft.insert(collection::SALES, poisoned, Document::new());
            Ok(())
        })
        .await?;
    let unknown = RecordId::derived(&[b"in no collection"]);
    till.client()
        .record("launch_rocket", actor, move |draft| {
            draft.insert("rockets", unknown, Document::new().with("fuel", 1));
            Ok(())
        })
        .await?;
    world.sell(0, "good as well", 1).await?;
    till.until("everything to be decided", |status| {
        status.pending == 0 && status.attention == 2
    })
    .await?;
    let codes: Vec<String> = till
        .client()
        .attention()
        .into_iter()
        .map(|row| row.refusal.code)
        .collect();
    assert_eq!(codes, ["required", "unsupported"]);
    world.converge().await?;
    assert_eq!(world.count(collection::SALES)?, 2);
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oversized_mutation_is_named_and_the_rest_goes_on_once_it_is_void() -> Result<()> {
    let world = World::with_tills(0).await?;
    let device = RawDevice::join(&world.master, "raw").await?;
    let good =
        |seq: u64| Pushed::Mutation(device.seal(seq, "create_category", vec![category(seq)]));
    let text = "x".repeat(MAX_MUTATION_BYTES + 1);
    let body = Raw::new(&serde_json::to_string(&text)?)?;
    let huge = device.seal_text(2, body);
    let answer = device.push(vec![Pushed::Mutation(huge.clone())]).await?;
    let code = answer.error()?.code;
    assert!(matches!(code, Code::TooLarge | Code::Gap), "{answer:?}");
    device.decided(vec![good(1)]).await?;
    let answer = device.push(vec![Pushed::Mutation(huge.clone())]).await?;
    assert_eq!((answer.status, answer.error()?.code), (413, Code::TooLarge));
    let void = Void {
        device: huge.device,
        seq: huge.seq,
        at: huge.at,
        hash: huge.hash,
        reason: "too large".to_owned(),
    };
    let decided = device.decided(vec![Pushed::Void(void), good(3)]).await?;
    let seqs: Vec<Seq> = decided.outcomes.iter().map(|outcome| outcome.seq).collect();
    assert_eq!(seqs, [Seq(2), Seq(3)]);
    assert_eq!(decided.outcomes[0].verdict, Verdict::Rejected);
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_read_is_rejected_and_its_neighbours_stand() -> Result<()> {
    let world = World::with_tills(0).await?;
    let device = RawDevice::join(&world.master, "raw").await?;
    let bodies = [
        r#"{"actor":null}"#,
        r#"[1,2,3]"#,
        r#"{"actor":{"user":"0197a0a0-0000-7000-8000-000000000000","verified":"pin"},"name":"x","ops":[{"op":"explode"}]}"#,
        r#""just text""#,
    ];
    let mut pushed = vec![Pushed::Mutation(device.seal(
        1,
        "create_category",
        vec![category(1)],
    ))];
    for (seq, body) in (2..).zip(bodies) {
        let body = Raw::new(body)?;
        pushed.push(Pushed::Mutation(device.seal_text(seq, body)));
    }
    pushed.push(Pushed::Mutation(device.seal(
        6,
        "create_category",
        vec![category(6)],
    )));
    let decided = device.decided(pushed).await?;
    let codes: Vec<_> = decided
        .outcomes
        .iter()
        .filter_map(|outcome| outcome.refusal.as_ref())
        .map(|refusal| refusal.code.as_str())
        .collect();
    assert_eq!(decided.outcomes.len(), 6);
    assert_eq!(
        codes.iter().filter(|code| **code == "unsupported").count(),
        4,
        "{codes:?}"
    );
    world.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_frames_are_answered_in_words_and_hurt_nobody() -> Result<()> {
    let world = World::with_tills(1).await?;
    let device = RawDevice::join(&world.master, "raw").await?;
    let hello = Message::text(Frame::Hello(device.hello()).encode());
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    for bad in [
        Message::text("not json"),
        Message::text("{}"),
        Message::text(r#"{"push":{"mutations":"none"}}"#),
        Message::text(r#"{"abracadabra":{}}"#),
        Message::text(deep),
        Message::binary(vec![0xff, 0x00, 0x80]),
    ] {
        let first = device.say(vec![bad.clone()]).await?;
        check_malformed(&first, &bad);
        let later = device.say(vec![hello.clone(), bad.clone()]).await?;
        assert!(
            matches!(later.first(), Some(Frame::Welcome(_))),
            "{bad:?}: {later:?}"
        );
        check_malformed(&later[1..], &bad);
    }
    let answer = device.post("/v1/sync/push", &"no push").await?;
    assert_eq!(answer.error()?.code, Code::Malformed);
    world.sell(0, "unhurt", 1).await?;
    world.converge().await?;
    world.end().await
}

#[track_caller]
fn check_malformed(frames: &[Frame], bad: &Message) {
    let codes: Vec<Code> = frames
        .iter()
        .filter_map(|frame| match frame {
            Frame::Error(error) => Some(error.code),
            _ => None,
        })
        .collect();
    assert_eq!(codes, [Code::Malformed], "{bad:?}: {frames:?}");
}

fn category(number: u64) -> Op {
    Op::Insert {
        collection: CollectionName::from(collection::CATEGORIES),
        id: RecordId::derived(&[b"category of a test", &number.to_be_bytes()]),
        doc: Document::new()
            .with("name", format!("Category {number}"))
            .with("position", number as i64),
    }
}
