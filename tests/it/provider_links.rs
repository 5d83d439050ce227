//! Linking one's own account to the sign-in service while signed in, and what must not work (statement A9).

use relasi_tests::{
    Backend, Client, Member, PASSWORD, Reply, Start, TestApp,
    idp::{Idp, Wrong, members},
    on_both,
    smtp::Sink,
};
use serde_json::{Value, json};

use crate::{
    events::receiver::until,
    mail::environment,
    providers::{Opened, PATH, Served, set, somebody},
    second_factor::Phone,
};

const LINKS: &str = "me/sign-in-links";

#[track_caller]
fn begin(client: &Client) -> Opened {
    let begun = client
        .post(&format!("{LINKS}/begin"), &json!({"password": PASSWORD}))
        .ok(200);
    Opened {
        token: begun["token"].as_str().unwrap().to_owned(),
        url: begun["url"].as_str().unwrap().to_owned(),
    }
}

fn finish(client: &Client, opened: &Opened, code: &str, state: &str) -> Reply {
    client.post(
        LINKS,
        &json!({"token": opened.token, "state": state, "code": code}),
    )
}

/// Somebody who is signed in comes back from the service as `sub`, which does something wrong.
fn try_link(at: &Served, client: &Client, sub: &str, wrong: Wrong) -> Reply {
    let opened = begin(client);
    let who = somebody(sub, "elsewhere@private.example");
    let (code, state) = at.idp.approve(&opened.url, &who, wrong);
    finish(client, &opened, &code, &state)
}

fn remove(client: &Client, at: &Served, proof: &Value) -> Reply {
    let mut body = proof.clone();
    body["issuer"] = json!(at.idp.issuer);
    client.post(&format!("{LINKS}/remove"), &body)
}

/// A server that writes letters, with a service.
struct Written {
    at: Served,
    sink: Sink,
}

impl Start for Written {
    fn start(backend: Backend) -> Self {
        let sink = Sink::start();
        let mut settings = environment(&sink).to_vec();
        settings.push(("RELASI_WEBHOOK_ALLOW", "127.0.0.1/32"));
        let app = TestApp::with(backend, &settings);
        let idp = Idp::start();
        set(app.client(), &idp, json!({})).ok(200);
        Self {
            at: Served { app, idp },
            sink,
        }
    }
}

