//! The database of what exists nowhere else. Its structure never changes.
//!
//! | store | key | value, as JSON text |
//! | --- | --- | --- |
//! | `rows` | `[device, seq]` | [`OutboxRow`] without its outcome |
//! | `outcomes` | `[device, seq]` | [`StoredOutcome`] |
//! | `open` | `[device, seq]` | nothing: the rows without an outcome |
//! | `attention` | `[since, device, seq]` | [`Attention`] |
//! | `counters` | name | a value |
//! | `meta` | `fence`, `identity`, `numbers` | a number, [`Identity`], [`OutboxMeta`] |

mod key;
mod write;

use js_sys::Array;
use sync_core::json::{self, FromJson};
use wasm_bindgen::JsValue;

use super::failure::Failure;
use super::fuse::Fuse;
use super::handle::{Handle, Store};
use crate::storage::{Loaded, MutationId, OutboxPart, OutboxRow, RecordsState};
use key::{id_of, key, keys_from, own_keys_from};
use write::Writing;

const ROWS: &str = "rows";
const OUTCOMES: &str = "outcomes";
const OPEN: &str = "open";
const ATTENTION: &str = "attention";
const COUNTERS: &str = "counters";
const META: &str = "meta";
const STORES: &[&str] = &[ROWS, OUTCOMES, OPEN, ATTENTION, COUNTERS, META];

const FENCE: &str = "fence";
const IDENTITY: &str = "identity";
const NUMBERS: &str = "numbers";

/// The outbox side of a device.
pub(super) struct OutboxDb {
    name: String,
    handle: Option<Handle>,
    fence: u32,
    fuse: Fuse,
}

impl OutboxDb {
    /// Opens it under a new fencing number.
    pub(super) async fn open(name: &str, fuse: Fuse) -> Result<Self, Failure> {
        let handle = Handle::open(name, STORES).await?;
        let tx = handle.write_strict(STORES)?;
        let meta = tx.store(META)?;
        let before = meta.get(&FENCE.into())?.answer().await?;
        let fence = before.as_f64().map_or(0, |fence| fence as u32) + 1;
        meta.put(&FENCE.into(), &fence.into())?;
        tx.complete().await?;
        Ok(Self {
            name: name.to_owned(),
            handle: Some(handle),
            fence,
            fuse,
        })
    }

    /// The number that every later opener exceeds.
    pub(super) fn fence(&self) -> u32 {
        self.fence
    }

    /// Drops the handle; the next call opens it again.
    pub(super) fn close(&mut self) {
        self.handle = None;
    }

    /// Reads everything back but the decided rows that the base has.
    pub(super) async fn load(&mut self, base: Option<&RecordsState>) -> Result<Loaded, Failure> {
        match self.try_load(base).await {
            Err(Failure::Lost(_)) => {
                self.close();
                self.try_load(base).await
            }
            result => result,
        }
    }

    /// Writes one part; it is on the disk when this returns.
    pub(super) async fn commit(&mut self, part: &OutboxPart) -> Result<(), Failure> {
        match self.try_commit(part).await {
            // Writing the same part twice leaves what writing it once does.
            Err(Failure::Lost(_)) => {
                self.close();
                self.try_commit(part).await
            }
            result => result,
        }
    }

