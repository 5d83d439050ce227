//! Set-up, sign-in, sessions, roles and invitations over HTTP.

use std::{
    thread,
    time::{Duration, Instant},
};

use relasi_tests::{
    Backend, Client, Empty, Member, Method, PASSWORD, TestApp, fresh_email, on_both,
};
use serde_json::{Value, json};

fn refresh(client: &Client, cookie: &str, more: &[(&str, &str)]) -> relasi_tests::Reply {
    let mut headers = vec![("cookie", cookie), ("x-relasi-refresh", "1")];
    headers.extend_from_slice(more);
    client
        .anonymous()
        .send(Method::POST, "sessions/refresh", &headers, &[])
}

fn cookie_of(reply: &relasi_tests::Reply) -> String {
    reply
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn membership(app: &TestApp, member: &Member) -> Value {
    let members = app.client().get("members").ok(200);
    let items = members["items"].as_array().expect("a list").clone();
    items
        .into_iter()
        .find(|m| m["user_id"] == member.id.as_str())
        .expect("a member")
}

fn set_up_body(email: &str) -> Value {
    json!({
        "workspace_name": "Silk of Chiang Mai", "language": "th", "currency": "THB", "time_zone": "Asia/Bangkok",
        "full_name": "มาลี ใจดี", "email": email, "password": PASSWORD, "sample_data": false,
    })
}

on_both! {
    fn set_up_works_once(app: Empty) {
        let client = app.client();
        assert_eq!(client.get("setup").ok(200), json!({"needed": true, "passkeys": false, "mail": false, "sign_in_provider": null, "sign_in_providers": false}));
        let wrong = json!({
            "workspace_name": "", "language": "xx", "currency": "thb", "time_zone": "Bangkok", "full_name": "",
            "email": "nobody", "password": "short", "sample_data": false,
        });
        assert_eq!(client.post("setup", &wrong).faults(), [
            "/currency not_currency", "/email not_email", "/full_name required", "/language not_a_choice",
            "/password password_too_short", "/time_zone not_time_zone", "/workspace_name required",
        ]);
        let tries: Vec<_> = (0..4)
            .map(|n| {
                let client = client.clone();
                thread::spawn(move || client.post("setup", &set_up_body(&format!("owner{n}@silk.example"))).status)
            })
            .collect();
        let mut statuses: Vec<u16> = tries.into_iter().map(|t| t.join().expect("no panic")).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409, 409]);
        assert_eq!(client.get("setup").ok(200), json!({"needed": false, "passkeys": false, "mail": false, "sign_in_provider": null, "sign_in_providers": false}));
        client.post("setup", &set_up_body("late@silk.example")).problem(409, "already_set_up");
    }

    fn a_new_workspace_has_a_pipeline_in_its_language(app: Empty) {
        let reply = app.client().post("setup", &set_up_body("malee@silk.example")).ok(200);
        let client = app.client().with_token(reply["access_token"].as_str().expect("a token"));
        let pipelines = client.get("pipelines").ok(200);
        assert_eq!(pipelines["items"][0]["name"], "การขาย");
        assert_eq!(pipelines["items"][0]["currency"], "THB");
        let stages = client.list("stages", &[("sort", "position")]).ok(200);
        let kinds: Vec<_> = stages["items"].as_array().expect("a list").iter().map(|s| s["kind"].clone()).collect();
        assert_eq!(kinds, ["open", "open", "open", "open", "won", "lost"]);
    }

    fn sign_in_says_the_same_for_every_fault(app: TestApp) {
        let client = app.anonymous();
        let owner = &app.owner;
        let known = client.post("sessions", &json!({"email": owner.email, "password": "not the password"}));
        assert_eq!(known.header("www-authenticate").split(' ').next(), Some("Bearer"));
        let mut known = known.problem(401, "wrong_credentials");
        let unknown = client.post("sessions", &json!({"email": "nobody@kopi.example", "password": PASSWORD}));
        let mut unknown = unknown.problem(401, "wrong_credentials");
        for problem in [&mut known, &mut unknown] {
            problem["request_id"] = Value::Null;
        }
        assert_eq!(known, unknown);
        let upper = json!({"email": owner.email.to_uppercase(), "password": PASSWORD});
        let session = client.post("sessions", &upper).ok(200);
        assert_eq!(session["role"], "owner");
        assert_eq!(session["expires_in"], 600);
        assert!(session.get("refresh_token").is_none(), "the page never sees it");
        client.post("sessions", &json!({"email": "x", "password": "y", "remember": true})).problem(422, "invalid");
    }

    fn guessing_is_slowed_down_whatever_address_it_claims(app: TestApp) {
        let member = app.member("member");
        let guess = json!({"email": member.email, "password": "wrong wrong wrong"});
        let mut last = 0;
        for n in 0..8 {
            let forged = format!("198.51.100.{n}");
            let headers = [("x-forwarded-for", forged.as_str())];
            let reply = app.anonymous().json(Method::POST, "sessions", &headers, &guess);
            last = reply.status;
            if last == 429 {
                assert!(reply.header("retry-after").parse::<u64>().is_ok_and(|s| s >= 1));
                reply.problem(429, "throttled");
                break;
            }
        }
        assert_eq!(last, 429);
        let right = json!({"email": member.email, "password": PASSWORD});
        app.anonymous().post("sessions", &right).problem(429, "throttled");
        Member::sign_in(&app.anonymous(), &app.owner.email);
    }

    fn the_cookie_is_for_refreshing_only(app: TestApp) {
        let reply = app.anonymous().post("sessions", &json!({"email": app.owner.email, "password": PASSWORD}));
        let set = reply.header("set-cookie").to_owned();
        for part in ["relasi_rt=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] {
            assert!(set.contains(part), "{part} in {set}");
        }
        let cookie = cookie_of(&reply);
        let client = app.anonymous();
        client.send(Method::GET, "me", &[("cookie", &cookie)], &[]).problem(401, "unauthorized");
        let bare = client.send(Method::POST, "sessions/refresh", &[("cookie", &cookie)], &[]);
        bare.problem(403, "forbidden");
        for other in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example"), ("origin", "null")] {
            refresh(&client, &cookie, &[other]).problem(403, "forbidden");
        }
        client.json(Method::POST, "sessions", &[("origin", "https://evil.example")], &json!({})).problem(403, "forbidden");
        let own = refresh(&client, &cookie, &[("sec-fetch-site", "same-origin")]);
        let next = cookie_of(&own);
        assert_ne!(next, cookie);
        let session = own.ok(200);
        assert_eq!(session["user"]["email"], app.owner.email.as_str());
        refresh(&client, "relasi_rt=abc", &[]).problem(401, "session_ended");
        refresh(&client, "other=1", &[]).problem(401, "unauthorized");
    }

    fn two_tabs_refresh_at_once_and_share_one_session(app: TestApp) {
        let client = app.anonymous();
        let before = app.client().get("sessions").ok(200)["items"].as_array().expect("a list").len();
        let tabs: Vec<_> = (0..6)
            .map(|_| {
                let (client, cookie) = (client.clone(), app.owner.cookie.clone());
                thread::spawn(move || refresh(&client, &cookie, &[]).ok(200))
            })
            .collect();
        for tab in tabs {
            let session = tab.join().expect("no panic");
            let token = session["access_token"].as_str().expect("a token");
            client.with_token(token).get("me").ok(200);
        }
        let after = app.client().get("sessions").ok(200)["items"].as_array().expect("a list").len();
        assert_eq!(before, after);
    }

    fn an_ended_session_is_over_at_once(app: TestApp) {
        let phone = Member::sign_in(&app.anonymous(), &app.owner.email);
        phone.client.get("me").ok(200);
        let sessions = app.client().get("sessions").ok(200);
        let other = sessions["items"].as_array().expect("a list").iter().find(|s| s["current"] == false).expect("the phone");
        let path = format!("sessions/{}", other["id"].as_str().expect("an id"));
        assert_eq!(app.client().send(Method::DELETE, &path, &[], &[]).status, 204);
        phone.client.get("me").problem(401, "unauthorized");
        refresh(&app.anonymous(), &phone.cookie, &[]).problem(401, "session_ended");
        app.client().send(Method::DELETE, &path, &[], &[]).problem(404, "not_found");
        let out = app.client().send(Method::DELETE, "sessions/current", &[], &[]);
        assert_eq!(out.status, 204);
        assert!(out.header("set-cookie").contains("Max-Age=0"));
        assert!(out.header("clear-site-data").contains("cookies"));
        app.client().get("me").problem(401, "unauthorized");
    }

    fn tokens_and_throttles_survive_a_crash(app: TestApp) {
        let mut app = app;
        let member = app.member("member");
        let guess = json!({"email": member.email, "password": "wrong wrong wrong"});
        while app.anonymous().post("sessions", &guess).status != 429 {}
        let token = app.client().token.clone().expect("signed in");
        app.at.restart();
        let client = app.at.client();
        client.with_token(&token).get("me").ok(200);
        assert_eq!(client.post("setup", &set_up_body("late@silk.example")).status, 409);
    }

    fn tokens_that_are_not_ours_are_refused(app: TestApp) {
        let good = app.client().token.clone().expect("signed in");
        let (head, signature) = good.rsplit_once('.').expect("three parts");
        let parts: Vec<&str> = head.split('.').collect();
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{}.", parts[1]);
        let swapped = format!("{}.{}.{signature}", parts[0], parts[1].chars().rev().collect::<String>());
        for token in ["", "x", "a.b.c", unsigned.as_str(), swapped.as_str(), head, app.owner.cookie.as_str()] {
            let reply = app.anonymous().with_token(token).get("me");
            assert_eq!(reply.header("www-authenticate"), "Bearer error=\"invalid_token\"");
            reply.problem(401, "unauthorized");
        }
        let without = app.anonymous().get("me");
        assert_eq!(without.header("www-authenticate"), "Bearer");
        without.problem(401, "unauthorized");
    }

    fn a_new_password_ends_the_other_sessions(app: TestApp) {
        let member = app.member("member");
        let phone = Member::sign_in(&app.anonymous(), &member.email);
        let change = |current: &str, new: &str| {
            member.client.post("me/password", &json!({"current_password": current, "new_password": new}))
        };
        assert_eq!(change("not the password", "a long walk in Bandung").faults(), ["/current_password wrong_password"]);
        assert_eq!(change(PASSWORD, "short").faults(), ["/new_password password_too_short"]);
        assert_eq!(change(PASSWORD, "Password12345678").faults(), ["/new_password password_common"]);
        assert_eq!(change(PASSWORD, "a long walk in Bandung").status, 204);
        member.client.get("me").ok(200);
        phone.client.get("me").problem(401, "unauthorized");
        refresh(&app.anonymous(), &phone.cookie, &[]).problem(401, "session_ended");
        let old = json!({"email": member.email, "password": PASSWORD});
        app.anonymous().post("sessions", &old).problem(401, "wrong_credentials");
    }

    fn invitations_are_good_once(app: TestApp) {
        let email = fresh_email("somchai");
        let invited = app.client().post("invitations", &json!({"email": email, "role": "manager"})).ok(201);
        let token = invited["token"].as_str().expect("a token");
        assert_eq!(invited["path"], format!("/invite/{token}"));
        let preview = app.anonymous().get(&format!("invitations/{token}/preview")).ok(200);
        assert_eq!((&preview["email"], &preview["role"]), (&json!(email), &json!("manager")));
        assert_eq!(preview["has_account"], false);
        let accept = format!("invitations/{token}/accept");
        let answer = json!({"full_name": "สมชาย ใจดี", "password": PASSWORD, "language": "th"});
        let weak = json!({"full_name": "สมชาย ใจดี", "password": "12345678", "language": "th"});
        assert_eq!(app.anonymous().post(&accept, &weak).faults(), ["/password password_too_short"]);
        let session = app.anonymous().post(&accept, &answer).ok(200);
        assert_eq!((&session["role"], &session["user"]["language"]), (&json!("manager"), &json!("th")));
        app.anonymous().post(&accept, &answer).problem(404, "invitation_expired");
        app.anonymous().get(&format!("invitations/{token}/preview")).problem(404, "invitation_expired");
        app.client().post("invitations", &json!({"email": email, "role": "member"})).problem(409, "already_member");
        let other = app.client().post("invitations", &json!({"email": fresh_email("x"), "role": "member"})).ok(201);
        let path = format!("invitations/{}", other["id"].as_str().expect("an id"));
        assert_eq!(app.client().get("invitations").ok(200)["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(app.client().send(Method::DELETE, &path, &[], &[]).status, 204);
        let token = other["token"].as_str().expect("a token");
        app.anonymous().get(&format!("invitations/{token}/preview")).problem(404, "invitation_expired");
    }

    fn roles_guard_people_and_settings(app: TestApp) {
        let workspace = app.client().get("workspace").ok(200);
        let roles = ["admin", "manager", "member", "read_only"].map(|role| (role, app.member(role)));
        for (role, member) in &roles {
            let strong = *role == "admin";
            let me = member.client.get("me").ok(200);
            assert_eq!(me["role"], *role);
            assert_eq!(me["rights"]["settings"], if strong { "all" } else { "none" });
            let version = workspace["version"].as_i64().expect("a version");
            let same = json!({"name": workspace["name"]});
            let allowed = |status: u16| if strong { status } else { 403 };
            assert_eq!(member.client.patch("workspace", version, &same).status, allowed(200), "{role}");
            let invite = json!({"email": fresh_email("new"), "role": "member"});
            assert_eq!(member.client.post("invitations", &invite).status, allowed(201), "{role}");
            let owner = json!({"email": fresh_email("new"), "role": "owner"});
            assert_eq!(member.client.post("invitations", &owner).status, 403, "{role}");
            assert_eq!(member.client.get("invitations").status, allowed(200), "{role}");
            assert_eq!(member.client.get("members").status, 200, "{role}");
            let path = format!("members/{}", membership(&app, &app.owner)["id"].as_str().expect("an id"));
            let demote = json!({"role": "read_only"});
            assert_eq!(member.client.json(Method::PATCH, &path, &[], &demote).status, 403, "{role}");
        }
        let own = membership(&app, &app.owner);
        let path = format!("members/{}", own["id"].as_str().expect("an id"));
        for patch in [json!({"role": "admin"}), json!({"active": false})] {
            app.client().json(Method::PATCH, &path, &[], &patch).problem(409, "last_owner");
        }
        let stale = app.client().patch(&path, 99, &json!({"role": "admin"})).problem(412, "stale_version");
        assert_eq!(stale["current"]["id"], own["id"]);
    }

    fn deactivation_and_new_roles_hold_at_once(app: TestApp) {
        let member = app.member("member");
        let path = format!("members/{}", membership(&app, &member)["id"].as_str().expect("an id"));
        let contact = json!({"full_name": "Siti Rahmawati"});
        member.client.create("contacts", &contact);
        app.client().json(Method::PATCH, &path, &[], &json!({"role": "read_only"})).ok(200);
        member.client.post("contacts", &contact).problem(403, "forbidden");
        app.client().json(Method::PATCH, &path, &[], &json!({"active": false})).ok(200);
        member.client.get("me").problem(401, "unauthorized");
        refresh(&app.anonymous(), &member.cookie, &[]).problem(401, "session_ended");
        let right = json!({"email": member.email, "password": PASSWORD});
        app.anonymous().post("sessions", &right).problem(401, "wrong_credentials");
        app.client().json(Method::PATCH, &path, &[], &json!({"active": true})).ok(200);
        member.client.get("me").problem(401, "unauthorized");
        Member::sign_in(&app.anonymous(), &member.email);
    }

    fn answers_come_in_the_language_of_the_caller(app: TestApp) {
        let mut thai = app.anonymous();
        thai.language = "th";
        let problem = thai.post("sessions", &json!({"email": "a@b.example", "password": "x"})).problem(401, "wrong_credentials");
        let title = problem["title"].as_str().expect("a title");
        assert!(title.chars().any(|c| ('\u{e01}'..='\u{e5b}').contains(&c)), "{title}");
    }
}

#[test]
fn another_server_hears_of_a_deactivation_within_five_seconds() {
    let app = <TestApp as relasi_tests::Start>::start(Backend::Postgres);
    let second = app.at.second_server();
    let member = app.member("member");
    let token = member.client.token.clone().expect("signed in");
    let elsewhere = second.client().with_token(&token);
    elsewhere.get("me").ok(200);
    let path = format!(
        "members/{}",
        membership(&app, &member)["id"].as_str().expect("an id")
    );
    app.client()
        .json(Method::PATCH, &path, &[], &json!({"active": false}))
        .ok(200);
    let started = Instant::now();
    while elsewhere.get("me").status != 401 {
        assert!(started.elapsed() < Duration::from_secs(5), "still let in");
        thread::sleep(Duration::from_millis(100));
    }
}
