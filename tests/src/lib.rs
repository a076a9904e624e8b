//! What crosses the rooms: a real day replayed through everything, and tests over real sockets and
//! processes.

pub mod bench;

pub mod replay;

pub mod sim;

pub mod soak;

pub mod world;
