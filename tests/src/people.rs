//! People of a workspace: who set it up and whom they invite.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::client::{Client, Reply};

/// A password that the rules accept; everybody in the tests has it.
pub const PASSWORD: &str = "kopi gayo pagi hari";

/// Somebody with an account, signed in.
#[derive(Clone, Debug)]
pub struct Member {
    /// The account's id.
    pub id: String,
    /// The account's e-mail address.
    pub email: String,
    /// What the sign-in answered.
    pub session: Value,
    /// The refresh cookie as `name=value`.
    pub cookie: String,
    /// Talks to the server as this person.
    pub client: Client,
}

/// An e-mail address that no other test has.
pub fn fresh_email(name: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    format!(
        "{name}{}@relasi.example",
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// What a first visitor sends to `/setup`.
pub fn set_up_body(email: &str) -> Value {
    json!({
        "workspace_name": "CV Kopi Nusantara", "language": "en", "currency": "IDR", "time_zone": "Asia/Jakarta",
        "full_name": "Dewi Lestari", "email": email, "password": PASSWORD, "sample_data": false,
    })
}

impl Member {
    /// Sets up the workspace of an empty server and signs in its owner.
    #[track_caller]
    pub fn set_up(server: &Client) -> Self {
        let email = fresh_email("owner");
        let reply = server.post("setup", &set_up_body(&email));
        assert!(
            (200..300).contains(&reply.status),
            "setup: {} {}",
            reply.status,
            reply.text()
        );
        Self::from_session(server, &email, &reply)
    }

    /// Signs in with the password that everybody has.
    #[track_caller]
    pub fn sign_in(server: &Client, email: &str) -> Self {
        let reply = server
            .anonymous()
            .post("sessions", &json!({"email": email, "password": PASSWORD}));
        assert!(
            (200..300).contains(&reply.status),
            "sign-in of {email}: {} {}",
            reply.status,
            reply.text()
        );
        Self::from_session(server, email, &reply)
    }

    /// Invites somebody, accepts the invitation and signs them in.
    #[track_caller]
    pub fn invite(&self, role: &str, team_id: Option<&str>) -> Self {
        let email = fresh_email(role);
        let mut body = json!({"email": email, "role": role});
        if let Some(team) = team_id {
            body["team_id"] = team.into();
        }
        let invitation = self.client.post("invitations", &body).ok(201);
        let token = invitation["token"]
            .as_str()
            .expect("an invitation has a token");
        let path = format!("invitations/{token}/accept");
        let answer =
            json!({"full_name": format!("A {role}"), "password": PASSWORD, "language": "en"});
        let reply = self.client.anonymous().post(&path, &answer);
        assert!(
            (200..300).contains(&reply.status),
            "accept: {} {}",
            reply.status,
            reply.text()
        );
        Self::sign_in(&self.client, &email)
    }

    #[track_caller]
    fn from_session(server: &Client, email: &str, reply: &Reply) -> Self {
        let session = reply.body();
        let token = session["access_token"]
            .as_str()
            .expect("a session has a token");
        let cookie = reply
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned();
        Self {
            id: session["user"]["id"]
                .as_str()
                .expect("a session has a user")
                .to_owned(),
            email: email.to_owned(),
            client: server.with_token(token),
            cookie,
            session,
        }
    }
}
