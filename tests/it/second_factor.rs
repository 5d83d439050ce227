//! Signing in with a second factor, and everything that changes one.

use std::{
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use relasi_persistence::Statement;
use relasi_tests::{Client, Member, Method, PASSWORD, Reply, TestApp, fresh_email, on_both};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

use crate::{bodies::membership, command_line::told, integrity, isolation::second_workspace};

/// The app on somebody's phone, and the recovery codes beside it.
pub struct Phone {
    totp: Totp,
    pub recovery_codes: Vec<String>,
}

fn seconds() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("after 1970").as_secs()
}

impl Phone {
    /// Sets codes of an app up for somebody, with the code of the step before now.
    #[track_caller]
    pub fn set_up(client: &Client) -> Self {
        let begun = client
            .post("me/totp", &json!({"password": PASSWORD}))
            .ok(200);
        let totp = Builder::new().with_secret(secret(&begun)).build();
        let totp = totp.expect("a good secret");
        // The code of the step before is good until the present one ends.
        while seconds() % 30 > 24 {
            thread::sleep(Duration::from_millis(200));
        }
        let code = totp.generate(seconds() - 30).to_string();
        let confirmed = client
            .post("me/totp/confirm", &json!({"code": code}))
            .ok(200);
        Self {
            totp,
            recovery_codes: texts(&confirmed["recovery_codes"]),
        }
    }

    /// The code of now.
    pub fn code(&self) -> String {
        self.totp.generate(seconds()).to_string()
    }

    /// The code of the next step, which is taken already.
    pub fn next_code(&self) -> String {
        self.totp.generate(seconds() + 30).to_string()
    }
}

fn secret(begun: &Value) -> Secret {
    Secret::try_from_base32(begun["secret"].as_str().expect("a secret")).expect("base32")
}

fn texts(list: &Value) -> Vec<String> {
    let all = list.as_array().expect("a list").iter();
    all.map(|text| text.as_str().expect("a text").to_owned())
        .collect()
}

/// The first step of a sign-in: its challenge.
#[track_caller]
pub fn challenge(client: &Client, email: &str) -> String {
    challenge_by(client, email, PASSWORD)
}

#[track_caller]
fn challenge_by(client: &Client, email: &str, password: &str) -> String {
    let reply = client
        .anonymous()
        .post("sessions", &json!({"email": email, "password": password}));
    assert_eq!(reply.header("set-cookie"), "", "no session is there yet");
    let asked = reply.ok(202);
    assert!(asked.get("access_token").is_none(), "{asked}");
    asked["challenge"].as_str().expect("a challenge").to_owned()
}

/// The second step.
pub fn answer(client: &Client, challenge: &str, code: &str) -> Reply {
    let body = json!({"challenge": challenge, "code": code});
    client.anonymous().post("sessions/second-factor", &body)
}

fn cookie_of(reply: &Reply) -> String {
    let set = reply.header("set-cookie").split(';').next();
    set.unwrap_or_default().to_owned()
}

fn refreshed(client: &Client, cookie: &str) -> Reply {
    let headers = [("cookie", cookie), ("x-relasi-refresh", "1")];
    client
        .anonymous()
        .send(Method::POST, "sessions/refresh", &headers, &[])
}

fn path_of(app: &TestApp, member: &Member, rest: &str) -> String {
    let id = membership(app.client(), &member.email)["id"].clone();
    format!("members/{}/{rest}", id.as_str().expect("an id"))
}

