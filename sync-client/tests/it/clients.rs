//! One client on a file, without any master.

use std::sync::Arc;

use futures_util::FutureExt;
use sync_client::storage::sqlite::SqliteStorage;
use sync_client::transport::fake::FakeTransport;
use sync_client::{Client, Config, Enrolment, Event, Query, RecordError};
use sync_core::{Actor, Document, MAX_MUTATION_BYTES, RecordId, Refusal, Seq, Value, Verified};

use crate::shop::Shop;

async fn open(path: &std::path::Path) -> Client {
    let config = Config {
        enrolment: Enrolment::Open,
        seed: 1,
        ..Config::default()
    };
    let storage = SqliteStorage::open(path).await.unwrap();
    let master = FakeTransport::enrols_and_leaves();
    let client = Client::open(config, Arc::new(Shop::new()), storage, master)
        .await
        .unwrap();
    let joined = client.status().wait_for(|s| s.registered).await.map(drop);
    joined.unwrap();
    client
}

fn actor() -> Actor {
    Actor {
        user: RecordId::from([7; 16]),
        verified: Verified::Host,
        approved_by: None,
    }
}

async fn product(client: &Client, name: &str, price: i64) -> RecordId {
    let doc = Document::new().with("name", name).with("price", price);
    let recorded = client.record("make", actor(), move |draft| {
        draft.advance("made");
        let id = draft.new_id();
        draft.insert("products", id, doc);
        Ok(id)
    });
    recorded.await.unwrap().value
}

