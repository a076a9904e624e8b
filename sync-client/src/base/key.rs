//! Values as bytes whose order is the values' order, so that an index is one sorted map of bytes.

use sync_core::Value;

const ABSENT: u8 = 0;
const BOOL: u8 = 1;
const INT: u8 = 2;
const TEXT: u8 = 3;
const OTHER: u8 = 4;

/// Appends one value; absent ones come first. No encoding is the beginning of another one.
pub(crate) fn push(key: &mut Vec<u8>, value: Option<&Value>) {
    match value {
        None => key.push(ABSENT),
        Some(Value::Bool(bool)) => key.extend([BOOL, u8::from(*bool)]),
        Some(Value::Int(int)) => {
            key.push(INT);
            // With the sign bit turned, negative numbers sort below positive ones.
            key.extend((*int as u64 ^ (1 << 63)).to_be_bytes());
        }
        Some(Value::Text(text)) => {
            push_text(key, text);
            key.extend([0, 0]);
        }
        Some(other @ (Value::List(_) | Value::Map(_))) => {
            key.push(OTHER);
            let json = sync_core::json::text(other);
            key.extend(json.as_bytes());
            key.extend([0, 0]);
        }
    }
}

/// Appends a text without its end: what every text that begins so begins with.
pub(crate) fn push_text(key: &mut Vec<u8>, text: &str) {
    key.push(TEXT);
    for byte in text.bytes() {
        key.push(byte);
        if byte == 0 {
            key.push(1);
        }
    }
}

/// One value alone.
pub(crate) fn of(value: Option<&Value>) -> Vec<u8> {
    let mut key = Vec::with_capacity(16);
    push(&mut key, value);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_sort_as_values_do() {
        let values = [
            None,
            Some(Value::Bool(false)),
            Some(Value::Bool(true)),
            Some(Value::Int(-5)),
            Some(Value::Int(0)),
            Some(Value::Int(7)),
            Some(Value::from("")),
            Some(Value::from("a")),
            Some(Value::from("a\0b")),
            Some(Value::from("ab")),
            Some(Value::from("b")),
        ];
        let keys: Vec<_> = values.iter().map(|value| of(value.as_ref())).collect();
        assert!(keys.is_sorted());
    }
}
