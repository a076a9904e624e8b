//! What systems do differently: the local door, folders for their owner alone, being told to stop.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as sys;
#[cfg(windows)]
use windows as sys;

pub use sys::told_to_stop;
pub(crate) use sys::{LocalDoor, LocalStream, connect, private};
