//! What is known of a lead before its outcome is, as codes that a model can count.
//!
//! What happens to a lead counts within its first days only, and only once these are over before the outcome: a lead that
//! was won on its second day says nothing about how much is done within a week, and what was done after the outcome says
//! nothing about why it came.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{platform::import::is_public_mail, text};

/// The days in which what happens to a lead is counted.
pub const WINDOW: TimeDelta = TimeDelta::days(7);

/// The longest value that is told apart.
const LONGEST: usize = 60;

/// All features in the order in which they are told.
pub const FEATURES: [&str; 11] = [
    "source", "campaign", "country", "language", "job", "email", "phone", "company", "website",
    "response", "touches",
];

/// A lead as it is looked at.
#[derive(Debug, Clone, Default)]
pub struct Known<'l> {
    /// How they came to us.
    pub source: Option<&'l str>,
    /// The campaign that brought them.
    pub campaign: Option<&'l str>,
    /// Where they are.
    pub country: Option<&'l str>,
    /// What they speak.
    pub language: Option<&'l str>,
    /// What they do.
    pub job_title: Option<&'l str>,
    /// Their first address.
    pub email: Option<&'l str>,
    /// Whether there is a number.
    pub has_phone: bool,
    /// Where they work.
    pub company: Option<&'l str>,
    /// Their web site.
    pub website: Option<&'l str>,
    /// When it was made.
    pub made: DateTime<Utc>,
    /// When it was first answered.
    pub answered: Option<DateTime<Utc>>,
    /// Calls, meetings and the like that were done within [`WINDOW`].
    pub touches: i64,
    /// When its outcome was known; now, while it is not.
    pub until: DateTime<Utc>,
}

/// Values by features; what is not known of a lead is not there.
pub type Facts = BTreeMap<&'static str, String>;

/// What of a lead is counted.
pub fn facts(lead: &Known<'_>) -> Facts {
    let mut facts = Facts::new();
    let named = [
        ("source", lead.source),
        ("campaign", lead.campaign),
        ("country", lead.country),
        ("language", lead.language),
    ];
    for (feature, value) in named {
        let value = value.map_or_else(String::new, short);
        let value = if value.is_empty() {
            "none".to_owned()
        } else {
            value
        };
        facts.insert(feature, value);
    }
    let there = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let filled = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    facts.insert("job", job(lead.job_title).to_owned());
    facts.insert("email", mailbox(lead.email).to_owned());
    facts.insert("phone", there(lead.has_phone));
    facts.insert("company", there(filled(lead.company)));
    facts.insert("website", there(filled(lead.website)));
    if lead.until - lead.made >= WINDOW {
        facts.insert("response", response(lead).to_owned());
        let touches = match lead.touches {
            ..=0 => "0",
            1..=2 => "1-2",
            _ => "3+",
        };
        facts.insert("touches", touches.to_owned());
    }
    facts
}

fn short(value: &str) -> String {
    text::sort_key(value).trim().chars().take(LONGEST).collect()
}

/// How soon it was answered, within the window.
fn response(lead: &Known<'_>) -> &'static str {
    let after = lead.answered.map(|at| at - lead.made);
    match after.filter(|after| *after <= WINDOW) {
        None => "none",
        Some(after) if after <= TimeDelta::hours(1) => "hour",
        Some(after) if after <= TimeDelta::days(1) => "day",
        Some(_) => "week",
    }
}

/// Words of job titles by what they say about who decides; Indonesian and Thai ones too.
const JOBS: [(&str, &[&str]); 3] = [
    (
        "head",
        &[
            "owner",
            "founder",
            "ceo",
            "cfo",
            "coo",
            "cto",
            "chief",
            "president",
            "director",
            "partner",
            "pemilik",
            "pendiri",
            "direktur",
            "เจ้าของ",
            "ผู้ก่อตั้ง",
            "กรรมการ",
            "ประธาน",
            "ผู้อำนวยการ",
        ],
    ),
    (
        "buyer",
        &[
            "buyer",
            "buying",
            "purchas",
            "procurement",
            "einkauf",
            "pembelian",
            "pengadaan",
            "จัดซื้อ",
        ],
    ),
    (
        "manager",
        &[
            "manager",
            "manajer",
            "head",
            "lead",
            "supervisor",
            "kepala",
            "ผู้จัดการ",
            "หัวหน้า",
        ],
    ),
];

/// What somebody does, in four kinds.
fn job(title: Option<&str>) -> &'static str {
    let title = title.map_or_else(String::new, str::to_lowercase);
    if title.trim().is_empty() {
        return "none";
    }
    let found = JOBS
        .iter()
        .find(|(_, words)| words.iter().any(|word| title.contains(word)));
    found.map_or("other", |(kind, _)| kind)
}

/// Whose mailbox it is: one where anybody can have one, or one of a domain of their own.
fn mailbox(address: Option<&str>) -> &'static str {
    match address.and_then(|address| address.rsplit_once('@')) {
        None => "none",
        Some((_, domain)) if is_public_mail(domain) => "public",
        Some(_) => "own",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + hours * 3_600, 0).expect("in range")
    }

    #[test]
    fn leads_become_codes() {
        let lead = Known {
            source: Some("  Referral "),
            job_title: Some("Direktur Utama"),
            email: Some("siti@gmail.com"),
            company: Some("Kopi Senja"),
            made: at(0),
            answered: Some(at(2)),
            touches: 2,
            until: at(24 * 8),
            ..Known::default()
        };
        let facts = facts(&lead);
        let value = |feature: &str| facts[feature].as_str();
        assert_eq!(value("source"), "referral");
        assert_eq!(value("campaign"), "none");
        assert_eq!(value("job"), "head");
        assert_eq!(value("email"), "public");
        assert_eq!(value("phone"), "no");
        assert_eq!(value("company"), "yes");
        assert_eq!(value("response"), "day");
        assert_eq!(value("touches"), "1-2");
        assert_eq!(job(Some("ผู้จัดการร้าน")), "manager");
        assert_eq!(mailbox(Some("rudi@kopi.example")), "own");
        assert!(facts.keys().all(|feature| FEATURES.contains(feature)));
    }

    #[test]
    fn what_came_with_the_outcome_does_not_count() {
        let lead = Known {
            made: at(0),
            answered: Some(at(1)),
            touches: 9,
            until: at(30),
            ..Known::default()
        };
        let facts = facts(&lead);
        assert!(!facts.contains_key("touches") && !facts.contains_key("response"));
    }
}
