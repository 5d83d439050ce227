//! What an operation does to each record.

use relasi_domain::{
    identity::access::Action,
    interaction::call_list,
    record::{Document, Object},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Format;

/// What is done to each record, with what it needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", content = "parameters", rename_all = "snake_case")]
pub enum Task {
    /// A merge patch.
    Edit(Edit),
    /// Another owner.
    Owner(Owner),
    /// Tags that are added and taken away.
    Tag(Tags),
    /// Deals move to a stage of their pipeline.
    Stage(Stage),
    /// Deals that are closed get another reason.
    Reason(NewReason),
    /// People come onto a call list.
    CallList(CallList),
    /// Into the trash.
    Delete,
    /// Out of the trash.
    Restore,
    /// Into a file.
    Export(Export),
}

/// Every action, for messages.
pub(super) const ACTIONS: [&str; 9] = [
    "edit",
    "owner",
    "tag",
    "stage",
    "reason",
    "call_list",
    "delete",
    "restore",
    "export",
];

/// Fields that all records get.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Members as in a patch of one record.
    pub changes: Document,
}

/// Who answers for the records from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// A member; none for nobody.
    pub owner_id: Option<Uuid>,
}

/// Tags that change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tags {
    /// Tags that records get unless they have them.
    pub add: Vec<Uuid>,
    /// Tags that are taken away where records have them.
    pub remove: Vec<Uuid>,
}

/// Where deals move to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_field_names,
    reason = "members of an order, named as the API names them"
)]
pub struct Stage {
    /// A stage; deals of other pipelines refuse it.
    pub stage_id: Uuid,
    /// Why they are lost, for a stage that says so.
    #[serde(default)]
    pub lost_reason: Option<String>,
    /// Why they are won, for a stage that says so.
    #[serde(default)]
    pub won_reason: Option<String>,
}

/// Why deals are said to have ended; those that ended otherwise stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewReason {
    /// For lost ones.
    pub lost_reason: Option<String>,
    /// For won ones.
    pub won_reason: Option<String>,
}

impl NewReason {
    /// The reason of deals with a status, and the field that holds it.
    pub(super) fn of(&self, status: &str) -> Option<(&'static str, &str)> {
        let (name, reason) = match status {
            "lost" => ("lost_reason", &self.lost_reason),
            "won" => ("won_reason", &self.won_reason),
            _ => return None,
        };
        reason.as_deref().map(|reason| (name, reason.trim()))
    }
}

/// Which call list people come onto; who is there already stays in their place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallList {
    /// A list of the same kind of people.
    pub list_id: Uuid,
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Export {
    /// Fields in the order of their columns; all when empty.
    pub columns: Vec<String>,
    /// Language of headings and choices.
    pub language: Option<String>,
    /// The form of the file; cards and calendars have what their form has, whatever the columns.
    pub format: Format,
}

impl Task {
    /// Reads an action and its parameters as clients send them.
    pub(super) fn read(action: &str, parameters: Option<Value>) -> Result<Self, serde_json::Error> {
        let bare = matches!(action, "delete" | "restore") && parameters == Some(json!({}));
        let mut all = json!({"action": action});
        if let Some(parameters) = parameters.filter(|_| !bare) {
            all["parameters"] = parameters;
        } else if action == "export" {
            all["parameters"] = json!({});
        }
        serde_json::from_value(all)
    }

    /// Its action and its parameters as the API shows them.
    pub(super) fn shown(&self) -> (Value, Value) {
        let mut all = json!(self);
        (all["action"].take(), all["parameters"].take())
    }

    /// The right that it needs on each record.
    pub fn right(&self) -> Action {
        match self {
            Self::Edit(_)
            | Self::Owner(_)
            | Self::Tag(_)
            | Self::Stage(_)
            | Self::Reason(_)
            | Self::Restore => Action::Edit,
            Self::CallList(_) => Action::See,
            Self::Delete => Action::Delete,
            Self::Export(_) => Action::Export,
        }
    }

    /// Whether it changes the records themselves, so that there is something to take back.
    pub(super) fn writes(&self) -> bool {
        !matches!(self, Self::CallList(_) | Self::Export(_))
    }

    /// Whether its records lie in the trash.
    pub(super) fn is_of_trash(&self) -> bool {
        matches!(self, Self::Restore)
    }

    /// Whether records of an object can be the target.
    pub(super) fn suits(&self, object: &Object) -> bool {
        match self {
            Self::Tag(_) => object.field("tags").is_some(),
            Self::Stage(_) => object.field("stage_id").is_some(),
            Self::Reason(_) => object.field("lost_reason").is_some(),
            Self::CallList(_) => call_list::object(object.name).is_some(),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_read_with_their_parameters_and_no_others() {
        let good = [
            ("edit", Some(json!({"changes": {"city": "Solo"}}))),
            ("owner", Some(json!({"owner_id": null}))),
            ("tag", Some(json!({"add": [Uuid::nil()]}))),
            ("stage", Some(json!({"stage_id": Uuid::nil()}))),
            ("reason", Some(json!({"lost_reason": "Price"}))),
            ("call_list", Some(json!({"list_id": Uuid::nil()}))),
            ("delete", None),
            ("delete", Some(json!({}))),
            ("restore", None),
            ("export", None),
            ("export", Some(json!({"columns": ["full_name"]}))),
        ];
        for (action, parameters) in good {
            let task = Task::read(action, parameters).unwrap();
            assert_eq!(task.shown().0, action);
            assert!(ACTIONS.contains(&action));
        }
        let bad = [
            ("edit", None),
            ("edit", Some(json!({"changes": {}, "more": 1}))),
            ("edit", Some(json!({"changes": []}))),
            ("owner", Some(json!({"owner_id": "nobody"}))),
            ("call_list", None),
            ("delete", Some(json!({"force": true}))),
            ("burn", None),
        ];
        for (action, parameters) in bad {
            assert!(Task::read(action, parameters).is_err(), "{action}");
        }
    }
}
