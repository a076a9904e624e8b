//! What holds for every mutation, in every order.

mod checksums;
mod facts;
mod histories;
mod intake;
mod kinds;
mod merging;
mod raised;
mod resolving;
mod shared;
