//! The deal that a dialog asks about, and what the server says is missing or wrong with what was told.

use std::collections::HashMap;

use leptos::prelude::*;
use relasi_domain::record::Document;
use relasi_domain::sales::facts;
use serde_json::Value;

use super::Going;
use crate::api::{ApiError, FieldFault, FormErrors};

/// What is asked before deals go on, one deal at a time.
#[derive(Clone, Copy)]
pub struct Asking {
    /// The deal in question; the dialog is open while there is one.
    pub(super) going: RwSignal<Option<Going>>,
    /// Facts that the server asked for, beyond those that were seen to be missing.
    pub(super) demanded: RwSignal<Vec<String>>,
    pub(super) errors: FormErrors,
    /// The deal is on its way.
    pub(super) busy: RwSignal<bool>,
    /// Roles in the order in which people were told.
    pub(super) roles: StoredValue<Vec<String>>,
}

impl Default for Asking {
    fn default() -> Self {
        Self {
            going: RwSignal::new(None),
            demanded: RwSignal::default(),
            errors: FormErrors::default(),
            busy: RwSignal::new(false),
            roles: StoredValue::default(),
        }
    }
}

impl Asking {
    /// Opens the dialog.
    pub fn ask(self, going: Going) {
        self.demanded.set(Vec::new());
        self.errors.clear();
        self.busy.set(false);
        self.going.set(Some(going));
    }

    /// The deal went; the dialog closes.
    pub fn taken(self) {
        _ = self.busy.try_set(false);
        _ = self.going.try_set(None);
    }

    /// Shows a refusal beside what it is about; false when it is nothing to be told in the dialog, and is to be said
    /// elsewhere. A deal that was sent without being asked about is asked about now, if the stage lacks something.
    pub fn refused(self, going: &Going, error: &ApiError) -> bool {
        if self.busy.try_set(false).is_some() {
            return false;
        }
        let faults = error.problem().map(|problem| problem.errors.as_slice());
        let faults = faults.unwrap_or_default();
        let lacking: Vec<String> = faults.iter().filter_map(demanded).collect();
        if self.going.with_untracked(Option::is_none) {
            if lacking.is_empty() {
                return false;
            }
            self.ask(going.clone());
            self.roles.set_value(Vec::new());
        }
        self.demanded.update(|all| all.extend(lacking));
        let roles = self.roles.get_value();
        let mut at_fields = HashMap::new();
        let mut others = Vec::new();
        for fault in faults {
            let asks_end = going.is_lost() || going.owes_reason();
            match place(fault, &roles).filter(|name| asks_end || name != "reason") {
                Some(name) => _ = at_fields.insert(name, fault.detail.clone()),
                None => others.push(fault.detail.clone()),
            }
        }
        if faults.is_empty() {
            others.push(error.text());
        }
        let general = (!others.is_empty()).then(|| others.join(" "));
        self.errors.put(at_fields, general);
        true
    }

    /// Remembers in which order people were told.
    pub(super) fn sends(self, told: &Document) {
        let people = told.get("contacts").and_then(Value::as_array);
        let roles = people.into_iter().flatten();
        let roles = roles.filter_map(|one| one["role"].as_str().map(str::to_owned));
        self.roles.set_value(roles.collect());
        self.busy.set(true);
    }
}

/// The fact that a stage asks for and a deal does not tell.
fn fact_of(fault: &FieldFault) -> Option<String> {
    let is_one = fault.code == "required_in_stage";
    fault.params.get("fact").filter(|_| is_one).cloned()
}

/// What is to be told because of a fault: a fact of the stage, or any other field without which the deal can't be saved.
fn demanded(fault: &FieldFault) -> Option<String> {
    let field = || place(fault, &[]).filter(|_| fault.pointer.starts_with("/fields/"));
    fact_of(fault).or_else(field)
}

/// The input of the dialog that a fault is about: a field, a role, or a member of the verb.
fn place(fault: &FieldFault, roles: &[String]) -> Option<String> {
    if let Some(fact) = fact_of(fault) {
        let role = fact.strip_prefix(facts::ROLE).map(str::to_owned);
        return Some(role.unwrap_or(fact));
    }
    let mut parts = fault.pointer.trim_start_matches('/').split('/');
    match (parts.next()?, parts.next(), parts.next()) {
        ("fields", Some("custom"), Some(name)) => Some(format!("custom.{name}")),
        ("fields", Some(name), _) | (name @ ("reason" | "comment" | "competitor_id"), ..) => {
            Some(name.to_owned())
        }
        ("contacts", Some(at), _) => roles.get(at.parse::<usize>().ok()?).cloned(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::place;
    use crate::api::FieldFault;

    fn fault(pointer: &str, fact: Option<&str>) -> FieldFault {
        let code = if fact.is_some() {
            "required_in_stage"
        } else {
            "invalid"
        };
        let fact = fact.map(|fact| ("fact".to_owned(), fact.to_owned()));
        FieldFault {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            detail: String::new(),
            params: fact.into_iter().collect(),
        }
    }

    #[test]
    fn faults_stand_at_their_inputs() {
        let roles = ["buyer".to_owned(), "user".to_owned()];
        for (pointer, fact, at) in [
            ("/fields/amount", Some("amount"), Some("amount")),
            ("/fields/custom/budget", None, Some("custom.budget")),
            ("/contacts", Some("role:champion"), Some("champion")),
            ("/contacts/1/contact_id", None, Some("user")),
            ("/reason", None, Some("reason")),
            ("/stage_id", None, None),
            ("", None, None),
        ] {
            assert_eq!(
                place(&fault(pointer, fact), &roles).as_deref(),
                at,
                "{pointer}"
            );
        }
    }
}
