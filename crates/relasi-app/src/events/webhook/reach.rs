//! Which addresses the server may call on behalf of people: none of its own network, unless it is told so.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// The longest address in characters.
pub const MAX_URL: usize = 2_000;

/// Which addresses may be called.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Networks that may be called though they are not public.
    allowed: Arc<[IpNet]>,
}

/// Why an address is not called; the code of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub &'static str);

impl Reach {
    /// Public addresses, and those of some networks.
    pub fn new(allowed: &[IpNet]) -> Self {
        Self {
            allowed: allowed.into(),
        }
    }

    fn is_allowed(&self, address: IpAddr) -> bool {
        self.allowed.iter().any(|net| net.contains(&address))
    }

    /// Whether an address may be called over HTTPS; without it only the allowed networks may.
    fn may_call(&self, address: IpAddr, encrypted: bool) -> bool {
        let address = address.to_canonical();
        self.is_allowed(address) || (encrypted && is_public(address))
    }

    /// The address of an endpoint, as far as it can be judged without asking for its name.
    ///
    /// # Errors
    /// Why it can't be one.
    pub fn check(&self, text: &str) -> Result<Url, Unreachable> {
        let url = Url::parse(text).map_err(|_| Unreachable("not_url"))?;
        let encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(Unreachable("not_url")),
        };
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(Unreachable("webhook_url_parts"));
        }
        if !encrypted && self.allowed.is_empty() {
            return Err(Unreachable("webhook_needs_https"));
        }
        // Numbers in any notation are addresses by now.
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(Unreachable("not_url")),
        };
        match literal {
            Some(address) if !self.may_call(address, encrypted) => {
                Err(Unreachable("webhook_address_refused"))
            }
            _ => Ok(url),
        }
    }

    /// The host of a server of another kind, as far as it can be judged without asking for its name.
    ///
    /// # Errors
    /// Why it can't be one.
    pub(crate) fn check_host(&self, host: &str, encrypted: bool) -> Result<(), Unreachable> {
        if !encrypted && self.allowed.is_empty() {
            return Err(Unreachable("mail_needs_tls"));
        }
        // Numbers in any notation are addresses by now.
        let literal = match Host::parse(host) {
            Ok(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Ok(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Ok(Host::Domain(_)) => None,
            Err(_) => return Err(Unreachable("mail_host")),
        };
        match literal {
            Some(address) if !self.may_call(address, encrypted) => {
                Err(Unreachable("mail_address_refused"))
            }
            _ => Ok(()),
        }
    }

    /// Asks for a name once, and answers those of its addresses that may be called: these are the ones to connect to.
    pub(crate) fn resolved(
        &self,
        host: &str,
        port: u16,
        encrypted: bool,
    ) -> io::Result<Vec<SocketAddr>> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let found = std::net::ToSocketAddrs::to_socket_addrs(&(host, port))?;
        Ok(self.checked(found, encrypted))
    }

    /// Those of a name's addresses that may be called.
    fn checked(&self, found: impl Iterator<Item = SocketAddr>, encrypted: bool) -> Vec<SocketAddr> {
        found
            .filter(|address| self.may_call(address.ip(), encrypted))
            .collect()
    }
}

/// Asks for a name once and hands out only addresses that were looked at, so that these are the ones connected to.
pub(super) struct Checking {
    pub(super) reach: Reach,
    pub(super) encrypted: bool,
}

