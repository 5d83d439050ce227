//! What the DNS has to say of the domain that an account sends by, asked for anew each time.

use std::{
    net::{IpAddr, SocketAddr},
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Utc};
use futures_util::future::join5;
use hickory_resolver::{
    TokioResolver,
    config::{NameServerConfig, ResolverConfig, ResolverOpts},
    net::{NetError, runtime::TokioRuntimeProvider},
    proto::rr::RData,
};
use relasi_domain::interaction::mail_domain::{
    MailServer, Standing, Verdict, dmarc_names, dmarc_records, dmarc_wanted, judge_dkim,
    judge_dmarc, judge_mx, judge_spf, spf_records, spf_wanted,
};
use serde::Serialize;

use super::account::Account;

/// How long one question may take, and how many times it is put.
const PATIENCE: (Duration, usize) = (Duration::from_secs(2), 2);

/// Answers of the DNS that are shown, and characters of each.
const MOST: usize = 10;
const LONGEST: usize = 1_000;

/// Who is asked: the servers of the machine, unless others are named.
#[derive(Debug, Clone, Default)]
pub struct Dns(Vec<SocketAddr>);

/// What is published, and what should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DnsRecord {
    /// `spf`, `dkim`, `dmarc` or `mx`.
    pub kind: &'static str,
    /// Name of the record.
    pub name: String,
    /// Its type.
    pub r#type: &'static str,
    /// What is to be published; none where that can't be said.
    pub wanted: Option<String>,
    /// What was found.
    pub found: Vec<String>,
    /// How it stands.
    pub state: Standing,
    /// Why, where it is not good.
    pub code: Option<&'static str>,
}

/// What was found of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DomainCheck {
    /// The domain.
    pub domain: String,
    /// When it was asked for.
    pub checked_at: DateTime<Utc>,
    /// What is published of it.
    pub records: Vec<DnsRecord>,
}

/// Answers; none where the DNS did not answer. That there are none is an answer.
type Answers<T> = Option<Vec<T>>;

fn answers<T>(found: Result<Vec<T>, NetError>) -> Answers<T> {
    match found {
        Ok(found) => Some(found),
        Err(error) if error.is_no_records_found() => Some(Vec::new()),
        Err(error) => {
            log::debug!("DNS: {error}");
            None
        }
    }
}

struct Asking(TokioResolver);

impl Asking {
    /// Anew each time: nothing is to come out of a cache, and each runtime has lines of its own.
    fn begin(dns: &Dns) -> Result<Self, NetError> {
        let provider = TokioRuntimeProvider::default();
        let mut builder = if dns.0.is_empty() {
            TokioResolver::builder_tokio()?
        } else {
            let servers = dns.0.iter().map(|server| {
                let mut config = NameServerConfig::udp_and_tcp(server.ip());
                for connection in &mut config.connections {
                    connection.port = server.port();
                }
                config
            });
            let config = ResolverConfig::from_name_servers(servers.collect());
            let options = ResolverOpts::default();
            TokioResolver::builder_with_config(config, provider).with_options(options)
        };
        let options = builder.options_mut();
        (options.timeout, options.attempts) = PATIENCE;
        // A domain is meant as it is written.
        options.ndots = 0;
        Ok(Self(builder.build()?))
    }

    async fn texts(&self, name: &str) -> Answers<String> {
        let found = self.0.txt_lookup(format!("{name}.")).await;
        answers(found.map(|found| {
            let texts = found.answers().iter().filter_map(|one| match &one.data {
                RData::TXT(text) => {
                    let whole = text.txt_data.concat();
                    let whole = String::from_utf8_lossy(&whole);
                    Some(whole.chars().take(LONGEST).collect())
                }
                _ => None,
            });
            texts.collect()
        }))
    }

    /// The servers that take messages, the first choice first.
    async fn takers(&self, name: &str) -> Answers<(u16, String)> {
        let found = self.0.mx_lookup(format!("{name}.")).await;
        answers(found.map(|found| {
            let all = found.answers().iter().filter_map(|one| match &one.data {
                RData::MX(taker) => {
                    let name = taker.exchange.to_lowercase().to_string();
                    Some((taker.preference, name))
                }
                _ => None,
            });
            let mut all: Vec<(u16, String)> = all.collect();
            all.sort();
            all
        }))
    }

    async fn addresses(&self, host: &str) -> Vec<IpAddr> {
        if let Ok(address) = host.trim_matches(['[', ']']).parse() {
            return vec![address];
        }
        let found = self.0.lookup_ip(format!("{host}.")).await;
        let found = answers(found.map(|found| found.iter().collect()));
        found.unwrap_or_default()
    }

