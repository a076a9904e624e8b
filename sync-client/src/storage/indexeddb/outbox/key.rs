//! Under which keys a device's mutations lie.

use js_sys::Array;
use sync_core::{DeviceId, Seq};
use wasm_bindgen::JsValue;
use web_sys::IdbKeyRange;

use crate::storage::indexeddb::failure::Failure;
use crate::storage::{Attention, MutationId};

pub(super) fn key(id: MutationId) -> JsValue {
    Array::of2(&id.device.to_string().into(), &(id.seq.0 as f64).into()).into()
}

pub(super) fn attention_key(entry: &Attention) -> JsValue {
    Array::of3(
        &(entry.since.0 as f64).into(),
        &entry.id.device.to_string().into(),
        &(entry.id.seq.0 as f64).into(),
    )
    .into()
}

pub(super) fn id_of(key: &JsValue) -> Result<MutationId, Failure> {
    let parts = Array::from(key);
    let device = parts.get(0).as_string().and_then(|text| text.parse().ok());
    let seq = parts.get(1).as_f64();
    device
        .zip(seq)
        .map(|(device, seq)| MutationId {
            device,
            seq: Seq(seq as u64),
        })
        .ok_or_else(Failure::key)
}

/// All keys from one on.
pub(super) fn keys_from(from: MutationId) -> Result<JsValue, Failure> {
    Ok(IdbKeyRange::lower_bound(&key(from))?.into())
}

/// The keys from one to another, both among them.
pub(super) fn keys_between(first: MutationId, last: MutationId) -> Result<JsValue, Failure> {
    Ok(IdbKeyRange::bound(&key(first), &key(last))?.into())
}

/// The keys of a device from a seq on. An array sorts after every number.
pub(super) fn own_keys_from(device: DeviceId, seq: Seq) -> Result<JsValue, Failure> {
    let lower = key(MutationId { device, seq });
    Ok(IdbKeyRange::bound(&lower, &end_of(device))?.into())
}

/// The keys of all other devices, those below and those above.
pub(super) fn keys_of_others(device: DeviceId) -> Result<[JsValue; 2], Failure> {
    let begin = key(MutationId {
        device,
        seq: Seq(0),
    });
    let below = IdbKeyRange::upper_bound(&begin)?;
    let above = IdbKeyRange::lower_bound(&end_of(device))?;
    Ok([below.into(), above.into()])
}

fn end_of(device: DeviceId) -> JsValue {
    Array::of2(&device.to_string().into(), &Array::new()).into()
}
