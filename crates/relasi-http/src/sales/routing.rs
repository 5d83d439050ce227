//! Routing: rules, what holds for all of them, how members work, a trial, and giving a lead away anew.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    records::Work,
    sales::routing::{self, NewRule, RulePatch, SettingsPatch, Trial},
};
use relasi_domain::sales::{lead, routing::Profile};
use serde_json::{Value, json};

use super::routing_schema;
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch, etag},
    problem::Problem,
    records::{answer, parse_id, schema::reference},
};

const TAG: &str = "routing";
const RULES: &str = "/routing-rules";
const RULE: &str = "/routing-rules/{id}";
const SETTINGS: &str = "/routing-settings";

fn items(of: &str) -> Value {
    json!({"type": "object", "description": "All.", "required": ["items"], "properties": {
        "items": {"type": "array", "description": "All of them.", "items": reference(of)}
    }})
}

pub(super) fn register(api: &mut Api) {
    routing_schema::register(api);
    let all = Operation::get(RULES, TAG, "list_routing_rules", "Who gets new leads").returns(
        200,
        "The rules in their order.",
        items("RoutingRule"),
    );
    api.add(all, list);
    let make = Operation::post(RULES, TAG, "create_routing_rule", "Make a rule")
        .about("It comes last. The first active rule whose filter takes a lead decides.")
        .body(reference("NewRoutingRule"))
        .returns(201, "The rule.", reference("RoutingRule"));
    api.add(make, create);
    let get = Operation::get(RULE, TAG, "get_routing_rule", "Get a rule").returns(
        200,
        "The rule.",
        reference("RoutingRule"),
    );
    api.add(get, find);
    let patch = Operation::patch(RULE, TAG, "update_routing_rule", "Change or move a rule")
        .about("Leads that have an owner stay with them.")
        .if_match()
        .body(reference("RoutingRulePatch"))
        .returns(200, "The rule.", reference("RoutingRule"));
    api.add(patch, change);
    let remove = Operation::delete(RULE, TAG, "delete_routing_rule", "Remove a rule")
        .if_match()
        .returns_nothing("It is gone.");
    api.add(remove, delete);
    register_settings(api);
    register_profiles(api);
    let try_out = Operation::new(
        utoipa::openapi::HttpMethod::Post,
        "/routing/try",
        TAG,
        "try_routing",
        "Try a lead out",
    )
    .about("Says who would get it by which rule, and why the others would not. Nothing is written, no turn is used up.")
    .body(reference("RoutingTrial"))
    .returns(200, "Who would get it.", reference("RoutingOutcome"));
    api.add(try_out, trial);
    let nothing =
        json!({"type": "object", "description": "Nothing.", "additionalProperties": false});
    let again = Operation::post("/leads/{id}/route", "leads", "route_lead", "Give a lead away anew")
        .about("By the rules as they are now. 409 `no_routing` where there are none, `lead_is_over` for one that is unqualified or converted.")
        .if_match()
        .body(nothing)
        .returns(200, "The lead.", reference("Lead"));
    api.add(again, route);
}

fn register_settings(api: &mut Api) {
    let get = Operation::get(
        SETTINGS,
        TAG,
        "get_routing_settings",
        "What holds for all rules",
    )
    .returns(200, "The settings.", reference("RoutingSettings"));
    api.add(get, settings);
    let patch = Operation::patch(
        SETTINGS,
        TAG,
        "update_routing_settings",
        "Change what holds for all rules",
    )
    .about("Limits rise: `not_rising` else.")
    .if_match()
    .body(reference("RoutingSettingsPatch"))
    .returns(200, "The settings.", reference("RoutingSettings"));
    api.add(patch, change_settings);
}

fn register_profiles(api: &mut Api) {
    let all = Operation::get(
        "/work-profiles",
        TAG,
        "list_work_profiles",
        "How members work",
    )
    .about("Of all active members.")
    .returns(200, "All of them.", items("WorkProfile"));
    api.add(all, profiles);
    let put = Operation::put(
        "/work-profiles/{id}",
        TAG,
        "set_work_profile",
        "Set how a member works",
    )
    .about("By the id of the person: one's own, or anybody's for those who may change settings. The version of one that was never set is 0.")
    .if_match()
    .body(reference("NewWorkProfile"))
    .returns(200, "The profile.", reference("WorkProfile"));
    api.add(put, set_profile);
}

async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read(routing::list).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn create(caller: Caller, body: Body<NewRule>) -> Result<HttpResponse, Problem> {
    let make =
        |work: &mut Work<'_>, new: &_| routing::create(work, new).map(|made| (made.id, made));
    caller.make(body, RULES, make).await
}

async fn find(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let find =
        |work: &mut Work<'_>, id| routing::find(work, id).map(|found| (found.version, found));
    caller.show(&id, find).await
}

async fn change(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
    body: Body<RulePatch>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(&id, version, body, |work, id, version, patch| {
            routing::change(work, id, version, patch.clone())
        })
        .await
}

async fn delete(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller.remove(&id, version, routing::delete).await
}

async fn settings(caller: Caller) -> Result<HttpResponse, Problem> {
    let found = caller.read_short(routing::settings).await?;
    let tag = etag(found.version);
    Ok(HttpResponse::Ok().insert_header(("ETag", tag)).json(found))
}

async fn change_settings(
    caller: Caller,
    IfMatch(version): IfMatch,
    body: Body<SettingsPatch>,
) -> Result<HttpResponse, Problem> {
    let patch = body.value;
    let work = move |work: &mut Work<'_>| {
        let changed = routing::change_settings(work, version, patch.clone())?;
        Ok(Answer::versioned(200, &json!(changed)))
    };
    caller.write(&body.bytes, work).await
}

async fn profiles(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read(routing::profiles).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn set_profile(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Profile>,
) -> Result<HttpResponse, Problem> {
    let (id, new) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        let changed = routing::change_profile(work, id, version, &new)?;
        Ok(Answer::versioned(200, &json!(changed)))
    };
    caller.write(&body.bytes, work).await
}

async fn trial(caller: Caller, body: Body<Trial>) -> Result<HttpResponse, Problem> {
    let wanted = body.value;
    let found = caller
        .read(move |work| routing::trial(work, wanted))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn route(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        let done = routing::again(work, id, version)?;
        Ok(answer(work, &lead::OBJECT, done))
    };
    caller.write(&body.bytes, work).await
}
