//! Paths as tests write them, and as they go over the wire.

use std::fmt::Write as _;

/// A path with encoded parameters.
pub fn query(path: &str, parameters: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", escaped(value, b"-._~"));
    let pairs: Vec<_> = parameters.iter().map(pair).collect();
    if pairs.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", pairs.join("&"))
    }
}

/// Tests write paths as people read them: what may not stand in a URI is escaped.
pub fn encoded(path: &str) -> String {
    escaped(path, b"-._~!#$%&'()*+,/:;=?@[]")
}

fn escaped(text: &str, keep: &[u8]) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || keep.contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
