//! Where a request comes from: the client's address, and whether our own pages sent it.

use std::{
    future::{Ready, ready},
    net::{IpAddr, Ipv4Addr},
};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header, uri::Authority},
    web::Data,
};
use relasi_app::identity::Client;

use crate::{problem::Problem, state::State};

/// The client behind a request. A proxy's word about the address counts only when the proxy is a trusted one.
pub struct Visitor(pub Client);

impl FromRequest for Visitor {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let ip = address_of(request);
        let user_agent = text(request, &header::USER_AGENT)
            .unwrap_or_default()
            .to_owned();
        ready(Ok(Self(Client { ip, user_agent })))
    }
}

/// The address of the client behind a request.
pub fn address_of(request: &HttpRequest) -> IpAddr {
    let trusted = request
        .app_data::<Data<State>>()
        .map_or(&[][..], |state| &state.trusted_proxies);
    address(request, trusted)
}

/// The last address in `X-Forwarded-For` that no trusted proxy has, read from the proxy nearest to us outwards.
fn address(request: &HttpRequest, trusted: &[IpAddr]) -> IpAddr {
    let peer = request
        .peer_addr()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| {
            peer.ip().to_canonical()
        });
    let mut nearest = peer;
    let forwarded: Vec<&str> = request
        .headers()
        .get_all(header::X_FORWARDED_FOR)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for hop in forwarded.iter().rev() {
        if !trusted.contains(&nearest) {
            break;
        }
        let Ok(ip) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        nearest = ip.to_canonical();
    }
    nearest
}

/// Lets through what our own pages sent, and what no browser sent.
///
/// Every browser says where a POST comes from, by `Sec-Fetch-Site` or at least by `Origin`; programs that say neither
/// have no cookies that somebody else could make use of.
pub struct SameOrigin;

impl FromRequest for SameOrigin {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let site = text(request, &header::HeaderName::from_static("sec-fetch-site"));
        let own = match (site, text(request, &header::ORIGIN)) {
            (Some(site), _) => site == "same-origin",
            (None, Some(origin)) => is_own(request, origin),
            (None, None) => true,
        };
        ready(if own {
            Ok(Self)
        } else {
            Err(Problem::new(StatusCode::FORBIDDEN, "forbidden"))
        })
    }
}

/// `https://crm.example` is ours when the request was sent to the host `crm.example`.
fn is_own(request: &HttpRequest, origin: &str) -> bool {
    let host = origin.split_once("://").map(|(_, host)| host);
    let sent_to =
        text(request, &header::HOST).or_else(|| request.uri().authority().map(Authority::as_str));
    host.is_some() && host == sent_to
}

fn text<'r>(request: &'r HttpRequest, name: &header::HeaderName) -> Option<&'r str> {
    request
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use actix_web::test::TestRequest;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn from(peer: &str, forwarded: &str, trusted: &[&str]) -> IpAddr {
        let request = TestRequest::default()
            .peer_addr(SocketAddr::new(ip(peer), 4711))
            .insert_header((header::X_FORWARDED_FOR, forwarded))
            .to_http_request();
        let trusted: Vec<IpAddr> = trusted.iter().map(|text| ip(text)).collect();
        address(&request, &trusted)
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(from("203.0.113.9", "198.51.100.1", &[]), ip("203.0.113.9"));
        assert_eq!(
            from("10.0.0.1", "198.51.100.1", &["10.0.0.1"]),
            ip("198.51.100.1")
        );
        assert_eq!(
            from("10.0.0.1", "1.2.3.4, 198.51.100.1", &["10.0.0.1"]),
            ip("198.51.100.1")
        );
        let two = ["10.0.0.1", "10.0.0.2"];
        assert_eq!(
            from("10.0.0.1", "198.51.100.1, 10.0.0.2", &two),
            ip("198.51.100.1")
        );
        assert_eq!(from("10.0.0.1", "rubbish", &["10.0.0.1"]), ip("10.0.0.1"));
        assert_eq!(
            from("::ffff:10.0.0.1", "2001:db8::1", &["10.0.0.1"]),
            ip("2001:db8::1")
        );
    }

    fn passes(headers: &[(&'static str, &'static str)]) -> bool {
        let mut request = TestRequest::post();
        for header in headers {
            request = request.insert_header(*header);
        }
        let request = request.to_http_request();
        SameOrigin::from_request(&request, &mut Payload::None)
            .into_inner()
            .is_ok()
    }

    #[test]
    fn pages_of_others_are_refused() {
        assert!(passes(&[]));
        assert!(passes(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://crm.example")
        ]));
        assert!(passes(&[
            ("origin", "http://192.168.1.5:7300"),
            ("host", "192.168.1.5:7300")
        ]));
        assert!(!passes(&[
            ("sec-fetch-site", "cross-site"),
            ("host", "crm.example")
        ]));
        assert!(!passes(&[("sec-fetch-site", "same-site")]));
        assert!(!passes(&[("sec-fetch-site", "none")]));
        assert!(!passes(&[
            ("origin", "https://evil.example"),
            ("host", "crm.example")
        ]));
        assert!(!passes(&[("origin", "null"), ("host", "crm.example")]));
    }
}
