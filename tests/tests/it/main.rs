//! Over real sockets and processes: what must hold whatever breaks.

mod bad;
mod batches;
mod conflicts;
mod credit;
mod disk;
mod drawers;
mod fetching;
mod last_unit;
mod lost;
mod named;
mod pacing;
mod posts;
mod raised;
mod recording;
mod reissuing;
mod repairing;
mod restore;
mod roads;
mod roles;
mod settling;
mod sim;
mod soak;
mod statuses;
mod stores;
mod trust;
mod visits;
