//! From where the work of the current task was asked for, so that whatever the audit says of it can
//! name the address.
//!
//! It goes with the task as a span of `tracing` does; what is asked of the ledger takes it along as
//! data, so that applying depends on nothing but the proposal.

use std::net::IpAddr;

use tokio::task_local;

task_local! {
    static ADDRESS: Option<IpAddr>;
}

/// Does work for the other side of a connection; none where nobody knows its address.
///
/// Not `async` itself: that would keep room for the work twice, in every connection.
pub(crate) fn during<T>(
    address: Option<IpAddr>,
    work: impl Future<Output = T>,
) -> impl Future<Output = T> {
    let address = address.map(|address| address.to_canonical());
    ADDRESS.scope(address, work)
}

/// For whom this is done; none where the master does it by itself.
pub(crate) fn address() -> Option<IpAddr> {
    ADDRESS.try_with(|address| *address).ok().flatten()
}
