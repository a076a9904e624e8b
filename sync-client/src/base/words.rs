use super::bits::Bits;
use super::postings::Postings;
use crate::platform;

/// The words of the search fields, each with the slots of the records it stands in.
#[derive(Clone, Debug, Default)]
pub(crate) struct WordIndex {
    words: Postings,
}

impl WordIndex {
    pub(crate) fn of(words: Postings) -> Self {
        Self { words }
    }

    pub(crate) fn add(&mut self, text: &str, slot: u32) {
        each_word(text, &mut |word| self.words.add(word.as_bytes(), slot));
    }

    pub(crate) fn remove(&mut self, text: &str, slot: u32) {
        each_word(text, &mut |word| self.words.remove(word.as_bytes(), slot));
    }

    /// Puts the slots of all words that begin so into a set.
    pub(crate) fn select(&self, beginning: &str, into: &mut Bits) {
        let beginning = beginning.as_bytes();
        let from = self.words.range(beginning, None);
        for (_, slots) in from.take_while(|(word, _)| word.starts_with(beginning)) {
            slots.iter().for_each(|slot| into.set(slot));
        }
    }
}

/// The words of a text as they are searched: small letters, split at everything else.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(text, &mut |word| words.push(word.to_owned()));
    words
}

/// Hands out the words of a text, as they are searched.
pub(super) fn each_word(text: &str, each: &mut dyn FnMut(&str)) {
    if !text.is_ascii() {
        return platform::words(text).iter().for_each(|word| each(word));
    }
    let small = text.to_ascii_lowercase();
    let words = small.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).for_each(each);
}

/// Whether every word sought begins a word of the texts.
pub(crate) fn matches<'a>(sought: &[String], texts: impl Iterator<Item = &'a str>) -> bool {
    let words: Vec<String> = texts.flat_map(words_of).collect();
    sought
        .iter()
        .all(|sought| words.iter().any(|word| word.starts_with(&sought[..])))
}
