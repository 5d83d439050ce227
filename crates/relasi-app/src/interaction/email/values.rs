//! Everything that is written of an account, and what has to hold of it.

use chrono::NaiveDate;
use relasi_domain::{
    fault::{Fault, Faults},
    field::is_email,
    interaction::warm_up::{MOST_PER_DAY, WarmUp},
};
use relasi_persistence::sql::Value as Sql;
use serde_json::{Value, json};

use super::{
    Emails,
    account::{Account, Server, Tls},
    change::{AccountPatch, NewServer},
    pace::{Plan, USUAL},
    privacy::Privacy,
};
use crate::refusal::Result;

const MAX_NAME: usize = 200;
const MAX_HOST: usize = 253;
const MOST_PER_MINUTE: i64 = 6_000;

/// Everything that is written of an account.
pub(super) struct Values {
    pub(super) address: String,
    pub(super) sender_name: String,
    pub(super) privacy: Privacy,
    pub(super) is_default: bool,
    pub(super) state: &'static str,
    pub(super) smtp: Server,
    pub(super) imap: Option<Server>,
    pub(super) per_minute: i64,
    pub(super) daily_cap: i64,
    pub(super) per_domain: i64,
    pub(super) warm_up: Option<Plan>,
    pub(super) bounce_address: Option<String>,
    pub(super) stores_unknown: bool,
}

impl Values {
    pub(super) fn of(before: Option<&Account>, patch: &AccountPatch, today: NaiveDate) -> Self {
        let text = |new: &Option<String>, old: Option<&String>| {
            let new = new.as_deref().map(str::trim).map(str::to_owned);
            new.or_else(|| old.cloned()).unwrap_or_default()
        };
        let nowhere = Server {
            host: String::new(),
            port: 465,
            tls: Tls::Implicit,
            user: String::new(),
        };
        let smtp = patch.smtp.as_ref().map(|new| server(new, [465, 587]));
        let imap = patch.imap.as_ref().map(|new| {
            let new = new.as_ref();
            new.map(|new| server(new, [993, 143]))
        });
        let bounces = patch.bounce_address.as_ref().map(|new| {
            let new = new.as_deref().map(str::trim);
            new.filter(|new| !new.is_empty()).map(str::to_owned)
        });
        let plan = before.and_then(|old| old.warm_up);
        let warm_up = match patch.warm_up {
            Some(new) => new.map(|new| new.over(plan.as_ref(), today)),
            None => plan,
        };
        let paused = match patch.active {
            Some(active) => !active,
            None => before.is_some_and(|old| old.state == "paused"),
        };
        Self {
            address: text(&patch.address, before.map(|old| &old.address)),
            sender_name: text(&patch.sender_name, before.map(|old| &old.sender_name)),
            privacy: patch
                .privacy
                .or(before.map(|old| old.privacy))
                .unwrap_or_default(),
            is_default: patch
                .is_default
                .unwrap_or_else(|| before.is_some_and(|old| old.is_default)),
            state: if paused { "paused" } else { "active" },
            smtp: smtp
                .or_else(|| before.map(|old| old.smtp.clone()))
                .unwrap_or(nowhere),
            imap: imap.unwrap_or_else(|| before.and_then(|old| old.imap.clone())),
            per_minute: patch
                .per_minute
                .or(before.map(|old| old.per_minute))
                .unwrap_or(60),
            daily_cap: patch
                .daily_cap
                .or(before.map(|old| old.daily_cap))
                .unwrap_or(2_000),
            per_domain: patch
                .per_domain
                .or(before.map(|old| old.per_domain))
                .unwrap_or(600),
            warm_up,
            bounce_address: bounces
                .unwrap_or_else(|| before.and_then(|old| old.bounce_address.clone())),
            stores_unknown: patch
                .stores_unknown
                .unwrap_or_else(|| before.is_some_and(|old| old.stores_unknown)),
        }
    }