    /// The nearest DMARC record, with the name that it was found at.
    async fn dmarc(&self, domain: &str) -> (String, Answers<String>) {
        let names = dmarc_names(domain);
        let nearest = names.first().cloned().unwrap_or_default();
        for name in names {
            let Some(found) = self.texts(&name).await else {
                return (name, None);
            };
            let found = dmarc_records(&found);
            if !found.is_empty() {
                return (name, Some(found));
            }
        }
        (nearest, Some(Vec::new()))
    }
}

fn published(
    (kind, r#type): (&'static str, &'static str),
    name: &str,
    wanted: Option<String>,
    found: Answers<String>,
    judge: impl FnOnce(&[String]) -> Verdict,
) -> DnsRecord {
    let (state, code) = match &found {
        Some(found) => judge(found),
        None => (Standing::Unknown, Some("dns_no_answer")),
    };
    DnsRecord {
        kind,
        name: name.to_owned(),
        r#type,
        wanted,
        found: found.unwrap_or_default().into_iter().take(MOST).collect(),
        state,
        code,
    }
}

impl Dns {
    /// Asks these servers.
    pub fn new(servers: &[SocketAddr]) -> Self {
        Self(servers.to_vec())
    }

    /// Asks for everything that concerns the messages of an account.
    pub async fn check(&self, account: &Account) -> DomainCheck {
        let domain = account.domain().to_lowercase();
        let records = match Asking::begin(self) {
            Ok(asking) => asked(&asking, account, &domain).await,
            Err(error) => {
                log::warn!("DNS: {error}");
                unasked(account, &domain)
            }
        };
        DomainCheck {
            domain,
            checked_at: SystemTime::now().into(),
            records,
        }
    }
}

async fn asked(asking: &Asking, account: &Account, domain: &str) -> Vec<DnsRecord> {
    let host = &account.smtp.host;
    let key = account.dkim.as_ref();
    let of_key = async {
        match key {
            Some(key) => asking.texts(&key.name).await,
            None => Some(Vec::new()),
        }
    };
    let (texts, keys, (at, policies), takers, addresses) = join5(
        asking.texts(domain),
        of_key,
        asking.dmarc(domain),
        asking.takers(domain),
        asking.addresses(host),
    )
    .await;
    let takers = takers.map(IntoIterator::into_iter);
    let shown = takers.clone().map(|all| {
        let all = all.map(|(preference, name)| format!("{preference} {name}"));
        all.collect::<Vec<_>>()
    });
    let names: Vec<String> = takers.into_iter().flatten().map(|(_, name)| name).collect();
    let server = MailServer {
        host: host.clone(),
        addresses,
        is_mx: names.iter().any(|name| name.trim_end_matches('.') == host),
    };
    let policies_of = texts.map(|texts| spf_records(&texts));
    let wanted = spf_wanted(host, policies_of.as_deref().unwrap_or_default());
    vec![
        published(("spf", "TXT"), domain, Some(wanted), policies_of, |found| {
            judge_spf(found, domain, &server)
        }),
        of_dkim(account, domain, keys),
        published(
            ("dmarc", "TXT"),
            &at,
            Some(dmarc_wanted(&account.address)),
            policies,
            judge_dmarc,
        ),
        published(("mx", "MX"), domain, None, shown, |_| judge_mx(&names)),
    ]
}

fn of_dkim(account: &Account, domain: &str, found: Answers<String>) -> DnsRecord {
    let (kind, none) = (("dkim", "TXT"), format!("_domainkey.{domain}"));
    match &account.dkim {
        None => published(kind, &none, None, found, |_| {
            (Standing::Missing, Some("dkim_no_key"))
        }),
        Some(key) => published(kind, &key.name, Some(key.value.clone()), found, |found| {
            judge_dkim(found, &key.value)
        }),
    }
}

/// What should be there, where nobody can be asked.
fn unasked(account: &Account, domain: &str) -> Vec<DnsRecord> {
    let judge = |_: &[String]| (Standing::Unknown, None);
    let at = format!("_dmarc.{domain}");
    let spf = spf_wanted(&account.smtp.host, &[]);
    let dmarc = dmarc_wanted(&account.address);
    vec![
        published(("spf", "TXT"), domain, Some(spf), None, judge),
        of_dkim(account, domain, None),
        published(("dmarc", "TXT"), &at, Some(dmarc), None, judge),
        published(("mx", "MX"), domain, None, None, judge),
    ]
}
