//! What a day adds up to, read straight from its file.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Day, InvoiceKind};

/// The sums that a replay has to end at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Lines of all invoices.
    pub lines: u64,
    /// Invoices of all kinds.
    pub invoices: u64,
    /// Invoices with `C`.
    pub cancellations: u64,
    /// Amounts of all lines without `C`, in minor units.
    pub sold_minor: i64,
    /// Amounts of all lines with `C`, in minor units; negative.
    pub cancelled_minor: i64,
    /// Quantities of all lines, in thousandths.
    pub thousandths: i64,
    /// What left the shelf, by stock code, in thousandths; goods alone.
    pub taken: BTreeMap<String, i64>,
}

impl Totals {
    /// What both parts add up to.
    pub fn net_minor(&self) -> i64 {
        self.sold_minor + self.cancelled_minor
    }

    /// The quantities in whole units.
    pub fn units(&self) -> i64 {
        self.thousandths / 1000
    }

    /// What the file says.
    pub fn of_day(day: &Day) -> Self {
        let mut totals = Self {
            invoices: day.invoices.len() as u64,
            ..Self::default()
        };
        for invoice in &day.invoices {
            let cancelled = invoice.kind == InvoiceKind::Cancellation;
            totals.cancellations += u64::from(cancelled);
            for line in &invoice.lines {
                let sum = if cancelled {
                    &mut totals.cancelled_minor
                } else {
                    &mut totals.sold_minor
                };
                *sum += line.amount();
                totals.lines += 1;
                totals.thousandths += line.thousandths().0;
                if line.is_goods() {
                    // A correction says what came; everything else says what went.
                    let correction = invoice.kind == InvoiceKind::StockCorrection;
                    let sign = if correction { -1 } else { 1 };
                    *totals.taken.entry(line.code.clone()).or_default() +=
                        sign * line.thousandths().0;
                }
            }
        }
        totals
    }

    /// How many stock codes a day has, case kept.
    pub fn codes(day: &Day) -> usize {
        let lines = day.invoices.iter().flat_map(|invoice| &invoice.lines);
        lines.map(|line| &line.code).collect::<BTreeSet<_>>().len()
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    /// What the published day adds up to: lines, invoices, cancellations, codes, sold, cancelled,
    /// net, units.
    type Expected = (u64, u64, u64, usize, i64, i64, i64, i64);

    const DAYS: [(&str, Expected); 6] = [
        (
            "2010-12-01",
            (3108, 143, 6, 1351, 5_896_079, -32_523, 5_863_556, 26_814),
        ),
        (
            "2010-12-02",
            (2109, 167, 23, 934, 4_774_838, -154_110, 4_620_728, 21_023),
        ),
        (
            "2010-12-03",
            (2202, 108, 7, 1156, 4_694_371, -132_325, 4_562_046, 14_830),
        ),
        (
            "2010-12-05",
            (2725, 95, 7, 1151, 3_177_495, -39_100, 3_138_395, 16_395),
        ),
        (
            "2010-12-06",
            (3878, 133, 18, 1479, 5_483_046, -97_028, 5_386_018, 21_419),
        ),
        (
            "2010-12-07",
            (
                2963, 111, 18, 1295, 9_961_820, -5_455_915, 4_505_905, 24_995,
            ),
        ),
    ];

    #[track_caller]
    fn check_day(path: &Path, expected: Expected) {
        let day = Day::read(path).unwrap();
        let totals = Totals::of_day(&day);
        let found = (
            totals.lines,
            totals.invoices,
            totals.cancellations,
            Totals::codes(&day),
            totals.sold_minor,
            totals.cancelled_minor,
            totals.net_minor(),
            totals.units(),
        );
        assert_eq!(found, expected, "{}", path.display());
    }

    #[test]
    fn the_days_add_up_to_the_published_table() {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        // Who has the other days of the data set names their folder.
        let others = std::env::var_os("TILLSYNC_DAYS").map_or(shipped.clone(), PathBuf::from);
        let mut found = 0;
        for (day, expected) in DAYS {
            let file = format!("{day}.csv");
            let places = [shipped.join(&file), others.join(&file)];
            if let Some(path) = places.iter().find(|path| path.exists()) {
                check_day(path, expected);
                found += 1;
            }
        }
        assert!(found > 0, "no day is there");
    }
}
