use super::{Fault, FromJson, Reader, ToJson};

/// A field of a struct as it stands in a text.
pub type Field = (&'static str, Mode);

/// When a field stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Always.
    Always,
    /// Always when written; it may lack when read.
    Default,
    /// Only when it has a value.
    Skip,
}

/// Reads a map into the fields of a struct; names it does not know are passed over, or refused
/// where it is `strict`.
///
/// # Errors
/// When there is no map, a field lacks or stands twice, or one cannot be read.
pub fn read_fields(
    reader: &mut Reader<'_>,
    strict: bool,
    shape: &'static [Field],
    fields: &mut [&mut dyn FromJson],
) -> Result<(), Fault> {
    let (mut seen, mut next) = (0_u32, 0);
    reader.map(&mut |reader, name| {
        // They mostly come in the order they are written in.
        let known = |place: &usize| shape.get(*place).is_some_and(|(known, _)| *known == name);
        let place = Some(next).filter(known);
        let Some(place) = place.or_else(|| (0..shape.len()).find(known)) else {
            return match strict {
                true => Err(reader.fault("an unknown field")),
                false => reader.skip(),
            };
        };
        let bit = 1 << place;
        if seen & bit != 0 {
            return Err(reader.fault_of("a second field", shape[place].0));
        }
        seen |= bit;
        next = place + 1;
        fields[place].read(reader)
    })?;
    let lacking =
        |(place, (_, mode)): &(usize, &Field)| *mode == Mode::Always && seen & (1 << place) == 0;
    match shape.iter().enumerate().find(lacking) {
        Some((_, (name, _))) => Err(reader.fault_of("missing field", name)),
        None => Ok(()),
    }
}

/// Writes the fields of a struct as a map.
pub fn write_fields(out: &mut String, shape: &[Field], fields: &[&dyn ToJson]) {
    let mut separator = '{';
    for ((name, mode), field) in shape.iter().zip(fields) {
        if *mode == Mode::Skip && field.is_absent() {
            continue;
        }
        out.push(separator);
        separator = ',';
        super::write_text(out, name);
        out.push(':');
        field.write(out);
    }
    if separator == '{' {
        out.push('{');
    }
    out.push('}');
}

/// Makes a struct readable and writable: its fields in the order they are written in.
///
/// `name: skip` leaves a field out that has no value, `name: default` writes it and does without it
/// when read, `name = "other"` calls it otherwise. Fields behind a semicolon do not travel.
#[macro_export]
macro_rules! fields {
    ($type:ident {
        $($name:ident $(= $text:literal)? $(: $mode:ident)?),* $(,)? $(; $($own:ident),*)?
    }) => {
        $crate::fields_to! { $type { $($name $(= $text)? $(: $mode)?),* } }
        $crate::fields_from! { $type { $($name $(= $text)? $(: $mode)?),* $(; $($own),*)? } }
    };
}

/// Makes a struct writable; see [`fields!`](crate::fields).
#[macro_export]
macro_rules! fields_to {
    ($type:ident { $($name:ident $(= $text:literal)? $(: $mode:ident)?),* $(,)? }) => {
        impl $crate::json::ToJson for $type {
            fn write(&self, out: &mut String) {
                const SHAPE: &[$crate::json::Field] = &[$($crate::field!($name $(= $text)? $(: $mode)?)),*];
                $crate::json::write_fields(out, SHAPE, &[$(&self.$name),*]);
            }
        }
    };
}

/// Makes a struct readable; see [`fields!`](crate::fields).
#[macro_export]
macro_rules! fields_from {
    ($type:ident { $($name:ident $(= $text:literal)? $(: $mode:ident)?),* $(,)? $(; $($own:ident),*)? }) => {
        impl $crate::json::FromJson for $type {
            fn blank() -> Self {
                Self {
                    $($name: $crate::json::FromJson::blank(),)*
                    $($($own: Default::default(),)*)?
                }
            }

            fn read(
                &mut self,
                reader: &mut $crate::json::Reader<'_>,
            ) -> Result<(), $crate::json::Fault> {
                const SHAPE: &[$crate::json::Field] = &[$($crate::field!($name $(= $text)? $(: $mode)?)),*];
                $crate::json::read_fields(reader, false, SHAPE, &mut [$(&mut self.$name),*])
            }
        }
    };
}

