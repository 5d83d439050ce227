//! E-mail with people: accounts, messages, addresses that nothing is sent to.

use actix_web::{HttpResponse, http::StatusCode, web, web::Path};
use relasi_app::{
    idempotency::Answer,
    interaction::email::{self, Account, AccountPatch, DkimKey, Draft, NewSuppression},
    records::Work,
};
use relasi_domain::{identity::access::Action, people::contact, record::Object, sales::lead};
use serde::Deserialize;
use serde_json::{Value, json};

use super::email_schema as schema;
use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch},
    platform::jobs::NewestFirst,
    problem::Problem,
    records::{parse_id, schema::reference},
};

const TAG: &str = "email";
const ALL: &str = "/email-accounts";
const ONE: &str = "/email-accounts/{id}";

pub(super) fn register(api: &mut Api) {
    schema::register(api);
    register_accounts(api);
    register_messages(api);
    register_suppressions(api);
}

fn register_accounts(api: &mut Api) {
    let all = Operation::get(ALL, TAG, "list_email_accounts", "Accounts to write by")
        .about("Those of the workspace and one's own, the default ones first.")
        .returns(200, "The accounts.", json!({
            "type": "object", "description": "The accounts.", "required": ["items"],
            "properties": {"items": {"type": "array", "description": "The accounts.", "items": reference("EmailAccount")}}
        }));
    api.add(all, list);
    let make = Operation::post(ALL, TAG, "create_email_account", "Add an account")
        .about(
            "Accounts of the workspace are for those who may change settings; everybody adds `personal` ones. Passwords are \
             stored encrypted and not shown again.",
        )
        .body(reference("EmailAccountPatch"))
        .returns(201, "The account.", reference("EmailAccount"));
    api.add(make, create);
    let get = Operation::get(ONE, TAG, "get_email_account", "An account to write by").returns(
        200,
        "The account.",
        reference("EmailAccount"),
    );
    api.add(get, find);
    let patch = Operation::patch(ONE, TAG, "update_email_account", "Change an account")
        .about(
            "A password that is left out stays as it is, unless host or user change. `privacy` holds for the messages that are \
             there as well.",
        )
        .if_match()
        .body(reference("EmailAccountPatch"))
        .returns(200, "The account.", reference("EmailAccount"));
    api.add(patch, change);
    let gone = Operation::delete(ONE, TAG, "delete_email_account", "Remove an account")
        .about("Its passwords and keys are forgotten; messages stay.")
        .if_match()
        .returns_nothing("It is gone.");
    api.add(gone, remove);
    let try_out = Operation::post(
        &format!("{ONE}/test"),
        TAG,
        "test_email_account",
        "Send a test to oneself",
    )
    .returns(
        202,
        "The message; ask for it until it is sent or says why not.",
        reference("Email"),
    );
    api.add(try_out, test);
    let fetch = Operation::post(&format!("{ONE}/sync"), TAG, "sync_email_account", "Fetch messages now")
        .about("409 `email_account_fetches_nothing` where no mailbox is named, or the account stands still.")
        .returns(202, "The account; `synced_at` says when it was done.", reference("EmailAccount"));
    api.add(fetch, sync);
    let key = Operation::post(&format!("{ONE}/dkim"), TAG, "make_email_key", "Make a key that messages are signed with")
        .about("RSA with 2048 bits. Messages are signed with it at once: publish the DNS record in `dkim` before.")
        .if_match()
        .returns(200, "The account with what is to be published.", reference("EmailAccount"));
    api.add(key, make_key);
    let look = Operation::get(&format!("{ONE}/domain"), TAG, "check_email_domain", "Look up the domain of an account")
        .about("Asks the DNS anew for what receivers look at: SPF, DKIM, DMARC and MX, and says what to publish.")
        .returns(200, "What was found.", reference("EmailDomainCheck"));
    api.add(look, domain);
}

