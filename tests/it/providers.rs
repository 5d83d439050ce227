//! Signing in by a service of the workspace's own (`OpenID` Connect), and what must not work.

use relasi_persistence::Statement;
use relasi_tests::{
    Backend, Client, Member, Method, PASSWORD, Reply, Start, TestApp, fresh_email,
    idp::{CLIENT_ID, CLIENT_SECRET, Idp, Somebody, Wrong, members},
    on_both,
};
use serde_json::{Value, json};

use crate::{
    bodies::{id, membership},
    integrity,
    isolation::second_workspace,
    second_factor::Phone,
};

/// A server that may call this machine, and a service that its owner has set.
pub struct Served {
    pub app: TestApp,
    pub idp: Idp,
}

impl Start for Served {
    fn start(backend: Backend) -> Self {
        let app = TestApp::with(backend, &[("RELASI_WEBHOOK_ALLOW", "127.0.0.1/32")]);
        let idp = Idp::start();
        set(app.client(), &idp, json!({})).ok(200);
        Self { app, idp }
    }
}

pub const PATH: &str = "workspace/sign-in-provider";

/// Sets the service, some of it in another way.
pub fn set(owner: &Client, idp: &Idp, other: Value) -> Reply {
    let mut body = json!({
        "label": "Kopi", "issuer": idp.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
        "domains": ["relasi.example"], "active": true,
    });
    for (name, value) in other.as_object().unwrap() {
        body[name] = value.clone();
    }
    owner.json(Method::PUT, PATH, &[], &body)
}

pub fn somebody(sub: &str, email: &str) -> Somebody {
    Somebody {
        sub: sub.to_owned(),
        email: email.to_owned(),
        verified: Some(true),
    }
}

/// What the server has answered to a sign-in that begins.
pub struct Opened {
    pub token: String,
    pub url: String,
}

impl Served {
    fn begin_in(&self, workspace: &str) -> Opened {
        let body = json!({"workspace_id": workspace});
        let begun = self
            .app
            .anonymous()
            .post("sessions/provider/begin", &body)
            .ok(200);
        Opened {
            token: begun["token"].as_str().unwrap().to_owned(),
            url: begun["url"].as_str().unwrap().to_owned(),
        }
    }

    pub fn begin(&self) -> Opened {
        self.begin_in(&id(&self.app.client().get("workspace").ok(200)))
    }

    pub fn finish(&self, opened: &Opened, code: &str, state: &str) -> Reply {
        let body = json!({"token": opened.token, "state": state, "code": code});
        self.app.anonymous().post("sessions/provider", &body)
    }

    /// Somebody signs in by the service, which does something wrong.
    pub fn try_in(&self, who: &Somebody, wrong: Wrong) -> Reply {
        let opened = self.begin();
        let (code, state) = self.idp.approve(&opened.url, who, wrong);
        self.finish(&opened, &code, &state)
    }

    #[track_caller]
    pub fn signed_in(&self, who: &Somebody) -> (Client, Value) {
        let session = self.try_in(who, Wrong::Nothing).ok(200);
        let token = session["access_token"].as_str().unwrap();
        (self.app.anonymous().with_token(token), session)
    }
}

