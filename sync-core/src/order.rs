//! The order of a batch.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::{DeviceId, Hlc};

/// Something that waits to be decided.
pub trait Waiting {
    /// The device it came from.
    fn device(&self) -> DeviceId;
    /// When, clamped to its arrival.
    fn clamped_at(&self) -> Hlc;
}

/// Merges the devices' queues by (clamped time, device), each device's own order kept.
///
/// Of two edits that wait together the earlier one is decided first, whoever's frame came first;
/// but no device's mutation ever overtakes an earlier one of the same device.
pub fn order<W: Waiting>(queues: Vec<VecDeque<W>>) -> Vec<W> {
    let mut heads = BinaryHeap::new();
    let mut queues = queues;
    for (index, queue) in queues.iter().enumerate() {
        if let Some(head) = queue.front() {
            heads.push(Reverse((head.clamped_at(), head.device(), index)));
        }
    }
    let mut ordered = Vec::with_capacity(queues.iter().map(VecDeque::len).sum());
    while let Some(Reverse((_, _, index))) = heads.pop() {
        ordered.extend(queues[index].pop_front());
        if let Some(head) = queues[index].front() {
            heads.push(Reverse((head.clamped_at(), head.device(), index)));
        }
    }
    ordered
}
