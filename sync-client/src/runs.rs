use std::borrow::Borrow;

/// Entries of a run, at most: making room in the middle of so many costs no more than finding them.
const MOST: usize = 256;

/// A map in order of its keys, as a list of short sorted lists, none of them empty.
///
/// What arrives in order fills runs to the brim, so that an entry takes no more than itself: half
/// of what a tree takes.
#[derive(Clone, Debug)]
pub(crate) struct Runs<K, V> {
    runs: Vec<Vec<(K, V)>>,
}

/// Where an entry lies, or belongs: its run, and its place therein.
type Place = (usize, usize);

impl<K, V> Default for Runs<K, V> {
    fn default() -> Self {
        Self { runs: Vec::new() }
    }
}

impl<K: Ord, V> Runs<K, V> {
    /// Puts a value under a key, and returns what stood there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (run, place) = self.place(&key);
        if self.key(run, place) == Some(&key) {
            let (_, stood) = &mut self.runs[run][place];
            return Some(std::mem::replace(stood, value));
        }
        if run < self.runs.len() {
            self.runs[run].insert(place, (key, value));
            if self.runs[run].len() > MOST {
                let behind = self.runs[run].split_off(MOST / 2);
                self.runs.insert(run + 1, behind);
            }
            return None;
        }
        match self.runs.last_mut().filter(|last| last.len() < MOST) {
            Some(last) => last.push((key, value)),
            None => self.runs.push(vec![(key, value)]),
        }
        None
    }

    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let (run, place) = self.found(key)?;
        Some(&self.runs[run][place].1)
    }

    pub(crate) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let (run, place) = self.found(key)?;
        Some(&mut self.runs[run][place].1)
    }

    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let (run, place) = self.found(key)?;
        let (_, value) = self.runs[run].remove(place);
        if self.runs[run].is_empty() {
            self.runs.remove(run);
        }
        Some(value)
    }

    /// The entry with the greatest key.
    pub(crate) fn last_mut(&mut self) -> Option<(&K, &mut V)> {
        let (key, value) = self.runs.last_mut()?.last_mut()?;
        Some((key, value))
    }

    /// All entries in order.
    pub(crate) fn iter(&self) -> Range<'_, K, V> {
        Range {
            runs: &self.runs,
            start: (0, 0),
            end: (self.runs.len(), 0),
        }
    }

    /// The entries from one key on, up to another one where there is an end.
    pub(crate) fn range<Q: Ord + ?Sized>(&self, start: &Q, end: Option<&Q>) -> Range<'_, K, V>
    where
        K: Borrow<Q>,
    {
        Range {
            runs: &self.runs,
            start: self.place(start),
            end: end.map_or((self.runs.len(), 0), |end| self.place(end)),
        }
    }

    fn found<Q: Ord + ?Sized>(&self, key: &Q) -> Option<Place>
    where
        K: Borrow<Q>,
    {
        let (run, place) = self.place(key);
        (self.key(run, place)?.borrow() == key).then_some((run, place))
    }

    /// The place of the first key that is not smaller; behind the last run where there is none.
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Place
    where
        K: Borrow<Q>,
    {
        let smaller = |entry: &(K, V)| entry.0.borrow() < key;
        let run = self
            .runs
            .partition_point(|run| run.last().is_some_and(smaller));
        let place = self.runs.get(run).map(|run| run.partition_point(smaller));
        (run, place.unwrap_or(0))
    }

    fn key(&self, run: usize, place: usize) -> Option<&K> {
        let (key, _) = self.runs.get(run)?.get(place)?;
        Some(key)
    }
}

/// Entries of a [`Runs`], from both ends.
pub(crate) struct Range<'a, K, V> {
    runs: &'a [Vec<(K, V)>],
    start: Place,
    end: Place,
}

impl<'a, K, V> Iterator for Range<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        if self.start >= self.end {
            return None;
        }
        let (run, place) = self.start;
        let (key, value) = &self.runs[run][place];
        self.start.1 += 1;
        if self.start.1 == self.runs[run].len() {
            self.start = (run + 1, 0);
        }
        Some((key, value))
    }
}

impl<K, V> DoubleEndedIterator for Range<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.start >= self.end {
            return None;
        }
        if self.end.1 == 0 {
            let run = self.end.0 - 1;
            self.end = (run, self.runs[run].len());
        }
        self.end.1 -= 1;
        let (key, value) = &self.runs[self.end.0][self.end.1];
        Some((key, value))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn runs_hold_what_a_tree_holds() {
        let (mut runs, mut tree) = (Runs::default(), BTreeMap::new());
        let mut chance = 1_u32;
        let mut draw = |below: u32| {
            chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (chance >> 8) % below
        };
        // More is put in than taken out, and then the other way round, to the last.
        for (puts, steps) in [(7, 8_000), (2, 12_000)] {
            for at in 0..steps {
                let key = draw(2_000);
                if draw(10) < puts {
                    assert_eq!(runs.insert(key, at), tree.insert(key, at));
                } else {
                    assert_eq!(runs.remove(&key), tree.remove(&key));
                }
                assert_eq!(runs.get(&key), tree.get(&key));
            }
            assert!(runs.iter().eq(&tree));
            assert!(runs.iter().rev().eq(tree.iter().rev()));
            for _ in 0..500 {
                let (from, to) = (draw(2_000), draw(2_000));
                let within = tree.iter().filter(|(key, _)| (from..to).contains(key));
                assert!(runs.range(&from, Some(&to)).eq(within));
                assert!(runs.range(&from, None).rev().eq(tree.range(from..).rev()));
            }
        }
        for key in 0..2_000 {
            assert_eq!(runs.remove(&key), tree.remove(&key));
        }
        assert!(runs.runs.is_empty());
    }

    #[test]
    fn what_arrives_in_order_fills_its_runs() {
        let mut runs = Runs::default();
        (0..MOST * 3).for_each(|key| assert_eq!(runs.insert(key, ()), None));
        assert_eq!(runs.runs.len(), 3);
        assert_eq!(runs.range(&MOST, Some(&0)).count(), 0);
    }
}