on_both! {
    fn a9_who_is_signed_in_links_the_service_and_unlinks_it(at: Served) {
        let mate = at.app.member("member");
        let other = Member::sign_in(&at.app.anonymous(), &mate.email);
        let none = mate.client.get(LINKS).ok(200);
        assert_eq!(none, json!({"service": "Kopi", "items": []}));
        // Whatever address the service knows, and of whatever domain: who is signed in has said so.
        let linked = try_link(&at, &mate.client, "s-1", Wrong::Nothing).ok(201);
        assert_eq!((&linked["service"], &linked["items"][0]["issuer"], &linked["items"][0]["label"]), (&Value::Null, &json!(at.idp.issuer), &json!("Kopi")));
        assert_eq!(mate.client.get(LINKS).ok(200), linked);
        other.client.get("me").problem(401, "unauthorized");
        let who = somebody("s-1", "elsewhere@private.example");
        let (by_service, session) = at.signed_in(&who);
        assert_eq!(session["user"]["id"], mate.id.as_str());
        // One subject for somebody, one person for a subject.
        try_link(&at, &mate.client, "s-2", Wrong::Nothing).problem(409, "provider_linked_already");
        try_link(&at, &mate.client, "s-1", Wrong::Nothing).problem(409, "provider_linked_already");
        try_link(&at, at.app.client(), "s-1", Wrong::Nothing).problem(409, "provider_linked_to_other");
        // To take it back needs the password, and what the service has opened ends.
        assert_eq!(remove(&mate.client, &at, &json!({})).faults(), ["/password required"]);
        assert_eq!(remove(&mate.client, &at, &json!({"password": "wrong wrong wrong"})).faults(), ["/password wrong_password"]);
        assert_eq!(remove(&mate.client, &at, &json!({"password": PASSWORD})).status, 204);
        assert_eq!(mate.client.get(LINKS).ok(200)["items"], json!([]));
        by_service.get("me").problem(401, "unauthorized");
        at.try_in(&who, Wrong::Nothing).problem(403, "provider_unknown_person");
        remove(&mate.client, &at, &json!({"password": PASSWORD})).problem(404, "not_found");
        let log = at.app.client().list("audit-entries", &[("object", "user")]).ok(200).to_string();
        assert!(log.contains("provider_linked") && log.contains("provider_unlinked"), "{log}");
        // A session that the service has opened takes its own way away.
        try_link(&at, &mate.client, "s-1", Wrong::Nothing).ok(201);
        let (by_service, _) = at.signed_in(&who);
        assert_eq!(remove(&by_service, &at, &json!({"password": PASSWORD})).status, 204);
        by_service.get("me").problem(401, "unauthorized");
    }

    fn a9_linking_asks_for_a_proof_and_takes_a_code_for_one(at: Served) {
        let mate = at.app.member("member");
        let ask = |body: &Value| mate.client.post(&format!("{LINKS}/begin"), body);
        assert_eq!(ask(&json!({})).faults(), ["/password required"]);
        assert_eq!(ask(&json!({"password": "wrong wrong wrong"})).faults(), ["/password wrong_password"]);
        let phone = Phone::set_up(&mate.client);
        assert_eq!(ask(&json!({"code": "000000"})).faults(), ["/code wrong_code"]);
        ask(&json!({"code": phone.recovery_codes[0]})).ok(200);
        // Neither keys nor apps do it.
        let token = mate.client.post("api-keys", &json!({"name": "baca", "scopes": ["see"]})).ok(201)["token"].as_str().unwrap().to_owned();
        let machine = at.app.anonymous().with_token(&token);
        machine.get(LINKS).problem(403, "not_for_keys");
        machine.post(&format!("{LINKS}/begin"), &json!({"password": PASSWORD})).problem(403, "not_for_keys");
        // Without a service, or with one that is turned off, there is nothing to link.
        set(at.app.client(), &at.idp, json!({"active": false})).ok(200);
        assert_eq!(mate.client.get(LINKS).ok(200)["service"], Value::Null);
        ask(&json!({"password": PASSWORD})).problem(404, "not_found");
    }

    fn a9_only_the_session_that_began_ends_a_link(at: Served) {
        let (mate, thief) = (at.app.member("member"), at.app.member("member"));
        let who = somebody("s-1", "elsewhere@private.example");
        let opened = begin(&mate.client);
        let (code, state) = at.idp.approve(&opened.url, &who, Wrong::Nothing);
        finish(&thief.client, &opened, &code, &state).problem(409, "challenge_expired");
        // It is over with the first try, whoever made it.
        finish(&mate.client, &opened, &code, &state).problem(409, "challenge_expired");
        // Another session of the same person is another browser.
        let again = Member::sign_in(&at.app.anonymous(), &mate.email);
        let opened = begin(&mate.client);
        let (code, state) = at.idp.approve(&opened.url, &who, Wrong::Nothing);
        finish(&again.client, &opened, &code, &state).problem(409, "challenge_expired");
        // A beginning of one kind is none of the other.
        let opened = begin(&mate.client);
        let (code, state) = at.idp.approve(&opened.url, &who, Wrong::Nothing);
        at.finish(&opened, &code, &state).problem(401, "challenge_expired");
        let sign_in = at.begin();
        let (code, state) = at.idp.approve(&sign_in.url, &who, Wrong::Nothing);
        finish(&mate.client, &sign_in, &code, &state).problem(409, "challenge_expired");
        assert_eq!(mate.client.get(LINKS).ok(200)["items"], json!([]));
        assert_eq!(thief.client.get(LINKS).ok(200)["items"], json!([]));
    }

    fn a9_a_link_by_anything_wrong_is_refused(at: Served) {
        let mate = at.app.member("member");
        let client = &mate.client;
        for wrong in [
            Wrong::Nonce, Wrong::NoNonce, Wrong::Issuer, Wrong::IssuerSlash, Wrong::Audience, Wrong::Audiences, Wrong::Expired,
            Wrong::Unsigned, Wrong::ClientSecret, Wrong::Key, Wrong::Body, Wrong::Missing,
        ] {
            let reply = try_link(&at, client, "s-1", wrong);
            assert_eq!(reply.status, 409, "{wrong:?}: {}", reply.text());
            reply.problem(409, "provider_refused");
        }
        let who = somebody("s-1", "elsewhere@private.example");
        let opened = begin(client);
        let (code, _) = at.idp.approve(&opened.url, &who, Wrong::Nothing);
        finish(client, &opened, &code, "another-state").problem(409, "provider_refused");
        // A code that was made for another beginning does not fit the verifier.
        let (victim, attacker) = (begin(client), begin(client));
        let (code, _) = at.idp.approve(&victim.url, &who, Wrong::Nothing);
        let own = members(attacker.url.split_once('?').unwrap().1);
        finish(client, &attacker, &code, &own["state"]).problem(409, "provider_refused");
        let opened = begin(client);
        let (code, state) = at.idp.approve(&opened.url, &who, Wrong::Nothing);
        let body = json!({"token": opened.token, "state": state, "code": code, "iss": "https://evil.example"});
        client.post(LINKS, &body).problem(409, "provider_refused");
        assert_eq!(client.get(LINKS).ok(200)["items"], json!([]));
        // The service became another one meanwhile.
        let opened = begin(client);
        let (code, state) = at.idp.approve(&opened.url, &who, Wrong::Nothing);
        let other = Idp::start();
        set(at.app.client(), &other, json!({})).ok(200);
        finish(client, &opened, &code, &state).problem(409, "provider_refused");
        at.app.client().delete(PATH, 2).ok(204);
        assert_eq!(client.get(LINKS).ok(200), json!({"service": null, "items": []}));
    }

    fn who_is_linked_is_told_by_letter(at: Written) {
        let (at, sink) = (at.at, at.sink);
        let mate = at.app.member("member");
        let told = |to: &str, words: &str| {
            until(words, || {
                let all = sink.received();
                all.iter().any(|one| one.to == to && one.text().contains(words)).then_some(())
            });
        };
        try_link(&at, &mate.client, "s-1", Wrong::Nothing).ok(201);
        told(&mate.email, "was linked to the sign-in service");
        assert_eq!(remove(&mate.client, &at, &json!({"password": PASSWORD})).status, 204);
        told(&mate.email, "no longer linked to the sign-in service");
        // So is who is linked by their address when they first come in by it.
        let other = at.app.member("member");
        at.signed_in(&somebody("s-9", &other.email));
        told(&other.email, "was linked to the sign-in service");
    }
}
