//! Time and randomness that follow from the seed.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};
use sync_client::Source;
use sync_core::Millis;
use tokio::time::Instant;

/// When every simulation begins: 2026-01-01T00:00:00Z.
const EPOCH: u64 = 1_767_225_600_000;

/// Simulated time: it moves on when everybody waits.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    begun: Instant,
}

impl Clock {
    /// A clock that begins now. Needs a runtime whose time is paused.
    pub fn start() -> Self {
        Self {
            begun: Instant::now(),
        }
    }

    /// The true time.
    pub fn now(&self) -> Millis {
        Millis(EPOCH + self.begun.elapsed().as_millis() as u64)
    }
}

/// Random numbers that anybody may draw. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Dice(Arc<Mutex<StdRng>>);

impl Dice {
    /// Dice of their own for one purpose, so that drawing here changes nothing elsewhere.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let mixed = sync_core::Digest::of(&[&seed.to_be_bytes(), purpose.as_bytes()]);
        let mixed = mixed.to_string();
        let bits = u64::from_str_radix(&mixed[..16], 16).unwrap_or(seed);
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(bits))))
    }

    /// A number below `end`.
    pub fn below(&self, end: u64) -> u64 {
        self.with(|dice| dice.random_range(0..end.max(1)))
    }

    /// Whether something of so many percent happens.
    pub fn percent(&self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of several.
    pub fn one<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    /// Fills bytes.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.with(|dice| dice.fill_bytes(bytes));
    }

    fn with<R>(&self, draw: impl FnOnce(&mut StdRng) -> R) -> R {
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A device's own clock, which people and empty batteries set, and its randomness.
#[derive(Clone, Debug)]
pub struct Wrist {
    clock: Clock,
    ahead: Arc<AtomicI64>,
    dice: Dice,
}

impl Wrist {
    /// A clock that is right at first.
    pub fn new(clock: Clock, dice: Dice) -> Self {
        Self {
            clock,
            ahead: Arc::default(),
            dice,
        }
    }

    /// Sets it so many milliseconds ahead of the true time, or behind.
    pub fn set_ahead(&self, millis: i64) {
        self.ahead.store(millis, Ordering::Relaxed);
    }
}

impl Source for Wrist {
    fn now(&self) -> Millis {
        let ahead = self.ahead.load(Ordering::Relaxed);
        Millis(self.clock.now().0.saturating_add_signed(ahead))
    }

    fn random(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        self.dice.fill(&mut bytes);
        bytes
    }
}
