//! Who makes which invoice and what goes wrong on the way, all of it decided by a seed.
//!
//! Faults hang on invoices, never on time: the same seed gives the same day on a fast machine and
//! on a slow one.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};

/// The longest run of invoices that a till makes while it is cut off, unless there are too many.
const LONGEST_RUN: usize = 6;

/// How a day is played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// One per invoice.
    pub turns: Vec<Turn>,
    /// What goes wrong once the last invoice is made and every till comes back.
    pub homecoming: Homecoming,
}

/// How one invoice is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The till that makes it.
    pub till: usize,
    /// How its link is.
    pub link: LinkState,
    /// The till is dropped without closing and opened from its file before it.
    pub reopen: bool,
    /// What happens to it on its way.
    pub fate: Fate,
}

/// How the link of a till is while it makes an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Up.
    Up,
    /// Down: connections are refused.
    Refused,
    /// Down: packets vanish.
    Silent,
}

/// What happens to an invoice on its way to the master.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing.
    Quiet,
    /// The connection is cut between the master's commit and its answer.
    AnswerLost,
    /// The master is killed as soon as it has been handed over.
    MasterKilled,
}

/// What goes wrong at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Homecoming {
    /// Per till: the first answer it gets after coming back is lost, where it has something to send.
    pub answer_lost: Vec<bool>,
    /// The till on whose first push the master is killed.
    pub master_killed_by: Option<usize>,
}

impl Schedule {
    /// Plans `invoices` invoices on `tills` tills, `offline` percent of them made while their till
    /// is cut off.
    pub fn plan(invoices: usize, tills: usize, offline: u32, seed: u64) -> Self {
        let rng = &mut StdRng::seed_from_u64(seed);
        let mut owners: Vec<usize> = (0..invoices).map(|index| index % tills.max(1)).collect();
        owners.shuffle(rng);
        let mut turns: Vec<Turn> = owners.into_iter().map(Turn::quiet).collect();
        let share = (invoices * offline.min(100) as usize + 50) / 100;
        cut_off(&mut turns, tills, share, rng);
        for till in 0..tills {
            let own = places(&turns, |turn| turn.till == till);
            let count = rng.random_range(1..=2);
            pick(&own, count, rng).for_each(|place| turns[place].reopen = true);
            let away = places(&turns, |turn| {
                turn.till == till && turn.link != LinkState::Up
            });
            pick(&away, 1, rng).for_each(|place| turns[place].reopen = true);
            let online = places(&turns, |turn| {
                turn.till == till && turn.link == LinkState::Up
            });
            let count = rng.random_range(1..=3);
            pick(&online, count, rng).for_each(|place| turns[place].fate = Fate::AnswerLost);
        }
        let calm = places(&turns, |turn| {
            turn.link == LinkState::Up && turn.fate == Fate::Quiet
        });
        pick(&calm, 2, rng).for_each(|place| turns[place].fate = Fate::MasterKilled);
        let none = |fate| turns.iter().all(|turn| turn.fate != fate);
        let (none_lost, none_killed) = (none(Fate::AnswerLost), none(Fate::MasterKilled));
        let last_away = turns.iter().rfind(|turn| turn.link != LinkState::Up);
        Self {
            homecoming: Homecoming {
                answer_lost: (0..tills)
                    .map(|_| none_lost || rng.random_bool(0.5))
                    .collect(),
                master_killed_by: last_away.filter(|_| none_killed).map(|turn| turn.till),
            },
            turns,
        }
    }

    /// The same day with so many times as many tills dropped, answers lost and masters killed, as
    /// far as there are invoices for it.
    #[must_use]
    pub fn worse(mut self, times: u32, seed: u64) -> Self {
        let rng = &mut StdRng::seed_from_u64(seed.wrapping_add(1));
        let more = |had: usize| had * (times.max(1) as usize - 1);
        let (reopened, lost) = (self.reopened(), self.fated(Fate::AnswerLost));
        let killed = self.fated(Fate::MasterKilled);
        let calm = places(&self.turns, |turn| !turn.reopen);
        pick(&calm, more(reopened), rng).for_each(|place| self.turns[place].reopen = true);
        for (count, fate) in [(killed, Fate::MasterKilled), (lost, Fate::AnswerLost)] {
            let calm = places(&self.turns, |turn| {
                turn.link == LinkState::Up && turn.fate == Fate::Quiet
            });
            pick(&calm, more(count), rng).for_each(|place| self.turns[place].fate = fate);
        }
        self
    }

