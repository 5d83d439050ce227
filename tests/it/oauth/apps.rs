//! What an app may do, and the screens of those who register it and of those who let it in.

use relasi_tests::{Backend, Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{App, BACK, app, error, token};
use crate::{
    bodies::{id, membership},
    events::receiver::until,
    isolation::second_workspace,
};

fn connected(person: &Client) -> Vec<Value> {
    let answer = person.get("connected-apps").ok(200);
    answer["items"].as_array().unwrap().clone()
}

fn version(admin: &Client, of: &App) -> i64 {
    let found = admin.get(&format!("apps/{}", of.id)).ok(200);
    found["version"].as_i64().unwrap()
}

on_both! {
    fn an_app_does_what_it_was_let_and_no_more_than_its_person(at: TestApp) {
        let owner = at.client();
        let contact = owner.create("contacts", &json!({"full_name": "Siti Rahma"}));
        let path = format!("contacts/{}", id(&contact));
        let kopi = app(owner, true, &["see", "add", "settings"]);
        let caller = kopi.caller(owner);
        assert_eq!(caller.get(&path).ok(200)["full_name"], "Siti Rahma");
        let made = caller.post("contacts", &json!({"full_name": "Budi"})).ok(201);
        caller.patch(&path, 1, &json!({"city": "Solo"})).problem(403, "forbidden");
        caller.delete(&path, 1).problem(403, "forbidden");
        caller.get("audit-entries").problem(403, "forbidden");
        // The log names the app behind the write.
        let entries = owner.list("audit-entries", &[("cause", "app"), ("record_id", &id(&made))]).ok(200);
        let cause = entries["items"][0]["cause"].as_str().unwrap().to_owned();
        assert!(cause.starts_with(&format!("app:{}:", kopi.id)), "{cause}");
        // Less was asked for than it is registered for.
        let less = kopi.code(owner, &[("scope", "see")]);
        let less = kopi.exchange(owner, &less, &[]).ok(200);
        assert_eq!(less["scope"], "see");
        let reader = owner.with_token(token(&less, "access_token"));
        reader.get(&path).ok(200);
        reader.post("contacts", &json!({"full_name": "Agus"})).problem(403, "forbidden");
        // What the person may not do the app may not either.
        let mate = at.member("read_only");
        let caller = kopi.caller(&mate.client);
        caller.get(&path).ok(200);
        caller.post("contacts", &json!({"full_name": "Agus"})).problem(403, "forbidden");
        caller.get("workspace/security").problem(403, "forbidden");
    }

    fn an_app_is_no_person(at: TestApp) {
        let owner = at.client();
        let all = ["see", "add", "edit", "delete", "export", "import", "settings", "members", "audit", "erase"];
        let kopi = app(owner, false, &all);
        let caller = kopi.caller(owner);
        caller.get("sessions").problem(403, "not_for_apps");
        caller.get("me/workspaces").problem(403, "not_for_apps");
        caller.get("connected-apps").problem(403, "not_for_apps");
        caller.post("api-keys", &json!({"name": "Anak", "scopes": ["see"]})).problem(403, "not_for_apps");
        let body = json!({"name": "Anak", "confidential": true, "redirect_uris": [BACK], "scopes": ["see"]});
        caller.post("apps", &body).problem(403, "not_for_apps");
        let decision = json!({"request": kopi.query(&[]), "allow": true});
        caller.post("oauth/authorization", &decision).problem(403, "not_for_apps");
        let key = owner.post("api-keys", &json!({"name": "Kunci", "scopes": all})).ok(201);
        let keyed = owner.with_token(token(&key, "token"));
        keyed.post("oauth/authorization", &decision).problem(403, "not_for_keys");
        keyed.post("apps", &body).problem(403, "not_for_keys");
        keyed.get("apps").ok(200);
    }

    fn an_app_is_refused_at_once_when_anything_behind_it_ends(at: TestApp) {
        let owner = at.client();
        let kopi = app(owner, true, &["see", "add"]);
        let mate = at.member("member");
        let tokens = kopi.tokens(&mate.client);
        let caller = owner.with_token(token(&tokens, "access_token"));
        caller.post("contacts", &json!({"full_name": "Budi"})).ok(201);
        let path = format!("members/{}", id(&membership(owner, &mate.email)));
        let change = |body: Value| owner.json(Method::PATCH, &path, &[], &body).ok(200);
        change(json!({"role": "read_only"}));
        caller.post("contacts", &json!({"full_name": "Agus"})).problem(403, "forbidden");
        change(json!({"role": "member"}));
        // Turned off and on again it goes on.
        let one = format!("apps/{}", kopi.id);
        owner.patch(&one, version(owner, &kopi), &json!({"active": false})).ok(200);
        caller.get("contacts").problem(401, "unauthorized");
        assert_eq!(error(kopi.refresh(owner, token(&tokens, "refresh_token"))), "invalid_client");
        owner.patch(&one, version(owner, &kopi), &json!({"active": true})).ok(200);
        caller.get("contacts").ok(200);
        // Scopes that are taken from the app are taken from everybody's connection.
        owner.patch(&one, version(owner, &kopi), &json!({"scopes": ["see"]})).ok(200);
        caller.post("contacts", &json!({"full_name": "Agus"})).problem(403, "forbidden");
        // Who leaves takes the connection along, and it does not come back with them.
        change(json!({"active": false}));
        caller.get("contacts").problem(401, "unauthorized");
        change(json!({"active": true}));
        caller.get("contacts").problem(401, "unauthorized");
        assert_eq!(error(kopi.refresh(owner, token(&tokens, "refresh_token"))), "invalid_grant");
        let caller = kopi.caller(owner);
        caller.get("contacts").ok(200);
        owner.delete(&one, version(owner, &kopi)).ok(204);
        caller.get("contacts").problem(401, "unauthorized");
    }

    fn people_see_what_they_let_in_and_put_it_out(at: TestApp) {
        let owner = at.client();
        let (kopi, teh) = (app(owner, true, &["see", "add"]), app(owner, false, &["see"]));
        let mate = at.member("member");
        let (first, second) = (kopi.caller(&mate.client), kopi.caller(&mate.client));
        let own = kopi.caller(owner);
        teh.caller(&mate.client).get("contacts").ok(200);
        first.get("contacts").ok(200);
        let items = connected(&mate.client);
        assert_eq!(items.iter().map(id).collect::<Vec<_>>(), [teh.id.clone(), kopi.id.clone()]);
        assert_eq!(items[1]["scopes"], json!(["see", "add"]));
        assert_eq!(items[1]["last_used_ip"], "127.0.0.1");
        assert_eq!(owner.get(&format!("apps/{}", kopi.id)).ok(200)["people"], 2);
        let out = format!("connected-apps/{}", kopi.id);
        mate.client.send(Method::DELETE, &out, &[], &[]).ok(204);
        for gone in [&first, &second] {
            gone.get("contacts").problem(401, "unauthorized");
        }
        own.get("contacts").ok(200);
        mate.client.send(Method::DELETE, &out, &[], &[]).problem(404, "not_found");
        assert_eq!(connected(&mate.client).len(), 1);
        let kept = owner.list("audit-entries", &[("object", "app"), ("actor_id", &mate.id)]).ok(200);
        let done: Vec<&str> = kept["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
        assert_eq!(done, ["disconnected", "connected", "connected", "connected"]);
    }

    fn what_an_app_is_to_be_is_checked(at: TestApp) {
        let owner = at.client();
        let body = |uris: Value, scopes: Value| json!({"name": " ", "confidential": true, "redirect_uris": uris, "scopes": scopes});
        assert_eq!(owner.post("apps", &body(json!([]), json!([]))).faults(), ["/name required", "/redirect_uris required", "/scopes required"]);
        let uris = json!([BACK, BACK, "http://kopi.example/back", "https://kopi.example/#x"]);
        assert_eq!(owner.post("apps", &body(uris, json!(["see", "see"]))).faults(), [
            "/name required", "/redirect_uris/1 named_twice", "/redirect_uris/2 redirect_uri", "/redirect_uris/3 redirect_uri", "/scopes/1 named_twice",
        ]);
        owner.post("apps", &body(json!([BACK]), json!(["fly"]))).problem(422, "invalid");
        let (kopi, teh) = (app(owner, true, &["see"]), app(owner, false, &["see"]));
        let one = format!("apps/{}", kopi.id);
        owner.json(Method::PATCH, &one, &[], &json!({"name": "Lain"})).problem(428, "version_required");
        owner.patch(&one, 7, &json!({"name": "Lain"})).problem(412, "stale_version");
        assert_eq!(owner.patch(&one, 1, &json!({"redirect_uris": ["ftp://x"]})).faults(), ["/redirect_uris/0 redirect_uri"]);
        assert_eq!(owner.patch(&one, 1, &json!({"name": "Lain"})).ok(200)["version"], 2);
        owner.verb(&format!("apps/{}/rotate-secret", teh.id), 1, &json!({})).problem(409, "app_without_secret");
        assert!(teh.secret.is_none());
        // A new secret takes the place of the one before.
        let made = owner.verb(&format!("{one}/rotate-secret"), 2, &json!({})).ok(200);
        let renewed = App { secret: made["client_secret"].as_str().map(str::to_owned), ..kopi.clone() };
        let code = kopi.code(owner, &[]);
        assert_eq!(error(kopi.exchange(owner, &code, &[])), "invalid_client");
        renewed.exchange(owner, &code, &[]).ok(200);
        let listed = owner.get("apps").ok(200);
        assert!(!listed.to_string().contains("rls_"), "{listed}");
        assert_eq!(listed["items"].as_array().unwrap().len(), 2);
        at.member("manager").client.get("apps").problem(403, "forbidden");
    }

    fn apps_stay_within_their_workspace(at: TestApp) {
        let mut at = at;
        let neighbour = second_workspace(&mut at);
        let owner = at.client().clone();
        let kopi = app(&owner, true, &["see"]);
        let theirs = app(&neighbour.client, true, &["see", "edit"]);
        let contact = owner.create("contacts", &json!({"full_name": "Rahasia"}));
        let caller = theirs.caller(&neighbour.client);
        caller.get(&format!("contacts/{}", id(&contact))).problem(404, "not_found");
        // Their people know nothing of our app, and our app gets nothing by their codes.
        let request = json!({"request": kopi.query(&[]), "allow": true});
        assert_eq!(neighbour.client.post("oauth/authorization", &request).faults(), ["/client_id unknown_app"]);
        let code = theirs.code(&neighbour.client, &[]);
        assert_eq!(error(kopi.exchange(&owner, &code, &[])), "invalid_grant");
        theirs.exchange(&owner, &code, &[]).ok(200);
        // Who works in both is told where to go.
        let invited = neighbour.client.post("invitations", &json!({"email": at.owner.email, "role": "member"})).ok(201);
        let accept = json!({"full_name": "Dewi", "password": relasi_tests::PASSWORD, "language": "en"});
        at.anonymous().post(&format!("invitations/{}/accept", token(&invited, "token")), &accept).ok(200);
        let asked = owner.list("oauth/authorization", &[("request", &theirs.query(&[]))]).ok(200);
        assert_eq!((&asked["state"], &asked["workspace"]), (&json!("elsewhere"), &json!("PT Tetangga")));
        owner.post("oauth/authorization", &json!({"request": theirs.query(&[]), "allow": true})).problem(409, "app_elsewhere");
    }

    fn each_request_of_an_app_is_noted_for_its_person_and_for_the_settings(at: TestApp) {
        let owner = at.client();
        let kopi = app(owner, true, &["see", "add"]);
        let (mate, other) = (at.member("member"), at.member("member"));
        let callers = [kopi.caller(&mate.client), kopi.caller(&other.client)];
        let contact = callers[0].create("contacts", &json!({"full_name": "Siti Rahma"}));
        callers[0].get(&format!("contacts/{}?fields=full_name", id(&contact))).ok(200);
        callers[0].get("contacts/nobody").problem(404, "not_found");
        callers[1].get("companies").ok(200);
        let all = format!("apps/{}/requests", kopi.id);
        let own = format!("connected-apps/{}/requests", kopi.id);
        let lines = |client: &relasi_tests::Client, path: &str, count: usize| {
            until("the requests to be noted", || {
                let items = client.get(path).ok(200)["items"].as_array().unwrap().clone();
                (items.len() == count).then_some(items)
            })
        };
        let told = lines(owner, &all, 4);
        assert!(told.iter().all(|one| one["user_id"] == json!(mate.id) || one["user_id"] == json!(other.id)), "{told:?}");
        let told = lines(&mate.client, &own, 3);
        let words: Vec<String> = told.iter().map(|one| format!("{} {} {}", one["method"].as_str().unwrap(), one["route"].as_str().unwrap(), one["status"])).collect();
        assert_eq!(words, ["GET /api/v1/contacts/{id} 404", "GET /api/v1/contacts/{id} 200", "POST /api/v1/contacts 201"]);
        assert!(told[0]["request_id"].is_string() && told[0]["ip"] == "127.0.0.1" && told[0]["micros"].is_i64());
        let page = mate.client.get(&format!("{own}?limit=2")).ok(200);
        let next = page["next_cursor"].as_str().unwrap();
        assert_eq!(mate.client.get(&format!("{own}?limit=2&cursor={next}")).ok(200)["items"], json!([told[2]]));
        assert_eq!(lines(&other.client, &own, 1)[0]["route"], "/api/v1/companies");
        // All of it is for the settings; one's own part while the app is let in, and not for the app itself.
        mate.client.get(&all).problem(403, "forbidden");
        owner.get(&own).problem(404, "not_found");
        callers[0].get(&own).problem(403, "not_for_apps");
        mate.client.send(Method::DELETE, &format!("connected-apps/{}", kopi.id), &[], &[]).ok(204);
        mate.client.get(&own).problem(404, "not_found");
        assert_eq!(lines(owner, &all, 4).len(), 4);
        owner.delete(&format!("apps/{}", kopi.id), 1).ok(204);
        owner.get(&all).problem(404, "not_found");
    }

    fn second_factor_and_networks_hold_for_apps(at: TestApp) {
        let owner = at.client();
        let kopi = app(owner, true, &["see"]);
        let mate = at.member("member");
        let caller = kopi.caller(&mate.client);
        caller.get("contacts").ok(200);
        let _phone = crate::second_factor::Phone::set_up(owner);
        let owner = relasi_tests::Client::clone(owner);
        let policy = json!({"require_second_factor": true, "allowed_networks": []});
        owner.json(Method::PUT, "workspace/security", &[], &policy).ok(200);
        caller.get("contacts").problem(403, "second_factor_required");
        mate.client.post("oauth/authorization", &json!({"request": kopi.query(&[]), "allow": true})).problem(403, "second_factor_required");
    }
}

#[test]
fn apps_are_told_what_is_left_and_to_wait_when_nothing_is() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let at = TestApp::with(
            backend,
            &[("RELASI_KEY_RATE", "3"), ("RELASI_WORKSPACE_KEY_RATE", "9")],
        );
        let kopi = app(at.client(), true, &["see"]);
        let caller = kopi.caller(at.client());
        let first = caller.get("contacts");
        assert_eq!(
            first.header("ratelimit-policy"),
            "\"app\";q=3;w=60, \"workspace\";q=9;w=60"
        );
        assert!(first.header("ratelimit").starts_with("\"app\";r=2;"));
        caller.get("contacts").ok(200);
        caller.get("contacts").ok(200);
        let late = caller.get("contacts");
        assert!(!late.header("retry-after").is_empty());
        late.problem(429, "throttled");
    }
}
