//! JSON schemas of roles and rights.

use relasi_domain::{
    OBJECTS,
    identity::{
        access::{Action, RecordScope},
        field_right::{FieldRight, has_field_rights},
        rights::is_guarded,
    },
};
use serde_json::{Map, Value, json};

use super::schema::{list, name, object, patch, text, version, whole, yes_or_no};
use crate::{api::Api, records::schema::reference};

fn scope() -> Value {
    let about = "How far a right reaches: nothing; one's own records; also those of one's teams; one's own and those of who \
                 reports to one, directly or further; everything.";
    json!({"type": "string", "enum": RecordScope::ALL.map(RecordScope::code), "description": about})
}

fn scopes(actions: &[Action]) -> Map<String, Value> {
    let all = actions.iter();
    all.map(|action| (action.code().to_owned(), scope()))
        .collect()
}

/// How far each action reaches for the caller.
pub fn granted() -> Value {
    object(
        "How far each action reaches, where a record has no rules of its own.",
        Value::Object(scopes(&Action::ALL)),
        &[],
    )
}

/// How far each action reaches for the caller on single objects.
pub fn object_rights() -> Value {
    let about = "How far each action reaches on objects for which the role says something else, by the object's name.";
    let of_one = json!({"type": "object", "description": about, "additionalProperties": scope()});
    json!({"type": "object", "description": about, "additionalProperties": of_one})
}

/// The fields that are closed to the caller.
pub fn field_rights() -> Value {
    let about = "Fields of objects that the role may not see, or not change, by the object's name: `hidden`, `see`.";
    let right = json!({"type": "string", "enum": FieldRight::ALL.map(FieldRight::code)});
    let of_one = json!({"type": "object", "description": "By the field's name.", "additionalProperties": right});
    json!({"type": "object", "description": about, "additionalProperties": of_one})
}

fn rights() -> Value {
    let of_records = Value::Object(scopes(&Action::OF_RECORDS));
    let named = OBJECTS.iter().filter(|object| is_guarded(object));
    let objects: Map<String, Value> = named
        .map(|object| {
            let about = "What differs from `records`.";
            (object.name.to_owned(), patch(about, of_records.clone()))
        })
        .collect();
    let workspace = Action::OF_WORKSPACE.map(Action::code);
    let narrowed = OBJECTS.iter().filter(|object| has_field_rights(object));
    let fields: Map<String, Value> = narrowed
        .map(|object| {
            let about = "Fields by their names, those of the workspace's own as `custom.<name>`.";
            let right = json!({"type": "string", "enum": FieldRight::ALL.map(FieldRight::code), "description": "As if there were no such field; seen and not changed; as far as the rights to the record reach."});
            (object.name.to_owned(), json!({"type": "object", "description": about, "additionalProperties": right}))
        })
        .collect();
    json!({
        "type": "object",
        "description": "What a role may do. Nothing reaches further than what it sees (422 `beyond_see`).",
        "required": ["records"],
        "additionalProperties": false,
        "properties": {
            "records": patch("On records of every object; what is left out reaches nothing.", of_records),
            "objects": patch("On single objects.", Value::Object(objects)),
            "workspace": {
                "type": "array",
                "description": "What it may do to the workspace: import files, change settings, manage members and roles, read the audit log.",
                "items": {"type": "string", "enum": workspace}
            },
            "fields": patch("Fields that the role may not see, or not change. Never those that every record is known by (422 `field_of_every_record`); those that every record must have stay open to who may add records (422 `needed_to_add`).", Value::Object(fields))
        }
    })
}

fn id() -> Value {
    text("Code of a built-in role, id of another one.")
}

fn instant(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "date-time", "description": about})
}

fn description() -> Value {
    json!({"type": "string", "maxLength": 500, "description": "What it is for."})
}

pub fn register(api: &mut Api) {
    let role = json!({
        "id": id(), "built_in": yes_or_no("It cannot be changed."),
        "name": {"type": ["string", "null"], "description": "Its name; none of a built-in one."},
        "description": description(), "rights": reference("Rights"),
        "members": whole("Active members who have it."),
        "assignable": yes_or_no("The caller may give it, take it away and change it."),
        "created_at": instant("Since when; none of a built-in one."),
        "updated_at": instant("Its last change; none of a built-in one."), "version": version()
    });
    api.schema("Rights", rights());
    api.schema("Role", object("What members may do.", role, &[]));
    api.schema("RoleList", list("Roles.", "Role"));
    let new = json!({"name": name("Its name."), "description": description(), "rights": reference("Rights")});
    api.schema(
        "NewRole",
        object("A role to be made.", new.clone(), &["description"]),
    );
    api.schema(
        "RolePatch",
        patch("Changes of a role; rights as a whole.", new),
    );
    let copy = json!({"name": name("Name of the new role.")});
    api.schema("RoleCopy", object("A role like another one.", copy, &[]));
}
