//! A storage that lasts as long as its value: for simulations and tests.
