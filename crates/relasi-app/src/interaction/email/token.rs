//! Signed names of messages: in their Message-ID and in the address that bounces come to.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::platform::import::hexadecimal;

/// Bytes of the signature that are kept: an address has room for 64 characters before the `@`.
const KEPT: usize = 10;

fn signature(key: &str, message: Uuid) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length is taken");
    mac.update(message.as_bytes());
    let all = mac.finalize().into_bytes();
    hexadecimal(&all[..KEPT])
}

/// The signed name of a message.
pub(super) fn of(key: &str, message: Uuid) -> String {
    format!("{}.{}", message.simple(), signature(key, message))
}

/// The message that a text names, before its signature is checked: `<id>.<signature>` alone, behind a `+`, or in front of
/// an `@`.
pub(super) fn message_in(text: &str) -> Option<(Uuid, &str)> {
    let local = text.trim_matches(['<', '>', ' ']).split('@').next()?;
    let token = local.rsplit('+').next()?;
    let (id, signed) = token.split_once('.')?;
    let id = Uuid::try_parse(id).ok().filter(|_| id.len() == 32)?;
    (signed.len() == 2 * KEPT).then_some((id, signed))
}

/// Whether a signature is that of the message; it takes as long for a wrong one.
pub(super) fn is_good(key: &str, message: Uuid, signed: &str) -> bool {
    let right = signature(key, message);
    let differences = right
        .bytes()
        .zip(signed.bytes())
        .fold(0, |sum, (a, b)| sum | (a ^ b));
    right.len() == signed.len() && differences == 0
}

/// The address that bounces of a message come to: `b+<token>@…` for the mailbox `b@…`.
pub(super) fn return_path(mailbox: &str, token: &str) -> Option<String> {
    let (local, host) = mailbox.rsplit_once('@')?;
    Some(format!("{local}+{token}@{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_wherever_it_stands_and_forged_ones_are_told() {
        let id = Uuid::now_v7();
        let token = of("key", id);
        let address = return_path("b@kopi.example", &token).unwrap();
        assert!(address.split('@').next().unwrap().len() <= 64);
        for text in [token.clone(), address, format!("<{token}@kopi.example>")] {
            let (found, signed) = message_in(&text).unwrap();
            assert_eq!(found, id);
            assert!(is_good("key", found, signed));
            assert!(!is_good("other", found, signed));
            assert!(!is_good("key", Uuid::now_v7(), signed));
        }
        for text in ["", "b@kopi.example", "b+x.y@kopi.example", &id.to_string()] {
            assert_eq!(message_in(text), None, "{text}");
        }
    }
}
