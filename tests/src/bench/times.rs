use std::time::Duration;

use super::Reading;

/// How long something took, again and again.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// One more.
    pub fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// Those of another one as well.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Milliseconds that so many percent of them took at most; 0 where nothing was measured.
    pub fn ms(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * percent).div_ceil(100).max(1) - 1;
        sorted.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }

    /// Such percentiles as readings; the variants are `p50` and so on, behind `prefix`.
    pub fn readings(&self, prefix: &str, percents: &[usize]) -> Vec<Reading> {
        let reading = |percent: &usize| {
            let variant = format!("{prefix}p{percent}");
            Reading::new(variant, self.ms(*percent), "ms", self.len())
        };
        percents.iter().map(reading).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let mut times = Times::default();
        assert_eq!(times.ms(50), 0.0);
        for ms in (1..=100).rev() {
            times.push(Duration::from_millis(ms));
        }
        assert_eq!(
            [times.ms(50), times.ms(99), times.ms(100)],
            [50.0, 99.0, 100.0]
        );
        let readings = times.readings("ack-", &[50]);
        assert_eq!(readings, [Reading::new("ack-p50", 50.0, "ms", 100)]);
    }
}
