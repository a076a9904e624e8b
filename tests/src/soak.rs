//! Long runs in the real world: real sockets, real networks, real processes.

pub mod idle;
pub mod slow;
