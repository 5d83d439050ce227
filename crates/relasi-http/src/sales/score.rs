//! Lead scores: rules, settings, models, and why a lead has the score that it has.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    platform::jobs::Job,
    records::Work,
    sales::score::{self, NewRule, RulePatch, SettingsPatch},
};
use serde_json::{Value, json};

use super::score_schema;
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch, etag},
    platform::jobs::shown,
    problem::Problem,
    records::{parse_id, schema::reference},
};

const TAG: &str = "lead score";
const RULES: &str = "/score-rules";
const RULE: &str = "/score-rules/{id}";
const SETTINGS: &str = "/lead-score";
const MODELS: &str = "/lead-score/models";

fn items(of: &str) -> Value {
    json!({"type": "object", "description": "All.", "required": ["items"], "properties": {
        "items": {"type": "array", "description": "All of them.", "items": reference(of)}
    }})
}

pub(super) fn register(api: &mut Api) {
    score_schema::register(api);
    let why = Operation::get(
        "/leads/{id}/score",
        "leads",
        "explain_lead_score",
        "Why a lead has its score",
    )
    .about("The rules that it meets, and what each fact does to its chance. What the caller may not see is left out.")
    .returns(200, "Score and chance.", reference("LeadScore"));
    api.add(why, explain);
    register_rules(api);
    let get = Operation::get(SETTINGS, TAG, "get_lead_score", "What holds for all scores").returns(
        200,
        "The settings, and how open leads are spread.",
        reference("ScoreSettings"),
    );
    api.add(get, settings);
    let patch = Operation::patch(SETTINGS, TAG, "update_lead_score", "Change what holds for all scores")
        .about("409 `model_not_good_enough` for a model whose test is below `least_auc`, whose chances are no better than the base rate, or which was tried with too few leads.")
        .if_match()
        .body(reference("ScoreSettingsPatch"))
        .returns(200, "The settings.", reference("ScoreSettings"));
    api.add(patch, change_settings);
    let all = Operation::get(MODELS, TAG, "list_score_models", "What was learnt").returns(
        200,
        "The newest first.",
        items("ScoreModel"),
    );
    api.add(all, models);
    let learning = Operation::post(MODELS, TAG, "learn_score_model", "Learn from the leads that were won and lost")
        .about("A job; the model is tested with the newest leads and is not switched on by itself. 409 `too_few_outcomes` with fewer than 100 leads with an outcome, or fewer than 20 won or lost.")
        .returns(202, "The job.", reference("Job"));
    api.add(learning, learn);
    let again = Operation::post("/lead-score/examine", TAG, "examine_score_model", "Look at the model again")
        .about("A job: the model that is switched on is tried with leads that came after it, as it is every month. One that is no longer good enough is switched off. 409 `no_score_model` where none is on.")
        .returns(202, "The job.", reference("Job"));
    api.add(again, examine);
}

fn register_rules(api: &mut Api) {
    let all = Operation::get(RULES, TAG, "list_score_rules", "What gives leads points").returns(
        200,
        "The rules in their order.",
        items("ScoreRule"),
    );
    api.add(all, list);
    let make = Operation::post(RULES, TAG, "create_score_rule", "Make a rule")
        .about("It comes last. All leads are worked out anew.")
        .body(reference("NewScoreRule"))
        .returns(201, "The rule.", reference("ScoreRule"));
    api.add(make, create);
    let get = Operation::get(RULE, TAG, "get_score_rule", "Get a rule").returns(
        200,
        "The rule.",
        reference("ScoreRule"),
    );
    api.add(get, find);
    let patch = Operation::patch(RULE, TAG, "update_score_rule", "Change or move a rule")
        .about("All leads are worked out anew.")
        .if_match()
        .body(reference("ScoreRulePatch"))
        .returns(200, "The rule.", reference("ScoreRule"));
    api.add(patch, change);
    let remove = Operation::delete(RULE, TAG, "delete_score_rule", "Remove a rule")
        .if_match()
        .returns_nothing("It is gone.");
    api.add(remove, delete);
}

async fn explain(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let found = caller
        .read_short(move |work| score::explain(work, id))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read(score::list).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn create(caller: Caller, body: Body<NewRule>) -> Result<HttpResponse, Problem> {
    let make = |work: &mut Work<'_>, new: &_| score::create(work, new).map(|made| (made.id, made));
    let response = caller.make(body, RULES, make).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn find(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let find = |work: &mut Work<'_>, id| score::find(work, id).map(|found| (found.version, found));
    caller.show(&id, find).await
}

async fn change(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
    body: Body<RulePatch>,
) -> Result<HttpResponse, Problem> {
    let wake = caller.state.wake.clone();
    let response = caller
        .change(&id, version, body, |work, id, version, patch| {
            score::change(work, id, version, patch.clone())
        })
        .await?;
    wake.ring();
    Ok(response)
}

async fn delete(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
) -> Result<HttpResponse, Problem> {
    let wake = caller.state.wake.clone();
    let response = caller.remove(&id, version, score::delete).await?;
    wake.ring();
    Ok(response)
}

async fn settings(caller: Caller) -> Result<HttpResponse, Problem> {
    let found = caller.read(score::overview).await?;
    let tag = etag(found.version());
    Ok(HttpResponse::Ok().insert_header(("ETag", tag)).json(found))
}

async fn change_settings(
    caller: Caller,
    IfMatch(version): IfMatch,
    body: Body<SettingsPatch>,
) -> Result<HttpResponse, Problem> {
    let patch = body.value;
    let work = move |work: &mut Work<'_>| {
        let changed = score::change_settings(work, version, &patch)?;
        Ok(Answer::versioned(200, &json!(changed)))
    };
    let response = caller.write(&body.bytes, work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn models(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read(score::models).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn learn(caller: Caller) -> Result<HttpResponse, Problem> {
    begin(caller, score::learn).await
}

async fn examine(caller: Caller) -> Result<HttpResponse, Problem> {
    begin(caller, score::examine).await
}

async fn begin(
    caller: Caller,
    begin: fn(&mut Work<'_>) -> relasi_app::Result<Job>,
) -> Result<HttpResponse, Problem> {
    let work = move |work: &mut Work<'_>| {
        Ok(Answer {
            status: 202,
            body: shown(&begin(work)?).to_string(),
            ..Answer::default()
        })
    };
    let response = caller.write(&[], work).await?;
    caller.state.wake.ring();
    Ok(response)
}
