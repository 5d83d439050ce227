//! Addresses that people are sent back to.

use url::{Host, Url};

/// The longest address in characters.
const LONGEST: usize = 500;

/// Whether an address leads to the person's own machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whether people can be sent back to an address: over HTTPS, or to a program on their own machine.
pub(super) fn fits(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let safe = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(&url),
        _ => false,
    };
    // Texts that the parser repairs would be compared with others.
    let whole = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'*');
    plain && safe && whole && !text.contains('#') && text.len() <= LONGEST
}

/// Whether an address is a registered one: character by character, but for the port of a program on the person's own
/// machine, which gets one when it starts (RFC 8252, section 7.3).
pub(super) fn is_registered(registered: &[String], asked: &str) -> bool {
    registered.iter().any(|one| {
        one == asked
            || match (Url::parse(one), Url::parse(asked)) {
                (Ok(mut one), Ok(mut other)) => {
                    let local = |url: &Url| url.scheme() == "http" && is_loopback(url);
                    let both = local(&one) && local(&other) && fits(asked);
                    both && one.set_port(None).is_ok()
                        && other.set_port(None).is_ok()
                        && one == other
                }
                _ => false,
            }
    })
}

/// The origins of the pages that an app may call from.
pub(super) fn origins(redirect_uris: &[String]) -> Vec<String> {
    let parsed = redirect_uris
        .iter()
        .filter_map(|text| Url::parse(text).ok());
    parsed
        .map(|url| url.origin().ascii_serialization())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_sent_back_over_https_or_to_their_own_machine() {
        for good in [
            "https://kopi.example/back",
            "https://kopi.example:8443/back?x=1",
            "http://127.0.0.1/back",
            "http://127.0.0.1:8080/back",
            "http://[::1]/back",
            "http://localhost:3000/back",
        ] {
            assert!(fits(good), "{good}");
        }
        for bad in [
            "",
            "kopi.example",
            "http://kopi.example/back",
            "https://a:b@kopi.example/",
            "https://kopi.example/#part",
            "https://kopi.example/a b",
            "https://*.kopi.example/",
            "https:\\\\kopi.example\\",
            "javascript:alert(1)",
            "data:text/html,x",
            "kopi://back",
            "http://127.0.0.1.kopi.example/",
            "http://localhost.kopi.example/",
        ] {
            assert!(!fits(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_are_compared_by_their_characters() {
        let registered = [
            "https://kopi.example/back".to_owned(),
            "http://127.0.0.1:5000/back".to_owned(),
        ];
        assert!(is_registered(&registered, "https://kopi.example/back"));
        assert!(is_registered(&registered, "http://127.0.0.1:61023/back"));
        assert!(is_registered(&registered, "http://127.0.0.1/back"));
        for other in [
            "https://kopi.example/back/",
            "https://kopi.example/back?x=1",
            "https://KOPI.example/back",
            "https://kopi.example:443/back",
            "https://kopi.example.evil.example/back",
            "https://kopi.example@evil.example/back",
            "http://127.0.0.1:61023/other",
            "http://127.0.0.2:61023/back",
            "http://user@127.0.0.1:61023/back",
            "https://127.0.0.1:61023/back",
        ] {
            assert!(!is_registered(&registered, other), "{other}");
        }
    }
}
