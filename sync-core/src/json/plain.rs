//! Reading and writing what is no struct: numbers, text, lists, maps.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use uuid::Uuid;

use super::{Fault, FromJson, Reader, ToJson};
use crate::{CollectionName, Map, Set, hex};

/// A key of a map.
pub trait Key: Ord {
    /// Appends its text.
    fn push(&self, out: &mut String);

    /// The key of a text.
    fn of(text: &str) -> Option<Self>
    where
        Self: Sized;
}

/// Appends text in quotes.
pub fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'"' | b'\\' => byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x8 => b'b',
            0xc => b'f',
            0..0x20 => b'u',
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        plain = at + 1;
        out.push('\\');
        out.push(char::from(escaped));
        if escaped == b'u' {
            let _ = write!(out, "{byte:04x}");
        }
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

/// Appends what is shown of a value, in quotes. Nothing in it needs an escape.
pub(crate) fn write_shown(out: &mut String, shown: &dyn fmt::Display) {
    let _ = write!(out, "\"{shown}\"");
}

/// Reads a text that stands for a value.
pub(crate) fn read_shown<T: FromStr>(
    reader: &mut Reader<'_>,
    what: &'static str,
) -> Result<T, Fault> {
    let text = reader.string()?;
    text.parse().map_err(|_| reader.fault(what))
}

impl ToJson for bool {
    fn write(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }

    fn is_absent(&self) -> bool {
        !*self
    }
}

impl FromJson for bool {
    fn blank() -> Self {
        false
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        *self = reader.bool()?;
        Ok(())
    }
}

macro_rules! integers {
    ($($type:ident)*) => {
        $(impl ToJson for $type {
            fn write(&self, out: &mut String) {
                let _ = write!(out, "{self}");
            }
        }

        impl FromJson for $type {
            fn blank() -> Self {
                0
            }

            fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
                let int = reader.integer()?;
                *self = Self::try_from(int).map_err(|_| reader.fault("a number too large"))?;
                Ok(())
            }
        })*
    };
}

integers! { u32 i64 }

impl ToJson for u64 {
    fn write(&self, out: &mut String) {
        let _ = write!(out, "{self}");
    }
}

impl FromJson for u64 {
    fn blank() -> Self {
        0
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let number = reader.number()?;
        if number.negative || number.float {
            return Err(reader.fault("a whole number is expected"));
        }
        *self = number.magnitude;
        Ok(())
    }
}

impl ToJson for str {
    fn write(&self, out: &mut String) {
        write_text(out, self);
    }
}

impl ToJson for String {
    fn write(&self, out: &mut String) {
        write_text(out, self);
    }
}

impl FromJson for String {
    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        *self = reader.string()?.into_owned();
        Ok(())
    }
}

impl ToJson for () {
    fn write(&self, out: &mut String) {
        out.push_str("null");
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }

    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            Some(value) => value.write(out),
            None => ().write(out),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn blank() -> Self {
        None
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        *self = None;
        if reader.is_null()? {
            return Ok(());
        }
        let value: &mut dyn FromJson = self.insert(T::blank());
        value.read(reader)
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn write(&self, out: &mut String) {
        let mut items = self.iter().map(|item| item as &dyn ToJson);
        write_list(out, &mut items);
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        self.clear();
        reader.list(&mut |reader| {
            self.push(T::blank());
            let last = self.last_mut().map(|item| item as &mut dyn FromJson);
            last.map_or(Ok(()), |item| item.read(reader))
        })
    }
}

impl<T: ToJson> ToJson for Set<T> {
    fn write(&self, out: &mut String) {
        let mut items = self.iter().map(|item| item as &dyn ToJson);
        write_list(out, &mut items);
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: FromJson + Ord> FromJson for Set<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let mut items = Vec::blank();
        items.read(reader)?;
        *self = items.into_iter().collect();
        Ok(())
    }
}

fn write_list(out: &mut String, items: &mut dyn Iterator<Item = &dyn ToJson>) {
    out.push('[');
    let mut first = true;
    for item in items {
        if !std::mem::take(&mut first) {
            out.push(',');
        }
        item.write(out);
    }
    out.push(']');
}

impl<A: ToJson, B: ToJson> ToJson for (A, B) {
    fn write(&self, out: &mut String) {
        let items: [&dyn ToJson; 2] = [&self.0, &self.1];
        write_list(out, &mut items.into_iter());
    }
}

impl<A: FromJson, B: FromJson> FromJson for (A, B) {
    fn blank() -> Self {
        (A::blank(), B::blank())
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        reader.expect(b'[', "a pair is expected")?;
        self.0.read(reader)?;
        reader.expect(b',', "a pair is expected")?;
        self.1.read(reader)?;
        reader.expect(b']', "a pair is expected")
    }
}

impl ToJson for Uuid {
    fn write(&self, out: &mut String) {
        write_shown(out, self);
    }
}

impl FromJson for Uuid {
    fn blank() -> Self {
        Self::nil()
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let id = hex::read_id(&reader.string()?);
        *self = id.ok_or_else(|| reader.fault("an id is expected"))?;
        Ok(())
    }
}

impl Key for String {
    fn push(&self, out: &mut String) {
        write_text(out, self);
    }

    fn of(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Key for CollectionName {
    fn push(&self, out: &mut String) {
        write_text(out, self);
    }

    fn of(text: &str) -> Option<Self> {
        Some(text.into())
    }
}

impl<K: Key, V: ToJson> ToJson for Map<K, V> {
    fn write(&self, out: &mut String) {
        out.push('{');
        for (place, (key, value)) in self.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            key.push(out);
            out.push(':');
            value.write(out);
        }
        out.push('}');
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<K: Key, V: FromJson> FromJson for Map<K, V> {
    fn blank() -> Self {
        Self::new()
    }

    /// One value per name.
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        self.clear();
        reader.map(&mut |reader, name| {
            let key = K::of(&name).ok_or_else(|| reader.fault("a name of another kind"))?;
            let value = self.add(key, V::blank());
            match value.map(|value| value as &mut dyn FromJson) {
                Some(value) => value.read(reader),
                None => Err(reader.fault("a name stands twice in one map")),
            }
        })
    }
}
