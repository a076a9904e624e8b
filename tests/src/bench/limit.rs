//! What the machine can do: the same work, raw.

mod bulk;
mod commits;
mod download;
mod echo;
mod fsync;
mod lookup;

pub(super) use bulk::bulk_insert;
pub(super) use commits::{Commits, commits};
pub(super) use download::download;
pub(super) use echo::Echo;
pub(super) use fsync::fsyncs;
pub(super) use lookup::Lookup;

/// The size of the small mutation that ingest and outbox are measured with, as it lies in a table:
/// a row of the same size is what the machine's commits are measured with.
pub(super) const ROW_BYTES: usize = 500;
