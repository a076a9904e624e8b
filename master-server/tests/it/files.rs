//! Verify, backup, restore.

use std::sync::Arc;

use master_server::ledger::{Command, Entry, Filter, Options, read_audit, restore, verify_file};
use rusqlite::Connection;
use sync_core::{Code, Seq};

use crate::support::{Corner, World, open};

async fn busy_world() -> World {
    let world = World::new();
    let mut till = world.till("till 1").await;
    let pushed = [
        till.make("tea", 250),
        till.sell("tea"),
        till.sell("tea"),
        till.price(9, "tea", 250, 260),
    ];
    world.push(&pushed).await.expect("decided");
    world
}

#[tokio::test]
async fn a_sound_ledger_verifies() {
    let world = busy_world().await;
    let report = verify_file(&world.path(), &Corner::new()).expect("readable");
    assert!(report.ok, "{:?}", report.faults);
    assert_eq!((report.mutations, report.facts), (4, 2));
}

#[tokio::test]
async fn verify_finds_every_row_that_was_tampered_with() {
    let tampering = [
        (
            "audit",
            "UPDATE audit SET payload = replace(payload, '250', '251') WHERE kind = 'decision'",
        ),
        ("audit", "DELETE FROM audit WHERE number = 2"),
        (
            "audit",
            "UPDATE audit SET actor = 'nobody' WHERE number = 3",
        ),
        ("log", "UPDATE log SET body = replace(body, '1000', '9000')"),
        (
            "log",
            "UPDATE log SET verdict = 'rejected' WHERE position = 2",
        ),
        ("log", "DELETE FROM log WHERE position = 2"),
        (
            "log",
            "UPDATE devices SET high_water = 9 WHERE kind = 'till'",
        ),
        (
            "log",
            "UPDATE log SET seq = 7 WHERE seq = 2 AND device <> (SELECT id FROM devices WHERE kind = 'node')",
        ),
        (
            "checksums",
            "UPDATE c_products SET doc = replace(doc, '260', '1')",
        ),
        (
            "records",
            "UPDATE c_products SET doc = replace(doc, '260', '1')",
        ),
        (
            "projections",
            "UPDATE c_stock_levels SET doc = replace(doc, '-2000', '5000')",
        ),
        ("projections", "DELETE FROM c_sales"),
    ];
    for (part, sql) in tampering {
        let world = busy_world().await;
        let connection = Connection::open(world.path()).expect("opens");
        connection.execute_batch(sql).expect("runs");
        let report = verify_file(&world.path(), &Corner::new()).expect("readable");
        assert!(!report.ok, "{sql}");
        assert!(
            report.faults.iter().any(|f| f.part == part),
            "{sql}: {:?}",
            report.faults
        );
    }
}

#[tokio::test]
async fn an_erased_payload_leaves_the_chain_whole() {
    let world = busy_world().await;
    let connection = Connection::open(world.path()).expect("opens");
    let erase = "UPDATE audit SET payload = NULL, salt = NULL WHERE number = 3";
    connection.execute_batch(erase).expect("runs");
    let report = verify_file(&world.path(), &Corner::new()).expect("readable");
    assert!(report.ok, "{:?}", report.faults);
}

#[tokio::test]
async fn a_restore_begins_a_generation_and_tills_bring_back_what_it_lacks() {
    let world = World::new();
    let mut till = world.till("till 1").await;
    let sales = [till.sell("tea"), till.sell("tea"), till.sell("tea")];
    world.push(&sales[..1]).await.expect("decided");
    let file = world.dir.path().join("backup.sqlite");
    let backup = world.ledger.backup(&file).await.expect("made");
    assert!(backup.report.ok, "{:?}", backup.report.faults);
    let archived = world
        .ledger
        .device(till.info.id)
        .await
        .expect("readable")
        .expect("known")
        .archived;
    assert_eq!(archived, Seq(1));
    world.push(&sales[1..2]).await.expect("decided");

    let restored = world.dir.path().join("restored.sqlite");
    let before = world.ledger.identity();
    let (identity, _) = restore(
        &file,
        &restored,
        7,
        Arc::new(Corner::new()),
        world.env(),
        &Options::default(),
    )
    .await
    .expect("restored");
    assert_eq!(identity.log_id.generation, 8);
    assert_eq!(identity.store, before.store);
    assert_ne!(
        (identity.node, identity.log_id.uuid),
        (before.node, before.log_id.uuid)
    );
    let ledger = open(&restored, &world.env(), &Default::default());
    let error = ledger
        .push(till.info.id, sales[2..].to_vec())
        .await
        .expect_err("a gap");
    assert_eq!((error.code, error.expected_seq), (Code::Gap, Some(Seq(2))));
    ledger
        .push(till.info.id, sales[1..].to_vec())
        .await
        .expect("decided");
    let report = verify_file(&restored, &Corner::new()).expect("readable");
    assert!(report.ok, "{:?}", report.faults);
}

