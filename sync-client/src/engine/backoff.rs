/// How long to wait before the next attempt: 1, 2, 4 … s up to the longest, each with full jitter, so that tills
/// that lost their master together do not come back together.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    seed: u64,
    /// In milliseconds.
    longest: u64,
    attempts: u32,
}

impl Backoff {
    pub(crate) fn new(seed: u64, longest: u64) -> Self {
        Self {
            seed,
            longest,
            attempts: 0,
        }
    }

    /// The milliseconds before the next attempt. The first one does not wait.
    pub(crate) fn next_wait(&mut self) -> u64 {
        let attempts = self.attempts;
        self.attempts += 1;
        if attempts == 0 {
            return 0;
        }
        let most = (1_000 << (attempts - 1).min(20)).min(self.longest);
        self.draw() % (most + 1)
    }

    /// Attempts since the last success.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Begins anew after a success.
    pub(crate) fn reset(&mut self) {
        self.attempts = 0;
    }

    /// SplitMix64.
    fn draw(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_to_thirty_seconds_and_no_further() {
        let mut backoff = Backoff::new(7, 30_000);
        assert_eq!(backoff.next_wait(), 0);
        for most in [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            assert!(backoff.next_wait() <= most);
        }
        backoff.reset();
        assert_eq!(backoff.next_wait(), 0);
    }
}
