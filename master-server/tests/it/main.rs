//! The master from outside: its ledger, its doors, its files, its commands.

mod commands;
mod doors;
mod files;
mod ledger;
mod socket;
mod support;
