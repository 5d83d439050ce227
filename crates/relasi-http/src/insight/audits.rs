//! Guided reviews of all data.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    insight::quality::{self, AuditPatch, FindingPatch, Finish, NewAudit, NewFinding, StepPatch},
    records::Work,
};
use serde_json::json;

use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch, etag},
    problem::Problem,
    records::{parse_id, schema::reference},
};

const AUDITS: &str = "quality-audits";

pub(super) fn register(api: &mut Api) {
    let list = Operation::get("/quality-audits", AUDITS, "list_quality_audits", "Reviews of all data")
        .about("The newest 100, the newest first, without their steps.")
        .returns(200, "The reviews.", json!({
            "type": "object", "description": "The reviews.", "required": ["items"],
            "properties": {"items": {"type": "array", "description": "The reviews.", "items": reference("QualityAudit")}}
        }));
    api.add(list, get_list);
    let create = Operation::post("/quality-audits", AUDITS, "create_quality_audit", "Begin a review")
        .about("For those who may import. It has seven steps, all open: purpose, sources, measure, unique, valid, complete, keep.")
        .body(reference("NewQualityAudit"))
        .returns(201, "The review with its steps.", reference("QualityAudit"));
    api.add(create, begin);
    let one = "/quality-audits/{id}";
    let get = Operation::get(
        one,
        AUDITS,
        "get_quality_audit",
        "A review with its steps and findings",
    )
    .returns(200, "The review.", reference("QualityAudit"));
    api.add(get, get_one);
    let patch = Operation::patch(one, AUDITS, "update_quality_audit", "Change a review")
        .about("For those who may import, and who answers for it.")
        .if_match()
        .body(reference("QualityAuditPatch"))
        .returns(200, "The review.", reference("QualityAudit"));
    api.add(patch, change);
    let finish = Operation::post(&format!("{one}/finish"), AUDITS, "finish_quality_audit", "Finish a review")
        .about(
            "Every step is done, or skipped with a reason; else 409, `audit_has_open_steps`. The scores of now are kept \
             with it. Who answers for it is told when the next one is due: in a year, unless a day after today is given.",
        )
        .if_match()
        .body(reference("QualityAuditFinish"))
        .returns(200, "The review.", reference("QualityAudit"));
    api.add(finish, end);
    register_steps(api);
}

fn register_steps(api: &mut Api) {
    let step = Operation::patch("/quality-steps/{id}", AUDITS, "update_quality_step", "Change a step of an open review")
        .about("For those who may change the review, and who does the step. 409, `audit_is_finished`, once it is over.")
        .if_match()
        .body(reference("QualityStepPatch"))
        .returns(200, "The step.", reference("QualityStep"));
    api.add(step, change_step);
    let add = Operation::post(
        "/quality-steps/{id}/findings",
        AUDITS,
        "create_quality_finding",
        "Write down what came to light in a step",
    )
    .about("For those who may work on the step. 409, `too_many_findings`, from 200 on.")
    .body(reference("NewQualityFinding"))
    .returns(201, "The finding.", reference("QualityFinding"));
    api.add(add, add_finding);
    let finding = Operation::patch(
        "/quality-findings/{id}",
        AUDITS,
        "update_quality_finding",
        "Change a finding of an open review",
    )
    .about("For those who may work on its step.")
    .if_match()
    .body(reference("QualityFindingPatch"))
    .returns(200, "The finding.", reference("QualityFinding"));
    api.add(finding, change_finding);
}

async fn get_list(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read(quality::list).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn begin(caller: Caller, body: Body<NewAudit>) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work = move |work: &mut Work<'_>| {
        let audit = quality::open_audit(work, &new)?;
        Ok(Answer {
            location: Some(format!("/api/v1/quality-audits/{}", audit.id)),
            ..Answer::versioned(201, &json!(audit))
        })
    };
    caller.write(&body.bytes, work).await
}

async fn get_one(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let audit = caller.read(move |work| quality::show(work, id)).await?;
    let tag = etag(audit.version);
    Ok(HttpResponse::Ok().insert_header(("ETag", tag)).json(audit))
}

async fn change(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<AuditPatch>,
) -> Result<HttpResponse, Problem> {
    let (id, patch) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        Ok(Answer::versioned(
            200,
            &json!(quality::change(work, id, version, &patch)?),
        ))
    };
    caller.write(&body.bytes, work).await
}

async fn end(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Finish>,
) -> Result<HttpResponse, Problem> {
    let (id, order) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        Ok(Answer::versioned(
            200,
            &json!(quality::finish(work, id, version, &order)?),
        ))
    };
    caller.write(&body.bytes, work).await
}

async fn change_step(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<StepPatch>,
) -> Result<HttpResponse, Problem> {
    let (id, patch) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        let step = quality::change_step(work, id, version, &patch)?;
        Ok(Answer::versioned(200, &json!(step)))
    };
    caller.write(&body.bytes, work).await
}

async fn add_finding(
    caller: Caller,
    id: Path<String>,
    body: Body<NewFinding>,
) -> Result<HttpResponse, Problem> {
    let (id, new) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        Ok(Answer::versioned(
            201,
            &json!(quality::add_finding(work, id, &new)?),
        ))
    };
    caller.write(&body.bytes, work).await
}

async fn change_finding(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<FindingPatch>,
) -> Result<HttpResponse, Problem> {
    let (id, patch) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        let finding = quality::change_finding(work, id, version, &patch)?;
        Ok(Answer::versioned(200, &json!(finding)))
    };
    caller.write(&body.bytes, work).await
}