on_both! {
    fn a9_a_member_signs_in_by_the_service_and_is_known_by_subject(at: Served) {
        let mate = at.app.member("member");
        let (client, session) = at.signed_in(&somebody("s-1", &mate.email));
        assert_eq!(session["user"]["id"], mate.id.as_str());
        client.get("contacts").ok(200);
        // From then on the subject counts, and no address.
        let renamed = Somebody { verified: None, ..somebody("s-1", "other@elsewhere.example") };
        assert_eq!(at.signed_in(&renamed).1["user"]["id"], mate.id.as_str());
        let told = mate.client.get("me/sign-ins").ok(200);
        assert_eq!((&told["items"][0]["method"], &told["items"][0]["result"]), (&json!("provider"), &json!("signed_in")));
        let kept = at.app.client().list("audit-entries", &[("action", "provider_linked")]).ok(200);
        assert_eq!(kept["items"].as_array().unwrap().len(), 1);
    }

    fn a9_the_same_address_with_another_subject_is_refused(at: Served) {
        let mate = at.app.member("member");
        at.signed_in(&somebody("s-1", &mate.email));
        at.try_in(&somebody("s-2", &mate.email), Wrong::Nothing).problem(403, "provider_unknown_person");
        at.try_in(&somebody("S-1", &mate.email), Wrong::Nothing).problem(403, "provider_unknown_person");
        at.signed_in(&somebody("s-1", &mate.email));
    }

    fn a9_an_address_links_only_when_it_is_checked_and_of_the_domains(at: Served) {
        let mate = at.app.member("member");
        for verified in [Some(false), None] {
            let who = Somebody { verified, ..somebody("s-1", &mate.email) };
            at.try_in(&who, Wrong::Nothing).problem(403, "provider_unknown_person");
        }
        set(at.app.client(), &at.idp, json!({"domains": ["kopi.example"]})).ok(200);
        at.try_in(&somebody("s-1", &mate.email), Wrong::Nothing).problem(403, "provider_unknown_person");
        for evil in ["x@evil.example", "x@kopi.example.evil.example", "x@evilkopi.example", "x@sub.kopi.example", "x"] {
            at.try_in(&somebody("s-9", evil), Wrong::Nothing).problem(403, "provider_unknown_person");
        }
    }

    fn a9_a_wrong_state_or_another_browser_is_refused(at: Served) {
        let mate = at.app.member("member");
        let who = somebody("s-1", &mate.email);
        let opened = at.begin();
        let (code, _) = at.idp.approve(&opened.url, &who, Wrong::Nothing);
        at.finish(&opened, &code, "another-state").problem(401, "provider_refused");
        // It is over with the first try.
        let (code, state) = at.idp.approve(&opened.url, &who, Wrong::Nothing);
        at.finish(&opened, &code, &state).problem(401, "challenge_expired");
        // A code and state of one sign-in are nothing to the browser of another one.
        let (one, other) = (at.begin(), at.begin());
        let (code, state) = at.idp.approve(&one.url, &who, Wrong::Nothing);
        at.finish(&other, &code, &state).problem(401, "provider_refused");
        let unknown = Opened { token: "x".into(), url: String::new() };
        at.finish(&unknown, &code, &state).problem(401, "challenge_expired");
        // Where the service names itself in the address, it is the right one.
        let opened = at.begin();
        let (code, state) = at.idp.approve(&opened.url, &who, Wrong::Nothing);
        let body = json!({"token": opened.token, "state": state, "code": code, "iss": "https://evil.example"});
        at.app.anonymous().post("sessions/provider", &body).problem(401, "provider_refused");
        let headers = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
        at.app.anonymous().json(Method::POST, "sessions/provider", &headers, &body).problem(403, "forbidden");
    }

    fn a9_a_token_that_is_not_good_in_every_way_is_refused(at: Served) {
        let mate = at.app.member("member");
        let who = somebody("s-1", &mate.email);
        for wrong in [
            Wrong::Nonce, Wrong::NoNonce, Wrong::Issuer, Wrong::IssuerSlash, Wrong::Audience, Wrong::Audiences, Wrong::Expired,
            Wrong::Unsigned, Wrong::ClientSecret, Wrong::Key, Wrong::Body, Wrong::Missing,
        ] {
            let reply = at.try_in(&who, wrong);
            assert_eq!(reply.header("set-cookie"), "", "{wrong:?}");
            assert_eq!(reply.status, 401, "{wrong:?}: {}", reply.text());
            reply.problem(401, "provider_refused");
        }
        at.signed_in(&who);
    }

    fn a9_a_replayed_code_and_a_verifier_of_another_sign_in_are_refused(at: Served) {
        let mate = at.app.member("member");
        let who = somebody("s-1", &mate.email);
        let first = at.begin();
        let (code, state) = at.idp.approve(&first.url, &who, Wrong::Nothing);
        at.finish(&first, &code, &state).ok(200);
        at.finish(&first, &code, &state).problem(401, "challenge_expired");
        let second = at.begin();
        let own = members(second.url.split_once('?').unwrap().1);
        at.finish(&second, &code, &own["state"]).problem(401, "provider_refused");
        // A code that was made for another challenge: the service sees that the verifier does not fit.
        let (victim, attacker) = (at.begin(), at.begin());
        let (code, _) = at.idp.approve(&victim.url, &who, Wrong::Nothing);
        let own = members(attacker.url.split_once('?').unwrap().1);
        at.finish(&attacker, &code, &own["state"]).problem(401, "provider_refused");
    }

    fn a9_a_service_that_is_another_or_names_inner_addresses_is_not_asked(at: Served) {
        let workspace = id(&at.app.client().get("workspace").ok(200));
        let begin = |at: &Served| at.app.anonymous().post("sessions/provider/begin", &json!({"workspace_id": workspace}));
        let other = Idp::start();
        other.say("issuer", json!(at.idp.issuer));
        set(at.app.client(), &other, json!({})).ok(200);
        begin(&at).problem(409, "provider_unreachable");
        for (name, address) in [("jwks_uri", "http://169.254.169.254/keys"), ("authorization_endpoint", "http://10.0.0.1/x"), ("jwks_uri", "file:///etc/passwd")] {
            let odd = Idp::start();
            odd.say(name, json!(address));
            set(at.app.client(), &odd, json!({})).ok(200);
            begin(&at).problem(409, "provider_unreachable");
        }
        let faults = |issuer: &str| set(at.app.client(), &at.idp, json!({"issuer": issuer})).faults();
        assert_eq!(faults("http://169.254.169.254/"), ["/issuer webhook_address_refused"]);
        assert_eq!(faults("https://[::1]/"), ["/issuer webhook_address_refused"]);
        assert_eq!(faults("https://kopi.example/?x=1"), ["/issuer not_url"]);
    }

    fn a9_unknown_people_join_as_the_owner_says_or_not_at_all(at: Served) {
        let who = |sub: &str| somebody(sub, &fresh_email("baru"));
        at.try_in(&who("n-1"), Wrong::Nothing).problem(403, "provider_unknown_person");
        set(at.app.client(), &at.idp, json!({"join_role": "read_only"})).ok(200);
        let new = who("n-2");
        let (client, session) = at.signed_in(&new);
        assert_eq!((&session["role"], &session["user"]["full_name"]), (&json!("read_only"), &json!("Siti dari Layanan")));
        client.post("contacts", &json!({"full_name": "Budi"})).problem(403, "forbidden");
        // There is no password that could be guessed.
        at.app.anonymous().post("sessions", &json!({"email": new.email, "password": PASSWORD})).problem(401, "wrong_credentials");
        // An invitation says the role.
        let invited = who("n-3");
        at.app.client().post("invitations", &json!({"email": invited.email, "role": "manager"})).ok(201);
        assert_eq!(at.signed_in(&invited).1["role"], "manager");
        assert!(at.app.client().get("invitations").ok(200)["items"].as_array().unwrap().is_empty());
        // Who was deactivated stays out.
        let path = format!("members/{}", id(&membership(at.app.client(), &new.email)));
        at.app.client().json(Method::PATCH, &path, &[], &json!({"active": false})).ok(200);
        client.get("contacts").problem(401, "unauthorized");
        at.try_in(&new, Wrong::Nothing).problem(403, "provider_unknown_person");
    }

    fn a9_the_second_factor_is_asked_for_unless_the_service_proves_it(at: Served) {
        let mate = at.app.member("member");
        let phone = Phone::set_up(&mate.client);
        let who = somebody("s-1", &mate.email);
        let reply = at.try_in(&who, Wrong::Nothing);
        assert_eq!(reply.header("set-cookie"), "");
        let asked = reply.ok(202);
        let step = json!({"challenge": asked["challenge"], "code": phone.recovery_codes[0]});
        let session = at.app.anonymous().post("sessions/second-factor", &step).ok(200);
        let client = at.app.anonymous().with_token(session["access_token"].as_str().unwrap());
        client.get("contacts").ok(200);
        set(at.app.client(), &at.idp, json!({"proves_second_factor": true})).ok(200);
        at.signed_in(&who);
        // A workspace that asks for one takes the service's word where its owner says so.
        let plain = at.app.member("member");
        let _own = Phone::set_up(at.app.client());
        let policy = json!({"require_second_factor": true, "allowed_networks": []});
        at.app.client().json(Method::PUT, "workspace/security", &[], &policy).ok(200);
        let (client, session) = at.signed_in(&somebody("s-2", &plain.email));
        assert_eq!(session["second_factor_missing"], false);
        client.get("contacts").ok(200);
        set(at.app.client(), &at.idp, json!({"proves_second_factor": false})).ok(200);
        client.get("contacts").problem(403, "second_factor_required");
        assert_eq!(at.signed_in(&somebody("s-2", &plain.email)).1["second_factor_missing"], true);
    }

    fn a9_a_session_by_the_service_stays_in_its_workspace(at: Served) {
        let mut at = at;
        let neighbour = second_workspace(&mut at.app);
        let mate = at.app.member("member");
        // Somebody who works in both.
        let invited = neighbour.client.post("invitations", &json!({"email": mate.email, "role": "owner"})).ok(201);
        let accept = json!({"full_name": "Mate", "password": PASSWORD, "language": "en"});
        at.app.anonymous().post(&format!("invitations/{}/accept", invited["token"].as_str().unwrap()), &accept).ok(200);
        let (client, session) = at.signed_in(&somebody("s-1", &mate.email));
        assert_eq!(session["workspace"]["name"], "CV Kopi Nusantara", "where the service is, not where she was last");
        let theirs = id(&neighbour.client.get("workspace").ok(200));
        client.post("sessions/switch", &json!({"workspace_id": theirs})).problem(403, "provider_session_stays");
        assert_eq!(client.get("me/workspaces").ok(200)["items"].as_array().unwrap().len(), 1);
        // Their service does not let our people in, nor anybody who has an account elsewhere.
        set(&neighbour.client, &at.idp, json!({"join_role": "admin"})).ok(200);
        let outsider = at.app.member("member");
        let opened = at.begin_in(&theirs);
        let (code, state) = at.idp.approve(&opened.url, &somebody("s-7", &outsider.email), Wrong::Nothing);
        at.finish(&opened, &code, &state).problem(403, "provider_unknown_person");
        // By the password she goes wherever she works.
        let own = Member::sign_in(&at.app.anonymous(), &mate.email);
        assert_eq!(own.client.get("me/workspaces").ok(200)["items"].as_array().unwrap().len(), 2);
    }

    fn a9_owners_alone_set_the_service_and_its_secret_is_kept_encrypted(at: Served) {
        let admin = at.app.member("admin");
        admin.client.get(PATH).ok(200);
        set(&admin.client, &at.idp, json!({})).problem(403, "forbidden");
        admin.client.send(Method::DELETE, PATH, &[], &[]).problem(403, "forbidden");
        at.app.member("manager").client.get(PATH).problem(403, "forbidden");
        let shown = at.app.client().get(PATH).ok(200);
        assert_eq!((&shown["provider"]["has_secret"], &shown["provider"]["version"]), (&json!(true), &json!(1)));
        assert!(shown["redirect_uri"].as_str().unwrap().ends_with("/sign-in/callback"));
        assert!(!shown.to_string().contains("rahasia"), "{shown}");
        let mate = at.app.member("member");
        let who = somebody("s-1", &mate.email);
        // The secret stays with the service that gave it.
        set(at.app.client(), &at.idp, json!({"client_secret": null, "label": "Kopi Masuk"})).ok(200);
        let (client, _) = at.signed_in(&who);
        set(at.app.client(), &at.idp, json!({"issuer": "https://evil.example", "client_secret": null})).ok(200);
        assert_eq!(at.app.client().get(PATH).ok(200)["provider"]["has_secret"], false);
        at.app.client().json(Method::PUT, PATH, &[("if-match", "\"1\"")], &json!({"label": "x", "issuer": "https://kopi.example", "client_id": "x", "domains": ["kopi.example"], "active": true})).problem(412, "stale_version");
        let faults = set(at.app.client(), &at.idp, json!({"label": " ", "client_id": "", "domains": ["x", "*.y"], "join_role": "owner"})).faults();
        assert_eq!(faults, ["/client_id required", "/domains/0 not_domain", "/domains/1 not_domain", "/join_role scope_beyond_own", "/label required"]);
        client.get("contacts").ok(200);
        at.app.client().send(Method::DELETE, PATH, &[], &[]).ok(204);
        client.get("contacts").problem(401, "unauthorized");
        let mut at = at;
        set(at.app.client(), &at.idp, json!({})).ok(200);
        at.app.at.terminate();
        let database = integrity::open(&at.app.at.settings);
        let secret = Statement::new("SELECT secret FROM sign_in_providers");
        let kept = database.across().read_blocking(|conn| conn.rows(&secret, |row| row.text(0))).unwrap();
        assert!(kept.len() == 1 && !kept[0].contains("rahasia"), "{kept:?}");
    }

    fn a9_the_page_offers_the_one_service_and_finds_others_by_domain(at: Served) {
        let mut at = at;
        let state = at.app.anonymous().get("setup").ok(200);
        assert_eq!((&state["sign_in_provider"]["label"], &state["sign_in_providers"]), (&json!("Kopi"), &json!(false)));
        let neighbour = second_workspace(&mut at.app);
        set(&neighbour.client, &at.idp, json!({"label": "Tetangga", "domains": ["Tetangga.example", "relasi.example"]})).ok(200);
        let state = at.app.anonymous().get("setup").ok(200);
        assert_eq!((&state["sign_in_provider"], &state["sign_in_providers"]), (&json!(null), &json!(true)));
        let found = |email: &str| {
            let answer = at.app.anonymous().post("sessions/provider/search", &json!({"email": email})).ok(200);
            let items = answer["items"].as_array().unwrap().iter();
            items.map(|one| one["label"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found("nobody@tetangga.example"), ["Tetangga"]);
        assert_eq!(found("nobody@RELASI.example"), ["Kopi", "Tetangga"]);
        assert!(found("nobody@evil.example").is_empty() && found("x").is_empty());
        set(at.app.client(), &at.idp, json!({"active": false})).ok(200);
        assert_eq!(found("nobody@relasi.example"), ["Tetangga"]);
        let workspace = id(&at.app.client().get("workspace").ok(200));
        at.app.anonymous().post("sessions/provider/begin", &json!({"workspace_id": workspace})).problem(404, "not_found");
    }
}

#[test]
fn a9_without_leave_no_inner_address_is_called() {
    let app = TestApp::start(Backend::Sqlite);
    let idp = Idp::start();
    assert_eq!(
        set(app.client(), &idp, json!({})).faults(),
        ["/issuer webhook_needs_https"]
    );
    let inner = idp.issuer.replace("http:", "https:");
    assert_eq!(
        set(app.client(), &idp, json!({"issuer": inner})).faults(),
        ["/issuer webhook_address_refused"]
    );
}
