use std::borrow::Cow;

use crate::json::{self, Fault, FromJson, Reader, ToJson};
use crate::{Document, MAX_INTEGER, Value};

/// The text of a document: looked through when it is read, and made a [`Document`] by who needs its
/// fields. Written by us it is the canonical one; read it is what came, with its names in order.
///
/// A device takes 100,000 records at a time, which travel and lie as text and are shown by the
/// dozen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentText(Box<str>);

impl DocumentText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The whole document.
    pub fn read(&self) -> Document {
        json::read(&self.0).expect("looked through when it was read")
    }

    /// The document with these fields alone. What stands behind the last of them is not looked at.
    pub fn only(&self, wanted: &[String]) -> Document {
        let (mut fields, mut reader) = (Vec::new(), Reader::new(&self.0));
        let mut read = || {
            reader.expect(b'{', "a document is expected")?;
            while fields.len() < wanted.len() && !reader.passes(b'}') {
                let name = reader.string()?;
                reader.expect(b':', "a colon is expected")?;
                if wanted.iter().any(|wanted| *wanted == name) {
                    let mut value = Value::blank();
                    value.read(&mut reader)?;
                    fields.push((name.into_owned(), value));
                } else {
                    reader.skip()?;
                }
                reader.passes(b',');
            }
            Ok::<_, Fault>(())
        };
        read().expect("looked through when it was read");
        fields.into_iter().collect()
    }
}

impl From<&Document> for DocumentText {
    fn from(doc: &Document) -> Self {
        Self(doc.canonical().into())
    }
}

impl ToJson for DocumentText {
    fn write(&self, out: &mut String) {
        out.push_str(&self.0);
    }

    fn is_absent(&self) -> bool {
        &*self.0 == "{}"
    }
}

impl FromJson for DocumentText {
    fn blank() -> Self {
        Self("{}".into())
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        if reader.peek() != Some(b'{') {
            return Err(reader.fault("a document is expected"));
        }
        self.0 = reader.passed(look_through)?.into();
        Ok(())
    }
}

/// Passes over a value that a document may have. Names in order are names that stand there once.
fn look_through(reader: &mut Reader<'_>) -> Result<(), Fault> {
    match reader.peek() {
        Some(b'{') => {
            let mut last: Option<Cow<'_, str>> = None;
            reader.map(&mut |reader, name| {
                if last.as_ref().is_some_and(|last| *last >= name) {
                    return Err(reader.fault("names are expected in their order"));
                }
                last = Some(name);
                look_through(reader)
            })
        }
        Some(b'[') => reader.list(&mut look_through),
        Some(b'"') => reader.string().map(drop),
        Some(b't' | b'f') => reader.bool().map(drop),
        Some(b'-' | b'0'..=b'9') => reader.whole(MAX_INTEGER).map(drop),
        _ => Err(reader.fault("a value is expected, and null is none")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_document_is_refused() {
        for good in [
            "{}",
            r#"{"a":[1,{"b":"\n"}],"b":-9007199254740991,"c":true}"#,
        ] {
            let text: DocumentText = json::read(good).unwrap();
            assert_eq!(text.as_str(), good);
            assert_eq!(text.read(), json::read(good).unwrap());
            assert_eq!(json::text(&text), good);
        }
        for bad in [
            "",
            "[]",
            "1",
            "null",
            r#"{"a":null}"#,
            r#"{"a":1.5}"#,
            r#"{"a":9007199254740992}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"b":1,"a":2}"#,
            r#"{"a":{"c":1,"c":1}}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":1} x"#,
            r#"{"a":1"#,
        ] {
            assert!(json::read::<DocumentText>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn some_fields_are_read_without_the_others() {
        let doc = Document::new()
            .with("barcode", "04")
            .with("list", vec![Value::Int(1)])
            .with("name", "Lamp");
        let text = DocumentText::from(&doc);
        let some = text.only(&["name".to_owned(), "barcode".to_owned()]);
        assert_eq!(some, doc.without(["list"]));
        assert_eq!(text.read(), doc);
    }
}
