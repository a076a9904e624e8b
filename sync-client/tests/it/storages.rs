//! The conformance suite on the storages of a native program.

use std::collections::HashMap;
use std::sync::Mutex;

use sync_client::storage::conformance::{self, Bench};
use sync_client::storage::memory::MemoryStorage;
use sync_client::storage::sqlite::SqliteStorage;

#[derive(Default)]
struct Memory {
    stores: Mutex<HashMap<String, MemoryStorage>>,
}

impl Bench for Memory {
    type Storage = MemoryStorage;

    async fn open(&self, name: &str) -> MemoryStorage {
        let mut stores = self.stores.lock().unwrap();
        let storage = stores.entry(name.to_owned()).or_default().clone();
        storage.fail_after(None);
        storage
    }

    fn kill_after(&self, storage: &mut MemoryStorage, writes: u32) {
        storage.fail_after(Some(writes));
    }
}

struct Sqlite {
    folder: tempfile::TempDir,
}

impl Default for Sqlite {
    fn default() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }
}

impl Bench for Sqlite {
    type Storage = SqliteStorage;

    async fn open(&self, name: &str) -> SqliteStorage {
        let path = self.folder.path().join(name);
        SqliteStorage::open(path).await.unwrap()
    }

    fn kill_after(&self, storage: &mut SqliteStorage, writes: u32) {
        storage.kill_after(writes);
    }
}

macro_rules! on_memory {
    ($($case:ident;)*) => { mod memory { $(
        #[tokio::test]
        async fn $case() {
            super::conformance::$case(&super::Memory::default()).await;
        }
    )* } };
}

macro_rules! on_sqlite {
    ($($case:ident;)*) => { mod sqlite { $(
        #[tokio::test]
        async fn $case() {
            super::conformance::$case(&super::Sqlite::default()).await;
        }
    )* } };
}

sync_client::storage_cases!(on_memory);
sync_client::storage_cases!(on_sqlite);

#[tokio::test]
async fn a_file_is_opened_by_one_program_at_a_time() {
    let bench = Sqlite::default();
    let path = bench.folder.path().join("held");
    let first = SqliteStorage::open(&path).await.unwrap();
    let second = SqliteStorage::open(&path).await;
    assert!(matches!(
        second,
        Err(sync_client::storage::StorageError::Held(_))
    ));
    drop(first);
    SqliteStorage::open(&path).await.unwrap();
}

/// The layouts that were released, each with a file that it wrote.
const RELEASED: [&[u8]; 1] = [include_bytes!("../fixtures/device-v1.sqlite")];

#[tokio::test]
async fn a_file_of_every_released_layout_opens_with_all_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    for (version, bytes) in RELEASED.iter().enumerate() {
        let path = folder.path().join(format!("v{version}"));
        std::fs::write(&path, bytes).unwrap();
        let mut storage = SqliteStorage::open(&path).await.unwrap();
        conformance::released::holds_all(&mut storage).await;
    }
}

#[tokio::test]
async fn what_this_build_writes_can_become_the_next_of_these_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("device");
    let mut storage = SqliteStorage::open(&path).await.unwrap();
    conformance::released::fill(&mut storage).await.unwrap();
    drop(storage);
    // Set to a path in the repository when a layout is released.
    if let Some(keep) = std::env::var_os("TILLSYNC_KEEP_FIXTURE") {
        std::fs::copy(&path, keep).unwrap();
    }
    let mut storage = SqliteStorage::open(&path).await.unwrap();
    conformance::released::holds_all(&mut storage).await;
}
