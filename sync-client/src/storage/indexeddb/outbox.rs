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

use js_sys::Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync_core::{DeviceId, Seq};
use wasm_bindgen::JsValue;
use web_sys::IdbKeyRange;

use super::failure::Failure;
use super::fuse::Fuse;
use super::handle::{Handle, Store, Transaction};
use crate::storage::{
    Attention, Loaded, MutationId, OutboxPart, OutboxRow, Prune, RecordsState, StoredOutcome,
};

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

/// A write transaction with the stores it works on.
struct Writing<'a> {
    tx: Transaction,
    fuse: &'a Fuse,
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
        device: DeviceId,
        from: Seq,
        limit: usize,
    ) -> Result<Vec<OutboxRow>, Failure> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        if limit == 0 {
            return Ok(Vec::new());
        }
        match self.try_rows(device, from, limit).await {
            Err(Failure::Lost(_)) => {
                self.close();
                self.try_rows(device, from, limit).await
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
        if stored_fence.answer().await?.as_f64() != Some(f64::from(fence)) {
            return Err(Failure::Fenced);
        }
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
            let own = rows.keys(&keys_from(identity.device.id, after)?)?;
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

    async fn try_rows(
        &mut self,
        device: DeviceId,
        seq: Seq,
        limit: u32,
    ) -> Result<Vec<OutboxRow>, Failure> {
        let tx = self.handle().await?.read(&[ROWS, OUTCOMES])?;
        let rows = tx.store(ROWS)?;
        let found = rows.all(&keys_from(device, seq)?, limit)?.answer().await?;
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
        if stored.answer().await?.as_f64() != Some(f64::from(fence)) {
            return Err(Failure::Fenced);
        }
        let writing = Writing { tx, fuse: &fuse };
        writing.write(part).await?;
        fuse.pass()?;
        writing.tx.complete().await
    }
}

impl Writing<'_> {
    async fn write(&self, part: &OutboxPart) -> Result<(), Failure> {
        if let Some(identity) = &part.identity {
            self.put(META, &IDENTITY.into(), identity)?;
        }
        if let Some(numbers) = &part.meta {
            self.put(META, &NUMBERS.into(), numbers)?;
        }
        for (name, value) in &part.counters {
            self.put(COUNTERS, &name.into(), value)?;
        }
        for &id in &part.remove {
            self.remove_row(id)?;
        }
        for row in &part.rows {
            self.put_row(row)?;
        }
        for (id, outcome) in &part.outcomes {
            self.set_outcome(*id, outcome.as_ref()).await?;
        }
        for entry in &part.attend {
            self.dismiss(entry.id).await?;
            self.put(ATTENTION, &attention_key(entry), entry)?;
        }
        for &id in &part.dismiss {
            self.dismiss(id).await?;
        }
        if let Some(prune) = &part.prune {
            self.prune(prune).await?;
        }
        Ok(())
    }

    fn put_row(&self, row: &OutboxRow) -> Result<(), Failure> {
        let key = key(row.id());
        let stored = OutboxRow {
            outcome: None,
            ..row.clone()
        };
        self.put(ROWS, &key, &stored)?;
        match &row.outcome {
            Some(outcome) => self.decide(&key, outcome),
            None => self.reopen(&key),
        }
    }

    async fn set_outcome(
        &self,
        id: MutationId,
        outcome: Option<&StoredOutcome>,
    ) -> Result<(), Failure> {
        let key = key(id);
        if self
            .tx
            .store(ROWS)?
            .get(&key)?
            .answer()
            .await?
            .is_undefined()
        {
            return Ok(());
        }
        match outcome {
            Some(outcome) => self.decide(&key, outcome),
            None => self.reopen(&key),
        }
    }

    fn decide(&self, key: &JsValue, outcome: &StoredOutcome) -> Result<(), Failure> {
        self.put(OUTCOMES, key, outcome)?;
        self.delete(OPEN, key)
    }

    fn reopen(&self, key: &JsValue) -> Result<(), Failure> {
        self.delete(OUTCOMES, key)?;
        self.put(OPEN, key, &())
    }

    fn remove_row(&self, id: MutationId) -> Result<(), Failure> {
        let key = key(id);
        [ROWS, OUTCOMES, OPEN]
            .into_iter()
            .try_for_each(|store| self.delete(store, &key))
    }

    /// The list is short and its keys begin with a time, so it is looked through.
    async fn dismiss(&self, id: MutationId) -> Result<(), Failure> {
        let keys = self.tx.store(ATTENTION)?.keys(&JsValue::UNDEFINED)?;
        for key in Array::from(&keys.answer().await?).iter() {
            let parts = Array::from(&key);
            if id_of(&Array::of2(&parts.get(1), &parts.get(2)))? == id {
                self.delete(ATTENTION, &key)?;
            }
        }
        Ok(())
    }

    async fn prune(&self, prune: &Prune) -> Result<(), Failure> {
        let outcomes = self.tx.store(OUTCOMES)?;
        let keys = outcomes.keys(&JsValue::UNDEFINED)?;
        let values = outcomes.all(&JsValue::UNDEFINED, u32::MAX)?;
        let keys = Array::from(&keys.answer().await?);
        let values = Array::from(&values.answer().await?);
        for (key, value) in keys.iter().zip(values.iter()) {
            let (id, outcome) = (id_of(&key)?, parse::<StoredOutcome>(&value, "an outcome")?);
            if prune.covers_decided(id, outcome.arrived_at) {
                self.remove_row(id)?;
            }
        }
        Ok(())
    }

    fn put(&self, store: &str, key: &JsValue, value: &impl Serialize) -> Result<(), Failure> {
        self.fuse.pass()?;
        let json = serde_json::to_string(value).expect("stored data is plain: always JSON");
        self.tx.store(store)?.put(key, &json.into())
    }

    fn delete(&self, store: &str, key: &JsValue) -> Result<(), Failure> {
        self.fuse.pass()?;
        self.tx.store(store)?.delete(key)
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

fn key(id: MutationId) -> JsValue {
    Array::of2(&id.device.to_string().into(), &(id.seq.0 as f64).into()).into()
}

fn attention_key(entry: &Attention) -> JsValue {
    Array::of3(
        &(entry.since.0 as f64).into(),
        &entry.id.device.to_string().into(),
        &(entry.id.seq.0 as f64).into(),
    )
    .into()
}

fn id_of(key: &JsValue) -> Result<MutationId, Failure> {
    let parts = Array::from(key);
    let device = parts.get(0).as_string().and_then(|text| text.parse().ok());
    let seq = parts.get(1).as_f64();
    device
        .zip(seq)
        .map(|(device, seq)| MutationId {
            device,
            seq: Seq(seq as u64),
        })
        .ok_or_else(|| Failure::Corrupt("a key of the outbox is no mutation's".to_owned()))
}

/// The keys of a device from a seq on. An array sorts after every number.
fn keys_from(device: DeviceId, seq: Seq) -> Result<JsValue, Failure> {
    let lower = key(MutationId { device, seq });
    let upper = Array::of2(&device.to_string().into(), &Array::new());
    Ok(IdbKeyRange::bound(&lower, &upper)?.into())
}

fn parse<T: DeserializeOwned>(value: &JsValue, what: &str) -> Result<T, Failure> {
    let text = value.as_string().unwrap_or_default();
    sync_core::json::from_str(&text).map_err(|e| Failure::unreadable(what, &e))
}

fn parse_if<T: DeserializeOwned>(value: &JsValue, what: &str) -> Result<Option<T>, Failure> {
    if value.is_undefined() {
        return Ok(None);
    }
    parse(value, what).map(Some)
}