fn register_messages(api: &mut Api) {
    register_write(api, &contact::OBJECT);
    register_write(api, &lead::OBJECT);
    let get = Operation::get("/emails/{id}", TAG, "get_email", "A message")
        .about(
            "For those who see one of its contacts or leads, as far as the `privacy` of its account goes, and for its writer and owner.",
        )
        .returns(200, "The message.", reference("Email"));
    api.add(get, message);
    let again = Operation::post(
        "/emails/{id}/retry",
        TAG,
        "retry_email",
        "Send a message again",
    )
    .about("One that failed or came back. 409 `mail_not_retryable` for others.")
    .returns(202, "The message.", reference("Email"));
    api.add(again, retry);
}

fn register_write(api: &mut Api, object: &'static Object) {
    let noun = object.name;
    let write = Operation::post(
        &format!("/{}/{{id}}/emails", object.plural),
        TAG,
        &format!("write_email_to_{noun}"),
        &format!("Write to a {noun}"),
    )
    .about(
        "For those who may change the record. It is sent by a job; where it stands is on the timeline. 409 \
         `no_email_account` where there is none, 409 `email_account_paused`, 409 `lead_is_contact` for a lead that became \
         one.",
    )
    .body(reference("NewEmail"))
    .returns(201, "The message.", reference("Email"));
    api.add(
        write,
        move |caller: Caller, id: Path<String>, body: Body<Draft>| send(object, caller, id, body),
    );
}

fn register_suppressions(api: &mut Api) {
    let all = Operation::get(
        "/email-suppressions",
        TAG,
        "list_email_suppressions",
        "Addresses that nothing is sent to",
    )
    .about("For those who may change settings, the newest first.")
    .query("address", "Only this one.", json!({"type": "string"}))
    .returns(200, "A page.", NewestFirst::schema("EmailSuppression"));
    api.add(NewestFirst::document(all), suppressed);
    let add = Operation::post(
        "/email-suppressions",
        TAG,
        "suppress_email",
        "Send nothing more to an address",
    )
    .about("For those who may change settings. One that is there already stays as it is.")
    .body(reference("NewEmailSuppression"))
    .returns(201, "The address.", reference("EmailSuppression"));
    api.add(add, suppress);
    let lift = Operation::delete(
        "/email-suppressions/{id}",
        TAG,
        "lift_email_suppression",
        "Let messages go to an address again",
    )
    .about("For those who may change settings.")
    .returns_nothing("It is gone.");
    api.add(lift, unsuppress);
}

/// An account as it is answered: with whether the caller may change it, and how many messages go today.
fn shown(work: &Work<'_>, account: &Account, sent: i64) -> Value {
    let mut shown = json!(account);
    shown["may_change"] = json!(account.user_id.is_some() || work.access.may(Action::Settings));
    shown["cap_today"] = json!(account.cap_on(work.now.date_naive()));
    shown["sent_today"] = json!(sent);
    shown
}

fn one_shown(work: &mut Work<'_>, account: &Account) -> relasi_app::Result<Value> {
    let sent = email::sent_today(work, &[account.id])?;
    let sent = sent.get(&account.id).copied().unwrap_or_default();
    Ok(shown(work, account, sent))
}

async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read_short(|work| {
        let all = email::list(work)?;
        let ids: Vec<_> = all.iter().map(|one| one.id).collect();
        let sent = email::sent_today(work, &ids)?;
        let sent = |one: &Account| sent.get(&one.id).copied().unwrap_or_default();
        let items = all.iter().map(|one| shown(work, one, sent(one)));
        Ok(items.collect::<Vec<_>>())
    });
    Ok(HttpResponse::Ok().json(json!({"items": items.await?})))
}

async fn create(caller: Caller, body: Body<AccountPatch>) -> Result<HttpResponse, Problem> {
    let emails = caller.state.emails.clone();
    let make = move |work: &mut Work<'_>, new: &_| {
        let made = email::create(work, &emails, new)?;
        Ok((made.id, one_shown(work, &made)?))
    };
    caller.make(body, ALL, make).await
}

async fn find(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let find = |work: &mut Work<'_>, id| {
        let found = email::find(work, id)?;
        Ok((found.version, one_shown(work, &found)?))
    };
    caller.show(&id, find).await
}

