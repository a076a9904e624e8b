//! Seeds that once failed. What a seed leads to changes with the simulator; they are run all the
//! same, and say what has gone wrong before.

/// A seed and what it showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The seed.
    pub seed: u64,
    /// What went wrong, in one line.
    pub story: &'static str,
}

/// All of them: `kept.txt`, a seed and its story in every line.
pub fn kept() -> Vec<Kept> {
    let lines = include_str!("kept.txt").lines();
    let kept = lines.filter_map(|line| {
        let (seed, story) = line.split_once(' ')?;
        let seed = seed.parse().ok()?;
        Some(Kept { seed, story })
    });
    kept.collect()
}
