//! Lines of deals and quotes.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    commerce::lines::{self, Lines, Owner},
    idempotency::Answer,
    records::Work,
};
use relasi_domain::commerce::line::NewLine;
use serde::Deserialize;
use serde_json::json;

use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch},
    problem::Problem,
    records::{parse_id, schema::reference},
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewLines {
    lines: Vec<NewLine>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

pub(super) fn register(api: &mut Api) {
    for (owner, plural, name) in [
        (Owner::Deal, "deals", "deal"),
        (Owner::Quote, "quotes", "quote"),
    ] {
        let path = format!("/{plural}/{{id}}/lines");
        let get = Operation::get(
            &path,
            plural,
            &format!("get_lines_of_{name}"),
            &format!("Lines of a {name}"),
        )
        .about("For those who may see what it comes to.")
        .returns(200, "The lines.", reference("Lines"));
        api.add(get, move |caller: Caller, id: Path<String>| {
            find(owner, caller, id)
        });
        let put = Operation::put(
            &path,
            plural,
            &format!("set_lines_of_{name}"),
            &format!("Set the lines of a {name}"),
        )
        .about(
            "In the place of those that it has, at most 200. Faults point to `/lines/<index>/<member>`: `no_price` where no \
             price applies and none is given, `discount_beyond_price`, `one_discount`, `no_such_option`, `out_of_range`.",
        )
        .if_match()
        .body(json!({
            "type": "object", "description": "The lines.", "required": ["lines"], "additionalProperties": false,
            "properties": {"lines": {"type": "array", "maxItems": 200, "description": "In their order.", "items": reference("NewLine")}}
        }))
        .returns(200, "The lines.", reference("Lines"));
        api.add(
            put,
            move |caller: Caller, id: Path<String>, version: IfMatch, body: Body<NewLines>| {
                change(owner, caller, id, version, body)
            },
        );
    }
    let copy = Operation::post(
        "/quotes/{id}/copy-lines",
        "quotes",
        "copy_lines_to_quote",
        "Give a quote the lines of its deal",
    )
    .about("With the prices that they have there.")
    .if_match()
    .body(json!({"type": "object", "description": "Nothing.", "additionalProperties": false}))
    .returns(200, "The lines.", reference("Lines"));
    api.add(copy, copy_lines);
}

fn shown(lines: &Lines) -> Answer {
    Answer::versioned(200, &json!(lines))
}

async fn find(owner: Owner, caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let find = move |work: &mut Work<'_>, id| {
        let found = lines::get(work, owner, id)?;
        Ok((found.version, found))
    };
    caller.show(&id, find).await
}

async fn change(
    owner: Owner,
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<NewLines>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let new = body.value.lines;
    let work = move |work: &mut Work<'_>| {
        let set = lines::set(work, owner, id, version, &new)?;
        Ok(shown(&set))
    };
    caller.write(&body.bytes, work).await
}

async fn copy_lines(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| Ok(shown(&lines::copy_from_deal(work, id, version)?));
    caller.write(&body.bytes, work).await
}