async fn change(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
    body: Body<AccountPatch>,
) -> Result<HttpResponse, Problem> {
    let emails = caller.state.emails.clone();
    let change = move |work: &mut Work<'_>, id, version, patch: &AccountPatch| {
        let changed = email::change(work, &emails, id, version, patch)?;
        one_shown(work, &changed)
    };
    caller.change(&id, version, body, change).await
}

async fn remove(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
) -> Result<HttpResponse, Problem> {
    let emails = caller.state.emails.clone();
    let remove = move |work: &mut Work<'_>, id, version| email::remove(work, &emails, id, version);
    caller.remove(&id, version, remove).await
}

/// Carries out what puts a job in, and wakes the workers.
async fn due(
    caller: Caller,
    bytes: &[u8],
    status: u16,
    work: impl Fn(&mut Work<'_>) -> relasi_app::Result<Value> + Send + Sync + 'static,
) -> Result<HttpResponse, Problem> {
    let work = move |unit: &mut Work<'_>| {
        Ok(Answer {
            status,
            body: work(unit)?.to_string(),
            ..Answer::default()
        })
    };
    let response = caller.write(bytes, work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn test(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let (id, emails) = (parse_id(&id)?, caller.state.emails.clone());
    let user = caller.principal.user.clone();
    due(caller, &[], 202, move |work| {
        let me = (
            user.email.as_str(),
            user.full_name.as_str(),
            user.language.as_str(),
        );
        email::send_test(work, &emails, id, me)
    })
    .await
}

async fn sync(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    due(caller, &[], 202, move |work| {
        let account = email::begin_sync(work, id)?;
        one_shown(work, &account)
    })
    .await
}

async fn make_key(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse, Problem> {
    let (id, emails) = (parse_id(&id)?, caller.state.emails.clone());
    // Who may not change it makes the machine work for nothing.
    caller
        .read_short(move |work| email::find_own(work, id))
        .await?;
    let stopping = |_| Problem::of_status(StatusCode::SERVICE_UNAVAILABLE);
    let key = web::block(DkimKey::make).await.map_err(stopping)??;
    let work = move |work: &mut Work<'_>| {
        let changed = email::use_dkim(work, &emails, id, version, &key)?;
        Ok(Answer::versioned(200, &one_shown(work, &changed)?))
    };
    caller.write(&[], work).await
}

async fn domain(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let account = caller.read_short(move |work| email::find(work, id)).await?;
    let found = caller.state.emails.dns().check(&account).await;
    Ok(HttpResponse::Ok().json(found))
}

async fn send(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    body: Body<Draft>,
) -> Result<HttpResponse, Problem> {
    let (id, draft, emails) = (parse_id(&id)?, body.value, caller.state.emails.clone());
    due(caller, &body.bytes, 201, move |work| {
        email::send(work, &emails, (object, id), &draft)
    })
    .await
}

async fn message(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let found = caller.read_short(move |work| email::get(work, id)).await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn retry(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    due(caller, &[], 202, move |work| email::send_again(work, id)).await
}

/// Query parameters of suppressions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SuppressionQuery {
    address: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

async fn suppressed(
    caller: Caller,
    Query(query): Query<SuppressionQuery>,
) -> Result<HttpResponse, Problem> {
    let (before, limit) = NewestFirst::new(query.limit, query.cursor).limits()?;
    let found = caller
        .read_short(move |work| email::suppressed(work, query.address.as_deref(), before, limit));
    Ok(NewestFirst::answer(&found.await?, limit))
}

async fn suppress(caller: Caller, body: Body<NewSuppression>) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work = move |work: &mut Work<'_>| {
        let made = email::suppress(work, &new)?;
        Ok(Answer {
            status: 201,
            body: json!(made).to_string(),
            ..Answer::default()
        })
    };
    caller.write(&body.bytes, work).await
}

async fn unsuppress(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let (id, emails) = (parse_id(&id)?, caller.state.emails.clone());
    let work = move |work: &mut Work<'_>| {
        email::lift(work, &emails, id)?;
        Ok(Answer::nothing())
    };
    caller.write(&[], work).await
}
