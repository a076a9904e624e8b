use std::collections::BTreeMap;
use std::ops::Bound;

use super::bits::Bits;
use crate::platform;

/// The words of the search fields, each with the slots of the records it stands in.
#[derive(Clone, Debug, Default)]
pub(crate) struct WordIndex {
    words: BTreeMap<Box<str>, Vec<u32>>,
}

impl WordIndex {
    pub(crate) fn add<'a>(&mut self, texts: impl Iterator<Item = &'a str>, slot: u32) {
        for word in texts.flat_map(words_of) {
            let slots = match self.words.get_mut(&word[..]) {
                Some(slots) => slots,
                None => self.words.entry(word.into()).or_default(),
            };
            if let Err(place) = slots.binary_search(&slot) {
                slots.insert(place, slot);
            }
        }
    }

    pub(crate) fn remove<'a>(&mut self, texts: impl Iterator<Item = &'a str>, slot: u32) {
        for word in texts.flat_map(words_of) {
            let Some(slots) = self.words.get_mut(&word[..]) else {
                continue;
            };
            if let Ok(place) = slots.binary_search(&slot) {
                slots.remove(place);
            }
            if slots.is_empty() {
                self.words.remove(&word[..]);
            }
        }
    }

    /// Puts the slots with a word that begins so into a set.
    pub(crate) fn select(&self, beginning: &str, into: &mut Bits) {
        let from = self
            .words
            .range::<str, _>((Bound::Included(beginning), Bound::Unbounded));
        for (_, slots) in from.take_while(|(word, _)| word.starts_with(beginning)) {
            slots.iter().for_each(|slot| into.set(*slot));
        }
    }
}

/// The words of a text as they are searched: small letters, split at everything else.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    if !text.is_ascii() {
        return platform::words(text);
    }
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// Whether every word sought begins a word of the texts.
pub(crate) fn matches<'a>(sought: &[String], texts: impl Iterator<Item = &'a str>) -> bool {
    let words: Vec<String> = texts.flat_map(words_of).collect();
    sought
        .iter()
        .all(|sought| words.iter().any(|word| word.starts_with(&sought[..])))
}
