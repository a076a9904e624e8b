//! Sessions in a simulated world.
