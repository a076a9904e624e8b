//! The desktop till without its window, against a real master and on real files.

mod hosting;
mod refusing;
mod selling;
mod shop;
mod till;