#[tokio::test]
async fn a_backup_with_a_fault_is_not_restored() {
    let world = busy_world().await;
    let file = world.dir.path().join("backup.sqlite");
    world.ledger.backup(&file).await.expect("made");
    let connection = Connection::open(&file).expect("opens");
    connection
        .execute_batch("UPDATE c_sales SET doc = '{}'")
        .expect("runs");
    drop(connection);
    let target = world.dir.path().join("restored.sqlite");
    let restored = restore(
        &file,
        &target,
        0,
        Arc::new(Corner::new()),
        world.env(),
        &Options::default(),
    )
    .await;
    assert!(restored.is_err());
    assert!(!target.exists());
}

#[tokio::test]
async fn a_ledger_from_before_records_knew_their_authors_goes_on() {
    let mut world = busy_world().await;
    let older = world.dir.path().join("older.sqlite");
    world.ledger.backup(&older).await.expect("backed up");
    let connection = Connection::open(&older).expect("opened");
    let tables = ["products", "sales", "stock_levels", "tasks", "conflicts"];
    for table in tables {
        let drop = format!("ALTER TABLE c_{table} DROP COLUMN authors");
        connection.execute_batch(&drop).expect("dropped");
    }
    drop(connection);
    world.ledger = open(&older, &world.env(), &Options::default());
    let mut till = world.till("till 2").await;
    let edited = [till.price(20, "tea", 260, 270)];
    world.push(&edited).await.expect("decided");
    assert!(verify_file(&older, &Corner::new()).expect("readable").ok);
}

