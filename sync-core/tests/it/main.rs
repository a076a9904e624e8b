//! The laws of the rules.

mod merging;
