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

use sync_core::json::{self, FromJson};
use wasm_bindgen::JsValue;

use super::failure::Failure;
use super::fuse::Fuse;
use super::handle::{Answer, Handle};
use crate::storage::{Loaded, MutationId, OutboxPart, OutboxRow, RecordsState};
use key::{id_of, key, keys_from, keys_of_others, own_keys_from};
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
        let before = tx.get(META, &FENCE.into());
        tx.answered().await?;
        let fence = before.value().as_f64().map_or(0, |fence| fence as u32) + 1;
        tx.put(META, &FENCE.into(), &fence.into());
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
        let mut again = true;
        loop {
            match self.try_load(base).await {
                Err(Failure::Lost(_)) if std::mem::take(&mut again) => self.close(),
                result => return result,
            }
        }
    }

    /// Writes one part; it is on the disk when this returns.
    pub(super) async fn commit(&mut self, part: &OutboxPart) -> Result<(), Failure> {
        let mut again = true;
        loop {
            match self.try_commit(part).await {
                // Writing the same part twice leaves what writing it once does.
                Err(Failure::Lost(_)) if std::mem::take(&mut again) => self.close(),
                result => return result,
            }
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
        let mut again = true;
        loop {
            match self.try_rows(from, limit).await {
                Err(Failure::Lost(_)) if std::mem::take(&mut again) => self.close(),
                result => return result,
            }
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
        let stored_fence = tx.get(META, &FENCE.into());
        let identity = tx.get(META, &IDENTITY.into());
        let numbers = tx.get(META, &NUMBERS.into());
        let names = tx.keys(COUNTERS, &JsValue::UNDEFINED);
        let values = tx.all(COUNTERS, &JsValue::UNDEFINED, u32::MAX);
        let attention = tx.all(ATTENTION, &JsValue::UNDEFINED, u32::MAX);
        let open = tx.keys(OPEN, &JsValue::UNDEFINED);
        tx.answered().await?;
        own(&stored_fence, fence)?;
        let mut loaded = Loaded {
            identity: parse_if(identity.text(), "the identity")?,
            meta: parse_if(numbers.text(), "the numbers")?.unwrap_or_default(),
            records: base.copied(),
            ..Loaded::default()
        };
        for (name, value) in names.texts().into_iter().zip(values.texts()) {
            loaded.counters.insert(name, parse(&value, "a counter")?);
        }
        for entry in attention.texts() {
            loaded.attention.push(parse(&entry, "an attention entry")?);
        }
        let mut ids = ids_of(&open)?;
        if let Some(identity) = &loaded.identity {
            let after = loaded.your_seq().next();
            let own = tx.keys(ROWS, &own_keys_from(identity.device.id, after)?);
            let others = keys_of_others(identity.device.id)?.map(|range| tx.keys(OUTCOMES, &range));
            tx.answered().await?;
            for keys in [&own].into_iter().chain(&others) {
                for id in ids_of(keys)? {
                    // Keys come in the order of the ids they stand for.
                    if let Err(place) = ids.binary_search(&id) {
                        ids.insert(place, id);
                    }
                }
            }
        }
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            rows.push((tx.get(ROWS, &key(id)), tx.get(OUTCOMES, &key(id))));
        }
        tx.answered().await?;
        for (row, outcome) in rows {
            let mut row: OutboxRow = parse(&row.text().unwrap_or_default(), "an outbox row")?;
            row.outcome = parse_if(outcome.text(), "an outcome")?;
            if loaded.wants(&row) {
                loaded.rows.push(row);
            }
        }
        Ok(loaded)
    }

    async fn try_rows(&mut self, from: MutationId, limit: u32) -> Result<Vec<OutboxRow>, Failure> {
        let tx = self.handle().await?.read(&[ROWS, OUTCOMES])?;
        let found = tx.all(ROWS, &keys_from(from)?, limit);
        tx.answered().await?;
        let (mut rows, mut outcomes) = (Vec::new(), Vec::new());
        for row in found.texts() {
            let row: OutboxRow = parse(&row, "an outbox row")?;
            outcomes.push(tx.get(OUTCOMES, &key(row.id())));
            rows.push(row);
        }
        tx.answered().await?;
        for (row, outcome) in rows.iter_mut().zip(outcomes) {
            row.outcome = parse_if(outcome.text(), "an outcome")?;
        }
        Ok(rows)
    }

    async fn try_commit(&mut self, part: &OutboxPart) -> Result<(), Failure> {
        let (fence, fuse) = (self.fence, self.fuse.clone());
        let tx = self.handle().await?.write_strict(STORES)?;
        let stored_fence = tx.get(META, &FENCE.into());
        let writing = Writing {
            tx: &tx,
            fuse: &fuse,
        };
        // Issued before the fence is known: what does not complete is taken back.
        let before = writing.write(part)?;
        tx.answered().await?;
        own(&stored_fence, fence)?;
        writing.decide_all(part, before)?;
        if let Some(prune) = &part.prune {
            let outcomes = writing.outcomes();
            tx.answered().await?;
            writing.prune(prune, &outcomes)?;
        }
        fuse.pass()?;
        tx.complete().await
    }
}

/// Whether this tab may still write.
fn own(stored: &Answer, fence: u32) -> Result<(), Failure> {
    match stored.value().as_f64() {
        Some(stored) if stored == f64::from(fence) => Ok(()),
        Some(_) => Err(Failure::Fenced),
        // Opening it again has made an empty one: the database was deleted while it was open.
        None => Err(Failure::Lost("the browser has emptied it".to_owned())),
    }
}

fn ids_of(keys: &Answer) -> Result<Vec<MutationId>, Failure> {
    keys.list().iter().map(|key| id_of(&key)).collect()
}

fn parse<T: FromJson>(text: &str, what: &str) -> Result<T, Failure> {
    json::read(text).map_err(|e| Failure::unreadable(what, &e))
}

fn parse_if<T: FromJson>(text: Option<String>, what: &str) -> Result<Option<T>, Failure> {
    text.map(|text| parse(&text, what)).transpose()
}
