//! JSON of the data that travels and is stored, small enough for a browser to download.
//!
//! A derived reader is code for every type; here a type is a list of names and of its fields, and
//! one loop reads them all and one writes them. [`from_str`] stays for the typed records of a
//! domain, which are derived.
//!
//! ```text
//! fields! { Cursor { log_id, position } }      struct  ◄─► {"log_id":…,"position":…}
//! words! { Verdict { Accepted = "accepted" } } enum    ◄─► "accepted"
//! choices! { Line { Head = "head" } }          enum    ◄─► {"head":…}
//! ```

mod fields;
mod maps;
mod plain;
mod raw;
mod reader;

pub use fields::{Field, Mode, read_fields, write_fields};
pub use maps::from_str;
pub use plain::{Key, write_text};
pub(crate) use plain::{read_shown, write_shown};
pub use raw::Raw;
pub use reader::{Fault, Reader};

/// Something that can be written as JSON.
pub trait ToJson {
    /// Appends it.
    fn write(&self, out: &mut String);

    /// Whether a field that may be left out is left out with this value.
    fn is_absent(&self) -> bool {
        false
    }
}

/// Something that can be read from JSON, in place.
pub trait FromJson {
    /// What stands there before something is read, and where a field is left out.
    fn blank() -> Self
    where
        Self: Sized;

    /// Reads one value over this one.
    ///
    /// # Errors
    /// When the text is no JSON, or not that of such a value.
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault>;
}

/// The JSON text of a value.
pub fn text(value: &dyn ToJson) -> String {
    let mut out = String::new();
    value.write(&mut out);
    out
}

/// Reads a whole text.
///
/// # Errors
/// When it is no JSON, or not that of such a value.
pub fn read<T: FromJson>(text: &str) -> Result<T, Fault> {
    let mut value = T::blank();
    read_into(text, &mut value)?;
    Ok(value)
}

fn read_into(text: &str, value: &mut dyn FromJson) -> Result<(), Fault> {
    let mut reader = Reader::new(text);
    value.read(&mut reader)?;
    reader.end()
}
