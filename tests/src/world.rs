//! A master as a process of its own, links that can be cut, and what tests wait for.

mod link;
mod master;
mod patience;
mod shop;
mod till;

pub use link::{Direction, Link, Mode, Passing, Verdict};
pub use master::{Finished, Master};
pub use patience::{patiently, until};
pub use shop::Clerk;
pub use till::Till;
