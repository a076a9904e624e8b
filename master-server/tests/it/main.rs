//! The master from outside: its ledger, its doors, its files.

mod files;
mod ledger;
mod support;
