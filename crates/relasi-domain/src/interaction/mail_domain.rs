//! What the DNS has to say of a domain that messages are sent by, and what is wrong with it: SPF (RFC 7208), DKIM
//! (RFC 6376), DMARC (RFC 7489) and MX.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// How a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// As it should be.
    Good,
    /// It is not there.
    Missing,
    /// It is there, and does harm or nothing.
    Wrong,
    /// It may be good: what is there can't be judged from here.
    Unclear,
    /// The DNS did not answer.
    Unknown,
}

/// What was judged of a record: how it stands, and a code that says why where it is not good.
pub type Verdict = (Standing, Option<&'static str>);

const GOOD: Verdict = (Standing::Good, None);

fn finding(code: &'static str) -> Verdict {
    (Standing::Wrong, Some(code))
}

/// Servers of providers that send for whole domains, and what stands for them in SPF.
const PROVIDERS: [(&str, &str); 9] = [
    ("gmail.com", "include:_spf.google.com"),
    ("google.com", "include:_spf.google.com"),
    ("office365.com", "include:spf.protection.outlook.com"),
    ("outlook.com", "include:spf.protection.outlook.com"),
    ("amazonaws.com", "include:amazonses.com"),
    ("sendgrid.net", "include:sendgrid.net"),
    ("mailgun.org", "include:mailgun.org"),
    ("zoho.com", "include:zohomail.com"),
    ("postmarkapp.com", "include:spf.mtasv.net"),
];

fn is_under(host: &str, domain: &str) -> bool {
    let rest = host.strip_suffix(domain);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// What stands for a mail server in SPF.
pub fn spf_mechanism(host: &str) -> String {
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        return match address {
            IpAddr::V4(address) => format!("ip4:{address}"),
            IpAddr::V6(address) => format!("ip6:{address}"),
        };
    }
    let known = PROVIDERS.iter().find(|(domain, _)| is_under(host, domain));
    known.map_or_else(|| format!("a:{host}"), |(_, known)| (*known).to_owned())
}

/// The SPF record to publish, or the one that is there with the mail server in it.
pub fn spf_wanted(host: &str, found: &[String]) -> String {
    let ours = spf_mechanism(host);
    let [there] = found else {
        return format!("v=spf1 {ours} ~all");
    };
    let mut terms: Vec<&str> = there.split_whitespace().collect();
    if !terms.iter().any(|term| same_term(term, &ours)) {
        terms.insert(1, &ours);
    }
    terms.join(" ")
}

fn same_term(term: &str, ours: &str) -> bool {
    term.trim_start_matches('+').eq_ignore_ascii_case(ours)
}

/// The texts that are SPF records.
pub fn spf_records(texts: &[String]) -> Vec<String> {
    let is_spf = |text: &&String| {
        let version = text.split_whitespace().next().unwrap_or_default();
        version.eq_ignore_ascii_case("v=spf1")
    };
    texts.iter().filter(is_spf).cloned().collect()
}

/// Who a mail server is, as SPF sees it.
#[derive(Debug, Clone, Default)]
pub struct MailServer {
    /// Its name.
    pub host: String,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// It takes the messages of the domain as well.
    pub is_mx: bool,
}

/// Judges the SPF records of a domain by whether they name the server.
pub fn judge_spf(found: &[String], domain: &str, server: &MailServer) -> Verdict {
    let one = match found {
        [] => return (Standing::Missing, None),
        [one] => one,
        // Then none of them counts.
        _ => return finding("spf_several"),
    };
    let terms: Vec<String> = one
        .split_whitespace()
        .skip(1)
        .map(str::to_lowercase)
        .collect();
    if terms.iter().any(|term| term == "all" || term == "+all") {
        return finding("spf_open");
    }
    let ours = spf_mechanism(&server.host);
    let names_it = |term: &String| {
        let term = term.trim_start_matches('+');
        same_term(term, &ours)
            || (term == "mx" && server.is_mx)
            || (term == "a" && server.host.eq_ignore_ascii_case(domain))
            || term.strip_prefix("a:") == Some(server.host.as_str())
            || server
                .addresses
                .iter()
                .any(|address| covers(term, *address))
    };
    if terms.iter().any(names_it) {
        return GOOD;
    }
    // What others list is theirs to change.
    let leads_on = |term: &String| {
        let term = term.trim_start_matches('+');
        term.starts_with("include:") || term.starts_with("redirect=")
    };
    if terms.iter().any(leads_on) {
        return (Standing::Unclear, Some("spf_by_others"));
    }
    finding("spf_without_server")
}

/// Whether `ip4:192.0.2.0/24` and the like have an address in them.
fn covers(term: &str, address: IpAddr) -> bool {
    let Some((kind, text)) = term.split_once(':') else {
        return false;
    };
    let (net, length) = text.split_once('/').unwrap_or((text, ""));
    let Ok(net) = net.parse::<IpAddr>() else {
        return false;
    };
    let (whole, ours, theirs) = match (kind, net, address) {
        ("ip4", IpAddr::V4(net), IpAddr::V4(address)) => (
            32,
            u128::from(u32::from(net)),
            u128::from(u32::from(address)),
        ),
        ("ip6", IpAddr::V6(net), IpAddr::V6(address)) => (128, net.into(), address.into()),
        _ => return false,
    };
    let length = match length {
        "" => whole,
        length => length.parse::<u32>().unwrap_or(whole).min(whole),
    };
    let rest = whole - length;
    rest == 128 || ours >> rest == theirs >> rest
}

/// A tag of a record such as `v=DKIM1; p=…`, without spaces.
fn tag(record: &str, name: &str) -> Option<String> {
    record.split(';').find_map(|part| {
        let (tag, value) = part.split_once('=')?;
        (tag.trim().eq_ignore_ascii_case(name))
            .then(|| value.chars().filter(|c| !c.is_whitespace()).collect())
    })
}

/// Judges what is published of a key by the record that belongs there.
pub fn judge_dkim(found: &[String], wanted: &str) -> Verdict {
    let keys: Vec<&String> = found
        .iter()
        .filter(|text| tag(text, "p").is_some())
        .collect();
    let [one] = keys.as_slice() else {
        return if keys.is_empty() {
            (Standing::Missing, None)
        } else {
            finding("dkim_several")
        };
    };
    let key = tag(one, "p").unwrap_or_default();
    if key.is_empty() {
        return finding("dkim_revoked");
    }
    let kind = tag(one, "k").unwrap_or_else(|| "rsa".to_owned());
    if Some(key) != tag(wanted, "p") || !kind.eq_ignore_ascii_case("rsa") {
        return finding("dkim_other_key");
    }
    GOOD
}

/// The names at which the DMARC record of a domain may stand, the nearest first.
pub fn dmarc_names(domain: &str) -> Vec<String> {
    const MOST: usize = 8;
    let parts: Vec<&str> = domain.split('.').collect();
    let ends = (0..parts.len().saturating_sub(1)).take(MOST);
    ends.map(|at| format!("_dmarc.{}", parts[at..].join(".")))
        .collect()
}

/// The DMARC record to begin with: nothing is refused, and reports come to an address.
pub fn dmarc_wanted(address: &str) -> String {
    format!("v=DMARC1; p=none; rua=mailto:{address}")
}

/// The texts that are DMARC records.
pub fn dmarc_records(texts: &[String]) -> Vec<String> {
    let is_dmarc = |text: &&String| tag(text, "v").is_some_and(|version| version == "DMARC1");
    texts.iter().filter(is_dmarc).cloned().collect()
}

/// Judges the DMARC records of a domain.
pub fn judge_dmarc(found: &[String]) -> Verdict {
    match found {
        [] => (Standing::Missing, None),
        [one] => {
            let policy = tag(one, "p").unwrap_or_default().to_lowercase();
            match policy.as_str() {
                "none" | "quarantine" | "reject" => GOOD,
                _ => finding("dmarc_policy"),
            }
        }
        _ => finding("dmarc_several"),
    }
}

/// Judges the names of the servers that take the messages of a domain.
pub fn judge_mx(names: &[String]) -> Verdict {
    if names.is_empty() {
        (Standing::Missing, None)
    } else if names
        .iter()
        .all(|name| name.trim_end_matches('.').is_empty())
    {
        // RFC 7505: the domain says that it takes none.
        finding("mx_null")
    } else {
        GOOD
    }
}

#[cfg(test)]
mod tests;
