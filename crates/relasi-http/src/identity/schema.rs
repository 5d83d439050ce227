//! JSON schemas of people, sessions and the workspace.

use relasi_domain::{
    choices::LANGUAGES,
    identity::{
        password::{MAX_BYTES, MIN_CHARACTERS},
        role::Role,
    },
};
use serde_json::{Value, json};

use super::role_schema::{field_rights, granted, object_rights};
use crate::{api::Api, records::schema::reference};

/// An object whose members are all there, but for the named ones.
pub(super) fn object(about: &str, members: Value, optional: &[&str]) -> Value {
    let Value::Object(members) = members else {
        return Value::Null;
    };
    let required: Vec<&String> = members
        .keys()
        .filter(|name| !optional.contains(&name.as_str()))
        .collect();
    json!({"type": "object", "description": about, "required": required, "properties": members})
}

/// An object that names what it changes.
pub(super) fn patch(about: &str, members: Value) -> Value {
    json!({"type": "object", "description": about, "properties": members, "additionalProperties": false})
}

pub(super) fn list(about: &str, of: &str) -> Value {
    object(
        about,
        json!({"items": {"type": "array", "description": about, "items": reference(of)}}),
        &[],
    )
}

pub(super) fn id(about: &str) -> Value {
    json!({"type": "string", "format": "uuid", "description": about})
}

fn optional_id(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "uuid", "description": about})
}

pub(super) fn text(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

pub(super) fn name(about: &str) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 120, "description": about})
}

pub(super) fn email(about: &str) -> Value {
    json!({"type": "string", "format": "email", "description": about})
}

pub(super) fn secret(about: &str) -> Value {
    json!({"type": "string", "format": "password", "description": about})
}

pub(super) fn new_secret() -> Value {
    let about = "The password to come: no rule but its length, and that nobody guesses it.";
    json!({"type": "string", "format": "password", "minLength": MIN_CHARACTERS, "maxLength": MAX_BYTES, "description": about})
}

pub(super) fn instant(about: &str) -> Value {
    json!({"type": "string", "format": "date-time", "description": about})
}

pub(super) fn whole(about: &str) -> Value {
    json!({"type": "integer", "format": "int64", "description": about})
}

pub(super) fn yes_or_no(about: &str) -> Value {
    json!({"type": "boolean", "description": about})
}

fn language() -> Value {
    json!({"type": "string", "enum": LANGUAGES, "description": "Language of the texts."})
}

fn currency() -> Value {
    json!({"type": "string", "minLength": 3, "maxLength": 3, "description": "ISO 4217."})
}

fn time_zone() -> Value {
    text("IANA name, for example `Asia/Jakarta`; days begin and end by it.")
}

fn role() -> Value {
    let codes = Role::ALL.map(Role::code).join("`, `");
    text(&format!(
        "What somebody is in the workspace: `{codes}`, or the id of a role that it made."
    ))
}

fn role_name() -> Value {
    json!({"type": ["string", "null"], "description": "Its name, where the workspace made it."})
}

fn ids(about: &str) -> Value {
    json!({"type": "array", "description": about, "items": {"type": "string", "format": "uuid"}})
}

pub(super) fn version() -> Value {
    whole("Counts up on every change; the ETag.")
}

pub fn register(api: &mut Api) {
    for (name, schema) in entrance().into_iter().chain(people()).chain(invitations()) {
        api.schema(name, schema);
    }
}

fn entrance() -> Vec<(&'static str, Value)> {
    vec![
        (
            "SetUpState",
            object(
                "Whether set-up is needed.",
                json!({
                    "needed": yes_or_no("No workspace is there yet."),
                    "passkeys": yes_or_no("Passkeys can be used at the address of this request."),
                    "mail": yes_or_no("The installation has a mail account: forgotten passwords are set anew by a link."),
                    "sign_in_provider": {"anyOf": [reference("OpenSignInProvider"), {"type": "null"}], "description": "The one service by which people sign in; null when there is none, or are several."},
                    "sign_in_providers": yes_or_no("There are several such services, to be found by an address.")
                }),
                &[],
            ),
        ),
        (
            "SetUp",
            object(
                "The first workspace and its owner.",
                json!({
                    "workspace_name": name("Name of the workspace."), "language": language(), "currency": currency(),
                    "time_zone": time_zone(), "full_name": name("Name of the owner."), "email": email("The address to sign in with."),
                    "password": new_secret(), "sample_data": yes_or_no("Fill the workspace with sample records.")
                }),
                &["sample_data"],
            ),
        ),
        (
            "Credentials",
            object(
                "What somebody signs in with.",
                json!({
                    "email": email("The address."), "password": secret("The password.")
                }),
                &[],
            ),
        ),
        (
            "SignedIn",
            object(
                "An open session.",
                json!({
                    "access_token": text("For the header `Authorization: Bearer …`; keep it in memory only."),
                    "expires_in": whole("Seconds that the token is good."), "user": reference("User"),
                    "workspace": reference("Workspace"), "role": role(), "rights": granted(), "object_rights": object_rights(),
                    "field_rights": field_rights(),
                    "second_factor_missing": yes_or_no("A second factor must be set up before anything else.")
                }),
                &[],
            ),
        ),
        (
            "Session",
            object(
                "Where somebody is signed in.",
                json!({
                    "id": id("The session."), "current": yes_or_no("The session of this request."),
                    "user_agent": text("The browser, as it names itself."), "ip": text("Address of the last refresh."),
                    "created_at": instant("Sign-in."), "last_seen_at": instant("Last refresh."), "expires_at": instant("Its end at the latest.")
                }),
                &[],
            ),
        ),
        ("SessionList", list("Open sessions.", "Session")),
        (
            "OwnWorkspace",
            object(
                "A workspace that somebody is a member of.",
                json!({
                    "id": id("The workspace."), "name": name("Its name."), "role": role(), "role_name": role_name(),
                    "current": yes_or_no("The workspace of this request.")
                }),
                &[],
            ),
        ),
        (
            "WorkspaceList",
            list("One's own workspaces.", "OwnWorkspace"),
        ),
        (
            "Switch",
            object(
                "Where to go on.",
                json!({"workspace_id": id("One of one's own workspaces.")}),
                &[],
            ),
        ),
        (
            "PasswordChange",
            object(
                "A new password.",
                json!({
                    "current_password": secret("The present one."), "new_password": new_secret()
                }),
                &[],
            ),
        ),
    ]
}

