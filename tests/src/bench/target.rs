/// What a figure shall reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// At least so many times its limit.
    RatioAtLeast(f64),
    /// At most so many times its limit.
    RatioAtMost(f64),
    /// At most so much, in the figure's own unit.
    AtMost(f64),
    /// At most so much, or at most so many times its limit: whichever is larger.
    AtMostOr(f64, f64),
}

/// The figures that have a target; the others are told so that people see them move.
const TARGETS: [(&str, Target); 30] = [
    ("ingest-1", Target::RatioAtLeast(0.5)),
    ("ingest-32", Target::RatioAtLeast(2.0)),
    ("ingest-batch", Target::RatioAtLeast(0.5)),
    ("propagate:p50", Target::RatioAtMost(15.0)),
    ("fanout-50:p50", Target::RatioAtMost(30.0)),
    ("fanout-500:spread", Target::AtMost(5.0)),
    ("catchup-native:20k", Target::RatioAtLeast(0.5)),
    ("catchup-native:100k", Target::RatioAtLeast(0.5)),
    ("catchup-native:20k-wire", Target::AtMost(45.0)),
    ("catchup-native:100k-wire", Target::AtMost(45.0)),
    ("catchup-browser:20k", Target::RatioAtMost(0.35)),
    ("catchup-browser:100k", Target::RatioAtMost(0.2)),
    ("catchup-browser:20k-block", Target::AtMost(50.0)),
    ("catchup-browser:100k-block", Target::AtMost(50.0)),
    ("enqueue-native:p50", Target::RatioAtMost(1.3)),
    ("enqueue-browser:p50", Target::RatioAtMost(1.3)),
    ("drain-native", Target::AtMostOr(0.5, 0.4)),
    ("drain-browser", Target::AtMostOr(0.5, 0.4)),
    ("query-native:200k-barcode-p95", Target::AtMost(1.0)),
    ("query-native:200k-prefix-p95", Target::AtMost(1.0)),
    ("query-browser:200k-barcode-p95", Target::AtMost(1.0)),
    ("query-browser:200k-prefix-p95", Target::AtMost(1.0)),
    ("memory:connection", Target::AtMost(10.0)),
    ("memory:500-idle", Target::AtMost(60.0)),
    ("start-desktop", Target::AtMost(3.0)),
    ("bundle:client-brotli", Target::AtMost(100.0)),
    ("growth:ingest-10k-to-100k", Target::AtMost(1.2)),
    ("growth:ingest-10k-to-1m", Target::AtMost(1.2)),
    ("growth:catchup-10k-to-100k", Target::AtMost(1.2)),
    ("growth:catchup-10k-to-1m", Target::AtMost(1.2)),
];

impl Target {
    /// The target of a figure, by its name with the variant.
    pub fn of(name: &str) -> Option<Self> {
        let found = TARGETS.iter().find(|(of, _)| *of == name);
        found.map(|(_, target)| *target)
    }

    /// Whether a value beside its ratio reaches it; nothing where the ratio it needs is missing.
    pub fn is_met(self, value: f64, ratio: Option<f64>) -> Option<bool> {
        match self {
            Self::RatioAtLeast(least) => ratio.map(|ratio| ratio >= least),
            Self::RatioAtMost(most) => ratio.map(|ratio| ratio <= most),
            Self::AtMost(most) => Some(value <= most),
            Self::AtMostOr(most, times) => {
                Some(value <= most || ratio.is_some_and(|ratio| ratio <= times))
            }
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RatioAtLeast(least) => write!(f, "≥ {least} ×"),
            Self::RatioAtMost(most) => write!(f, "≤ {most} ×"),
            Self::AtMost(most) => write!(f, "≤ {most}"),
            Self::AtMostOr(most, times) => write!(f, "≤ {most} or {times} ×"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_looks_at_the_ratio_or_at_the_value() {
        let met = |target: Target| target.is_met(40.0, Some(0.6));
        assert_eq!(met(Target::RatioAtLeast(0.5)), Some(true));
        assert_eq!(met(Target::RatioAtMost(0.5)), Some(false));
        assert_eq!(met(Target::AtMost(45.0)), Some(true));
        assert_eq!(met(Target::AtMostOr(1.0, 0.6)), Some(true));
        assert_eq!(met(Target::AtMostOr(1.0, 0.5)), Some(false));
        assert_eq!(Target::RatioAtMost(1.0).is_met(40.0, None), None);
    }

    #[test]
    fn no_figure_has_two_targets() {
        let names: std::collections::BTreeSet<_> = TARGETS.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), TARGETS.len());
    }
}
