//! One person in several workspaces.

use relasi_tests::{Client, Member, Method, PASSWORD, Reply, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{id, make_with},
    integrity,
    isolation::second_workspace,
};

/// The owner of another workspace, in which the owner of the first becomes a member as well; signed in to the first.
fn neighbours(app: &mut TestApp) -> Member {
    let neighbour = second_workspace(app);
    // The session of the owner is younger than the membership.
    let here = app.client().get("me").ok(200);
    joined(&neighbour, &app.owner.email);
    assert_eq!(app.client().get("me").ok(200), here);
    neighbour
}

fn joined(neighbour: &Member, email: &str) {
    let invited = neighbour
        .client
        .post("invitations", &json!({"email": email, "role": "manager"}))
        .ok(201);
    let path = format!("invitations/{}/accept", invited["token"].as_str().unwrap());
    let body = json!({"full_name": "x", "password": PASSWORD, "language": "en"});
    neighbour.client.anonymous().post(&path, &body).ok(200);
}

fn switch(client: &Client, workspace: &Value) -> Reply {
    client.post("sessions/switch", &json!({"workspace_id": workspace}))
}

fn refresh(client: &Client, cookie: &str) -> Reply {
    let headers = [("cookie", cookie), ("x-relasi-refresh", "1")];
    client
        .anonymous()
        .send(Method::POST, "sessions/refresh", &headers, &[])
}

fn workspaces(client: &Client) -> Value {
    client.get("me/workspaces").ok(200)["items"].clone()
}

on_both! {
    fn a_person_goes_from_one_workspace_into_another(app: TestApp) {
        let mut app = app;
        assert_eq!(workspaces(app.client()).as_array().map(Vec::len), Some(1));
        let neighbour = neighbours(&mut app);
        let (here, there) = (app.owner.session["workspace"].clone(), neighbour.session["workspace"].clone());
        let own = |role: &str, workspace: &Value, current: bool| {
            json!({"id": workspace["id"], "name": workspace["name"], "role": role, "role_name": null, "current": current})
        };
        assert_eq!(workspaces(app.client()), json!([own("owner", &here, true), own("manager", &there, false)]));
        assert_eq!(workspaces(&neighbour.client), json!([own("owner", &there, true)]));
        make_with(app.client(), "contact", json!({"full_name": "Rahasia"}));
        make_with(&neighbour.client, "contact", json!({"full_name": "Terbuka"}));

        let before = app.client().get("sessions").ok(200);
        let current = |sessions: &Value| sessions["items"].as_array().unwrap().iter().find(|one| one["current"] == true).unwrap().clone();
        let reply = switch(app.client(), &there["id"]);
        let cookie = reply.header("set-cookie").to_owned();
        let session = reply.ok(200);
        assert_eq!((&session["workspace"], &session["role"], &session["user"]["id"]), (&there, &json!("manager"), &json!(app.owner.id)));
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        let cookie = cookie.split(';').next().unwrap();
        let client = app.anonymous().with_token(session["access_token"].as_str().unwrap());
        assert_eq!(client.all("contacts", &[], "full_name"), ["Terbuka"]);
        assert_eq!(workspaces(&client), json!([own("owner", &here, false), own("manager", &there, true)]));

        // What led to the first workspace leads nowhere now.
        app.client().get("me").problem(401, "unauthorized");
        switch(app.client(), &here["id"]).problem(401, "unauthorized");
        refresh(&client, &app.owner.cookie).problem(401, "session_ended");
        let renewed = refresh(&client, cookie).ok(200);
        assert_eq!(renewed["workspace"], there);
        let after = client.get("sessions").ok(200);
        assert_eq!(current(&after)["expires_at"], current(&before)["expires_at"], "it lasts no longer");

        let back = switch(&client, &here["id"]).ok(200);
        assert_eq!((&back["workspace"], &back["role"]), (&here, &json!("owner")));
        let client = app.anonymous().with_token(back["access_token"].as_str().unwrap());
        assert_eq!(client.all("contacts", &[], "full_name"), ["Rahasia"]);

        app.at.kill();
        let database = integrity::open(&app.at.settings);
        let count = |workspace: &Value, action: &str| {
            let (workspace, user) = (id(workspace), &app.owner.id);
            integrity::number(&database, &format!(
                "SELECT count(*) FROM audit_entries WHERE workspace_id = '{workspace}' AND action = '{action}' AND actor_id = '{user}'"
            ))
        };
        // The owner signed in anew when the server was started again.
        assert_eq!((count(&here, "signed_in"), count(&here, "signed_out")), (2, 1));
        assert_eq!((count(&there, "signed_in"), count(&there, "signed_out")), (1, 1));
        assert_eq!(integrity::number(&database, "SELECT count(*) FROM sessions WHERE end_reason = 'switched' AND ended_at IS NOT NULL"), 2);
    }

    fn a_new_password_ends_sessions_in_every_workspace(app: TestApp) {
        let mut app = app;
        neighbours(&mut app);
        // Signing in leads to the membership made last.
        let there = Member::sign_in(&app.anonymous(), &app.owner.email).client;
        assert_eq!(there.get("workspace").ok(200)["name"], "PT Tetangga");
        let change = json!({"current_password": PASSWORD, "new_password": "teh poci panas sekali"});
        assert_eq!(app.client().post("me/password", &change).status, 204);
        app.client().get("me").ok(200);
        there.get("me").problem(401, "unauthorized");
    }

    fn nobody_gets_where_one_is_no_member(app: TestApp) {
        let mut app = app;
        let stranger = app.member("admin");
        let neighbour = neighbours(&mut app);
        let there = neighbour.session["workspace"]["id"].clone();
        let stranger = Member::sign_in(&app.anonymous(), &stranger.email).client;
        switch(&stranger, &there).problem(404, "not_found");
        switch(&stranger, &json!(uuid::Uuid::now_v7())).problem(404, "not_found");
        app.anonymous().get("me/workspaces").problem(401, "unauthorized");
        switch(&app.anonymous(), &there).problem(401, "unauthorized");
        let client = app.client();
        for body in [json!({}), json!({"workspace_id": "nobody"}), json!({"workspace_id": null}), json!({"workspace_id": there, "role": "owner"})] {
            assert_eq!(client.post("sessions/switch", &body).status, 422, "{body}");
        }
        let elsewhere = [("sec-fetch-site", "cross-site")];
        client.json(Method::POST, "sessions/switch", &elsewhere, &json!({"workspace_id": there})).problem(403, "forbidden");

        let members = neighbour.client.get("members").ok(200);
        let member = members["items"].as_array().unwrap().iter().find(|one| one["user_id"] == app.owner.id.as_str()).unwrap();
        let at = format!("members/{}", id(member));
        neighbour.client.patch(&at, 1, &json!({"active": false})).ok(200);
        switch(client, &there).problem(404, "not_found");
        assert_eq!(workspaces(client).as_array().map(Vec::len), Some(1));
        client.get("me").ok(200);
        assert_eq!(refresh(client, &app.owner.cookie).status, 200, "what was refused ended nothing");
        neighbour.client.patch(&at, 2, &json!({"active": true})).ok(200);
        assert_eq!(switch(client, &there).ok(200)["role"], "manager");
    }

    fn of_two_switches_at_once_one_is_taken(app: TestApp) {
        let mut app = app;
        let neighbour = neighbours(&mut app);
        let there = &neighbour.session["workspace"]["id"];
        let mut answers: Vec<u16> = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..4).map(|_| scope.spawn(|| switch(app.client(), there).status)).collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });
        answers.sort_unstable();
        assert_eq!(answers, [200, 401, 401, 401]);
    }
}
