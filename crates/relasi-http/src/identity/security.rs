//! One's own second factors: codes of an app, recovery codes, passkeys.

use actix_web::{HttpRequest, HttpResponse, web::Path};
use relasi_app::identity::{NewPasskey, Proof};
use serde::Deserialize;
use serde_json::json;
use utoipa::openapi::path::HttpMethod;

use super::second_step::site;
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{NewPerson, Person},
    problem::Problem,
    records::{parse_id, schema::reference},
};

/// What every change asks for and does.
const PROVED: &str = "With the password or a code. Ends every other session of the person.";

fn post(path: &str, id: &str, summary: &str) -> Operation {
    Operation::new(HttpMethod::Post, path, "security", id, summary)
}

pub fn register(api: &mut Api) {
    let get = Operation::get(
        "/me/security",
        "security",
        "get_security",
        "What one signs in with",
    )
    .returns(200, "The second factors.", reference("Security"));
    api.add(get, get_security);
    let begin = post("/me/totp", "begin_totp", "Begin with codes of an app")
        .about("With the password or a code. Nothing is asked for before the first code came.")
        .body(reference("Proof"))
        .returns(200, "What the app needs to know.", reference("TotpSetUp"));
    api.add(begin, begin_totp);
    let confirm = post(
        "/me/totp/confirm",
        "confirm_totp",
        "Ask for codes of the app from now on",
    )
    .about("By the first of them, within an hour (409 `set_up_expired`). Ends every other session of the person.")
    .body(reference("FirstCode"))
    .returns(200, "Codes are asked for.", reference("RecoveryCodes"));
    api.add(confirm, confirm_totp);
    let remove = post(
        "/me/totp/remove",
        "remove_totp",
        "No longer ask for codes of the app",
    )
    .about(PROVED)
    .body(reference("Proof"))
    .returns_nothing("No codes are asked for.");
    api.add(remove, remove_totp);
    let codes = post(
        "/me/recovery-codes",
        "make_recovery_codes",
        "Make new recovery codes",
    )
    .about(PROVED)
    .body(reference("Proof"))
    .returns(
        200,
        "Those before are no longer good.",
        reference("RecoveryCodes"),
    );
    api.add(codes, make_recovery_codes);
    let begin = post("/passkeys/options", "begin_passkey", "Begin with a passkey")
        .about("With the password or a code. 409 `passkeys_unavailable` where the server has no name of its own.")
        .body(reference("Proof"))
        .returns(200, "What to ask the browser.", reference("PasskeyOptions"));
    api.add(begin, begin_passkey);
    let add = post("/passkeys", "add_passkey", "Add a passkey")
        .about("The browser's answer. Ends every other session of the person.")
        .body(reference("NewPasskey"))
        .returns(201, "The passkey.", reference("MadePasskey"));
    api.add(add, add_passkey);
    let rename = Operation::patch(
        "/passkeys/{id}",
        "security",
        "rename_passkey",
        "Rename a passkey",
    )
    .body(reference("PasskeyName"))
    .returns(200, "The passkey.", reference("Passkey"));
    api.add(rename, rename_passkey);
    let remove = post(
        "/passkeys/{id}/remove",
        "remove_passkey",
        "Remove a passkey",
    )
    .about(PROVED)
    .body(reference("Proof"))
    .returns_nothing("It signs nobody in any more.");
    api.add(remove, remove_passkey);
}

async fn get_security(
    NewPerson(caller): NewPerson,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let security = caller.state.identity.security(&caller.principal).await?;
    let mut security = json!(security);
    security["passkeys_possible"] = site(&caller.state, &request).is_ok().into();
    Ok(HttpResponse::Ok().json(security))
}

async fn begin_totp(
    NewPerson(caller): NewPerson,
    body: Body<Proof>,
) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    let begun = identity.begin_totp(&caller.principal, body.value, caller.ip(), caller.now);
    Ok(HttpResponse::Ok().json(begun.await?))
}

/// The first code of an app.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstCode {
    code: String,
}

async fn confirm_totp(
    NewPerson(caller): NewPerson,
    body: Body<FirstCode>,
) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    let done = identity.confirm_totp(&caller.principal, body.value.code, caller.now);
    Ok(HttpResponse::Ok().json(done.await?))
}

async fn remove_totp(Person(caller): Person, body: Body<Proof>) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    identity
        .remove_totp(&caller.principal, body.value, caller.ip(), caller.now)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn make_recovery_codes(
    Person(caller): Person,
    body: Body<Proof>,
) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    let codes = identity
        .make_recovery_codes(&caller.principal, body.value, caller.ip(), caller.now)
        .await?;
    Ok(HttpResponse::Ok().json(json!({"recovery_codes": codes})))
}

async fn begin_passkey(
    NewPerson(caller): NewPerson,
    request: HttpRequest,
    body: Body<Proof>,
) -> Result<HttpResponse, Problem> {
    let site = site(&caller.state, &request)?;
    let identity = &caller.state.identity;
    let options = identity.begin_passkey(
        &caller.principal,
        &site,
        body.value,
        caller.ip(),
        caller.now,
    );
    Ok(HttpResponse::Ok().json(options.await?))
}

async fn add_passkey(
    NewPerson(caller): NewPerson,
    request: HttpRequest,
    body: Body<NewPasskey>,
) -> Result<HttpResponse, Problem> {
    let site = site(&caller.state, &request)?;
    let identity = &caller.state.identity;
    let made = identity.add_passkey(&caller.principal, &site, body.value, caller.now);
    Ok(HttpResponse::Created().json(made.await?))
}

/// Another name of a passkey.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PasskeyName {
    name: String,
}

async fn rename_passkey(
    Person(caller): Person,
    id: Path<String>,
    body: Body<PasskeyName>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let identity = &caller.state.identity;
    let renamed = identity.rename_passkey(&caller.principal, id, body.value.name);
    Ok(HttpResponse::Ok().json(renamed.await?))
}

async fn remove_passkey(
    Person(caller): Person,
    id: Path<String>,
    body: Body<Proof>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let identity = &caller.state.identity;
    identity
        .remove_passkey(&caller.principal, id, body.value, caller.ip(), caller.now)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
