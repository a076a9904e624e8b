use std::time::Duration;

/// How long others are listened for.
const LISTENED: Duration = Duration::from_millis(200);
/// Of all processors' time, from which share on others disturb.
const DISTURB_FROM: f64 = 0.2;

/// Time that all processors together have spent, in the kernel's ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spent {
    idle: u64,
    all: u64,
}

/// Whether other programs use the processors, while nothing of ours does. A limit that is measured
/// beside a compiler is as slow before a run as after it, so it does not tell. Never where the system
/// does not say (only Linux does).
pub(super) async fn others_work() -> bool {
    let Some(before) = spent() else {
        return false;
    };
    tokio::time::sleep(LISTENED).await;
    spent().is_some_and(|after| busy(before, after) >= DISTURB_FROM)
}

fn spent() -> Option<Spent> {
    Spent::read(&std::fs::read_to_string("/proc/stat").ok()?)
}

fn busy(before: Spent, after: Spent) -> f64 {
    let all = after.all.saturating_sub(before.all);
    let idle = after.idle.saturating_sub(before.idle);
    match all {
        0 => 0.0,
        _ => 1.0 - idle as f64 / all as f64,
    }
}

impl Spent {
    /// Reads the first line: user, nice, system, idle, waiting for a disk, and more that is work.
    fn read(stat: &str) -> Option<Self> {
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Vec<u64> = line.split_whitespace().flat_map(str::parse).collect();
        // What guests use is counted as the user's already.
        let all = ticks.iter().take(8).sum();
        let idle = ticks.get(3)? + ticks.get(4)?;
        Some(Self { idle, all })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_idle_nor_waiting_is_work() {
        let before = Spent::read("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 2").unwrap();
        let after = Spent::read("cpu  125 0 75 840 60 0 0 0 0 0\n").unwrap();
        assert_eq!(
            before,
            Spent {
                idle: 850,
                all: 1_000
            }
        );
        assert_eq!(busy(before, after), 0.5);
        assert_eq!(busy(before, before), 0.0);
        assert_eq!(Spent::read("intr 7"), None);
    }
}
