use serde::Serialize;

/// One thing measured once: a value and what it counts in.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Which side of the figure, such as `p50`; empty for the figure itself.
    pub variant: String,
    /// How much.
    pub value: f64,
    /// Of what, such as `ms` or `1/s`.
    pub unit: &'static str,
    /// How many measurements it comes from.
    pub n: usize,
}

impl Reading {
    /// A reading that comes from so many measurements.
    pub fn new(variant: impl Into<String>, value: f64, unit: &'static str, n: usize) -> Self {
        Self {
            variant: variant.into(),
            value,
            unit,
            n,
        }
    }
}

/// One run: what was read, and what the machine could do just before and just after it.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The limits before.
    pub before: Vec<Reading>,
    /// The readings.
    pub found: Vec<Reading>,
    /// The limits after.
    pub after: Vec<Reading>,
    /// Whether other programs used the processors when it began.
    pub disturbed: bool,
}

/// A limit that moved by more than this factor during a run makes the run noisy.
const NOISY_FROM: f64 = 2.0;

impl Run {
    /// Whether the machine did something else: others worked when the run began, or a limit is more
    /// than twice what it was. Tails are no measure of that; they move by themselves.
    pub fn is_noisy(&self) -> bool {
        self.disturbed
            || self.before.iter().any(|before| {
                let after = find(&self.after, &before.variant);
                after.is_some_and(|after| {
                    let (low, high) = (before.value.min(after), before.value.max(after));
                    !before.variant.ends_with(TAIL) && high > low * NOISY_FROM
                })
            })
    }
}

/// How the variants of a tail end.
const TAIL: &str = "p99";

/// A figure as it is told: the median of its runs beside the median of its limit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Its name, with the variant after a colon.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
    /// What the machine can do, in the same unit; absent where nothing compares.
    pub limit: Option<f64>,
    /// The value divided by the limit.
    pub ratio: Option<f64>,
    /// How many measurements it comes from, over all runs.
    pub n: usize,
    /// Whether a run that counts was noisy.
    pub noisy: bool,
}

impl Figure {
    /// The figures of some runs, one per variant, in the order in which they were read.
    pub fn of_runs(name: &str, runs: &[Run]) -> Vec<Self> {
        let noisy = runs.iter().any(Run::is_noisy);
        let variants = runs.first().map_or(&[][..], |run| &run.found);
        let figure = |reading: &Reading| {
            let same = |readings: &[Reading]| find(readings, &reading.variant);
            let values = runs.iter().filter_map(|run| same(&run.found)).collect();
            let limits: Vec<f64> = runs
                .iter()
                .flat_map(|run| [same(&run.before), same(&run.after)])
                .flatten()
                .collect();
            let value = median(values).unwrap_or(reading.value);
            let limit = median(limits);
            let counted = runs.iter().flat_map(|run| &run.found);
            Self {
                name: match reading.variant.as_str() {
                    "" => name.to_owned(),
                    variant => format!("{name}:{variant}"),
                },
                value: short(value),
                unit: reading.unit,
                limit: limit.map(short),
                ratio: limit.filter(|limit| *limit > 0.0).map(|l| short(value / l)),
                n: counted
                    .filter(|other| other.variant == reading.variant)
                    .map(|other| other.n)
                    .sum(),
                noisy,
            }
        };
        variants.iter().map(figure).collect()
    }
}

fn find(readings: &[Reading], variant: &str) -> Option<f64> {
    let found = readings.iter().find(|reading| reading.variant == variant);
    found.map(|reading| reading.value)
}

/// The one in the middle; of an even number the mean of the two.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

/// Four digits that count: what is behind them swings with the machine.
fn short(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let digits = 3 - value.abs().log10().floor() as i32;
    if digits <= 0 {
        return value.round();
    }
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(before: f64, found: f64, after: f64) -> Run {
        let one = |value| vec![Reading::new("p50", value, "ms", 10)];
        Run {
            before: one(before),
            found: one(found),
            after: one(after),
            disturbed: false,
        }
    }

    #[test]
    fn a_figure_is_the_median_of_its_runs_beside_the_median_of_its_limit() {
        let runs = [run(1.0, 6.0, 1.0), run(1.0, 90.0, 1.5), run(2.0, 7.0, 2.0)];
        let figures = Figure::of_runs("propagate", &runs);
        let expected = Figure {
            name: "propagate:p50".to_owned(),
            value: 7.0,
            unit: "ms",
            limit: Some(1.25),
            ratio: Some(5.6),
            n: 30,
            noisy: false,
        };
        assert_eq!(figures, [expected]);
    }

    #[test]
    fn a_limit_that_moves_by_more_than_twice_is_noise() {
        assert!(!run(1.0, 5.0, 2.0).is_noisy());
        assert!(run(1.0, 5.0, 2.1).is_noisy());
        assert!(run(2.1, 5.0, 1.0).is_noisy());
        let figures = Figure::of_runs("x", &[run(1.0, 5.0, 1.0), run(1.0, 5.0, 3.0)]);
        assert!(figures[0].noisy);
    }

    #[test]
    fn a_run_beside_others_is_noise_however_steady_its_limit() {
        let run = Run {
            disturbed: true,
            ..run(1.0, 5.0, 1.0)
        };
        assert!(run.is_noisy());
    }

    #[test]
    fn a_tail_that_moves_is_no_noise() {
        let mut tail = run(1.0, 5.0, 9.0);
        for reading in tail.before.iter_mut().chain(&mut tail.after) {
            reading.variant = "ack-p99".to_owned();
        }
        assert!(!tail.is_noisy());
    }

    #[test]
    fn what_nothing_compares_to_has_neither_limit_nor_ratio() {
        let found = vec![Reading::new("", 12_345.6, "B", 1)];
        let figures = Figure::of_runs(
            "bundle",
            &[Run {
                found,
                ..Run::default()
            }],
        );
        let line = serde_json::to_value(&figures[0]).unwrap();
        let expected = serde_json::json!({
            "name": "bundle", "value": 12346.0, "unit": "B", "limit": null, "ratio": null,
            "n": 1, "noisy": false,
        });
        assert_eq!(line, expected);
    }

    #[test]
    fn four_digits_count() {
        assert_eq!(short(0.123_456), 0.1235);
        assert_eq!(short(12.345_6), 12.35);
        assert_eq!(short(123_456.7), 123_457.0);
        assert_eq!(short(0.0), 0.0);
    }
}
