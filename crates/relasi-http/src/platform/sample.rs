//! Sample data: there, put in, taken out.

use actix_web::HttpResponse;
use relasi_app::{idempotency::Answer, records::Work, sample};
use serde_json::json;

use crate::{
    api::{Api, Operation},
    caller::Caller,
    problem::Problem,
};

/// Registers the sample data.
pub fn register(api: &mut Api) {
    let present = Operation::get(
        "/sample-data",
        "sample-data",
        "get_sample_data",
        "Whether the workspace holds sample data",
    )
    .returns(
        200,
        "Whether it does.",
        json!({"type": "object", "description": "Whether it is there.", "required": ["present"],
            "properties": {"present": {"type": "boolean", "description": "It is there."}}}),
    );
    api.add(present, is_present);
    let load = Operation::post(
        "/sample-data",
        "sample-data",
        "load_sample_data",
        "Fill the workspace with sample data",
    )
    .returns_nothing("It is there.");
    api.add(load, put_in);
    let remove = Operation::delete(
        "/sample-data",
        "sample-data",
        "remove_sample_data",
        "Take all sample data out",
    )
    .about("Own records stay; where they refer to sample records, the reference becomes empty.")
    .returns_nothing("It is gone.");
    api.add(remove, take_out);
}

async fn is_present(caller: Caller) -> Result<HttpResponse, Problem> {
    let present = caller.read(sample::is_present).await?;
    Ok(HttpResponse::Ok().json(json!({"present": present})))
}

async fn put_in(caller: Caller) -> Result<HttpResponse, Problem> {
    let vault = caller.state.webhooks.vault.clone();
    change(&caller, move |work| sample::load(work, &vault)).await
}

async fn take_out(caller: Caller) -> Result<HttpResponse, Problem> {
    change(&caller, sample::remove).await
}

async fn change(
    caller: &Caller,
    change: impl Fn(&mut Work<'_>) -> relasi_app::Result<()> + Send + Sync + 'static,
) -> Result<HttpResponse, Problem> {
    let work = move |work: &mut Work<'_>| {
        change(work)?;
        Ok(Answer::nothing())
    };
    caller.write(&[], work).await
}
