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

fn wrong(code: &'static str) -> Verdict {
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
        _ => return wrong("spf_several"),
    };
    let terms: Vec<String> = one
        .split_whitespace()
        .skip(1)
        .map(str::to_lowercase)
        .collect();
    if terms.iter().any(|term| term == "all" || term == "+all") {
        return wrong("spf_open");
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
    wrong("spf_without_server")
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
            wrong("dkim_several")
        };
    };
    let key = tag(one, "p").unwrap_or_default();
    if key.is_empty() {
        return wrong("dkim_revoked");
    }
    let kind = tag(one, "k").unwrap_or_else(|| "rsa".to_owned());
    if Some(key) != tag(wanted, "p") || !kind.eq_ignore_ascii_case("rsa") {
        return wrong("dkim_other_key");
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
                _ => wrong("dmarc_policy"),
            }
        }
        _ => wrong("dmarc_several"),
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
        wrong("mx_null")
    } else {
        GOOD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(|&text| text.to_owned()).collect()
    }

    fn server(host: &str, address: &str) -> MailServer {
        MailServer {
            host: host.to_owned(),
            addresses: address.parse().into_iter().collect(),
            is_mx: host == "mx.kopi.example",
        }
    }

    #[test]
    fn spf_has_to_name_the_server() {
        use Standing::{Good, Missing, Unclear, Wrong};
        let own = server("mail.kopi.example", "192.0.2.7");
        for (found, server, standing, code) in [
            (vec![], &own, Missing, None),
            (vec!["v=spf1 a:mail.kopi.example ~all"], &own, Good, None),
            (vec!["V=SPF1 +ip4:192.0.2.0/28 -all"], &own, Good, None),
            (
                vec!["v=spf1 ip4:192.0.2.8 -all"],
                &own,
                Wrong,
                Some("spf_without_server"),
            ),
            (vec!["v=spf1 ip4:0.0.0.0/0 -all"], &own, Good, None),
            (
                vec!["v=spf1 mx -all"],
                &own,
                Wrong,
                Some("spf_without_server"),
            ),
            (
                vec!["v=spf1 mx -all"],
                &server("mx.kopi.example", ""),
                Good,
                None,
            ),
            (
                vec!["v=spf1 ip6:2001:db8::/32 -all"],
                &server("x.example", "2001:db8::1"),
                Good,
                None,
            ),
            (
                vec!["v=spf1 include:_spf.google.com ~all"],
                &server("smtp.gmail.com", ""),
                Good,
                None,
            ),
            (
                vec!["v=spf1 include:_spf.kedai.example ~all"],
                &own,
                Unclear,
                Some("spf_by_others"),
            ),
            (
                vec!["v=spf1 a:mail.kopi.example +all"],
                &own,
                Wrong,
                Some("spf_open"),
            ),
            (
                vec!["v=spf1 -all", "v=spf1 mx ~all"],
                &own,
                Wrong,
                Some("spf_several"),
            ),
        ] {
            let judged = judge_spf(&texts(&found), "kopi.example", server);
            assert_eq!(judged, (standing, code), "{found:?} for {}", server.host);
        }
        assert_eq!(
            spf_records(&texts(&[
                "v=spf1 -all",
                "google-site-verification=x",
                "v=spf10"
            ])),
            ["v=spf1 -all"]
        );
    }

    #[test]
    fn what_is_there_is_added_to() {
        let there = texts(&["v=spf1 include:_spf.google.com ~all"]);
        assert_eq!(
            spf_wanted("mail.kopi.example", &there),
            "v=spf1 a:mail.kopi.example include:_spf.google.com ~all"
        );
        assert_eq!(spf_wanted("smtp.gmail.com", &there), there[0]);
        assert_eq!(spf_wanted("192.0.2.7", &[]), "v=spf1 ip4:192.0.2.7 ~all");
        assert_eq!(spf_mechanism("notgmail.com"), "a:notgmail.com");
    }

    #[test]
    fn a_key_has_to_be_ours() {
        let wanted = "v=DKIM1; k=rsa; p=MIIB";
        for (found, code) in [
            (vec!["v=DKIM1; k=rsa; p=MI IB"], None),
            (vec!["p=MIIB"], None),
            (vec!["something else", "k=rsa;p=MIIB;"], None),
            (vec!["v=DKIM1; p=MIIC"], Some("dkim_other_key")),
            (vec!["v=DKIM1; k=ed25519; p=MIIB"], Some("dkim_other_key")),
            (vec!["v=DKIM1; p="], Some("dkim_revoked")),
            (vec!["p=MIIB", "p=MIIC"], Some("dkim_several")),
        ] {
            assert_eq!(judge_dkim(&texts(&found), wanted).1, code, "{found:?}");
        }
        assert_eq!(judge_dkim(&[], wanted), (Standing::Missing, None));
    }

    #[test]
    fn dmarc_says_what_is_to_be_done() {
        for (found, judged) in [
            (vec!["v=DMARC1; p=none"], GOOD),
            (vec!["v=DMARC1;p=Reject; rua=mailto:a@kopi.example"], GOOD),
            (vec!["v=DMARC1"], wrong("dmarc_policy")),
            (vec!["v=DMARC1; p=x"], wrong("dmarc_policy")),
            (
                vec!["v=DMARC1; p=none", "v=DMARC1; p=reject"],
                wrong("dmarc_several"),
            ),
        ] {
            assert_eq!(
                judge_dmarc(&dmarc_records(&texts(&found))),
                judged,
                "{found:?}"
            );
        }
        assert_eq!(dmarc_records(&texts(&["v=spf1 -all"])), texts(&[]));
        assert_eq!(
            dmarc_names("a.kopi.co.id"),
            ["_dmarc.a.kopi.co.id", "_dmarc.kopi.co.id", "_dmarc.co.id"]
        );
        assert_eq!(
            judge_dmarc(&dmarc_records(&[dmarc_wanted("a@kopi.example")])),
            GOOD
        );
    }

    #[test]
    fn a_domain_takes_messages() {
        assert_eq!(judge_mx(&texts(&["mail.kopi.example."])), GOOD);
        assert_eq!(judge_mx(&texts(&["."])), wrong("mx_null"));
        assert_eq!(judge_mx(&[]), (Standing::Missing, None));
    }
}
