//! What somebody may do next.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    insight::suggestions::{self, Rest},
    records::Work,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::Caller,
    events::schema::{id, object, some_time, some_whole, text, whole},
    problem::Problem,
    records::{parse_id, schema::reference},
};

const TAG: &str = "suggestions";

fn items(of: &str) -> Value {
    json!({"type": "object", "description": "The suggestions.", "required": ["items"], "properties": {
        "items": {"type": "array", "description": "The best first.", "items": reference(of)}
    }})
}

fn some_id(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "uuid", "description": about})
}

fn schemas(api: &mut Api) {
    let why = [
        "overdue",
        "rotting",
        "silent",
        "no_next_step",
        "pushed",
        "no_decision_maker",
    ];
    let reason = object(
        "Why.",
        json!({
            "why": {"type": "string", "enum": why, "description": "`overdue`: its close date is past; `rotting`: quiet for longer than its stage has patience for; `silent`: nothing was done for longer than is usual in deals that were won; `pushed`: its close date was put off at least twice."},
            "number": whole("Days, or how often; 0 where it does not matter.")
        }),
    );
    api.schema("NeedyDeal", object("An open deal that needs attention.", json!({
        "id": id("The deal."), "name": text("What it is called."), "amount": some_whole("In minor units; null for who may not see amounts."),
        "currency": text("ISO 4217."), "company_id": some_id("The company."), "contact_id": some_id("The person."), "owner_id": some_id("Whose it is."),
        "reasons": {"type": "array", "description": "The most urgent first.", "items": reason}, "urgency": whole("How urgent they are together.")
    })));
    api.schema("LooseContact", object("A contact without a next step.", json!({
        "id": id("The contact."), "name": text("Their name."), "company_id": some_id("Where they work."),
        "last_activity_at": some_time("When something was last done."),
        "open_deal": {"type": "boolean", "description": "Whether an open deal of the caller is with them."}
    })));
    api.schema("SuggestedProduct", object("A product that goes with one that is there.", json!({
        "product_id": id("The product."), "name": text("What it is called."), "because_id": id("The product that it goes with."), "because": text("What that is called."),
        "together": whole("Purchases with both."), "purchases": whole("All purchases."),
        "support": whole("together ÷ purchases, in ten-thousandths."),
        "confidence": whole("together ÷ purchases with the product that is there, in ten-thousandths."),
        "lift": whole("confidence ÷ the share of all purchases with the suggested one, in hundredths.")
    })));
    api.schema("SuggestionRest", json!({
        "type": "object", "description": "What is put off.", "additionalProperties": false, "required": ["object", "record_id"], "properties": {
            "object": {"type": "string", "enum": ["deal", "contact", "company"], "description": "What it is suggested for."},
            "record_id": id("Which one."), "product_id": some_id("The product that was suggested, for everybody; without one it is about the caller's own list."),
            "days": {"type": ["integer", "null"], "format": "int64", "minimum": 0, "maximum": 365, "description": "For so many days; 0 brings it back, for good when left out."}
        }
    }));
}

pub(super) fn register(api: &mut Api) {
    schemas(api);
    let deals = Operation::get(
        "/suggestions/deals",
        TAG,
        "list_needy_deals",
        "Open deals that need attention",
    )
    .about("Of the 300 largest, at most 50, by amount in the workspace's currency × urgency.")
    .query(
        "whose",
        "Whose deals.",
        json!({"type": "string", "enum": ["mine", "all"], "default": "mine"}),
    )
    .returns(200, "The deals.", items("NeedyDeal"));
    api.add(deals, needy);
    let contacts = Operation::get(
        "/suggestions/contacts",
        TAG,
        "list_loose_contacts",
        "Own contacts without a next step",
    )
    .about("With an open deal of the caller, or contact within 30 days; at most 50.")
    .returns(200, "The contacts.", items("LooseContact"));
    api.add(contacts, loose);
    let products = |path: &str, operation: &str, summary: &str| {
        Operation::get(path, TAG, operation, summary)
            .about("By the purchases of three years: deals that were won and quotes that were accepted. Worked out every night.")
            .returns(200, "At most five.", items("SuggestedProduct"))
    };
    let path = "/deals/{id}/product-suggestions";
    let get = products(
        path,
        "suggest_deal_products",
        "Products that may suit a deal",
    );
    api.add(get, for_deal);
    let path = "/companies/{id}/product-suggestions";
    let get = products(
        path,
        "suggest_company_products",
        "Products that may suit a company",
    );
    api.add(get, for_company);
    let rest = Operation::post(
        "/suggestions/dismiss",
        TAG,
        "dismiss_suggestion",
        "Put a suggestion off",
    )
    .about("A product is turned down for everybody, by those who may change the record.")
    .body(reference("SuggestionRest"))
    .returns_nothing("It is put off.");
    api.add(rest, dismiss);
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whose {
    #[serde(default)]
    whose: Which,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Which {
    #[default]
    Mine,
    All,
}

async fn needy(
    caller: Caller,
    Query(Whose { whose }): Query<Whose>,
) -> Result<HttpResponse, Problem> {
    let zone = caller.zone().unwrap_or(chrono_tz::UTC);
    let items = caller
        .read_much(move |work| suggestions::deals(work, whose == Which::All, zone))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn loose(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read_much(suggestions::contacts).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn for_deal(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let items = caller
        .read(move |work| suggestions::of_deal(work, id))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn for_company(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let items = caller
        .read(move |work| suggestions::of_company(work, id))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn dismiss(caller: Caller, body: Body<Rest>) -> Result<HttpResponse, Problem> {
    let rest = body.value;
    let work = move |work: &mut Work<'_>| {
        suggestions::put_off(work, &rest)?;
        Ok(Answer::nothing())
    };
    caller.write(&body.bytes, work).await
}