/// Undoes what the seventh shape brought: outcomes were kept whole, beside the log.
const OUTCOMES_APART: &str = "
    CREATE TABLE decided (
        device BLOB NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, position INTEGER NOT NULL,
        decided_at INTEGER NOT NULL, void INTEGER NOT NULL, outcome TEXT, PRIMARY KEY (device, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX decided_kept ON decided (decided_at) WHERE outcome IS NOT NULL;
    INSERT INTO decided
    SELECT device, seq, hash, log.position, log.decided_at, format IS NULL,
        coalesce(outcome, json_object('seq', seq, 'position', log.position, 'verdict', verdict))
    FROM log LEFT JOIN outcomes ON outcomes.position = log.position;
    DROP TABLE outcomes;
    DROP INDEX log_of_device;
    CREATE INDEX log_of_device ON log (device, position, seq);
    DROP INDEX audit_of_kind;
    CREATE INDEX audit_of_kind ON audit (kind, number);
    DROP INDEX i_products_code_code_set;
    CREATE INDEX i_products_code_code ON c_products (json_extract(doc, '$.code'));";

#[tokio::test]
async fn a_backup_of_an_older_build_is_verified_and_restored_and_what_was_there_is_kept_beside() {
    let world = busy_world().await;
    let file = world.dir.path().join("backup.sqlite");
    world.ledger.backup(&file).await.expect("made");
    let connection = Connection::open(&file).expect("opens");
    connection.execute_batch(OUTCOMES_APART).expect("runs");
    connection
        .execute_batch(
            "ALTER TABLE c_sales DROP COLUMN authors;
             DROP TABLE c_tasks;
             DROP TABLE reservations;
             ALTER TABLE enrolment_codes DROP COLUMN read_only;
             DROP INDEX log_by_time;
             ALTER TABLE devices DROP COLUMN last_synced_at;
             PRAGMA user_version = 1;",
        )
        .expect("runs");
    drop(connection);
    let report = verify_file(&file, &Corner::new()).expect("readable");
    assert!(report.ok && report.facts > 0, "{:?}", report.faults);
    let target = world.dir.path().join("there.sqlite");
    std::fs::write(&target, "a ledger that will not open").expect("written");
    let domain = Arc::new(Corner::new());
    let options = Options::default();
    restore(&file, &target, 0, domain, world.env(), &options)
        .await
        .expect("restored");
    let report = verify_file(&target, &Corner::new()).expect("readable");
    assert!(report.ok, "{:?}", report.faults);
    let names = std::fs::read_dir(world.dir.path()).expect("readable");
    let names: Vec<_> = names
        .map(|entry| entry.expect("readable").file_name())
        .collect();
    let kept =
        |name: &std::ffi::OsString| name.to_string_lossy().starts_with("there.sqlite.before-");
    assert!(names.iter().any(kept), "{names:?}");
    let left = |name: &std::ffi::OsString| name.to_string_lossy().contains("ing");
    assert!(!names.iter().any(left), "{names:?}");
}

#[tokio::test]
async fn a_ledger_of_every_older_shape_opens_and_holds_all_it_held() {
    let world = busy_world().await;
    let mut refused = world.till("till 2").await;
    let pushed = [refused.make("broken", -5), refused.sell("tea")];
    let told = world.push(&pushed).await.expect("decided").outcomes;
    let secret = serde_json::json!({ "verifier": "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA" });
    let entry = Entry::new("pin_set", None, secret);
    world
        .ledger
        .command(Command::Audit(entry))
        .await
        .expect("written");
    // What each shape from the second on brought, undone; the fourth made nothing.
    let brought = [
        "DROP TABLE reservations;",
        "ALTER TABLE enrolment_codes DROP COLUMN read_only;",
        "",
        "DROP INDEX log_by_time;",
        "ALTER TABLE devices DROP COLUMN last_synced_at;",
        OUTCOMES_APART,
    ];
    for shape in 0..brought.len() {
        let undo = brought[shape..].concat();
        let file = world.dir.path().join(format!("shape-{}.sqlite", shape + 1));
        world.ledger.backup(&file).await.expect("made");
        let connection = Connection::open(&file).expect("opens");
        let undo = format!("{undo} PRAGMA user_version = {};", shape + 1);
        connection.execute_batch(&undo).expect("runs");
        drop(connection);
        let before = verify_file(&file, &Corner::new()).expect("readable");
        let older = open(&file, &world.env(), &Options::default());
        let again = older.push(refused.info.id, pushed.to_vec()).await;
        assert_eq!(again.expect("decided").outcomes, told);
        drop(older);
        let after = verify_file(&file, &Corner::new()).expect("readable");
        assert!(
            before.ok && after.ok,
            "{:?} {:?}",
            before.faults,
            after.faults
        );
        assert_eq!(before.facts, after.facts);
        // What builds up to the third shape wrote of PINs is gone from the audit, and its chain still
        // holds. None wrote any after it.
        let connection = Connection::open(&file).expect("opens");
        let secrets = "SELECT count(*) FROM audit WHERE instr(coalesce(payload, ''), 'argon2') > 0";
        let secrets: i64 = connection
            .query_row(secrets, [], |row| row.get(0))
            .expect("counted");
        assert_eq!(secrets, i64::from(shape >= 3));
    }
}

#[tokio::test]
async fn a_search_looks_through_a_part_of_the_audit_at_a_time_and_says_where_to_go_on() {
    let world = busy_world().await;
    let file = world.dir.path().join("long.sqlite");
    world.ledger.backup(&file).await.expect("made");
    let connection = Connection::open(&file).expect("opens");
    connection
        .execute_batch(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 45000)
             INSERT INTO audit (number, at, kind, payload_digest, digest, payload)
             SELECT 1000 + i, 0, 'filler', zeroblob(32), zeroblob(32), '{}' FROM n;",
        )
        .expect("runs");
    let mut filter = Filter {
        text: Some("TEA".to_owned()),
        limit: 100,
        ..Filter::default()
    };
    let mut looks = 0;
    let found = loop {
        looks += 1;
        let found = read_audit(&connection, &filter).expect("readable");
        filter.before = found.next;
        if !found.entries.is_empty() || found.next.is_none() {
            break found.entries;
        }
    };
    assert_eq!((looks, found.is_empty()), (3, false));
    // What an index leads to takes one look, however much lies before it.
    let filter = Filter {
        kind: Some("decision".to_owned()),
        limit: 100,
        ..Filter::default()
    };
    let found = read_audit(&connection, &filter).expect("readable");
    assert_eq!((found.entries.len(), found.next), (4, None));
}