on_both! {
    fn a8_a_totp_code_works_once(app: TestApp) {
        let member = app.member("member");
        let phone = Phone::set_up(&member.client);
        let anyone = app.anonymous();
        let waiting: Vec<String> = (0..4).map(|_| challenge(&anyone, &member.email)).collect();
        let code = phone.code();
        let tries: Vec<_> = waiting
            .iter()
            .cloned()
            .map(|challenge| {
                let (client, code) = (anyone.clone(), code.clone());
                thread::spawn(move || answer(&client, &challenge, &code).status)
            })
            .collect();
        let mut statuses: Vec<u16> = tries.into_iter().map(|one| one.join().expect("no panic")).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401, 401, 401], "of four at the same time one gets in");
        let left = challenge(&anyone, &member.email);
        answer(&anyone, &left, &code).problem(401, "wrong_code");
        let spaced = phone.next_code();
        let spaced = format!("{} {}", &spaced[..3], &spaced[3..]);
        let session = answer(&anyone, &left, &spaced).ok(200);
        assert_eq!(session["user"]["id"], member.id.as_str());
        answer(&anyone, &left, &phone.recovery_codes[0]).problem(401, "challenge_expired");
        for challenge in ["", "abc", "../../etc/passwd"] {
            answer(&anyone, challenge, &code).problem(401, "challenge_expired");
        }
    }

    fn a8_recovery_codes_are_hashed_and_single_use(app: TestApp) {
        let mut app = app;
        let member = app.member("member");
        let begun = member.client.post("me/totp", &json!({"password": PASSWORD})).ok(200);
        let totp_secret = begun["secret"].as_str().expect("a secret").to_owned();
        assert!(begun["uri"].as_str().is_some_and(|uri| uri.starts_with("otpauth://totp/Relasi")), "{begun}");
        let phone = Phone::set_up(&member.client);
        assert_eq!(phone.recovery_codes.len(), 10);
        let anyone = app.anonymous();
        let first = &phone.recovery_codes[0];
        answer(&anyone, &challenge(&anyone, &member.email), &first.to_uppercase().replace('-', " ")).ok(200);
        answer(&anyone, &challenge(&anyone, &member.email), first).problem(401, "wrong_code");
        assert_eq!(member.client.get("me/security").ok(200)["recovery_codes_left"], 9);
        let body = json!({"code": phone.recovery_codes[1]});
        let made = texts(&member.client.post("me/recovery-codes", &body).ok(200)["recovery_codes"]);
        answer(&anyone, &challenge(&anyone, &member.email), &phone.recovery_codes[2]).problem(401, "wrong_code");
        answer(&anyone, &challenge(&anyone, &member.email), &made[0]).ok(200);
        app.at.terminate();
        let sealed = |app: &TestApp| {
            let database = integrity::open(&app.at.settings);
            let read = |sql: &str| {
                let statement = Statement::new(sql);
                database.across().read_blocking(|conn| conn.rows(&statement, |row| row.text(0))).unwrap()
            };
            (read("SELECT secret FROM totp_factors"), read("SELECT code_hash FROM recovery_codes"))
        };
        let (secrets, hashes) = sealed(&app);
        assert_eq!((secrets.len(), hashes.len()), (1, 10));
        let kept = format!("{secrets:?}{hashes:?}");
        assert!(!kept.contains(&totp_secret));
        for code in &made {
            assert!(!kept.contains(code.as_str()) && !kept.contains(&code.replace('-', "")), "{code}");
        }
        let said = app.at.settings.run(&["keys", "rotate"]);
        assert!(said.contains("1 second factors"), "{said}");
        let (after, _) = sealed(&app);
        assert_ne!(after[0].split(':').next(), secrets[0].split(':').next());
        app.crash_and_restart();
        let anyone = app.anonymous();
        answer(&anyone, &challenge(&anyone, &member.email), &phone.code()).ok(200);
    }

    fn a8_a_reset_never_bypasses_the_second_factor(app: TestApp) {
        let mut app = app;
        let member = app.member("member");
        let phone = Phone::set_up(&member.client);
        app.at.terminate();
        let reset = told(&app.at.settings, &["user", "reset-password", &member.email], "angin dari laut timur\n");
        assert!(reset.status.success(), "{}", String::from_utf8_lossy(&reset.stderr));
        app.crash_and_restart();
        let anyone = app.anonymous();
        let waiting = challenge_by(&anyone, &member.email, "angin dari laut timur");
        answer(&anyone, &waiting, "000000").problem(401, "wrong_code");
        answer(&anyone, &waiting, &phone.code()).ok(200);
        app.at.terminate();
        let removed = told(&app.at.settings, &["user", "remove-factors", &member.email], "");
        assert!(removed.status.success(), "{}", String::from_utf8_lossy(&removed.stderr));
        app.crash_and_restart();
        app.anonymous().post("sessions", &json!({"email": member.email, "password": "angin dari laut timur"})).ok(200);
    }

    fn a8_an_invitation_never_bypasses_the_second_factor(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let member = app.member("member");
        let phone = Phone::set_up(&member.client);
        let invited = neighbour.client.post("invitations", &json!({"email": member.email, "role": "member"})).ok(201);
        let accept = format!("invitations/{}/accept", invited["token"].as_str().expect("a token"));
        let with = |code: Option<&str>| {
            let body = json!({"full_name": "", "password": PASSWORD, "language": "en", "code": code});
            app.anonymous().post(&accept, &body)
        };
        assert_eq!(with(None).faults(), ["/code second_factor_needed"]);
        assert_eq!(with(Some(" ")).faults(), ["/code second_factor_needed"]);
        assert_eq!(with(Some("000000")).faults(), ["/code wrong_code"]);
        assert_eq!(with(Some(&phone.recovery_codes[0])).ok(200)["workspace"]["name"], "PT Tetangga");
        let path = path_of(&app, &member, "second-factors");
        app.client().send(Method::DELETE, &path, &[], &[]).problem(409, "factors_of_other_workspaces");
        challenge(&app.anonymous(), &member.email);
    }

    fn a6_a_change_of_factors_ends_all_other_sessions(app: TestApp) {
        let member = app.member("member");
        let client = &member.client;
        let other = Member::sign_in(&app.anonymous(), &member.email);
        for (proof, fault) in [
            (json!({}), "/password required"),
            (json!({"password": "not the password"}), "/password wrong_password"),
            (json!({"code": "000000"}), "/code wrong_code"),
        ] {
            assert_eq!(client.post("me/totp", &proof).faults(), [fault]);
        }
        let phone = Phone::set_up(client);
        other.client.get("me").problem(401, "unauthorized");
        refreshed(&app.anonymous(), &other.cookie).problem(401, "session_ended");
        client.get("me").ok(200);
        let waiting = challenge(&app.anonymous(), &member.email);
        let elsewhere = answer(&app.anonymous(), &waiting, &phone.recovery_codes[0]);
        let cookie = cookie_of(&elsewhere);
        let token = elsewhere.ok(200)["access_token"].as_str().expect("a token").to_owned();
        assert_eq!(client.post("me/totp/remove", &json!({"password": "wrong wrong wrong"})).faults(), ["/password wrong_password"]);
        app.anonymous().with_token(&token).get("me").ok(200);
        assert_eq!(client.post("me/totp/remove", &json!({"password": PASSWORD})).status, 204);
        app.anonymous().with_token(&token).get("me").problem(401, "unauthorized");
        refreshed(&app.anonymous(), &cookie).problem(401, "session_ended");
        let security = client.get("me/security").ok(200);
        assert_eq!((&security["totp_since"], &security["recovery_codes_left"]), (&Value::Null, &json!(0)));
        Member::sign_in(&app.anonymous(), &member.email);
        client.post("me/totp/remove", &json!({"password": PASSWORD})).problem(404, "not_found");
        client.post("me/recovery-codes", &json!({"password": PASSWORD})).problem(409, "no_second_factor");
        client.post("me/totp/confirm", &json!({"code": "000000"})).problem(409, "set_up_expired");
    }

    fn a4_codes_are_slowed_down_and_the_password_does_not_wash_them_off(app: TestApp) {
        let member = app.member("member");
        let phone = Phone::set_up(&member.client);
        let anyone = app.anonymous();
        let prepared = challenge(&anyone, &member.email);
        let mut blocked = None;
        for n in 0..12 {
            let forged = format!("198.51.100.{n}");
            let waiting = challenge(&anyone, &member.email);
            let body = json!({"challenge": waiting, "code": format!("{n:06}")});
            let reply = anyone.json(Method::POST, "sessions/second-factor", &[("x-forwarded-for", &forged)], &body);
            if reply.status == 429 {
                let wait: u64 = reply.header("retry-after").parse().expect("seconds");
                assert!(wait >= 1);
                blocked = Some((Instant::now(), Duration::from_secs(wait)));
                reply.problem(429, "throttled");
                break;
            }
        }
        let (since, wait) = blocked.expect("codes are slowed down");
        // The right code has to wait, too; on a machine that is slower than the wait it is taken.
        let right = answer(&anyone, &prepared, &phone.code());
        assert!(right.status == 429 || since.elapsed() >= wait, "{}", right.text());
        let other = app.member("member");
        let phone = Phone::set_up(&other.client);
        answer(&anyone, &challenge(&anyone, &other.email), &phone.code()).ok(200);
    }

    fn a3_the_first_step_says_the_same_of_everybody(app: TestApp) {
        let member = app.member("member");
        Phone::set_up(&member.client);
        let said = |email: &str| {
            let reply = app.anonymous().post("sessions", &json!({"email": email, "password": "wrong wrong wrong"}));
            let mut problem = reply.problem(401, "wrong_credentials");
            problem["request_id"] = Value::Null;
            problem
        };
        assert_eq!(said(&member.email), said(&fresh_email("nobody")));
        assert_eq!(said(&app.owner.email), said(&member.email));
    }

    fn a7_the_second_step_is_for_our_own_pages(app: TestApp) {
        let member = app.member("member");
        let phone = Phone::set_up(&member.client);
        let anyone = app.anonymous();
        let waiting = challenge(&anyone, &member.email);
        let body = json!({"challenge": waiting, "code": phone.code()});
        for path in ["sessions/second-factor", "sessions/passkey/options", "sessions/passkey"] {
            for other in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
                anyone.json(Method::POST, path, &[other], &body).problem(403, "forbidden");
            }
        }
        anyone.with_token(&waiting).get("me").problem(401, "unauthorized");
        let reply = answer(&anyone, &waiting, &phone.code());
        for part in ["relasi_rt=", "HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(reply.header("set-cookie").contains(part), "{part}");
        }
        reply.ok(200);
        anyone.post("sessions/passkey/options", &json!({})).problem(409, "passkeys_unavailable");
    }

    fn administrators_help_when_a_phone_is_lost(app: TestApp) {
        let (member, admin) = (app.member("member"), app.member("admin"));
        Phone::set_up(&member.client);
        let own = path_of(&app, &app.owner, "second-factors");
        admin.client.send(Method::DELETE, &own, &[], &[]).problem(403, "forbidden");
        let path = path_of(&app, &member, "second-factors");
        app.member("manager").client.send(Method::DELETE, &path, &[], &[]).problem(403, "forbidden");
        assert_eq!(admin.client.send(Method::DELETE, &path, &[], &[]).status, 204);
        member.client.get("me").problem(401, "unauthorized");
        Member::sign_in(&app.anonymous(), &member.email);
        let log = app.client().get("audit-entries?object=member&action=second_factor_reset").ok(200);
        assert_eq!(log["items"][0]["actor_id"], admin.id.as_str(), "{log}");
        let log = app.client().get("audit-entries?object=user&action=second_factor_added").ok(200);
        assert_eq!(log["items"][0]["actor_id"], member.id.as_str(), "{log}");
    }
}
