use std::collections::{BTreeMap, BTreeSet};

/// Makes a map by putting one entry after the other.
///
/// `collect` first sorts a list, with a sort of its own for every type: sooner done for many
/// entries, and 4 kB each of what a browser downloads.
pub fn map_of<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(entries);
    map
}

/// Makes a set by putting one value after the other, for the reason that [`map_of`] names.
pub(crate) fn set_of<T: Ord>(values: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(values);
    set
}
