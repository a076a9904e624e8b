//! The master from outside: its ledger, its doors, its files, its commands.

mod commands;
mod doors;
mod files;
mod fleet;
mod horizon;
mod integrating;
mod lan;
mod ledger;
mod managing;
mod marks;
mod net;
mod pacing;
mod reserving;
mod skipping;
mod socket;
mod support;
mod visits;
mod watching;