    /// How many invoices are made while their till is cut off.
    pub fn offline(&self) -> usize {
        self.turns
            .iter()
            .filter(|turn| turn.link != LinkState::Up)
            .count()
    }

    /// How many invoices meet a fate.
    pub fn fated(&self, fate: Fate) -> usize {
        self.turns.iter().filter(|turn| turn.fate == fate).count()
    }

    /// How often a till is dropped and opened again.
    pub fn reopened(&self) -> usize {
        self.turns.iter().filter(|turn| turn.reopen).count()
    }
}

impl Turn {
    fn quiet(till: usize) -> Self {
        Self {
            till,
            link: LinkState::Up,
            reopen: false,
            fate: Fate::Quiet,
        }
    }
}

/// Cuts tills off for exactly `share` invoices, in runs: a till is away for a while, not for one
/// invoice.
fn cut_off(turns: &mut [Turn], tills: usize, mut share: usize, rng: &mut StdRng) {
    let mut left: Vec<BTreeSet<usize>> = (0..tills)
        .map(|till| {
            places(turns, |turn| turn.till == till)
                .into_iter()
                .collect()
        })
        .collect();
    while share > 0 {
        let open: Vec<usize> = (0..tills).filter(|&till| !left[till].is_empty()).collect();
        let Some(&till) = open.choose(rng) else {
            return;
        };
        let own: Vec<usize> = left[till].iter().copied().collect();
        let length = rng.random_range(1..=LONGEST_RUN).min(share);
        let start = rng.random_range(0..own.len());
        let link = if rng.random_bool(0.3) {
            LinkState::Silent
        } else {
            LinkState::Refused
        };
        for place in own.into_iter().skip(start).take(length) {
            turns[place].link = link;
            left[till].remove(&place);
            share -= 1;
        }
    }
}

fn places(turns: &[Turn], wanted: impl Fn(&Turn) -> bool) -> Vec<usize> {
    (0..turns.len()).filter(|&at| wanted(&turns[at])).collect()
}

fn pick(from: &[usize], count: usize, rng: &mut StdRng) -> impl Iterator<Item = usize> {
    let mut picked: Vec<usize> = from.choose_multiple(rng, count).copied().collect();
    picked.sort_unstable();
    picked.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_day() {
        assert_eq!(Schedule::plan(143, 4, 30, 7), Schedule::plan(143, 4, 30, 7));
        assert_ne!(Schedule::plan(143, 4, 30, 7), Schedule::plan(143, 4, 30, 8));
    }

    #[test]
    fn a_worse_day_has_so_many_times_the_faults_where_there_is_room() {
        let plain = Schedule::plan(2_000, 4, 30, 7);
        let worse = plain.clone().worse(10, 7);
        assert_eq!(plain.clone().worse(1, 7), plain);
        assert_eq!(worse.reopened(), plain.reopened() * 10);
        for fate in [Fate::AnswerLost, Fate::MasterKilled] {
            assert_eq!(worse.fated(fate), plain.fated(fate) * 10);
        }
    }

    #[test]
    fn as_many_invoices_as_asked_are_made_while_their_till_is_cut_off() {
        for (invoices, tills, percent) in [
            (143, 4, 30),
            (95, 1, 0),
            (95, 3, 100),
            (7, 4, 50),
            (1, 1, 100),
            (3, 8, 33),
        ] {
            let schedule = Schedule::plan(invoices, tills, percent, 7);
            let wanted = (invoices * percent as usize + 50) / 100;
            assert_eq!(
                schedule.offline(),
                wanted,
                "{percent} % of {invoices} on {tills}"
            );
            assert_eq!(schedule.turns.len(), invoices);
        }
    }

    #[test]
    fn every_day_has_every_kind_of_fault() {
        for seed in 0..50 {
            let schedule = Schedule::plan(95, 4, 30, seed);
            assert!(schedule.reopened() >= 4);
            assert!(schedule.fated(Fate::AnswerLost) >= 4);
            assert_eq!(schedule.fated(Fate::MasterKilled), 2);
        }
    }

    #[test]
    fn a_day_that_is_all_offline_still_has_its_kill_and_its_lost_answer_in_the_end() {
        let schedule = Schedule::plan(95, 2, 100, 7);
        assert_eq!(schedule.fated(Fate::MasterKilled), 0);
        assert!(schedule.homecoming.master_killed_by.is_some());
    }
}
