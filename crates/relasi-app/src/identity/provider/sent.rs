//! A service as it is sent, and what is wrong with it.

use chrono::DateTime;
use relasi_domain::{
    fault::{Fault, Faults},
    field::Field,
    identity::role::{MemberRole, Role},
};
use serde::Deserialize;
use serde_json::Value;

use super::{client::Speaker, settings::ProviderView};
use crate::{Result, identity::person};

/// The most domains of a service.
const MOST_DOMAINS: usize = 50;
/// The longest secret and id in characters.
const LONGEST: usize = 1000;

/// A service as it is sent.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewProvider {
    /// What the button says.
    pub label: String,
    /// Its address, as it names itself.
    pub issuer: String,
    /// What it knows us by.
    pub client_id: String,
    /// Its secret for us; the one before stays when it is left out.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// Domains of addresses that it answers for.
    pub domains: Vec<String>,
    /// What unknown people of these domains become; they are refused without.
    #[serde(default)]
    pub join_role: Option<MemberRole>,
    /// It asks for a second factor itself.
    #[serde(default)]
    pub proves_second_factor: bool,
    /// People may sign in by it.
    pub active: bool,
}

/// A domain in small letters, or nothing when it is none.
pub(super) fn domain(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('@').to_lowercase();
    let part = |part: &str| {
        let fits = |sign: char| sign.is_alphanumeric() || sign == '-';
        !part.is_empty() && part.len() <= 63 && part.chars().all(fits)
    };
    let whole = text.contains('.') && text.len() <= 253 && text.split('.').all(part);
    whole.then_some(text)
}

fn check_text(field: &'static str, text: &str, faults: &mut Faults) {
    Field::text(field, LONGEST)
        .required()
        .check(&Value::from(text), faults);
}

impl NewProvider {
    /// What is to be stored, without its secret.
    pub(super) fn check(&self, speaker: &Speaker) -> Result<ProviderView> {
        let mut faults = Faults::default();
        person::check_name("label", &self.label, &mut faults);
        check_text("client_id", &self.client_id, &mut faults);
        if let Err(code) = speaker.check(&self.issuer) {
            faults.push(Fault::field("issuer", code));
        }
        let secret = self.client_secret.as_deref();
        faults.check(
            secret.is_some_and(|secret| secret.len() > LONGEST),
            "client_secret",
            "too_large",
        );
        if self.domains.is_empty() {
            faults.push(Fault::field("domains", "required"));
        }
        if self.domains.len() > MOST_DOMAINS {
            faults.push(Fault::field("domains", "too_many").with("max", MOST_DOMAINS));
        }
        let mut domains = Vec::new();
        for (place, text) in self.domains.iter().enumerate() {
            match domain(text) {
                None => faults.push(Fault::at(format!("/domains/{place}"), "not_domain")),
                Some(found) if domains.contains(&found) => {}
                Some(found) => domains.push(found),
            }
        }
        if self.join_role == Some(MemberRole::Built(Role::Owner)) {
            faults.push(Fault::field("join_role", "scope_beyond_own"));
        }
        faults.into_result()?;
        Ok(ProviderView {
            version: 0,
            label: self.label.trim().to_owned(),
            issuer: self.issuer.clone(),
            client_id: self.client_id.trim().to_owned(),
            has_secret: false,
            domains,
            join_role: self.join_role,
            proves_second_factor: self.proves_second_factor,
            active: self.active,
            updated_at: DateTime::default(),
            sealed: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::domain;

    #[test]
    fn domains_are_written_in_small_letters() {
        assert_eq!(domain(" @Kopi.Example ").as_deref(), Some("kopi.example"));
        for wrong in [
            "",
            "kopi",
            "kopi..example",
            "a b.example",
            "*.example",
            "siti@kopi.example",
        ] {
            assert_eq!(domain(wrong), None, "{wrong}");
        }
    }
}