    /// The rows of a device from a seq on, decided ones too.
    pub(super) async fn rows(
        &mut self,
        from: MutationId,
        limit: usize,
    ) -> Result<Vec<OutboxRow>, Failure> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        if limit == 0 {
            return Ok(Vec::new());
        }
        match self.try_rows(from, limit).await {
            Err(Failure::Lost(_)) => {
                self.close();
                self.try_rows(from, limit).await
            }
            result => result,
        }
    }

    async fn handle(&mut self) -> Result<&Handle, Failure> {
        if self.handle.as_ref().is_none_or(Handle::is_closed) {
            self.handle = None;
            self.handle = Some(Handle::open(&self.name, STORES).await?);
        }
        self.handle
            .as_ref()
            .ok_or_else(|| Failure::Lost("no handle".to_owned()))
    }

    async fn try_load(&mut self, base: Option<&RecordsState>) -> Result<Loaded, Failure> {
        let fence = self.fence;
        let tx = self.handle().await?.read(STORES)?;
        let meta = tx.store(META)?;
        let counters = tx.store(COUNTERS)?;
        let stored_fence = meta.get(&FENCE.into())?;
        let identity = meta.get(&IDENTITY.into())?;
        let numbers = meta.get(&NUMBERS.into())?;
        let names = counters.keys(&JsValue::UNDEFINED)?;
        let values = counters.all(&JsValue::UNDEFINED, u32::MAX)?;
        let attention = tx.store(ATTENTION)?.all(&JsValue::UNDEFINED, u32::MAX)?;
        let open = tx.store(OPEN)?.keys(&JsValue::UNDEFINED)?;
        own(&stored_fence.answer().await?, fence)?;
        let mut loaded = Loaded {
            identity: parse_if(&identity.answer().await?, "the identity")?,
            meta: parse_if(&numbers.answer().await?, "the numbers")?.unwrap_or_default(),
            records: base.copied(),
            ..Loaded::default()
        };
        let names = Array::from(&names.answer().await?);
        let values = Array::from(&values.answer().await?);
        for (name, value) in names.iter().zip(values.iter()) {
            let name = name.as_string().unwrap_or_default();
            loaded.counters.insert(name, parse(&value, "a counter")?);
        }
        for entry in Array::from(&attention.answer().await?).iter() {
            loaded.attention.push(parse(&entry, "an attention entry")?);
        }
        let rows = tx.store(ROWS)?;
        let outcomes = tx.store(OUTCOMES)?;
        let mut ids: Vec<MutationId> = Array::from(&open.answer().await?)
            .iter()
            .map(|key| id_of(&key))
            .collect::<Result<_, _>>()?;
        if let Some(identity) = &loaded.identity {
            let after = loaded.your_seq().next();
            let own = rows.keys(&own_keys_from(identity.device.id, after)?)?;
            for key in Array::from(&own.answer().await?).iter() {
                let id = id_of(&key)?;
                // Keys come in the order of the ids they stand for.
                if let Err(place) = ids.binary_search(&id) {
                    ids.insert(place, id);
                }
            }
        }
        loaded.rows = read_rows(&rows, &outcomes, &ids).await?;
        Ok(loaded)
    }

    async fn try_rows(&mut self, from: MutationId, limit: u32) -> Result<Vec<OutboxRow>, Failure> {
        let tx = self.handle().await?.read(&[ROWS, OUTCOMES])?;
        let rows = tx.store(ROWS)?;
        let found = rows.all(&keys_from(from)?, limit)?.answer().await?;
        let outcomes = tx.store(OUTCOMES)?;
        let mut list = Vec::new();
        for row in Array::from(&found).iter() {
            let row: OutboxRow = parse(&row, "an outbox row")?;
            let outcome = outcomes.get(&key(row.id()))?;
            list.push((row, outcome));
        }
        let mut rows = Vec::with_capacity(list.len());
        for (mut row, outcome) in list {
            row.outcome = parse_if(&outcome.answer().await?, "an outcome")?;
            rows.push(row);
        }
        Ok(rows)
    }

    async fn try_commit(&mut self, part: &OutboxPart) -> Result<(), Failure> {
        let (fence, fuse) = (self.fence, self.fuse.clone());
        let tx = self.handle().await?.write_strict(STORES)?;
        let stored = tx.store(META)?.get(&FENCE.into())?;
        own(&stored.answer().await?, fence)?;
        let writing = Writing { tx, fuse: &fuse };
        writing.write(part).await?;
        fuse.pass()?;
        writing.tx.complete().await
    }
}

/// Whether this tab may still write.
fn own(stored: &JsValue, fence: u32) -> Result<(), Failure> {
    match stored.as_f64() {
        Some(stored) if stored == f64::from(fence) => Ok(()),
        Some(_) => Err(Failure::Fenced),
        // Opening it again has made an empty one: the database was deleted while it was open.
        None => Err(Failure::Lost("the browser has emptied it".to_owned())),
    }
}

/// Issues every request before it waits for the first answer.
async fn read_rows(
    rows: &Store,
    outcomes: &Store,
    ids: &[MutationId],
) -> Result<Vec<OutboxRow>, Failure> {
    let mut asked = Vec::with_capacity(ids.len());
    for &id in ids {
        let key = key(id);
        asked.push((rows.get(&key)?, outcomes.get(&key)?));
    }
    let mut list = Vec::with_capacity(ids.len());
    for (row, outcome) in asked {
        let mut row: OutboxRow = parse(&row.answer().await?, "an outbox row")?;
        row.outcome = parse_if(&outcome.answer().await?, "an outcome")?;
        list.push(row);
    }
    Ok(list)
}

fn parse<T: FromJson>(value: &JsValue, what: &str) -> Result<T, Failure> {
    let text = value.as_string().unwrap_or_default();
    json::read(&text).map_err(|e| Failure::unreadable(what, &e))
}

fn parse_if<T: FromJson>(value: &JsValue, what: &str) -> Result<Option<T>, Failure> {
    if value.is_undefined() {
        return Ok(None);
    }
    parse(value, what).map(Some)
}
