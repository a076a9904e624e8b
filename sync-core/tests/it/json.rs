//! The reader and the writer that every device carries.

use sync_core::json::{self, Raw};
use sync_core::{Cursor, Document, Value};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[track_caller]
fn check_value(text: &str, expected: Option<&Value>) {
    assert_eq!(json::read::<Value>(text).ok().as_ref(), expected, "{text}");
    // The derived reader, which typed records go through, agrees.
    let derived = serde_json::from_str::<Value>(text).ok();
    assert_eq!(derived.as_ref(), expected, "{text}");
}

#[test]
fn an_integer_is_one_however_it_is_written() {
    for (text, int) in [
        ("0", Some(0)),
        ("-0", Some(0)),
        ("7", Some(7)),
        ("-7", Some(-7)),
        ("1.0", Some(1)),
        ("1.50e1", Some(15)),
        ("1e3", Some(1_000)),
        ("10e-1", Some(1)),
        ("0e999999", Some(0)),
        (" 12 ", Some(12)),
        ("9007199254740991", Some(9_007_199_254_740_991)),
        ("-9007199254740991", Some(-9_007_199_254_740_991)),
        ("9007199254740992", None),
        ("18446744073709551616", None),
        ("1.5", None),
        ("1e-1", None),
        ("1e400", None),
        ("01", None),
        ("1.", None),
        (".5", None),
        ("1e", None),
        ("+1", None),
        ("-", None),
        ("null", None),
        ("nul", None),
        ("1 2", None),
        ("", None),
    ] {
        check_value(text, int.map(Value::Int).as_ref());
    }
}

#[test]
fn text_means_what_its_escapes_mean() {
    for (text, expected) in [
        (r#""""#, Some("")),
        (r#""plain""#, Some("plain")),
        (r#""\"\\\/\b\f\n\r\t""#, Some("\"\\/\u{8}\u{c}\n\r\t")),
        (r#""a\u00e9\ud83c\udf75b""#, Some("a\u{e9}\u{1f375}b")),
        ("\"\u{1f375} raw\"", Some("\u{1f375} raw")),
        (r#""\ud83c""#, None),
        (r#""\ud83cx""#, None),
        (r#""\udf75""#, None),
        (r#""\u12""#, None),
        (r#""\x""#, None),
        ("\"a\nb\"", None),
        (r#""open"#, None),
        (r#""open\"#, None),
    ] {
        check_value(text, expected.map(Value::from).as_ref());
    }
}

#[test]
fn what_is_written_is_what_a_derived_writer_writes() {
    let doc = Document::new()
        .with("controls", (0..0x20).map(char::from).collect::<String>())
        .with("more", "\u{7f} \" \\ / \u{2028} \u{1f375}")
        .with(
            "list",
            vec![Value::from(-1), Value::from(true), Value::List(Vec::new())],
        );
    let text = json::text(&doc);
    assert_eq!(text, serde_json::to_string(&doc).expect("json"));
    assert_eq!(json::read(&text), Ok(doc));
}

#[test]
fn what_passes_through_keeps_its_bytes_however_deep_and_odd() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    for text in [
        r#"{ "a" : [ 1 , {} , [] , "\ud800" ] , "a" : null }"#,
        "1.5e-7",
        &deep,
    ] {
        assert_eq!(
            Raw::new(text).map(|raw| raw.get() == text),
            Ok(true),
            "{text}"
        );
    }
    for text in [
        "[1,]",
        "[1",
        "{\"a\"}",
        "{\"a\":1,}",
        "[}",
        "tru",
        "\"\\u12\"",
        "1]",
    ] {
        assert!(Raw::new(text).is_err(), "{text}");
    }
    assert!(
        json::read::<Value>(&deep).is_err(),
        "read, it would not end"
    );
}

#[test]
fn a_struct_is_a_map_with_each_of_its_fields_once() {
    let log = r#"{"generation":1,"uuid":"eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee"}"#;
    let read = |rest: &str| json::read::<Cursor>(&format!(r#"{{"log_id":{log}{rest}}}"#));
    assert!(read(r#","position":7"#).is_ok());
    assert!(read(r#","later":[{}],"position":7"#).is_ok(), "passed over");
    let why = |rest: &str| read(rest).expect_err("refused").to_string();
    assert!(why("").starts_with("missing field `position`"));
    assert!(why(r#","position":7,"position":8"#).starts_with("a second field `position`"));
    assert!(why(r#","position":-7"#).starts_with("a whole number is expected"));
    assert!(json::read::<Cursor>(&format!("[{log},7]")).is_err());
}