/// One entry of a shape.
#[doc(hidden)]
#[macro_export]
macro_rules! field {
    ($name:ident) => {
        (stringify!($name), $crate::json::Mode::Always)
    };
    ($name:ident: skip) => {
        (stringify!($name), $crate::json::Mode::Skip)
    };
    ($name:ident: default) => {
        (stringify!($name), $crate::json::Mode::Default)
    };
    ($name:ident = $text:literal) => {
        ($text, $crate::json::Mode::Always)
    };
    ($name:ident = $text:literal: skip) => {
        ($text, $crate::json::Mode::Skip)
    };
    ($name:ident = $text:literal: default) => {
        ($text, $crate::json::Mode::Default)
    };
}

/// Makes an enum without data readable and writable: the word of each variant, in their order.
#[macro_export]
macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $type {
            const WORDS: &[&str] = &[$($word),*];
        }

        impl $crate::json::ToJson for $type {
            fn write(&self, out: &mut String) {
                // An exhaustive match that the compiler sees through.
                let place = match self { $(Self::$variant => Self::$variant as usize),* };
                $crate::json::write_text(out, Self::WORDS[place]);
            }
        }

        impl $crate::json::FromJson for $type {
            fn blank() -> Self {
                [$(Self::$variant),*][0]
            }

            fn read(
                &mut self,
                reader: &mut $crate::json::Reader<'_>,
            ) -> Result<(), $crate::json::Fault> {
                *self = [$(Self::$variant),*][reader.one_of(Self::WORDS)?];
                Ok(())
            }
        }
    };
}

/// Makes an enum of one value each readable and writable: a map of one name, that of the variant.
#[macro_export]
macro_rules! choices {
    ($type:ident { $first:ident = $word:literal, $($variant:ident = $text:literal),* $(,)? }) => {
        impl $crate::json::ToJson for $type {
            fn write(&self, out: &mut String) {
                let (name, value): (&str, &dyn $crate::json::ToJson) = match self {
                    Self::$first(value) => ($word, value),
                    $(Self::$variant(value) => ($text, value),)*
                };
                out.push('{');
                $crate::json::write_text(out, name);
                out.push(':');
                value.write(out);
                out.push('}');
            }
        }

        impl $crate::json::FromJson for $type {
            fn blank() -> Self {
                Self::$first($crate::json::FromJson::blank())
            }

            fn read(
                &mut self,
                reader: &mut $crate::json::Reader<'_>,
            ) -> Result<(), $crate::json::Fault> {
                let blanks: &[(&str, fn() -> Self)] = &[
                    ($word, || Self::$first($crate::json::FromJson::blank())),
                    $(($text, || Self::$variant($crate::json::FromJson::blank()))),*
                ];
                reader.expect(b'{', "a map is expected")?;
                let name = reader.string()?;
                let found = blanks.iter().find(|(known, _)| *known == name);
                let (_, blank) = found.ok_or_else(|| reader.fault("an unknown name"))?;
                *self = blank();
                reader.expect(b':', "a colon is expected")?;
                let value: &mut dyn $crate::json::FromJson = match self {
                    Self::$first(value) => value,
                    $(Self::$variant(value) => value,)*
                };
                value.read(reader)?;
                reader.expect(b'}', "one name only is expected")
            }
        }
    };
}

/// Makes a struct of one number readable and writable as that number.
#[macro_export]
macro_rules! numbers {
    ($($type:ident),*) => {
        $(impl $crate::json::ToJson for $type {
            fn write(&self, out: &mut String) {
                self.0.write(out);
            }
        }

        impl $crate::json::FromJson for $type {
            fn blank() -> Self {
                Self(0)
            }

            fn read(
                &mut self,
                reader: &mut $crate::json::Reader<'_>,
            ) -> Result<(), $crate::json::Fault> {
                self.0.read(reader)
            }
        })*
    };
}
