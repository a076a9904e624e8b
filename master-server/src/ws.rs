//! The socket door: sessions, and the hub that tells them of each other.

mod hub;
mod session;
mod socket;

pub(crate) use hub::Hub;
pub(crate) use socket::upgrade;
