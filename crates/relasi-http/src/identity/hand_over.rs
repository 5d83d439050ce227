//! What somebody who leaves has, and giving it to others.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    identity::hand_over::{self, HandOver},
    platform::bulk::Operation as Bulk,
    records::Work,
};
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    body::Body,
    caller::Caller,
    problem::Problem,
    records::{parse_id, schema::reference},
};

pub fn register(api: &mut Api) {
    api.schema("Belongings", belongings_schema());
    let belongings = Operation::get(
        "/members/{id}/belongings",
        "members",
        "get_belongings",
        "What belongs to a member",
    )
    .about("For those who may manage members: what there is to hand over, counted up to 100,000 of each.")
    .returns(200, "The counts.", reference("Belongings"));
    api.add(belongings, get_belongings);
    let give = Operation::post(
        "/members/{id}/hand-over",
        "members",
        "hand_over",
        "Hand over what belongs to a member",
    )
    .about(
        "For those who may manage members. Records go over in the background, as operations of their own that can be undone, \
         as far as the caller may change them; activities as far as they are open: what is done stays with who did it. \
         Views that others are shown, price books, quotes that wait for the member's approval, call lists and people who report \
         to the member go over at once. What is not named stays.",
    )
    .body(json!({
        "type": "object", "description": "Who gets what.", "additionalProperties": false,
        "properties": {
            "to": {
                "type": "object", "description": "Active members by what they get.", "additionalProperties": false,
                "properties": {
                    "contact": to("Contacts."), "company": to("Companies."), "lead": to("Leads."), "deal": to("Deals."),
                    "product": to("Products."), "quote": to("Quotes."), "activity": to("Open activities."), "contact_role": to("Roles at companies."),
                    "relationship": to("Relationships."), "tag": to("Tags."),
                    "saved_view": to("Views that others are shown."), "price_book": to("Price books."),
                    "quote_approval": to("Quotes that wait for the member's approval, but for those that they asked for themselves."),
                    "call_list": to("Call lists that the member answers for.")
                }
            },
            "manager_id": {
                "type": ["string", "null"], "format": "uuid",
                "description": "The membership that the member's people report to from now on. If it is one of them, it reports to whom the member reported to."
            }
        }
    }))
    .returns(202, "The operations that have begun.", json!({
        "type": "object", "description": "Operations.", "required": ["operations"],
        "properties": {"operations": {"type": "array", "description": "One for each object.", "items": reference("BulkOperation")}}
    }));
    api.add(give, give_over);
    let left = Operation::get(
        "/hand-overs",
        "members",
        "list_left",
        "Members who left and still own records",
    )
    .about("Deactivated members to whom records still belong, by name. For those who may manage members.")
    .returns(
        200,
        "The members.",
        json!({
            "type": "object", "description": "Members.", "required": ["items"],
            "properties": {"items": {"type": "array", "description": "The members.", "items": {
                "type": "object", "description": "A member.", "required": ["member_id", "user_id", "full_name", "records"],
                "properties": {
                    "member_id": to("The membership."), "user_id": to("The person."),
                    "full_name": {"type": "string", "description": "The name."},
                    "records": {"type": "integer", "format": "int64", "description": "Contacts, companies, leads, deals, products, quotes, open activities, roles at companies, relationships and tags."}
                }
            }}}
        }),
    );
    api.add(left, list_left);
}

fn to(about: &str) -> Value {
    json!({"type": "string", "format": "uuid", "description": about})
}

fn belongings_schema() -> Value {
    let count = |about: &str| json!({"type": "integer", "format": "int64", "description": about});
    json!({
        "type": "object", "description": "What belongs to a member.", "required": ["records", "reports"],
        "properties": {
            "records": {
                "type": "object", "description": "Living records.",
                "required": ["contact", "company", "lead", "deal", "product", "quote", "activity", "contact_role", "relationship", "tag", "saved_view", "price_book", "quote_approval", "call_list"],
                "properties": {
                    "contact": count("Contacts."), "company": count("Companies."), "lead": count("Leads."), "deal": count("Deals."),
                    "activity": count("Open activities."), "contact_role": count("Roles at companies."),
                    "relationship": count("Relationships."), "tag": count("Tags."),
                    "product": count("Products."), "quote": count("Quotes."),
                    "saved_view": count("Views that others are shown."), "price_book": count("Price books."),
                    "quote_approval": count("Quotes that wait for the member's approval."),
                    "call_list": count("Call lists that the member answers for.")
                }
            },
            "reports": count("Active members who report to the member.")
        }
    })
}

async fn get_belongings(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let found = caller
        .read(move |work| hand_over::belongings(work, id))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn list_left(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read(hand_over::left).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn give_over(
    caller: Caller,
    id: Path<String>,
    body: Body<HandOver>,
) -> Result<HttpResponse, Problem> {
    let (id, zone) = (parse_id(&id)?, caller.zone());
    let order = body.value;
    let work = move |work: &mut Work<'_>| {
        let begun = hand_over::hand_over(work, id, &order, zone)?;
        let operations: Vec<Value> = begun.iter().map(Bulk::shown).collect();
        Ok(Answer {
            status: 202,
            body: json!({"operations": operations}).to_string(),
            ..Answer::default()
        })
    };
    let answer = caller.write(&body.bytes, work).await;
    caller.state.identity.forget();
    caller.state.wake.ring();
    answer
}
