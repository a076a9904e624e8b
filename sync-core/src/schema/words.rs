//! What a schema says in words: kinds, types and policies as JSON.

use super::{FieldType, Kind, Policy};
use crate::json::{Fault, FromJson, Reader, ToJson};
use crate::{CollectionName, Set};

const KINDS: &[(&str, Kind)] = &[
    ("fact", Kind::Fact),
    ("shared", Kind::Shared),
    ("master", Kind::Master),
    ("raised", Kind::Raised),
    ("projection", Kind::Projection),
];

impl ToJson for Kind {
    fn write(&self, out: &mut String) {
        if let Self::Owned { owner } = self {
            out.push_str(r#"{"owned":{"owner":"#);
            owner.write(out);
            return out.push_str("}}");
        }
        word_of(KINDS, self).write(out);
    }
}

impl FromJson for Kind {
    fn blank() -> Self {
        Self::Shared
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        if reader.peek() == Some(b'"') {
            *self = of_word(KINDS, reader)?;
            return Ok(());
        }
        let mut owner = String::new();
        for name in ["owned", "owner"] {
            reader.expect(b'{', "a kind is expected")?;
            reader.one_of(&[name])?;
            reader.expect(b':', "a colon is expected")?;
        }
        owner.read(reader)?;
        *self = Self::Owned { owner };
        reader.expect(b'}', "an end is expected")?;
        reader.expect(b'}', "an end is expected")
    }
}

pub(super) const TYPES: &[(&str, FieldType)] = &[
    ("bool", FieldType::Bool),
    ("int", FieldType::Int),
    ("money", FieldType::Money),
    ("quantity", FieldType::Quantity),
    ("rate", FieldType::Rate),
    ("time", FieldType::Time),
    ("date", FieldType::Date),
    ("text", FieldType::Text),
    ("device", FieldType::Device),
    ("list", FieldType::List),
    ("map", FieldType::Map),
    ("any", FieldType::Any),
];

impl ToJson for FieldType {
    fn write(&self, out: &mut String) {
        let (name, value): (&str, &dyn ToJson) = match self {
            Self::Ref(name) => ("ref", name),
            Self::Choice(words) => ("choice", words),
            plain => return word_of(TYPES, plain).write(out),
        };
        out.push('{');
        name.write(out);
        out.push(':');
        value.write(out);
        out.push('}');
    }
}

impl FromJson for FieldType {
    fn blank() -> Self {
        Self::Any
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        if reader.peek() == Some(b'"') {
            *self = of_word(TYPES, reader)?;
            return Ok(());
        }
        reader.expect(b'{', "a type is expected")?;
        let name = reader.one_of(&["ref", "choice"])?;
        reader.expect(b':', "a colon is expected")?;
        if name == 0 {
            let mut target = CollectionName::blank();
            target.read(reader)?;
            *self = Self::Ref(target);
        } else {
            let mut words = Set::new();
            words.read(reader)?;
            *self = Self::Choice(words);
        }
        reader.expect(b'}', "an end is expected")
    }
}

pub(super) fn word_of<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    let found = words.iter().find(|(_, other)| other == value);
    found.map_or("", |(word, _)| word)
}

fn of_word<T: Clone>(words: &[(&'static str, T)], reader: &mut Reader<'_>) -> Result<T, Fault> {
    let word = reader.string()?;
    let found = words.iter().find(|(other, _)| *other == word);
    let (_, value) = found.ok_or_else(|| reader.fault("an unknown word"))?;
    Ok(value.clone())
}

/// The policy alone is left out where it is the default.
const POLICIES: &[(&str, Policy)] = &[
    ("manual", Policy::Manual),
    ("first_wins", Policy::FirstWins),
    ("last_wins", Policy::LastWins),
    ("earliest_wins", Policy::EarliestWins),
];

impl ToJson for Policy {
    fn write(&self, out: &mut String) {
        word_of(POLICIES, self).write(out);
    }

    fn is_absent(&self) -> bool {
        self.is_default()
    }
}

impl FromJson for Policy {
    fn blank() -> Self {
        Self::Manual
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        *self = of_word(POLICIES, reader)?;
        Ok(())
    }
}
