//! What must be known of a deal before it enters a stage.
//!
//! A fact is the name of a field, `amount` or `custom.budget`, or `role:decision_maker`: somebody has that role in the
//! deal. `next_step` is known by its text and by a step that is planned.

use serde_json::Value;

use super::{deal_contact::ROLES, texts};
use crate::{
    field::{Kind, Write, is_nothing},
    record::Document,
    shape::Shape,
};

/// What stands before a role.
pub const ROLE: &str = "role:";

/// Fields that every deal has.
const ALWAYS: [&str; 5] = ["name", "currency", "owner_id", "team_id", "pipeline_id"];

/// The facts that a stage asks for.
pub fn of_stage(stage: &Document) -> impl Iterator<Item = &str> {
    texts(stage.get("required_fields"))
}

/// Whether a stage may ask for a fact. `deals` are deals as the workspace knows them.
pub fn is_fact(fact: &str, deals: Shape<'_>) -> bool {
    if let Some(role) = fact.strip_prefix(ROLE) {
        return ROLES.iter().any(|known| known == role);
    }
    let field = deals.field(fact).filter(|_| !ALWAYS.contains(&fact));
    field.is_some_and(|field| {
        field.write == Write::Always && !matches!(field.kind, Kind::Json | Kind::Boolean)
    })
}

/// Every fact that a stage may ask for, in the order of the fields, roles last.
pub fn all(deals: Shape<'_>) -> Vec<String> {
    let fields = deals.fields().map(|field| field.name.to_string());
    let fields: Vec<String> = fields.filter(|name| is_fact(name, deals)).collect();
    let roles = ROLES.iter().map(|role| format!("{ROLE}{role}"));
    fields.into_iter().chain(roles).collect()
}

/// Whether a deal tells a fact. A field that is gone is asked for no longer.
pub fn is_known(fact: &str, deal: &Document, deals: Shape<'_>) -> bool {
    if let Some(role) = fact.strip_prefix(ROLE) {
        let filled = deal.get("contact_roles").and_then(Value::as_array);
        return filled.is_some_and(|filled| filled.iter().any(|one| one == role));
    }
    let Some(field) = deals.field(fact) else {
        return true;
    };
    let planned =
        || fact == "next_step" && deal.get("next_step_at").is_some_and(|at| !at.is_null());
    !is_nothing(field.of(deal)) || planned()
}

/// The facts of a stage that a deal does not tell yet.
pub fn missing<'s>(stage: &'s Document, deal: &Document, deals: Shape<'_>) -> Vec<&'s str> {
    let asked = of_stage(stage);
    asked.filter(|fact| !is_known(fact, deal, deals)).collect()
}

/// Where a fact stands in a deal.
pub fn pointer(fact: &str) -> String {
    match fact.strip_prefix(ROLE) {
        Some(_) => "/contact_roles".to_owned(),
        None => format!("/{}", fact.replace('.', "/")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{sales::deal, shape::Customs};

    fn document(value: Value) -> Document {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_is_missing_is_named() {
        let customs = Customs::default();
        let deals = Shape::new(&deal::OBJECT, &customs);
        let stage = document(json!({
            "required_fields": ["amount", "close_date", "role:decision_maker", "next_step", "custom.gone"],
        }));
        let mut deal = document(json!({"amount": 0, "contact_roles": ["user"]}));
        let lacks = ["close_date", "role:decision_maker", "next_step"];
        assert_eq!(missing(&stage, &deal, deals), lacks);
        deal.insert("close_date".into(), json!("2026-12-01"));
        deal.insert("contact_roles".into(), json!(["user", "decision_maker"]));
        deal.insert("next_step_at".into(), json!("2026-12-01T09:00:00Z"));
        assert!(missing(&stage, &deal, deals).is_empty());
        assert!(missing(&Document::new(), &deal, deals).is_empty());
    }

    #[test]
    fn stages_ask_for_what_can_be_said() {
        let customs = Customs::default();
        let deals = Shape::new(&deal::OBJECT, &customs);
        for fact in ["amount", "contact_id", "tags", "next_step", "role:champion"] {
            assert!(is_fact(fact, deals), "{fact}");
        }
        for fact in [
            "",
            "name",
            "status",
            "stage_id",
            "contact_roles",
            "role:",
            "role:king",
            "custom.x",
            "id",
        ] {
            assert!(!is_fact(fact, deals), "{fact}");
        }
        let known = all(deals);
        assert!(known.iter().all(|fact| is_fact(fact, deals)));
        assert_eq!(pointer("custom.budget"), "/custom/budget");
        assert_eq!(pointer("role:user"), "/contact_roles");
    }
}