    pub(super) fn check(&self, emails: &Emails, personal: bool) -> Result<()> {
        let mut faults = Faults::default();
        faults.check(!is_email(&self.address), "address", "not_email");
        let bounces = self.bounce_address.as_deref();
        let wrong = bounces.is_some_and(|address| !is_email(address));
        faults.check(wrong, "bounce_address", "not_email");
        if self.sender_name.chars().count() > MAX_NAME {
            faults.push(Fault::field("sender_name", "too_long").with("max", MAX_NAME));
        }
        let control = self.sender_name.chars().any(char::is_control);
        faults.check(control, "sender_name", "control_character");
        check_server(emails, &self.smtp, "smtp", &mut faults);
        if let Some(imap) = &self.imap {
            check_server(emails, imap, "imap", &mut faults);
        }
        let slow = !(1..=MOST_PER_MINUTE).contains(&self.per_minute);
        faults.check(slow, "per_minute", "out_of_range");
        let few = !(1..=MOST_PER_DAY).contains(&self.daily_cap);
        faults.check(few, "daily_cap", "out_of_range");
        let slow = !(1..=MOST_PER_MINUTE).contains(&self.per_domain);
        faults.check(slow, "per_domain", "out_of_range");
        if let Some(plan) = self.warm_up {
            WarmUp::from(plan).check(&mut faults);
        }
        // Nobody would read it.
        let lost = !personal && self.privacy == Privacy::Owner;
        faults.check(lost, "privacy", "email_has_no_owner");
        Ok(faults.into_result()?)
    }

    pub(super) fn columns(&self) -> Vec<(&'static str, Sql)> {
        let nowhere = Server {
            host: String::new(),
            port: 993,
            tls: Tls::Implicit,
            user: String::new(),
        };
        let imap = self.imap.as_ref().unwrap_or(&nowhere);
        let plan = self.warm_up;
        let (first, growth) = plan.map_or(USUAL, |plan| (plan.first, plan.growth));
        let since = plan.map(|plan| plan.since.to_string());
        vec![
            ("per_domain", self.per_domain.into()),
            ("warm_up_since", since.as_deref().into()),
            ("warm_up_first", first.into()),
            ("warm_up_growth", growth.into()),
            ("address", self.address.as_str().into()),
            ("sender_name", self.sender_name.as_str().into()),
            ("privacy", self.privacy.code().into()),
            ("is_default", self.is_default.into()),
            ("state", self.state.into()),
            ("smtp_host", self.smtp.host.as_str().into()),
            ("smtp_port", i64::from(self.smtp.port).into()),
            ("smtp_tls", self.smtp.tls.code().into()),
            ("smtp_user", self.smtp.user.as_str().into()),
            ("per_minute", self.per_minute.into()),
            ("daily_cap", self.daily_cap.into()),
            ("bounce_address", self.bounce_address.as_deref().into()),
            (
                "imap_host",
                self.imap.as_ref().map(|server| server.host.as_str()).into(),
            ),
            ("imap_port", i64::from(imap.port).into()),
            ("imap_tls", imap.tls.code().into()),
            ("imap_user", imap.user.as_str().into()),
            ("stores_unknown", self.stores_unknown.into()),
        ]
    }

    pub(super) fn shown(&self) -> Value {
        json!({
            "address": self.address, "sender_name": self.sender_name, "privacy": self.privacy,
            "is_default": self.is_default, "state": self.state, "smtp": self.smtp, "imap": self.imap,
            "per_minute": self.per_minute, "daily_cap": self.daily_cap, "per_domain": self.per_domain, "warm_up": self.warm_up,
            "bounce_address": self.bounce_address, "stores_unknown": self.stores_unknown,
        })
    }
}

fn server(new: &NewServer, usual: [u16; 2]) -> Server {
    let [implicit, plain] = usual;
    let port = match new.tls {
        Tls::Implicit => implicit,
        Tls::Required | Tls::None => plain,
    };
    Server {
        host: new.host.trim().to_lowercase(),
        port: new.port.unwrap_or(port),
        tls: new.tls,
        user: new.user.trim().to_owned(),
    }
}

fn check_server(emails: &Emails, server: &Server, at: &str, faults: &mut Faults) {
    let host = &server.host;
    let odd = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'));
    let wrong = host.is_empty() || host.len() > MAX_HOST || host.chars().any(odd);
    if wrong {
        return faults.push(Fault::at(format!("/{at}/host"), "mail_host"));
    }
    let port = server.port;
    faults.wrong(port == 0, || format!("/{at}/port"), "out_of_range");
    let encrypted = server.tls != Tls::None;
    if let Err(no) = emails.0.reach.check_host(host, encrypted) {
        faults.push(Fault::at(format!("/{at}/host"), no.0));
    }
    let long = server.user.chars().count() > MAX_NAME;
    faults.wrong(long, || format!("/{at}/user"), "too_long");
}
