use super::postings::{Keyed, Postings, Slots, sort};

/// Keys on their way into an index that most of them are put into many times over: found by their
/// hash, and sorted once all are there.
#[derive(Default)]
pub(super) struct Gathered {
    keys: Vec<Keyed>,
    slots: Vec<Slots>,
    /// By hash, and behind what lies there already: the place of a key and one more; 0 where there
    /// is none. At most half of it is filled.
    places: Vec<u32>,
}

impl Gathered {
    /// Puts a slot under a key. Slots come in order.
    pub(super) fn add(&mut self, key: &[u8], slot: u32) {
        if self.keys.len() * 2 >= self.places.len() {
            self.widen();
        }
        let place = self.place(key);
        match self.places[place].checked_sub(1) {
            Some(found) => self.slots[found as usize].add(slot),
            None => {
                self.slots.push(Slots::One(slot));
                self.keys.push((key.into(), self.keys.len() as u32));
                self.places[place] = self.keys.len() as u32;
            }
        }
    }

    /// All of them, in order.
    pub(super) fn sorted(mut self) -> Postings {
        sort(&mut self.keys, &mut Ord::cmp);
        let mut postings = Postings::default();
        for (key, place) in self.keys {
            let none = Slots::One(0);
            let slots = std::mem::replace(&mut self.slots[place as usize], none);
            postings.push(key, slots);
        }
        postings
    }

    /// Where a key is, or belongs.
    fn place(&self, key: &[u8]) -> usize {
        // FNV-1a: words are short, and nobody gains by making these slow for themselves.
        let mut hash = 0x811c_9dc5_u32;
        for byte in key {
            hash = (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        }
        let last = self.places.len() - 1;
        let mut place = hash as usize & last;
        while let Some(other) = self.places[place].checked_sub(1) {
            if *self.keys[other as usize].0 == *key {
                break;
            }
            place = (place + 1) & last;
        }
        place
    }

    fn widen(&mut self) {
        self.places = vec![0; (self.places.len() * 2).max(1_024)];
        for at in 0..self.keys.len() {
            let place = self.place(&self.keys[at].0);
            self.places[place] = at as u32 + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn what_was_gathered_is_what_a_tree_would_hold() {
        let (mut gathered, mut tree) = (Gathered::default(), BTreeMap::<_, Vec<u32>>::new());
        for slot in 0..5_000_u32 {
            for key in [format!("w{}", slot % 7), format!("{}", slot * 31 % 4_001)] {
                gathered.add(key.as_bytes(), slot);
                gathered.add(key.as_bytes(), slot);
                tree.entry(key.into_bytes()).or_default().push(slot);
            }
        }
        let postings = gathered.sorted();
        let held = postings.range(b"", None);
        let held = held.map(|(key, slots)| (key.to_vec(), slots.iter().collect()));
        assert!(held.eq(tree));
        assert_eq!(Gathered::default().sorted().range(b"", None).count(), 0);
    }
}