fn people() -> Vec<(&'static str, Value)> {
    vec![
        (
            "User",
            object(
                "A person.",
                json!({
                    "id": id("The person."), "full_name": name("The name."), "email": email("The address to sign in with."),
                    "language": language(), "version": version()
                }),
                &[],
            ),
        ),
        (
            "Workspace",
            object(
                "A workspace.",
                json!({
                    "id": id("The workspace."), "name": name("Its name."), "currency": currency(), "time_zone": time_zone(),
                    "language": language(), "version": version(),
                    "fields_version": {"type": "integer", "format": "int64", "description": "Counts the changes of its custom fields; 0 when it never had any."},
                    "hides_companies": yes_or_no("The app shows people only. The API is the same either way.")
                }),
                &[],
            ),
        ),
        (
            "Me",
            object(
                "Who is asking.",
                json!({
                    "user": reference("User"), "workspace": reference("Workspace"), "role": role(),
                    "membership_id": id("The membership."),
                    "team_ids": ids("Teams of the person, first the one that new records go to."),
                    "rights": granted(), "object_rights": object_rights(), "field_rights": field_rights()
                }),
                &[],
            ),
        ),
        (
            "ProfilePatch",
            patch(
                "Changes of one's own profile.",
                json!({"full_name": name("The name."), "language": language()}),
            ),
        ),
        (
            "WorkspacePatch",
            patch(
                "Changes of the workspace.",
                json!({
                    "name": name("Its name."), "currency": currency(), "time_zone": time_zone(), "language": language(),
                    "hides_companies": yes_or_no("Whether the app shows people only.")
                }),
            ),
        ),
        (
            "Member",
            object(
                "A member of the workspace.",
                json!({
                    "id": id("The membership."), "user_id": id("The person; records name their owner by it."),
                    "full_name": name("The name."), "email": email("The address."), "role": role(), "team_id": optional_id("The team that new records of the member go to."),
                    "more_team_ids": ids("Further teams."), "manager_id": optional_id("The membership that this one reports to."),
                    "active": yes_or_no("False once deactivated."),
                    "last_seen_at": {"type": ["string", "null"], "format": "date-time", "description": "Last sign-in or refresh."},
                    "created_at": instant("Since when a member."), "version": version()
                }),
                &[],
            ),
        ),
        ("MemberList", list("Members by name.", "Member")),
        (
            "MemberPatch",
            patch(
                "Changes of a member.",
                json!({
                    "role": role(), "team_id": optional_id("The team, null for none."),
                    "more_team_ids": ids("All further teams, at most 1,000."),
                    "manager_id": optional_id("The membership to report to, null for none. Not in a circle."),
                    "active": yes_or_no("False deactivates and ends every session; true brings back.")
                }),
            ),
        ),
    ]
}

fn invitations() -> Vec<(&'static str, Value)> {
    vec![
        (
            "Invite",
            object(
                "Whom to invite.",
                json!({
                    "email": email("The address."), "role": role(), "team_id": optional_id("The team to come.")
                }),
                &["team_id"],
            ),
        ),
        (
            "Invited",
            object(
                "A new invitation.",
                json!({
                    "id": id("The invitation."), "token": text("Secret of the link; told this once."),
                    "path": text("Path of the link in the browser app."), "expires_at": instant("Until when the link is good."),
                    "mailed": yes_or_no("The link goes to the address by e-mail, too.")
                }),
                &[],
            ),
        ),
        (
            "Invitation",
            object(
                "An open invitation.",
                json!({
                    "id": id("The invitation."), "email": email("The address."), "role": role(), "team_id": optional_id("The team to come."),
                    "invited_by": id("The person who invited."), "created_at": instant("When."),
                    "expires_at": instant("Until when the link is good.")
                }),
                &[],
            ),
        ),
        (
            "InvitationList",
            list("Open invitations, the newest first.", "Invitation"),
        ),
        (
            "InvitationPreview",
            object(
                "What the holder of a link sees.",
                json!({
                    "workspace_name": text("Name of the workspace."), "language": language(), "email": email("The invited address."),
                    "role": role(), "role_name": role_name(), "invited_by": text("Name of who invited."), "expires_at": instant("Until when the link is good."),
                    "has_account": yes_or_no("The address has an account: its password is asked for.")
                }),
                &[],
            ),
        ),
        (
            "Acceptance",
            object(
                "What somebody with a link tells of herself.",
                json!({
                    "full_name": name("The name; an account that exists keeps its own."),
                    "password": secret("A new password, or the one of the account that exists."), "language": language(),
                    "code": secret("A code of the app or a recovery code; for an account that exists and has a second factor (422 `second_factor_needed` without it).")
                }),
                &["code"],
            ),
        ),
    ]
}
