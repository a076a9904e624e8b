//! The master of a shop.

fn main() {}
