//! The desktop till without its window, against a real master and on real files.

mod fake_printer;
mod fault;
mod hosting;
mod printed;
mod printing;
mod refusing;
mod rendering;
mod selling;
mod shop;
mod till;
