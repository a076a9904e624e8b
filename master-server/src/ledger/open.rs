//! Opening a ledger: settings, shape, schema, identity, and the writer's thread.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use sync_core::{Checksums, DeviceId, Domain, LogId, Schema, StoreId, Term};
use tokio::sync::mpsc;
use uuid::Builder;

use super::apply::{State, node_info};
use super::devices::{self, Device, Directory};
use super::error::{LedgerError, OpenError};
use super::identity::{self, Identity};
use super::reader::Readers;
use super::shared::Shared;
use super::trim::{self, Retention};
use super::writer::Writer;
use super::{Ledger, audit, changes, checksums, migrations, sql};
use crate::env::Env;

/// So many requests may wait for the writer before a door has to wait itself.
const WAITING: usize = 1_024;

/// Pages that the writer keeps at hand. With SQLite's own 2 MiB it reads the ends of its indexes
/// again for each batch, and writes pages twice.
const CACHE_KIB: i64 = 16 * 1_024;

/// Pages in the WAL file before they are brought into the database: every batch writes the ends of
/// the same few indexes again, and what is brought over more rarely is written once for many.
const WAL_PAGES: u32 = 4_000;

/// How to open a ledger.
#[derive(Clone, Debug)]
pub struct Options {
    /// What people call the store, where it is made now.
    pub store_name: String,
    /// The file never has more pages than this; a quota, and a small disk in tests.
    pub max_pages: Option<u32>,
    /// How much of the log is kept.
    pub retention: Retention,
    /// For simulated time: writes and reads on the runtime that opens it instead of on threads,
    /// each batch so long after its first request.
    pub commit_after: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            store_name: "Shop".to_owned(),
            max_pages: None,
            retention: Retention::ALL,
            commit_after: None,
        }
    }
}

impl Ledger {
    /// Opens a ledger file, or makes a new store in it.
    ///
    /// # Errors
    /// When the file cannot be read, is of a newer build, or the schema contradicts itself.
    pub fn open(
        path: &Path,
        domain: Arc<dyn Domain>,
        env: Env,
        options: &Options,
    ) -> Result<Self, OpenError> {
        domain.schema().validate()?;
        let mut connection = Connection::open(path)?;
        prepare(&connection, options)?;
        migrations::migrate(&mut connection)?;
        let identity = begin(&mut connection, domain.as_ref(), &env, options)?;
        let (head, digest) = changes::head(&connection)?;
        let state = State {
            head,
            digest,
            audit: audit::head(&connection)?,
            sums: Checksums::new(checksums::load(&connection)?),
            swept: 0,
            horizon: trim::horizon(&connection)?,
            trimming: false,
            identity: identity.clone(),
        };
        let shared = Arc::new(Shared::new(identity, Directory::load(&connection)?));
        let (requests, receiver) = mpsc::channel(WAITING);
        let writer = Writer {
            connection,
            domain: Arc::clone(&domain),
            env: env.clone(),
            retention: options.retention,
            state,
            shared: Arc::clone(&shared),
            requests: receiver,
        };
        match options.commit_after {
            Some(delay) => drop(tokio::spawn(writer.run_here(delay))),
            None => {
                let thread = std::thread::Builder::new().name("ledger-writer".to_owned());
                thread
                    .spawn(move || writer.run())
                    .map_err(OpenError::Thread)?;
            }
        }
        Ok(Self {
            requests,
            readers: Arc::new(Readers::new(path)),
            threads: options.commit_after.is_none(),
            shared,
            domain,
            env,
            path: path.to_owned(),
        })
    }
}

fn prepare(connection: &Connection, options: &Options) -> Result<(), OpenError> {
    // Before this version a WAL file could be reset too early under several connections.
    const OLDEST_SQLITE: i32 = 3_051_003;
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(OpenError::Sqlite3(rusqlite::version().to_owned()));
    }
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    sql::keep_plans(connection)?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)?;
    if let Some(pages) = options.max_pages {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    Ok(())
}

/// Brings a file that nobody has open to this build's shape.
pub(super) fn upgrade(path: &Path, schema: &Schema) -> Result<(), OpenError> {
    let mut connection = Connection::open(path)?;
    migrations::migrate(&mut connection)?;
    let transaction = connection.transaction()?;
    migrations::follow_schema(&transaction, schema)?;
    migrations::add_authors(&transaction, schema)?;
    transaction.commit()?;
    Ok(())
}

/// Follows the schema, and gives a new file its store, its log and its node.
fn begin(
    connection: &mut Connection,
    domain: &dyn Domain,
    env: &Env,
    options: &Options,
) -> Result<Identity, OpenError> {
    let schema = domain.schema();
    let transaction = connection.transaction()?;
    let format = identity::value(&transaction, "format")?.and_then(|text| text.parse().ok());
    if let Some(found) = format.filter(|found| *found > schema.format) {
        return Err(OpenError::NewerFormat {
            found,
            known: schema.format,
        });
    }
    let fingerprint = schema.fingerprint().to_string();
    if identity::value(&transaction, "schema")?.as_ref() != Some(&fingerprint) {
        migrations::follow_schema(&transaction, schema)?;
        identity::set(&transaction, "schema", &fingerprint)?;
        identity::set(&transaction, "format", &schema.format.to_string())?;
    }
    migrations::add_authors(&transaction, schema)?;
    let identity = match Identity::load(&transaction)? {
        Some(identity) => identity,
        None => make_store(&transaction, env, options)?,
    };
    transaction.commit()?;
    Ok(identity)
}

fn make_store(
    connection: &Connection,
    env: &Env,
    options: &Options,
) -> Result<Identity, LedgerError> {
    let now = env.now();
    let identity = Identity {
        store: StoreId::new(now, env.random()),
        store_name: options.store_name.clone(),
        log_id: new_log(env, 1),
        term: Term(0),
        node: DeviceId::new(now, env.random()),
        restore_needed: None,
    };
    identity.save(connection)?;
    devices::put(
        connection,
        &Device::new(node_info(identity.node), None, now),
    )?;
    Ok(identity)
}

/// A log of a generation, told apart from every other one by chance.
pub(super) fn new_log(env: &Env, generation: u64) -> LogId {
    LogId {
        generation,
        uuid: Builder::from_random_bytes(env.random()).into_uuid(),
    }
}
