//! What a replay says in the end: a table for people, one line for programs.

use std::fmt;

use serde::Serialize;

use super::play::{Played, Settings};
use super::totals::Totals;

/// What came out, beside what the file says.
#[derive(Clone, Debug)]
pub struct Report {
    file: String,
    settings: Settings,
    expected: Totals,
    played: Played,
}

/// One line for programs.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    tills: usize,
    lines: u64,
    invoices: u64,
    cancellations: u64,
    sold_minor: i64,
    cancelled_minor: i64,
    net_minor: i64,
    units: i64,
    mutations: u64,
    resent: u64,
    pending: u64,
    attention: u64,
    checksums_equal: bool,
    seconds: f64,
}

impl Report {
    /// Puts what was played beside what the file adds up to.
    pub fn new(file: String, settings: Settings, expected: Totals, played: Played) -> Self {
        Self {
            file,
            settings,
            expected,
            played,
        }
    }

    /// Everything that is not as it has to be; empty when the replay passed.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let found = &self.played.ledger.totals;
        for (name, wanted, found) in self.sums() {
            if wanted != found {
                faults.push(format!("{name}: the ledger has {found}, the file {wanted}"));
            }
        }
        for (code, wanted) in &self.expected.taken {
            let found = found.taken.get(code).copied().unwrap_or(0);
            if found != *wanted {
                faults.push(format!(
                    "stock of {code}: {found} thousandths left the shelf, the file says {wanted}"
                ));
            }
        }
        let played = &self.played;
        for (name, count) in [
            ("pending", played.pending),
            ("attention", played.attention),
            ("rejected", played.ledger.rejected),
        ] {
            if count > 0 {
                faults.push(format!("{name} is {count}, not 0"));
            }
        }
        if played.mutations != self.expected.invoices {
            let (made, wanted) = (played.mutations, self.expected.invoices);
            faults.push(format!(
                "{made} mutations were recorded for {wanted} invoices"
            ));
        }
        if played.resent == 0 {
            faults.push("no envelope was sent more than once: no fault hit".to_owned());
        }
        if !played.checksums_equal {
            faults.push("a till's checksums are not the master's".to_owned());
        }
        if let Err(said) = &played.verify {
            faults.push(format!("verify failed: {}", said.trim()));
        }
        faults
    }

    /// One line of JSON.
    pub fn json(&self) -> String {
        let found = &self.played.ledger.totals;
        let line = Line {
            file: &self.file,
            tills: self.settings.tills,
            lines: found.lines,
            invoices: found.invoices,
            cancellations: found.cancellations,
            sold_minor: found.sold_minor,
            cancelled_minor: found.cancelled_minor,
            net_minor: found.net_minor(),
            units: found.units(),
            mutations: self.played.mutations,
            resent: self.played.resent,
            pending: self.played.pending,
            attention: self.played.attention,
            checksums_equal: self.played.checksums_equal,
            seconds: (self.played.seconds * 10.0).round() / 10.0,
        };
        serde_json::to_string(&line).expect("plain numbers and a name: always JSON")
    }

    fn sums(&self) -> [(&'static str, i64, i64); 7] {
        let (wanted, found) = (&self.expected, &self.played.ledger.totals);
        [
            ("lines", wanted.lines as i64, found.lines as i64),
            ("invoices", wanted.invoices as i64, found.invoices as i64),
            (
                "cancellations",
                wanted.cancellations as i64,
                found.cancellations as i64,
            ),
            ("sold", wanted.sold_minor, found.sold_minor),
            ("cancelled", wanted.cancelled_minor, found.cancelled_minor),
            ("net", wanted.net_minor(), found.net_minor()),
            ("units", wanted.units(), found.units()),
        ]
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let played = &self.played;
        writeln!(f, "{} on {} tills", self.file, self.settings.tills)?;
        writeln!(f, "{:<14} {:>12} {:>12}", "", "file", "ledger")?;
        for (name, wanted, found) in self.sums() {
            let mark = if wanted == found { "" } else { "  differs" };
            writeln!(f, "{name:<14} {wanted:>12} {found:>12}{mark}")?;
        }
        for (name, value) in [
            ("mutations", played.mutations.to_string()),
            ("resent", played.resent.to_string()),
            ("pending", played.pending.to_string()),
            ("attention", played.attention.to_string()),
            (
                "checksums",
                if played.checksums_equal {
                    "equal"
                } else {
                    "differ"
                }
                .to_owned(),
            ),
            (
                "verify",
                if played.verify.is_ok() {
                    "passed"
                } else {
                    "failed"
                }
                .to_owned(),
            ),
            ("seconds", format!("{:.1}", played.seconds)),
        ] {
            writeln!(f, "{name:<14} {:>12} {value:>12}", "")?;
        }
        Ok(())
    }
}