impl Resolve for Checking {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, encrypted) = (self.reach.clone(), self.encrypted);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let good = reach.checked(found, encrypted);
            if good.is_empty() {
                return Err(io::Error::other(Unreachable("webhook_address_refused")).into());
            }
            Ok(Box::new(good.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the open internet. What embeds an IPv4 address is none: where it leads is decided
/// elsewhere.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocols = a == 192 && b == 0 && c == 0;
    let relay = a == 192 && b == 88 && c == 99;
    let benchmarks = a == 198 && (18..20).contains(&b);
    !(a == 0
        || a >= 240
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || shared
        || protocols
        || relay
        || benchmarks)
}

/// Global unicast is `2000::/3`; tunnels, documentation and addresses made of IPv4 ones lie in it.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let special = first == 0x2001 && (second < 0x0200 || second == 0x0db8);
    let documentation = first == 0x3fff && second < 0x1000;
    (0x2000..0x4000).contains(&first) && !special && !documentation && first != 0x2002
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(reach: &Reach, url: &str) -> &'static str {
        reach.check(url).map_or_else(|no| no.0, |_| "ok")
    }

    #[test]
    fn addresses_inside_are_refused_in_every_notation() {
        let reach = Reach::default();
        for host in [
            "127.0.0.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.88.99.1",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:10.0.0.1]",
            "[fe80::1]",
            "[fd00::1]",
            "[ff02::1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[2001::1]",
            "[2001:db8::1]",
            "[::127.0.0.1]",
            "[fec0::1]",
        ] {
            assert_eq!(
                said(&reach, &format!("https://{host}/x")),
                "webhook_address_refused",
                "{host}"
            );
        }
        for host in [
            "8.8.8.8",
            "[2606:4700::1111]",
            "kopi.example",
            "kopi.example:8443",
        ] {
            assert_eq!(
                said(&reach, &format!("https://{host}/x?y=1")),
                "ok",
                "{host}"
            );
        }
    }

    #[test]
    fn what_is_no_plain_web_address_is_refused() {
        let reach = Reach::default();
        for (url, code) in [
            ("", "not_url"),
            ("kopi.example", "not_url"),
            ("ftp://kopi.example", "not_url"),
            ("file:///etc/passwd", "not_url"),
            ("https://", "not_url"),
            ("https://a:b@kopi.example", "webhook_url_parts"),
            ("https://kopi.example/#x", "webhook_url_parts"),
            ("http://kopi.example", "webhook_needs_https"),
        ] {
            assert_eq!(said(&reach, url), code, "{url}");
        }
    }

    #[test]
    fn networks_can_be_allowed() {
        let reach = Reach::new(&["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        for url in [
            "https://10.1.2.3",
            "http://10.1.2.3",
            "http://[::1]:80",
            "http://[::ffff:10.0.0.1]",
            "http://intern.example",
        ] {
            assert_eq!(said(&reach, url), "ok", "{url}");
        }
        for url in [
            "https://192.168.1.1",
            "http://8.8.8.8",
            "http://[::ffff:192.168.0.1]",
        ] {
            assert_eq!(said(&reach, url), "webhook_address_refused", "{url}");
        }
    }

    #[test]
    fn mail_servers_inside_are_refused_in_every_notation() {
        let said = |reach: &Reach, host: &str, encrypted| {
            reach
                .check_host(host, encrypted)
                .map_or_else(|no| no.0, |()| "ok")
        };
        let reach = Reach::default();
        for host in [
            "127.0.0.1",
            "2130706433",
            "0x7f000001",
            "127.1",
            "169.254.169.254",
            "[::1]",
            "[::ffff:127.0.0.1]",
        ] {
            assert_eq!(said(&reach, host, true), "mail_address_refused", "{host}");
        }
        assert_eq!(said(&reach, "mail.kopi.example", true), "ok");
        assert_eq!(said(&reach, "mail.kopi.example", false), "mail_needs_tls");
        assert_eq!(reach.resolved("localhost", 25, true).unwrap(), []);
        let reach = Reach::new(&["127.0.0.0/8".parse().unwrap()]);
        assert_eq!(said(&reach, "127.0.0.1", false), "ok");
        assert_eq!(said(&reach, "8.8.8.8", false), "mail_address_refused");
        assert_eq!(reach.resolved("127.0.0.1", 25, false).unwrap().len(), 1);
    }

    /// A name that says another thing each time gains nothing: what was looked at is what is connected to.
    #[test]
    fn of_a_name_only_addresses_that_were_looked_at_are_left() {
        let found = [
            "8.8.8.8:0",
            "127.0.0.1:0",
            "[::ffff:169.254.169.254]:0",
            "[2606:4700::1111]:0",
        ];
        let found: Vec<SocketAddr> = found.iter().map(|text| text.parse().unwrap()).collect();
        let left = Reach::default().checked(found.iter().copied(), true);
        assert_eq!(left, [found[0], found[3]]);
        assert_eq!(Reach::default().checked(found.iter().copied(), false), []);
        let allowed = Reach::new(&["127.0.0.0/8".parse().unwrap()]);
        assert_eq!(allowed.checked(found.iter().copied(), false), [found[1]]);
    }
}