#[tokio::test]
async fn what_was_recorded_is_there_after_closing_and_after_dropping() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("till.sqlite");
    let client = open(&path).await;
    let first = product(&client, "Tea", 250).await;
    client.close().await;
    let client = open(&path).await;
    let second = product(&client, "Milk", 120).await;
    drop(client);
    let client = loop {
        // The file is free as soon as the dropped client's work has ended.
        if SqliteStorage::open(&path).await.is_ok() {
            break open(&path).await;
        }
        tokio::task::yield_now().await;
    };
    for id in [first, second] {
        assert!(client.get("products", id).unwrap().pending);
    }
    assert_eq!(client.position().next_seq, Seq(3));
    assert_eq!(client.counter("made"), Some(Value::Int(2)));
    assert_eq!(client.outbox(Seq(1), 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn many_at_once_get_numbers_without_gap_or_reuse() {
    let folder = tempfile::tempdir().unwrap();
    let client = open(&folder.path().join("till.sqlite")).await;
    let tasks = (0..100).map(|n| {
        let client = client.clone();
        tokio::spawn(async move { product(&client, "Thing", n).await })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(client.counter("made"), Some(Value::Int(100)));
    let rows = client.outbox(Seq(0), 1_000).await.unwrap();
    let seqs: Vec<u64> = rows.iter().map(|row| row.envelope.seq.0).collect();
    assert_eq!(seqs, (1..=100).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_to_be_saved_is_among_what_waits_to_be_sent() {
    let folder = tempfile::tempdir().unwrap();
    let client = open(&folder.path().join("till.sqlite")).await;
    for n in 1..=200 {
        product(&client, "Tea", 250).await;
        let waiting = client.status().borrow().pending;
        assert_eq!(waiting, n);
    }
}

#[tokio::test]
async fn what_is_refused_too_large_or_unreadable_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let client = open(&folder.path().join("till.sqlite")).await;
    let refused = client.record("make", actor(), |draft| -> Result<(), RecordError> {
        draft.advance("made");
        Err(Refusal::new("closed", "the shop is closed").into())
    });
    assert!(matches!(refused.await, Err(RecordError::Refused(_))));
    let large = client.record("make", actor(), |draft| {
        let name = "x".repeat(MAX_MUTATION_BYTES);
        let id = draft.new_id();
        draft.insert("products", id, Document::new().with("name", name));
        Ok(())
    });
    assert!(matches!(large.await, Err(RecordError::TooLarge { .. })));
    let unreadable = client.record("make", actor(), |draft| {
        let id = draft.new_id();
        draft.insert("products", id, Document::new().with("price", i64::MAX));
        Ok(())
    });
    let Err(RecordError::Refused(refusal)) = unreadable.await else {
        panic!("an integer of 2^53 or more was recorded");
    };
    assert_eq!(refusal.code, "unsupported");
    assert_eq!(client.position().next_seq, Seq(1));
    assert_eq!(client.counter("made"), None);
}

#[tokio::test]
async fn a_full_disk_refuses_and_what_was_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("till.sqlite");
    let config = Config {
        enrolment: Enrolment::Open,
        ..Config::default()
    };
    let storage = SqliteStorage::open(&path).await.unwrap();
    storage.limit_pages(60).await.unwrap();
    let master = FakeTransport::enrols_and_leaves();
    let client = Client::open(config, Arc::new(Shop::new()), storage, master)
        .await
        .unwrap();
    let joined = client.status().wait_for(|s| s.registered).await.map(drop);
    joined.unwrap();
    let mut kept = 0;
    let error = loop {
        let recorded = client.record("make", actor(), |draft| {
            let id = draft.new_id();
            draft.insert(
                "products",
                id,
                Document::new().with("name", "y".repeat(20_000)),
            );
            Ok(())
        });
        match recorded.await {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), "storage_full");
    assert!(kept > 0);
    let all = Query::all("products").window(0, 0);
    assert_eq!(client.query(&all).total, kept);
    client.close().await;
    let client = open(&path).await;
    assert_eq!(client.query(&all).total, kept);
    product(&client, "Tea", 1).await;
}

#[tokio::test]
async fn a_query_by_id_finds_this_record_alone() {
    let folder = tempfile::tempdir().unwrap();
    let client = open(&folder.path().join("till.sqlite")).await;
    let tea = product(&client, "Tea", 250).await;
    product(&client, "Milk", 120).await;
    let found = client.query(&Query::all("products").eq("id", tea.to_string()));
    assert_eq!((found.total, found.items[0].id), (1, tea));
    let named = Query::all("products").eq("id", tea.to_string());
    assert_eq!(client.query(&named.eq("name", "Milk")).total, 0);
    let nobody = Query::all("products").eq("id", "tea");
    assert_eq!(client.query(&nobody).total, 0);
}

#[tokio::test]
async fn a_live_query_says_what_changed_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let client = open(&folder.path().join("till.sqlite")).await;
    let mut cheap = client.subscribe(Query::all("products").sort_by("price").window(0, 1));
    assert_eq!(cheap.next().await.unwrap().total, 0);
    product(&client, "Tea", 250).await;
    assert_eq!(cheap.next().await.unwrap().total, 1);
    // What a recording changed is there when it returns: nothing is on its way any more.
    assert_eq!(cheap.next().now_or_never(), None);
    client.close().await;
    assert_eq!(cheap.next().await, None);
}

#[tokio::test]
async fn an_event_is_told_once_and_nothing_of_before() {
    let folder = tempfile::tempdir().unwrap();
    let client = open(&folder.path().join("till.sqlite")).await;
    product(&client, "Tea", 250).await;
    let mut events = client.events();
    product(&client, "Milk", 120).await;
    let changed = loop {
        match events.next().await.unwrap() {
            Event::Changed(name) => break name,
            // The master is not there: attempts to reach it may come between.
            other => assert_eq!(other.name(), "connection"),
        }
    };
    assert_eq!(&*changed, "products");
    client.close().await;
    while let Some(event) = events.next().await {
        assert_eq!(event.name(), "connection");
    }
}

#[tokio::test]
async fn own_work_names_the_confirmed_value_and_drops_what_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let client = open(&folder.path().join("till.sqlite")).await;
    let id = product(&client, "Tea", 250).await;
    let same = client.record("edit", actor(), move |draft| {
        Ok(draft.patch(
            "products",
            id,
            [("price".to_owned(), Some(Value::Int(250)))],
        )?)
    });
    assert_eq!(same.await, Err(RecordError::Empty));
    let edit = client.record("edit", actor(), move |draft| {
        Ok(draft.patch(
            "products",
            id,
            [("price".to_owned(), Some(Value::Int(300)))],
        )?)
    });
    edit.await.unwrap();
    let shown = client.get("products", id).unwrap();
    assert_eq!(shown.doc.int("price"), Some(300));
}
